/* SPDX-License-Identifier: MIT */
#include "mm/vmalloc.h"

#include "arch/tlb.h"
#include "mm/complain.h"
#include "mm/kmalloc.h"
#include "mm/paging.h"

struct vm_struct *vmlist;

static struct vmalloc_counts counts;

/* ---- areas -------------------------------------------------------------- */

/* First fit: the lowest gap of `size` bytes. Returns the link to fill. */
static struct vm_struct **find_gap(unsigned long size, unsigned long *addr)
{
    struct vm_struct **link = &vmlist;

    *addr = VMALLOC_START;
    for (; *link; link = &(*link)->next) {
        if ((*link)->addr - *addr >= size)
            return link;
        *addr = (*link)->addr + (*link)->size;
    }
    return VMALLOC_END - *addr >= size ? link : NULL;
}

/* Reserve linear addresses for `nr_pages` pages and the guard page. */
static struct vm_struct *get_vm_area(unsigned long nr_pages, unsigned int flags)
{
    const unsigned long size = (nr_pages + 1) * PAGE_SIZE;
    struct vm_struct *area = kmalloc(sizeof(*area), GFP_KERNEL);
    struct vm_struct **link;

    if (!area)
        return NULL;
    *area =
        (struct vm_struct){.size = size, .flags = flags, .nr_pages = nr_pages};
    link = find_gap(size, &area->addr);
    if (!link) {
        complain(COMPLAINT_NO_MEMORY,
                 "vmalloc: no %lu KiB of linear addresses left", size >> 10);
        kfree(area);
        return NULL;
    }
    area->next = *link;
    *link = area;
    return area;
}

struct vm_struct *find_vm_area(const void *addr)
{
    struct vm_struct *area = vmlist;

    while (area && area->addr != (unsigned long)addr)
        area = area->next;
    return area;
}

static void remove_vm_area(struct vm_struct *area)
{
    struct vm_struct **link = &vmlist;

    while (*link != area)
        link = &(*link)->next;
    *link = area->next;
    kfree(area);
}

/* ---- page-table entries ------------------------------------------------- */

/* An entry that was not present needs no flush. */
static bool map_one_page(unsigned long linear, phys_addr_t physical, pte_t prot)
{
    pte_t *pte = pte_alloc(linear);

    if (!pte)
        return false;
    *pte = physical | prot;
    counts.ptes_written++;
    return true;
}

/* Clear the entries; with VM_ALLOC the pages go back. Then flush. */
static void unmap_area(const struct vm_struct *area)
{
    const unsigned long end = area->addr + area->nr_pages * PAGE_SIZE;
    unsigned long linear;

    for (linear = area->addr; linear < end; linear += PAGE_SIZE) {
        pte_t *pte = pte_lookup(linear);
        pte_t old;

        if (!pte || !(*pte & PTE_P))
            continue;
        old = *pte;
        *pte = 0;
        counts.ptes_cleared++;
        if (area->flags & VM_ALLOC)
            __free_page(pfn_to_page(phys_to_pfn(old & PTE_FRAME)));
    }
    flush_tlb_kernel_range(area->addr, end);
}

static void *give_up(struct vm_struct *area)
{
    unmap_area(area);
    remove_vm_area(area);
    return NULL;
}

struct vmalloc_counts vmalloc_counts(void)
{
    return counts;
}

/* ---- vmalloc ------------------------------------------------------------ */

static bool fill_with_pages(const struct vm_struct *area)
{
    unsigned long i;

    for (i = 0; i < area->nr_pages; i++) {
        struct page *page = alloc_page(GFP_KERNEL | __GFP_HIGHMEM);

        if (!page)
            return false;
        if (!map_one_page(area->addr + i * PAGE_SIZE, page_to_phys(page),
                          PAGE_KERNEL)) {
            __free_page(page);
            return false;
        }
    }
    return true;
}

