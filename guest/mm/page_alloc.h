/* SPDX-License-Identifier: MIT */
/*
 * The page allocator: blocks of 1, 2, 4 .. 1024 physically contiguous pages,
 * by the buddy system.
 *
 *   in    flags (which zone, how hard to try) and an order: 2^order pages
 *   out   the first page of a block, aligned to its own size
 *   reads mem_map; changes the free lists of the zones
 *   next  mm/slab.h cuts pages into objects
 *
 * A block of order n has one buddy: the block whose frame number differs in
 * bit n alone. A block is split in two buddies when a smaller one is asked
 * for, and two free buddies join again at once.
 *
 * A zone keeps a reserve, pages_min. Only who cannot wait may take of it,
 * and only half; the rest is for who frees memory. Who may wait (__GFP_WAIT)
 * and finds no more has memory reclaimed first: by the shrinkers, each of
 * which looks at the flags for what it may do.
 *
 * May be used in interrupt handlers, without __GFP_WAIT.
 */
#ifndef MM_PAGE_ALLOC_H
#define MM_PAGE_ALLOC_H

#include "mm/page.h"

#define MAX_ORDER 11 /* orders 0 .. 10 */

typedef unsigned int gfp_t;

/* "Get free page" flags, with the values that Linux 2.6 gave them. */
#define __GFP_DMA     0x01u
#define __GFP_HIGHMEM 0x02u
#define __GFP_WAIT    0x10u
#define __GFP_HIGH    0x20u
#define __GFP_IO      0x40u
#define __GFP_FS      0x80u
#define __GFP_NOWARN  0x200u
#define __GFP_ZERO    0x8000u

#define GFP_ATOMIC   (__GFP_HIGH)
#define GFP_NOIO     (__GFP_WAIT)
#define GFP_NOFS     (__GFP_WAIT | __GFP_IO)
#define GFP_KERNEL   (__GFP_WAIT | __GFP_IO | __GFP_FS)
#define GFP_USER     (__GFP_WAIT | __GFP_IO | __GFP_FS)
#define GFP_HIGHUSER (GFP_USER | __GFP_HIGHMEM)
#define GFP_DMA      __GFP_DMA

enum zone_type { ZONE_DMA, ZONE_NORMAL, ZONE_HIGHMEM, MAX_NR_ZONES };

/** The free blocks of one order. */
struct free_area {
    struct list_head free_list;
    unsigned long nr_free;
};

struct zone {
    const char *name;
    unsigned long start_pfn;
    unsigned long end_pfn;
    unsigned long present_pages; /**< that the allocator ever got */
    unsigned long free_pages;
    unsigned long pages_min; /**< the reserve */
    struct free_area free_area[MAX_ORDER];
};

extern struct zone zones[MAX_NR_ZONES];

/** Bytes that mem_map needs for `end_pfn` page frames. */
unsigned long mem_map_bytes(unsigned long end_pfn);

/** Start with `map` for mem_map and all pages reserved; none is free. */
void free_area_init(struct page *map);

/** Give start_pfn .. end_pfn - 1, reserved so far, to the allocator. */
void release_pages_to_buddy(unsigned long start_pfn, unsigned long end_pfn);

/** Take a block. Returns 0, after a complaint, if there is none. */
struct page *alloc_pages(gfp_t gfp, unsigned int order);
struct page *alloc_page(gfp_t gfp);

/** The same by linear address; never from high memory. Returns 0 for none. */
unsigned long __get_free_pages(gfp_t gfp, unsigned int order);
unsigned long __get_free_page(gfp_t gfp);

/** One page filled with zeros. */
unsigned long get_zeroed_page(gfp_t gfp);

/**
 * Give a block back, as it was taken. A wrong one is refused. With more than
 * one user (get_page) it is only one user less.
 */
void __free_pages(struct page *page, unsigned int order);
void __free_page(struct page *page);

/** The same for one user of a page. */
void put_page(struct page *page);

/** The same by linear address; 0 is nothing to do. */
void free_pages(unsigned long linear, unsigned int order);
void free_page(unsigned long linear);

/** The smallest order whose block holds `size` bytes. */
unsigned int get_order(unsigned long size);

/** Whether the page lies in a free block. */
bool page_is_free(const struct page *page);

struct zone *page_zone(const struct page *page);

/** The highest zone that the flags allow; lower ones will do as well. */
enum zone_type gfp_zone(gfp_t gfp);

/**
 * Somebody who can give pages back when memory is short. `shrink` is told
 * what it may do (__GFP_IO: write to a device; __GFP_FS: touch files) and how
 * many pages are wanted, and returns how many it freed.
 */
struct shrinker {
    const char *name;
    unsigned long (*shrink)(gfp_t gfp, unsigned long wanted);
    unsigned long freed; /**< pages, since the start */
    struct list_head link;
};

/** Ask this one too, after those that are known already. */
void register_shrinker(struct shrinker *shrinker);

/** How often somebody had to wait while memory was reclaimed. */
unsigned long reclaim_count(void);

/** Free pages, and all pages, of all zones. */
unsigned long nr_free_pages(void);
unsigned long nr_present_pages(void);

#endif
