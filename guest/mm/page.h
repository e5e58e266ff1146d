/* SPDX-License-Identifier: MIT */
/*
 * struct page: one for each page frame of physical memory, all of them in
 * the array mem_map. The index is the page frame number (pfn).
 */
#ifndef MM_PAGE_H
#define MM_PAGE_H

#include "kernel/list.h"
#include "mm/layout.h"

struct inode;
struct slab;

#define PG_RESERVED (1u << 0) /* not memory, or taken before the allocator */
#define PG_BUDDY    (1u << 1) /* first page of a free block */
#define PG_SLAB     (1u << 2) /* belongs to mm/slab.h */
#define PG_CACHE    (1u << 3) /* holds a page of a file: fs/file.h */
#define PG_SWAP     (1u << 4) /* has a slot in the swap area: mm/swap.h */
#define PG_DIRTY    (1u << 5) /* differs from its copy on a device */

struct page {
    unsigned int flags; /**< PG_ bits */
    unsigned int count; /**< users; 0 in a free block, or not its first */
    unsigned int order; /**< of the block whose first page this is */
    union {
        struct slab *slab;     /**< if PG_SLAB */
        struct inode *mapping; /**< if PG_CACHE */
    };
    unsigned long index;  /**< in the file, or the slot of the swap area */
    struct list_head lru; /**< of free blocks of this order */
};

/** The array of all page frames, max_pfn of them. */
extern struct page *mem_map;

static inline bool pfn_valid(unsigned long pfn)
{
    return pfn < max_pfn;
}

static inline struct page *pfn_to_page(unsigned long pfn)
{
    return mem_map + pfn;
}

static inline unsigned long page_to_pfn(const struct page *page)
{
    return (unsigned long)(page - mem_map);
}

static inline phys_addr_t page_to_phys(const struct page *page)
{
    return pfn_to_phys(page_to_pfn(page));
}

/** The page behind an address of the direct map. */
static inline struct page *virt_to_page(const void *linear)
{
    return pfn_to_page(phys_to_pfn(__pa(linear)));
}

/** The linear address of a page; 0 for high memory, which has none. */
static inline void *page_address(const struct page *page)
{
    const unsigned long pfn = page_to_pfn(page);

    return pfn < max_low_pfn ? __va(pfn_to_phys(pfn)) : NULL;
}

/** One more user of a page; put_page() in mm/page_alloc.h takes one off. */
static inline void get_page(struct page *page)
{
    page->count++;
}

#endif
