/* SPDX-License-Identifier: MIT */
/*
 * What memory.c, mmap.c, fault.c and swap.c share among themselves.
 */
#ifndef MM_INTERNAL_H
#define MM_INTERNAL_H

#include "mm/mm.h"

/** An area filled with zeros; 0 without memory. */
struct vm_area_struct *alloc_area(void);

/** Free it, and close its file. */
void free_area(struct vm_area_struct *area);

/** The page of zeros, with one more user. */
struct page *get_zero_page(void);

#endif
