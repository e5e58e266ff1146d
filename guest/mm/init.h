/* SPDX-License-Identifier: MIT */
/*
 * From the boot loader's memory map to working allocators, in order:
 * memory map, bootmem, direct map, mem_map, page allocator, slabs.
 */
#ifndef MM_INIT_H
#define MM_INIT_H

struct multiboot_info;

/** Set up bootmem and the direct map, and take the memory for mem_map. */
void mem_init_early(const struct multiboot_info *info);

/** Hand all memory to the page allocator; set up slabs and kmalloc. */
void mem_init(void);

#endif
