/* SPDX-License-Identifier: MIT */
/*
 * Large pages of the host under RAM that the guest uses throughout: a guest
 * that misses its TLB over much memory misses the host's too. Nothing but
 * time depends on it.
 */
#ifndef BUS_LARGE_PAGES_H
#define BUS_LARGE_PAGES_H

#include "bus/bus.h"

enum { LARGE_BLOCKS = 1 << (32 - BUS_LARGE_SHIFT) };

/** What was moved so far. All zero in the beginning. */
struct large_pages {
    uint64_t walks_next; /**< when to look again */
    bool moved[LARGE_BLOCKS];
};

/**
 * Move RAM that is in memory nearly whole into large pages of the host, so
 * that no more memory is taken than a little: as many blocks as `walks`, the
 * page walks of the run so far, pay for. Where the host cannot, nothing
 * changes. Cheap if it is not time yet.
 */
void bus_ease_walks(struct bus *bus, struct large_pages *pages, uint64_t walks);

#endif
