/* SPDX-License-Identifier: MIT */
/*
 * kmalloc: memory by the byte, physically contiguous, in the direct map.
 *
 *   in    a size, up to 128 KiB, and flags
 *   out   an object of the next size class: one slab cache for each class
 *   next  mm/slab.h
 */
#ifndef MM_KMALLOC_H
#define MM_KMALLOC_H

#include "mm/page_alloc.h"

#define KMALLOC_MAX_SIZE (128ul << 10)

/**
 * What kmalloc(0) returns: not 0, for nothing failed, and not the address
 * of anything, for there is nothing to touch.
 */
#define ZERO_SIZE_PTR ((void *)16)

/** Make the caches. Needs kmem_cache_init() and the page allocator. */
void kmalloc_init(void);

/** Take `size` bytes; 0, after a complaint, if they cannot be had. */
void *kmalloc(size_t size, gfp_t gfp);

/** The same, filled with zeros. */
void *kzalloc(size_t size, gfp_t gfp);

/** Give back what kmalloc returned; 0 and ZERO_SIZE_PTR are nothing to do. */
void kfree(const void *object);

/** The bytes that really belong to a kmalloc'ed object. */
size_t ksize(const void *object);

#endif
