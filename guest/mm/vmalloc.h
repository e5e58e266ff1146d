/* SPDX-License-Identifier: MIT */
/*
 * vmalloc: areas that are contiguous in linear addresses only.
 *
 *   in    a size; or pages to map; or physical addresses of a device
 *   out   a linear address between VMALLOC_START and VMALLOC_END, with
 *         page-table entries of its own behind it
 *   reads and changes the page tables (mm/paging.h), flushes the TLB when an
 *         area goes
 *
 * One unmapped page, the guard page, follows each area: who runs over its
 * end takes a page fault and spoils nothing.
 */
#ifndef MM_VMALLOC_H
#define MM_VMALLOC_H

#include "arch/pgtable.h"
#include "mm/page_alloc.h"

#define VM_IOREMAP 0x1u /* ioremap() */
#define VM_ALLOC   0x2u /* vmalloc(): the pages go with the area */
#define VM_MAP     0x4u /* vmap(): the pages belong to somebody else */

/** One area. */
struct vm_struct {
    struct vm_struct *next; /**< by rising address */
    unsigned long addr;
    unsigned long size; /**< bytes, with the guard page */
    unsigned int flags;
    unsigned long nr_pages;
    phys_addr_t phys_addr; /**< of an ioremap area */
};

/** Page-table entries changed since the start. */
struct vmalloc_counts {
    unsigned long ptes_written;
    unsigned long ptes_cleared;
};

/** All areas, by rising address. */
extern struct vm_struct *vmlist;

/** Take `size` bytes, page by page. Returns 0 after a complaint. */
void *vmalloc(unsigned long size);

/** Give an area of vmalloc() back; 0 is nothing to do. */
void vfree(const void *addr);

/** Map `count` pages one behind the other, with the rights `prot`. */
void *vmap(struct page **pages, unsigned int count, pte_t prot);

/** Remove what vmap() mapped. */
void vunmap(const void *addr);

/** Map a device's memory, uncached. Refuses memory of the page allocator. */
void *ioremap(phys_addr_t physical, unsigned long size);

/** Remove what ioremap() mapped. */
void iounmap(const volatile void *addr);

/** The area that starts at `addr`; 0 if there is none. */
struct vm_struct *find_vm_area(const void *addr);

struct vmalloc_counts vmalloc_counts(void);

#endif
