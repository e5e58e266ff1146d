/* SPDX-License-Identifier: MIT */
/*
 * Reuse distance of pages: how many other pages were touched since a page was
 * touched before. A fully associative LRU TLB of N entries misses where it is
 * N or more.
 */
#ifndef TOOLS_REUSE_H
#define TOOLS_REUSE_H

#include "base/types.h"

enum { REUSE_CLASSES = 22, REUSE_RECENT = 16 };

struct reuse {
    /** The pages touched last, latest first: most touches end here. */
    uint32_t recent[REUSE_RECENT];
    uint32_t *last;  /**< by page that was recent once: its place, or 0 */
    uint32_t *tree;  /**< sums of the places that are somebody's last */
    uint32_t *owner; /**< by place, from 1 on: its page */
    uint32_t next;   /**< place of the next page that ceases to be recent */
    uint32_t places; /**< so many before they are numbered anew */
    uint64_t first;  /**< touches of a page that was not touched before */
    uint64_t count[REUSE_CLASSES]; /**< [0]: 0; [n]: below 2 to the n */
    uint32_t pages;                /**< touched at all */
};

/** False: no memory. Release in either case. */
bool reuse_init(struct reuse *reuse);
void reuse_release(struct reuse *reuse);

/** A touch of another page than the last one. */
void reuse_touch_other(struct reuse *reuse, uint32_t page);

static inline void reuse_touch(struct reuse *reuse, linear_addr linear)
{
    if (reuse->recent[0] == linear >> 12)
        reuse->count[0]++;
    else
        reuse_touch_other(reuse, linear >> 12);
}

#endif
