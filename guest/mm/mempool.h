/* SPDX-License-Identifier: MIT */
/*
 * Memory pools: objects that cannot fail to be had.
 *
 *   in    an allocator, and how many objects to keep in reserve
 *   out   an object from the allocator; from the reserve if that has none;
 *         and if the reserve is empty too, whoever may wait waits for one to
 *         be given back
 *   next  the allocator is a slab cache (mempool_alloc_slab) or the page
 *         allocator (mempool_alloc_pages), so a pool is some objects on some
 *         pages, set aside before they are needed
 *
 * For those who must not fail, such as who writes pages to a disk in order
 * to free memory.
 */
#ifndef MM_MEMPOOL_H
#define MM_MEMPOOL_H

#include "kernel/sched.h"
#include "mm/page_alloc.h"

typedef void *mempool_alloc_t(gfp_t gfp, void *pool_data);
typedef void mempool_free_t(void *element, void *pool_data);

struct mempool {
    unsigned int min_nr;  /**< the size of the reserve */
    unsigned int curr_nr; /**< how much of it is there */
    void **elements;
    void *pool_data;
    mempool_alloc_t *alloc;
    mempool_free_t *free;
    struct wait_queue wait;
    unsigned long from_allocator; /**< objects given out, by source */
    unsigned long from_reserve;
};

/** Make a pool and fill its reserve. Returns 0 after a complaint. */
struct mempool *mempool_create(unsigned int min_nr, mempool_alloc_t *alloc,
                               mempool_free_t *free, void *pool_data);

/** Free a pool. Refused while a part of the reserve is given out. */
int mempool_destroy(struct mempool *pool);

/** Take an object. Returns 0 only to who may not wait. */
void *mempool_alloc(struct mempool *pool, gfp_t gfp);

/** Give an object back: to the reserve, if that is not full. */
void mempool_free(void *element, struct mempool *pool);

/** Pools over a slab cache: pool_data is the cache. */
mempool_alloc_t mempool_alloc_slab;
mempool_free_t mempool_free_slab;

/** Pools of blocks of pages: pool_data is the order. */
mempool_alloc_t mempool_alloc_pages;
mempool_free_t mempool_free_pages;

#endif
