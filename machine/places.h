/* SPDX-License-Identifier: MIT */
/*
 * Places: which runs of a machine's RAM a load has taken, and where there is
 * room for more.
 */
#ifndef MACHINE_PLACES_H
#define MACHINE_PLACES_H

#include "base/types.h"
#include "machine/image.h"

enum {
    LOADER_MODULES_MAX = 64,
    PLACES_MAX = IMAGE_SEGMENTS_MAX + LOADER_MODULES_MAX + 2
};

struct place {
    uint64_t first;
    uint64_t end; /**< behind the last byte */
};

struct places {
    uint64_t memory_bytes;
    struct place taken[PLACES_MAX]; /**< may overlap */
    unsigned count;
};

/**
 * RAM is whole from 0 to its end, but for the hole. The card's memory, there
 * and far above, is RAM to the bus, but no place for code.
 */
bool places_are_ram(const struct places *places, uint64_t first, uint64_t end);

void places_take(struct places *places, uint64_t first, uint64_t end);

/**
 * First page-aligned run of `size` bytes of RAM in [from, limit) that nothing
 * has taken, or `limit` if there is none.
 */
uint64_t places_find(const struct places *places, uint64_t size, uint64_t from,
                     uint64_t limit);

/**
 * Last page-aligned run of `size` bytes, not 0, of RAM above the hole that ends
 * at `limit` at the latest, or 0 if there is none.
 */
uint64_t places_find_last(const struct places *places, uint64_t size,
                          uint64_t limit);

#endif
