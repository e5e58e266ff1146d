/* SPDX-License-Identifier: MIT */
/*
 * The kernel's page tables.
 *
 *   in    linear and physical addresses, rights
 *   out   entries in the page directory and tables; walks of them, done by
 *         software as the processor does them
 *   next  mm/vmalloc.h maps areas with it
 *
 * Whoever changes a present entry flushes the TLB: arch/tlb.h.
 */
#ifndef MM_PAGING_H
#define MM_PAGING_H

#include "arch/pgtable.h"
#include "mm/layout.h"

/** What a walk through directory and table finds. */
struct page_walk {
    unsigned long linear;
    pde_t pde;
    pte_t pte;            /**< if the PDE is present and not a 4 MiB page */
    bool large;           /**< the PDE maps a 4 MiB page */
    bool present;         /**< the address is mapped */
    phys_addr_t physical; /**< if present */
};

/** The kernel's page directory. */
extern pde_t swapper_pg_dir[PTRS_PER_PGD];

/**
 * Map all low memory at PAGE_OFFSET with 4 KiB pages, the kernel's code and
 * constants read-only, and nothing else. Tables come from bootmem.
 */
void paging_init(void);

/** Walk the tables that CR3 points to. Changes nothing. */
struct page_walk page_walk(unsigned long linear);

/** The same with the page directory of somebody else. */
struct page_walk page_walk_in(const pde_t *directory, unsigned long linear);

/** Print a walk on two lines. */
void print_page_walk(const struct page_walk *walk);

/** The entry for `linear`; 0 if there is no table for it. */
pte_t *pte_lookup_in(pde_t *directory, unsigned long linear);

/** The same, but a missing table is made. Returns 0 without memory. */
pte_t *pte_alloc_in(pde_t *directory, unsigned long linear);

/**
 * The same two in the kernel's own directory, which has the truth about
 * kernel addresses; for a user address, in the one that CR3 points to.
 */
pte_t *pte_lookup(unsigned long linear);
pte_t *pte_alloc(unsigned long linear);

/**
 * Copy a directory entry for a kernel address that the directory in CR3 does
 * not have yet. Returns false if the kernel's own has none either.
 */
bool sync_kernel_entry(unsigned long linear);

/** Page tables made since paging_init(). */
unsigned int page_tables_made(void);

/**
 * Map the 4 MiB of the direct map around `linear` by one 4 MiB page, or by
 * its table again. Only where cpu.has_pse. Flushes the TLB.
 */
void direct_map_use_large_page(unsigned long linear, bool large);

#endif
