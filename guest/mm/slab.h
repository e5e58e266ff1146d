/* SPDX-License-Identifier: MIT */
/*
 * The slab allocator: caches of objects of one size.
 *
 *   in    the size of an object, and how to construct one
 *   out   objects; a freed one is handed out again first
 *   reads and changes pages from mm/page_alloc.h, whose struct page points
 *         back to the slab
 *   next  mm/kmalloc.h has one cache for each of its sizes
 *
 * A slab is one block of pages, cut up:
 *
 *   | colour | struct slab, free list | object | object | ... | rest |
 *
 * For large objects the management lies elsewhere, so that it does not spoil
 * the division of the page. The colour shifts the objects of different slabs
 * against each other, so that they share fewer lines of the data cache.
 *
 * Jeff Bonwick, "The Slab Allocator: An Object-Caching Kernel Memory
 * Allocator", USENIX Summer 1994.
 */
#ifndef MM_SLAB_H
#define MM_SLAB_H

#include "kernel/list.h"
#include "mm/page_alloc.h"

#define CACHE_NAME_BYTES 24

/* Flags of kmem_cache_create. */
#define SLAB_HWCACHE_ALIGN 0x2000u /* align to a line of the data cache */
#define SLAB_CACHE_DMA     0x4000u /* take the pages from zone DMA */
#define SLAB_RED_ZONE      0x0400u /* a word behind each object tells overruns */

struct kmem_cache {
    char name[CACHE_NAME_BYTES];
    size_t object_size; /**< as asked for */
    size_t size;        /**< with alignment: from object to object */
    size_t align;
    unsigned int order; /**< of the block of pages in a slab */
    unsigned int objects_per_slab;
    bool off_slab; /**< management lies elsewhere */
    bool red_zone; /**< a word behind each object */
    unsigned int colours;
    unsigned int colour_next;
    gfp_t gfp;
    void (*constructor)(void *object);

    struct list_head slabs_full;
    struct list_head slabs_partial;
    struct list_head slabs_free;
    struct list_head link; /**< in cache_chain */

    unsigned long slabs; /**< in all three lists */
    unsigned long active_objects;
    unsigned long allocations; /**< since the cache was created */
};

/** All caches, linked by their `link`. */
extern struct list_head cache_chain;

/** Make the cache that struct kmem_cache itself comes from. */
void kmem_cache_init(void);

/**
 * Make a cache of objects of `size` bytes. `align` is a power of two, or 0.
 * `constructor`, unless 0, prepares each object once, when its slab is made.
 *
 * Returns 0, after a complaint, for a bad size, a name in use, no memory.
 */
struct kmem_cache *kmem_cache_create(const char *name, size_t size,
                                     size_t align, unsigned int flags,
                                     void (*constructor)(void *object));

/** Returns 0 for success; refuses while objects are in use. */
int kmem_cache_destroy(struct kmem_cache *cache);

/** Take an object; 0, after a complaint, if there is no memory. */
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp);

/** Give an object back. A wrong one is refused; 0 is nothing to do. */
void kmem_cache_free(struct kmem_cache *cache, void *object);

/** Give the pages of empty slabs back. Returns how many slabs that were. */
unsigned int kmem_cache_shrink(struct kmem_cache *cache);

/** Shrink every cache. */
void kmem_cache_shrink_all(void);

/** The size of an object as created. */
size_t kmem_cache_size(const struct kmem_cache *cache);

/** The cache that an object in use belongs to; 0 if it is none. */
struct kmem_cache *virt_to_cache(const void *object);

#endif
