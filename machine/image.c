/* SPDX-License-Identifier: MIT */
#include "machine/image.h"

#include <string.h>

#include "machine/image_elf.h"
#include "machine/image_linux.h"
#include "machine/image_multiboot.h"

enum { BOOT_FLAG_OFFSET = 510 }; /* 55 AA */

static bool has_bytes(const struct image *image, size_t offset,
                      const char *bytes, size_t size)
{
    return image->size >= offset + size &&
           memcmp(image->bytes + offset, bytes, size) == 0;
}

bool image_is_elf(const struct image *image)
{
    return has_bytes(image, 0, "\177ELF", 4);
}

static bool overlaps(const struct image_segment *a,
                     const struct image_segment *b)
{
    return a->physical < (uint64_t)b->physical + b->memory_size &&
           b->physical < (uint64_t)a->physical + a->memory_size;
}

bool image_add_segment(const struct image *image, struct image_plan *plan,
                       unsigned number, const struct image_segment *segment,
                       struct error *error)
{
    const uint64_t end = (uint64_t)segment->physical + segment->memory_size;

    if (segment->file_size > segment->memory_size)
        return error_set(error,
                         "%s: segment %u has more bytes in the file "
                         "than in memory",
                         image->name, number);
    if (segment->offset > image->size ||
        segment->file_size > image->size - segment->offset)
        return error_set(error,
                         "%s: truncated: segment %u ends behind the "
                         "end of the file",
                         image->name, number);
    if (segment->memory_size == 0)
        return true;
    if (end > UINT64_C(1) << 32)
        return error_set(error, "%s: segment %u at 0x%08x ends above 4 GiB",
                         image->name, number, segment->physical);
    if (plan->segment_count == IMAGE_SEGMENTS_MAX)
        return error_set(error, "%s: more than %d loadable segments",
                         image->name, IMAGE_SEGMENTS_MAX);
    for (unsigned i = 0; i < plan->segment_count; i++) {
        if (overlaps(segment, &plan->segment[i]))
            return error_set(error,
                             "%s: segment %u at 0x%08x overlaps the one "
                             "at 0x%08x",
                             image->name, number, segment->physical,
                             plan->segment[i].physical);
    }
    plan->segment[plan->segment_count++] = *segment;
    return true;
}

/* The whole file as one segment, entered at its first byte. */
static bool plan_whole(const struct image *image, enum image_kind kind,
                       physical_addr physical, struct image_plan *plan,
                       struct error *error)
{
    const struct image_segment whole = {.physical = physical,
                                        .memory_size = (uint32_t)image->size,
                                        .file_size = (uint32_t)image->size};

    plan->kind = kind;
    plan->entry = physical;
    return image_add_segment(image, plan, 0, &whole, error);
}

static bool plan_flat(const struct image *image, struct image_plan *plan,
                      struct error *error)
{
    if (image->size == BOOT_SECTOR_SIZE &&
        has_bytes(image, BOOT_FLAG_OFFSET, "\x55\xaa", 2))
        return plan_whole(image, IMAGE_BOOT_SECTOR, BOOT_SECTOR_ADDRESS, plan,
                          error);
    return plan_whole(image, IMAGE_FLAT, FLAT_ADDRESS, plan, error);
}

bool image_plan(const struct image *image, struct image_plan *plan,
                struct error *error)
{
    size_t header;

    *plan = (struct image_plan){0};
    if (image->size == 0)
        return error_set(error, "%s: the file is empty", image->name);
    if (image->size > UINT32_MAX)
        return error_set(error, "%s: larger than 4 GiB", image->name);
    if (image_is_linux(image))
        return image_linux_plan(image, plan, error);
    header = image_multiboot_find(image);
    if (header != SIZE_MAX)
        return image_multiboot_plan(image, header, plan, error);
    if (image_is_elf(image))
        return image_elf_plan(image, plan, error);
    return plan_flat(image, plan, error);
}
