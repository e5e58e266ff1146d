/* SPDX-License-Identifier: MIT */
/*
 * Reuse distance of pages: how many other pages were touched since a page was
 * touched before. A fully associative LRU TLB of N entries misses where it is
 * N or more.
 */
#ifndef TOOLS_REUSE_H
#define TOOLS_REUSE_H

#include "base/types.h"

enum { REUSE_CLASSES = 22 };

struct reuse {
    uint32_t *last;  /**< by page: place of its last touch, from 1 on, or 0 */
    uint32_t *tree;  /**< sums of the places that are somebody's last */
    uint32_t *owner; /**< by place: its page */
    uint32_t next;   /**< place of the next touch */
    uint32_t places; /**< so many before they are numbered anew */
    uint32_t page;   /**< touched last */
    uint64_t first;  /**< touches of a page that was not touched before */
    uint64_t count[REUSE_CLASSES]; /**< [0]: 0; [n]: below 2 to the n */
    uint32_t pages;                /**< touched at all */
};

/** False: no memory. Release in either case. */
bool reuse_init(struct reuse *reuse);
void reuse_release(struct reuse *reuse);

void reuse_touch(struct reuse *reuse, linear_addr linear);

#endif
