/* SPDX-License-Identifier: MIT */
/*
 * Making the processor forget translations that it remembers. It must be
 * told after every change of a present page-table entry; an entry that was
 * not present is never remembered. SDM vol. 3A, 4.10.
 */
#ifndef ARCH_TLB_H
#define ARCH_TLB_H

#include "kernel/types.h"

/** Forget one page: INVLPG, or a CR3 reload on a 386, which has none. */
void flush_tlb_one(unsigned long linear);

/** Forget everything but global pages: reload CR3. */
void flush_tlb(void);

/** Forget everything, also global pages. */
void flush_tlb_all(void);

/** Forget the pages that [start, end) touches. */
void flush_tlb_kernel_range(unsigned long start, unsigned long end);

#endif
