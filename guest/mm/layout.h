/* SPDX-License-Identifier: MIT */
/*
 * The layout of the 4 GiB of linear addresses.
 *
 *   0           ┬ user space, one per process
 *   PAGE_OFFSET ┼ direct map: physical 0 and up, one to one
 *   high_memory ┼ a gap of 8 to 16 MiB, unmapped: catches overruns
 *   VMALLOC_START ┼ vmalloc and ioremap areas, a guard page behind each
 *   VMALLOC_END ┼ two pages, unmapped
 *   PKMAP_BASE  ┼ window for high memory
 *   FIXADDR_START ┼ fixed special mappings, to the end
 */
#ifndef MM_LAYOUT_H
#define MM_LAYOUT_H

#ifdef __ASSEMBLER__
#define PAGE_OFFSET 0xC0000000
#else

#include "kernel/types.h"

#define PAGE_SHIFT 12
#define PAGE_SIZE  (1ul << PAGE_SHIFT)

/* A unit test on a host puts the direct map where it has memory. */
#ifndef PAGE_OFFSET
#define PAGE_OFFSET 0xC0000000ul
#endif

#define VMALLOC_OFFSET (8ul << 20)
#define VMALLOC_START \
    ((high_memory + 2 * VMALLOC_OFFSET - 1) & ~(VMALLOC_OFFSET - 1))
#define VMALLOC_END    (PKMAP_BASE - 2 * PAGE_SIZE)
#define PKMAP_BASE     0xFF400000ul
#define PKMAP_SLOTS    1024
#define FIXADDR_START  0xFFFE0000ul

/* Devices on the ISA bus reach the first 16 MiB; the direct map ends here. */
#define MAX_DMA_PFN    ((16ul << 20) >> PAGE_SHIFT)
#define MAX_LOWMEM_PFN ((896ul << 20) >> PAGE_SHIFT)

/** The linear address behind the direct map. */
extern unsigned long high_memory;
/** The number of the page frame behind all memory, and behind the low one. */
extern unsigned long max_pfn;
extern unsigned long max_low_pfn;

/** Physical address of a direct-mapped linear one, and back. */
#define __pa(linear)   ((phys_addr_t)((unsigned long)(linear)-PAGE_OFFSET))
#define __va(physical) ((void *)((unsigned long)(physical) + PAGE_OFFSET))

static inline phys_addr_t pfn_to_phys(unsigned long pfn)
{
    return (phys_addr_t)(pfn << PAGE_SHIFT);
}

static inline unsigned long phys_to_pfn(phys_addr_t physical)
{
    return physical >> PAGE_SHIFT;
}

/** Whether `linear` lies in the direct map. */
static inline bool virt_addr_valid(const void *linear)
{
    return (unsigned long)linear >= PAGE_OFFSET &&
           (unsigned long)linear < high_memory;
}

#endif
#endif
