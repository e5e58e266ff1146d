/* SPDX-License-Identifier: MIT */
#include "machine/image_linux.h"

#include <string.h>

/* Fields of the setup header, by their offset. */
enum {
    AT_SETUP_SECTS = 0x1f1,
    AT_SYSSIZE = 0x1f4,
    AT_BOOT_FLAG = 0x1fe,
    AT_JUMP_DISTANCE = 0x201,
    AT_MAGIC = 0x202,
    AT_VERSION = 0x206,
    AT_LOAD_FLAGS = 0x211,
    AT_CODE32_START = 0x214,
    AT_INITRD_ADDR_MAX = 0x22c,
    AT_CMDLINE_SIZE = 0x238,
    AT_PREF_ADDRESS = 0x258,
    AT_INIT_SIZE = 0x260
};

enum {
    SECTOR = 512,
    PARAGRAPH = 16,
    OLD_SETUP_SECTS = 4,        /* what 0 stands for */
    OLD_COMMAND_LINE_MAX = 255, /* before 2.06 */
    LOADED_HIGH = 1 << 0,       /* of AT_LOAD_FLAGS: a bzImage */
    LOAD_ADDRESS = 0x100000,    /* of every bzImage */
    HAS_CMD_LINE_PTR = 0x0202,  /* versions that brought a field */
    HAS_INITRD_ADDR_MAX = 0x0203,
    HAS_LONG_SYSSIZE = 0x0204,
    HAS_CMDLINE_SIZE = 0x0206,
    HAS_INIT_SIZE = 0x020a
};

/* Before version 2.03 it was this by agreement. */
#define OLD_INITRD_ADDR_MAX 0x37ffffffu

static uint32_t field(const struct image *image, size_t offset, size_t size)
{
    uint32_t value = 0;

    memcpy(&value, image->bytes + offset, size);
    return value;
}

bool image_is_linux(const struct image *image)
{
    return image->size >= AT_MAGIC + 4 &&
           memcmp(image->bytes + AT_MAGIC, "HdrS", 4) == 0 &&
           field(image, AT_BOOT_FLAG, 2) == 0xaa55;
}

/* Bytes in front of the 32-bit code: boot sector and real-mode part. */
static size_t setup_size(const struct image *image)
{
    const uint32_t sectors = field(image, AT_SETUP_SECTS, 1);

    return ((size_t)(sectors ? sectors : OLD_SETUP_SECTS) + 1) * SECTOR;
}

/* What is wrong with the header, or NULL. */
static const char *refusal(const struct image *image)
{
    const size_t setup = setup_size(image);
    uint32_t version;
    size_t code;

    if (image->size <= setup)
        return "truncated: the file ends within the real-mode part";
    version = field(image, AT_VERSION, 2);
    if (version < HAS_CMD_LINE_PTR)
        return "its boot protocol is older than 2.02, which is not served";
    if (!(field(image, AT_LOAD_FLAGS, 1) & LOADED_HIGH))
        return "a zImage, which is loaded low and not served";
    if (AT_MAGIC + field(image, AT_JUMP_DISTANCE, 1) > LINUX_HEADER_LIMIT)
        return "its setup header is longer than the boot protocol allows";
    code = image->size - setup;
    /* The size is rounded up to paragraphs, the file not always. */
    if (version >= HAS_LONG_SYSSIZE &&
        (code + PARAGRAPH - 1) / PARAGRAPH < field(image, AT_SYSSIZE, 4))
        return "truncated: the file ends within the 32-bit code";
    if (field(image, AT_CODE32_START, 4) - LOAD_ADDRESS >= code)
        return "has no 32-bit entry point; it must be booted by a BIOS";
    return NULL;
}

/* Where the kernel will unpack itself: this much must be RAM and free. */
static void note_run_area(const struct image *image,
                          struct image_kernel *kernel)
{
    const uint64_t preferred = field(image, AT_PREF_ADDRESS, 4) |
                               (uint64_t)field(image, AT_PREF_ADDRESS + 4, 4)
                                   << 32;

    if (field(image, AT_VERSION, 2) < HAS_INIT_SIZE)
        return;
    kernel->run_first = preferred > LOAD_ADDRESS ? preferred : LOAD_ADDRESS;
    kernel->run_size = field(image, AT_INIT_SIZE, 4);
}

bool image_linux_plan(const struct image *image, struct image_plan *plan,
                      struct error *error)
{
    const char *wrong = refusal(image);
    struct image_segment code = {.physical = LOAD_ADDRESS};
    struct image_kernel *kernel = &plan->kernel;
    uint32_t version;

    if (wrong)
        return error_set(error, "%s: a Linux kernel: %s", image->name, wrong);
    version = field(image, AT_VERSION, 2);
    plan->kind = IMAGE_LINUX;
    plan->entry = field(image, AT_CODE32_START, 4);
    kernel->header_end = AT_MAGIC + field(image, AT_JUMP_DISTANCE, 1);
    kernel->command_line_max = version >= HAS_CMDLINE_SIZE
                                   ? field(image, AT_CMDLINE_SIZE, 4)
                                   : OLD_COMMAND_LINE_MAX;
    kernel->initrd_max = version >= HAS_INITRD_ADDR_MAX
                             ? field(image, AT_INITRD_ADDR_MAX, 4)
                             : OLD_INITRD_ADDR_MAX;
    note_run_area(image, kernel);
    code.offset = setup_size(image);
    code.file_size = (uint32_t)(image->size - code.offset);
    code.memory_size = code.file_size;
    return image_add_segment(image, plan, 0, &code, error);
}
