/* SPDX-License-Identifier: MIT */
/*
 * High memory: page frames above 896 MiB, for which the direct map has no
 * room. Who wants to touch one maps it for a while.
 *
 *   kmap         a slot of the window at PKMAP_BASE, 1024 of them. A slot
 *                that is given up keeps its entry, so that the next kmap of
 *                the same page is free; all unused ones are cleared together,
 *                with one flush, when the window is full. May sleep.
 *   kmap_atomic  a slot of one's own in the fixmap; written, and flushed by
 *                INVLPG, each time. Preemption is off until kunmap_atomic.
 *
 * A page of low memory needs neither: both return its address.
 */
#ifndef MM_HIGHMEM_H
#define MM_HIGHMEM_H

#include "mm/page.h"

/** Who uses which slot of the fixmap. */
enum km_type {
    KM_USER0, /**< the work of system calls and faults */
    KM_USER1, /**< the second page of a copy */
    KM_IRQ0,  /**< interrupt handlers */
    KM_DEMO,  /**< the chapter */
    KM_TYPES
};

/** What kmap and kmap_atomic did since the start. */
struct kmap_counts {
    unsigned long mapped;  /**< entries written for kmap */
    unsigned long reused;  /**< kmap of a page that was still mapped */
    unsigned long flushes; /**< of the whole window */
    unsigned long atomic;  /**< entries written for kmap_atomic */
};

/** Make the page tables of both windows. */
void kmap_init(void);

/** The linear address of a page, mapped if need be. 0 without a slot. */
void *kmap(struct page *page);

/** Give the slot up. A page that is not mapped is refused. */
void kunmap(struct page *page);

/** A linear address until kunmap_atomic(), which must come soon. */
void *kmap_atomic(struct page *page, enum km_type type);
void kunmap_atomic(void *address, enum km_type type);

/** The slot that holds the page, -1 for none; and its linear address. */
int pkmap_slot(const struct page *page);
unsigned long pkmap_address(int slot);

/** Whether the page has no address in the direct map. */
static inline bool page_is_high(const struct page *page)
{
    return page_to_pfn(page) >= max_low_pfn;
}

/** Fill a page with zeros; copy one. */
void clear_highpage(struct page *page);
void copy_highpage(struct page *to, struct page *from);

struct kmap_counts kmap_counts(void);

#endif
