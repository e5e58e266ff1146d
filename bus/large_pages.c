/* SPDX-License-Identifier: MIT */
#include "bus/large_pages.h"

#include <sys/mman.h>

/* Linux 6.1 and later; an older one refuses it. */
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

enum {
    LARGE_BYTES = 2 << 20,
    LARGE_PAGES = LARGE_BYTES / PAGE_SIZE,
    NEARLY_WHOLE = LARGE_PAGES / 8 * 7
};

/* True if the guest has touched nearly all of the block. */
static bool is_used(uint8_t *block)
{
    unsigned char resident[LARGE_PAGES];
    unsigned count = 0;

    if (mincore(block, LARGE_BYTES, resident) != 0)
        return false;
    for (unsigned i = 0; i < LARGE_PAGES; i++)
        count += resident[i] & 1;
    return count >= NEARLY_WHOLE;
}

static void collapse(uint8_t *first, uint8_t *end)
{
    const uintptr_t inside = (uintptr_t)first % LARGE_BYTES;

    if (inside)
        first += LARGE_BYTES - inside;
    for (uint8_t *block = first; end - block >= LARGE_BYTES;
         block += LARGE_BYTES) {
        if (is_used(block))
            (void)madvise(block, LARGE_BYTES, MADV_COLLAPSE);
    }
}

void bus_use_large_pages(struct bus *bus)
{
    for (unsigned i = 1; i < bus->range_count; i++) {
        const struct bus_range *range = &bus->range[i];

        if (range->kind == BUS_RAM && !range->chip)
            collapse(bus->memory + range->first,
                     bus->memory + range->first + range->size);
    }
}
