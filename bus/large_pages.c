/* SPDX-License-Identifier: MIT */
#include "bus/large_pages.h"

#include <sys/mman.h>

/* Linux 6.1 and later; an older one refuses it. */
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

enum {
    LARGE_PAGES = BUS_LARGE_BYTES / PAGE_SIZE,
    NEARLY_WHOLE = LARGE_PAGES / 8 * 7,
    /* A block takes half a millisecond to a few, so many walks ten at least. */
    WALKS_A_BLOCK = 1 << 15,
    BLOCKS_AT_ONCE = 32
};

/* True if the guest has touched nearly all of the block. */
static bool is_used(uint8_t *block)
{
    unsigned char resident[LARGE_PAGES];
    unsigned count = 0;

    if (mincore(block, BUS_LARGE_BYTES, resident) != 0)
        return false;
    for (unsigned i = 0; i < LARGE_PAGES; i++)
        count += resident[i] & 1;
    return count >= NEARLY_WHOLE;
}

/* Move up to `budget` blocks of a range; returns what is left of it. */
static unsigned move(struct bus *bus, struct large_pages *pages,
                     const struct bus_range *range, unsigned budget)
{
    const uint64_t end = (uint64_t)range->first + range->size;
    uint64_t block = ((uint64_t)range->first + BUS_LARGE_BYTES - 1) /
                     BUS_LARGE_BYTES * BUS_LARGE_BYTES;

    for (; budget && block + BUS_LARGE_BYTES <= end; block += BUS_LARGE_BYTES) {
        bool *moved = &pages->moved[block >> BUS_LARGE_SHIFT];

        if (*moved || !is_used(bus->memory + block))
            continue;
        *moved = true;
        (void)madvise(bus->memory + block, BUS_LARGE_BYTES, MADV_COLLAPSE);
        budget--;
    }
    return budget;
}

void bus_ease_walks(struct bus *bus, struct large_pages *pages, uint64_t walks)
{
    const uint64_t many = (uint64_t)WALKS_A_BLOCK * BLOCKS_AT_ONCE;
    unsigned budget = BLOCKS_AT_ONCE;

    if (walks < many || walks < pages->walks_next)
        return;
    for (unsigned i = 1; i < bus->range_count; i++) {
        const struct bus_range *range = &bus->range[i];

        if (range->kind == BUS_RAM && !range->chip)
            budget = move(bus, pages, range, budget);
    }
    /* All that can be is moved: more is in use when twice the time is gone. */
    pages->walks_next = walks + (budget ? walks : many);
}