void *vmalloc(unsigned long size)
{
    const unsigned long nr_pages =
        (size >> PAGE_SHIFT) + (size % PAGE_SIZE != 0);
    struct vm_struct *area;

    if (size == 0 || nr_pages > nr_present_pages()) {
        complain(COMPLAINT_BAD_SIZE, "vmalloc(%lu): %s", size,
                 size == 0 ? "nothing asked for" : "more than there is");
        return NULL;
    }
    area = get_vm_area(nr_pages, VM_ALLOC);
    if (!area)
        return NULL;
    return fill_with_pages(area) ? (void *)area->addr : give_up(area);
}

/* Find the area of `addr`, complain if there is none of that kind. */
static struct vm_struct *area_to_free(const char *caller, const void *addr,
                                      unsigned int flags)
{
    struct vm_struct *area = find_vm_area(addr);

    if (area && area->flags & flags)
        return area;
    complain(COMPLAINT_FOREIGN, "%s(%p): no such area", caller, addr);
    return NULL;
}

static void free_area(const char *caller, const void *addr, unsigned int flags)
{
    struct vm_struct *area;

    if (!addr)
        return;
    area = area_to_free(caller, addr, flags);
    if (area) {
        unmap_area(area);
        remove_vm_area(area);
    }
}

void vfree(const void *addr)
{
    free_area("vfree", addr, VM_ALLOC);
}

/* ---- vmap, ioremap ------------------------------------------------------ */

void *vmap(struct page **pages, unsigned int count, pte_t prot)
{
    struct vm_struct *area;
    unsigned int i;

    if (count == 0 || count > nr_present_pages()) {
        complain(COMPLAINT_BAD_SIZE, "vmap: %u pages", count);
        return NULL;
    }
    area = get_vm_area(count, VM_MAP);
    if (!area)
        return NULL;
    for (i = 0; i < count; i++) {
        if (!map_one_page(area->addr + i * PAGE_SIZE, page_to_phys(pages[i]),
                          prot))
            return give_up(area);
    }
    return (void *)area->addr;
}

void vunmap(const void *addr)
{
    free_area("vunmap", addr, VM_MAP);
}

/* A second, uncached view of memory in use would contradict the first. */
static bool overlaps_memory(phys_addr_t first, phys_addr_t last)
{
    unsigned long pfn = phys_to_pfn(first);

    for (; pfn <= phys_to_pfn(last) && pfn_valid(pfn); pfn++) {
        if (!(pfn_to_page(pfn)->flags & PG_RESERVED))
            return true;
    }
    return false;
}

void *ioremap(phys_addr_t physical, unsigned long size)
{
    const unsigned long offset = physical % PAGE_SIZE;
    const phys_addr_t first = physical & PTE_FRAME;
    const phys_addr_t last = (phys_addr_t)(physical + size - 1);
    struct vm_struct *area;
    unsigned long i;

    if (size == 0 || last < physical) {
        complain(COMPLAINT_BAD_SIZE, "ioremap(%08x, %lu): no such range",
                 physical, size);
        return NULL;
    }
    if (overlaps_memory(first, last)) {
        complain(COMPLAINT_FOREIGN,
                 "ioremap(%08x, %lu): that is memory, not a device", physical,
                 size);
        return NULL;
    }
    area = get_vm_area(((last - first) >> PAGE_SHIFT) + 1, VM_IOREMAP);
    if (!area)
        return NULL;
    area->phys_addr = physical;
    for (i = 0; i < area->nr_pages; i++) {
        if (!map_one_page(area->addr + i * PAGE_SIZE,
                          (phys_addr_t)(first + i * PAGE_SIZE),
                          PAGE_KERNEL_NOCACHE))
            return give_up(area);
    }
    return (void *)(area->addr + offset);
}

void iounmap(const volatile void *addr)
{
    const unsigned long page = ALIGN_DOWN((unsigned long)addr, PAGE_SIZE);

    free_area("iounmap", (const void *)page, VM_IOREMAP);
}
