/* SPDX-License-Identifier: MIT */
#include "machine/image_multiboot.h"

#include <string.h>

#include "machine/image_elf.h"

#define MULTIBOOT_HEADER_MAGIC 0x1badb002u

enum {
    SEARCH_SIZE = 8192, /* the header lies within, whole */
    HEADER_ALIGN = 4,
    /* Bits of the header's flags; 0 and 1 are always served. */
    WANTS_VIDEO = 1 << 2,
    WANTS_UNKNOWN = 0xfff8, /* must be refused when not understood */
    HAS_ADDRESSES = 1 << 16,
    MODE_TEXT = 1 /* of mode_type */
};

struct multiboot_header {
    uint32_t magic;
    uint32_t flags;
    uint32_t checksum;
    uint32_t header_addr; /* here and on: with HAS_ADDRESSES */
    uint32_t load_addr;
    uint32_t load_end_addr;
    uint32_t bss_end_addr;
    uint32_t entry_addr;
    uint32_t mode_type; /* with WANTS_VIDEO */
};

enum { HEADER_MIN = 12, HEADER_WITH_ADDRESSES = 32, HEADER_WITH_VIDEO = 36 };

size_t image_multiboot_find(const struct image *image)
{
    const size_t end = image->size < SEARCH_SIZE ? image->size : SEARCH_SIZE;
    uint32_t words[HEADER_MIN / 4];

    for (size_t at = 0; at + HEADER_MIN <= end; at += HEADER_ALIGN) {
        memcpy(words, image->bytes + at, sizeof words);
        if (words[0] == MULTIBOOT_HEADER_MAGIC &&
            words[0] + words[1] + words[2] == 0)
            return at;
    }
    return SIZE_MAX;
}

static bool read_header(const struct image *image, size_t at,
                        struct multiboot_header *header, struct error *error)
{
    const size_t there = image->size - at;
    size_t needed = HEADER_MIN;

    *header = (struct multiboot_header){0};
    memcpy(header, image->bytes + at,
           there < sizeof *header ? there : sizeof *header);
    if (header->flags & HAS_ADDRESSES)
        needed = HEADER_WITH_ADDRESSES;
    if (header->flags & WANTS_VIDEO)
        needed = HEADER_WITH_VIDEO;
    if (there < needed)
        return error_set(error,
                         "%s: truncated: the file ends within the "
                         "multiboot header",
                         image->name);
    if (header->flags & WANTS_UNKNOWN)
        return error_set(error,
                         "%s: its multiboot header asks for features "
                         "that are not served (flags 0x%08x)",
                         image->name, header->flags);
    if ((header->flags & WANTS_VIDEO) && header->mode_type != MODE_TEXT)
        return error_set(error,
                         "%s: its multiboot header asks for a graphics "
                         "mode, which is not served",
                         image->name);
    return true;
}

/* Load addresses in the header itself: for images that are no ELF. */
static bool plan_addresses(const struct image *image, size_t at,
                           const struct multiboot_header *header,
                           struct image_plan *plan, struct error *error)
{
    const uint32_t before = header->header_addr - header->load_addr;
    const size_t offset = at - before;
    const uint32_t load_end =
        header->load_end_addr
            ? header->load_end_addr
            : header->load_addr + (uint32_t)(image->size - offset);
    const uint32_t bss_end =
        header->bss_end_addr > load_end ? header->bss_end_addr : load_end;
    const struct image_segment segment = {
        .physical = header->load_addr,
        .memory_size = bss_end - header->load_addr,
        .file_size = load_end - header->load_addr,
        .offset = offset};

    if (header->load_addr > header->header_addr || before > at ||
        load_end < header->load_addr)
        return error_set(error,
                         "%s: the load addresses of its multiboot "
                         "header contradict each other",
                         image->name);
    if (!image_add_segment(image, plan, 0, &segment, error))
        return false;
    if (header->entry_addr - segment.physical >= segment.memory_size)
        return error_set(error,
                         "%s: the entry point 0x%08x lies outside the "
                         "image",
                         image->name, header->entry_addr);
    plan->entry = header->entry_addr;
    return true;
}

bool image_multiboot_plan(const struct image *image, size_t header_at,
                          struct image_plan *plan, struct error *error)
{
    struct multiboot_header header;
    bool ok;

    if (!read_header(image, header_at, &header, error))
        return false;
    if (header.flags & HAS_ADDRESSES)
        ok = plan_addresses(image, header_at, &header, plan, error);
    else if (image_is_elf(image))
        ok = image_elf_plan(image, plan, error);
    else
        ok = error_set(error,
                       "%s: has a multiboot header without load "
                       "addresses, and is no ELF file",
                       image->name);
    plan->kind = IMAGE_MULTIBOOT;
    return ok;
}
