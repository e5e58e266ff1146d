/* SPDX-License-Identifier: MIT */
/*
 * Memory before the page allocator exists: one bit for each page of low
 * memory, 1 for taken.
 *
 *   in    the ranges that have memory (free_bootmem), and what is in them
 *         already (reserve_bootmem)
 *   out   zeroed memory, never given back, for page tables, mem_map and
 *         whatever else the allocators stand on
 *   next  free_all_bootmem() hands the rest to mm/page_alloc.h and retires
 *
 * Linux has it so up to 3.x: mm/bootmem.c.
 */
#ifndef MM_BOOTMEM_H
#define MM_BOOTMEM_H

#include "mm/layout.h"

#define BOOTMEM_NOTES 16

/** One line of the account: who took what. */
struct bootmem_note {
    const char *what;
    phys_addr_t start;
    unsigned long size; /**< bytes */
};

/** What bootmem did, also after it retired. */
struct bootmem_account {
    unsigned int notes;
    struct bootmem_note note[BOOTMEM_NOTES];
    unsigned long allocations; /**< successful alloc_bootmem calls */
    unsigned long pages_freed; /**< handed to the page allocator */
    bool retired;
};

/** Bytes of bitmap that `end_pfn` pages need: whole pages. */
unsigned long bootmem_bitmap_bytes(unsigned long end_pfn);

/** Start with all pages below `end_pfn` taken. */
void init_bootmem(void *bitmap, unsigned long end_pfn);

/** The pages that lie wholly in the range become free. */
void free_bootmem(phys_addr_t start, unsigned long size);

/** The pages that the range touches become taken. */
void reserve_bootmem(phys_addr_t start, unsigned long size);

/**
 * Take `size` zeroed bytes, aligned to `align`, a power of two.
 *
 * Looks from the physical address `goal` up, then from 0. Small requests
 * share a page. Returns 0, after a complaint, if there is no room.
 */
void *__alloc_bootmem(unsigned long size, unsigned long align,
                      phys_addr_t goal);

/** Preferably above 16 MiB, to spare the memory that ISA devices reach. */
void *alloc_bootmem(unsigned long size);
void *alloc_bootmem_pages(unsigned long size);

/** From the lowest free address. */
void *alloc_bootmem_low(unsigned long size);
void *alloc_bootmem_low_pages(unsigned long size);

/** Enter a line into the account, or go on with the last one. */
void bootmem_note(const char *what, phys_addr_t start, unsigned long size);

/** Give all that is free, then the bitmap, to the page allocator. */
unsigned long free_all_bootmem(void);

/** The account so far. */
const struct bootmem_account *bootmem_account(void);

#endif
