/* SPDX-License-Identifier: MIT */
/*
 * The guest's allocators in a program of the host: a piece of its memory
 * plays the physical one, directly mapped, in two zones.
 */
#ifndef TESTS_UNIT_GUEST_HOST_H
#define TESTS_UNIT_GUEST_HOST_H

/** Where physical 0 lies. The sources of the guest are told so. */
extern unsigned long host_direct_map;
#define PAGE_OFFSET host_direct_map

#include "mm/complain.h"
#include "mm/page_alloc.h"

#define HOST_PAGES      6144ul /* 24 MiB: zone DMA whole, Normal in part */
#define HOST_FIRST_PAGE 16ul   /* as on a PC, the first ones are taken */

/** Begin anew: all pages but the first free, no slab, no complaint. */
void host_start(void);

/** The same without giving the pages to the allocator. */
void host_start_early(void);

/** The number of free blocks of each order. */
struct host_blocks {
    unsigned long free[MAX_NR_ZONES][MAX_ORDER];
};

struct host_blocks host_blocks(void);

#endif
