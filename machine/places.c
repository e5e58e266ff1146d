/* SPDX-License-Identifier: MIT */
#include "machine/places.h"

#include <assert.h>

#include "machine/memory_map.h"

static const uint64_t page_mask = ~(uint64_t)PAGE_OFFSET_MASK;

bool places_are_ram(const struct places *places, uint64_t first, uint64_t end)
{
    return end <= places->memory_bytes &&
           !(first < HOLE_END && end > HOLE_START);
}

void places_take(struct places *places, uint64_t first, uint64_t end)
{
    assert(places->count < PLACES_MAX);
    places->taken[places->count++] = (struct place){first, end};
}

/* A place that a run of `size` bytes from `first` would overlap, or NULL. */
static const struct place *in_the_way(const struct places *places,
                                      uint64_t first, uint64_t size)
{
    for (unsigned i = 0; i < places->count; i++) {
        const struct place *taken = &places->taken[i];

        if (first < taken->end && taken->first < first + size)
            return taken;
    }
    return NULL;
}

uint64_t places_find(const struct places *places, uint64_t size, uint64_t from,
                     uint64_t limit)
{
    uint64_t first = from;
    const struct place *taken;

    while ((taken = in_the_way(places, first, size)) != NULL)
        first = (taken->end + PAGE_OFFSET_MASK) & page_mask;
    if (first + size > limit || !places_are_ram(places, first, first + size))
        return limit;
    return first;
}

uint64_t places_find_last(const struct places *places, uint64_t size,
                          uint64_t limit)
{
    uint64_t end = limit < places->memory_bytes ? limit : places->memory_bytes;
    const struct place *taken;
    uint64_t first;

    while (end >= HOLE_END + size) {
        first = (end - size) & page_mask;
        taken = in_the_way(places, first, size);
        if (!taken)
            return first >= HOLE_END ? first : 0;
        end = taken->first;
    }
    return 0;
}
