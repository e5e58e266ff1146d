/* SPDX-License-Identifier: MIT */
#include "machine/linux_block.h"

#include <string.h>

#include "machine/entry.h"
#include "machine/image_linux.h"
#include "machine/memory_map.h"

/* Offsets in the zero page; 0x000 to 0x03f are struct screen_info. */
enum {
    SCREEN_EXT_MEM_K = 0x002,
    SCREEN_MODE = 0x006,
    SCREEN_COLUMNS = 0x007,
    SCREEN_EGA_BX = 0x00a,
    SCREEN_LINES = 0x00e,
    SCREEN_IS_VGA = 0x00f,
    SCREEN_POINTS = 0x010,
    ALT_MEM_K = 0x1e0,
    E820_ENTRIES = 0x1e8,
    VIDEO_MODE = 0x1fa,
    TYPE_OF_LOADER = 0x210,
    RAMDISK_IMAGE = 0x218,
    RAMDISK_SIZE = 0x21c,
    CMD_LINE_PTR = 0x228,
    E820_TABLE = 0x2d0
};

enum {
    LOADER_WITHOUT_NUMBER = 0xff,
    VIDEO_MODE_NORMAL = 0xffff,
    VGA_MODE_3 = 3,         /* text, 80 columns, 25 lines, 16 dots high */
    EGA_COLOUR_256_KIB = 3, /* BX of INT 10h function 12h, BL = 10h */
    EXT_MEM_K_MAX = 0xffff, /* what INT 15h function 88h can tell */
    E820_ENTRY_SIZE = 20,
    COMMAND_LINE = LINUX_BLOCK_GDT + ENTRY_GDT_SIZE
};

static void put(uint8_t *bytes, size_t offset, size_t size, uint64_t value)
{
    memcpy(bytes + offset, &value, size);
}

static void put_screen(uint8_t *bytes)
{
    put(bytes, SCREEN_MODE, 1, VGA_MODE_3);
    put(bytes, SCREEN_COLUMNS, 1, 80);
    put(bytes, SCREEN_LINES, 1, 25);
    put(bytes, SCREEN_EGA_BX, 2, EGA_COLOUR_256_KIB);
    put(bytes, SCREEN_IS_VGA, 1, 1);
    put(bytes, SCREEN_POINTS, 2, 16);
}

static void put_memory(uint8_t *bytes, uint64_t memory_bytes)
{
    const uint64_t above =
        memory_bytes > HOLE_END ? (memory_bytes - HOLE_END) / 1024 : 0;
    struct memory_run run[MEMORY_RUNS_MAX];
    const unsigned count = memory_map(memory_bytes, run);

    put(bytes, SCREEN_EXT_MEM_K, 2,
        above < EXT_MEM_K_MAX ? above : EXT_MEM_K_MAX);
    put(bytes, ALT_MEM_K, 4, above);
    put(bytes, E820_ENTRIES, 1, count);
    for (unsigned i = 0; i < count; i++) {
        const size_t entry = E820_TABLE + (size_t)i * E820_ENTRY_SIZE;

        put(bytes, entry, 8, run[i].first);
        put(bytes, entry + 8, 8, run[i].length);
        put(bytes, entry + 16, 4, run[i].type);
    }
}

size_t linux_block_size(const struct linux_facts *facts)
{
    return COMMAND_LINE + (facts->arguments ? strlen(facts->arguments) : 0) + 1;
}

void linux_block_write(const struct linux_facts *facts, physical_addr physical,
                       uint8_t *bytes)
{
    memset(bytes, 0, linux_block_size(facts));
    memcpy(bytes + LINUX_HEADER, facts->image->bytes + LINUX_HEADER,
           facts->header_end - LINUX_HEADER);
    put_screen(bytes);
    put_memory(bytes, facts->memory_bytes);
    put(bytes, VIDEO_MODE, 2, VIDEO_MODE_NORMAL);
    put(bytes, TYPE_OF_LOADER, 1, LOADER_WITHOUT_NUMBER);
    put(bytes, RAMDISK_IMAGE, 4, facts->initrd);
    put(bytes, RAMDISK_SIZE, 4, facts->initrd_size);
    put(bytes, CMD_LINE_PTR, 4, physical + COMMAND_LINE);
    memcpy(bytes + LINUX_BLOCK_GDT, entry_gdt_linux, ENTRY_GDT_SIZE);
    if (facts->arguments)
        memcpy(bytes + COMMAND_LINE, facts->arguments,
               strlen(facts->arguments));
}
