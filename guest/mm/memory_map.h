/* SPDX-License-Identifier: MIT */
/*
 * Which physical addresses have memory: from the boot loader's map to a
 * short list of page-aligned ranges that the kernel may use.
 *
 *   in    multiboot's memory map, or, without one, mem_lower and mem_upper
 *   out   struct memory_map
 *   next  mm/init.c feeds bootmem and the page allocator from it
 */
#ifndef MM_MEMORY_MAP_H
#define MM_MEMORY_MAP_H

#include "kernel/types.h"

struct multiboot_info;

#define MEMORY_RANGES 16

/** Page frames start_pfn .. end_pfn - 1. */
struct memory_range {
    unsigned long start_pfn;
    unsigned long end_pfn;
};

struct memory_map {
    unsigned int count;
    struct memory_range range[MEMORY_RANGES];
};

/** The list that mem_init_early() built. */
const struct memory_map *memory_map(void);

/** Build the list. Prints the loader's map on the way. */
void memory_map_read(struct memory_map *map, const struct multiboot_info *info);

/** The page frame behind the last range; 0 without any. */
unsigned long memory_map_end_pfn(const struct memory_map *map);

/** All pages of the list that lie in start_pfn .. end_pfn - 1. */
unsigned long memory_map_pages(const struct memory_map *map,
                               unsigned long start_pfn, unsigned long end_pfn);

#endif
