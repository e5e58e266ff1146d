/* SPDX-License-Identifier: MIT */
/*
 * --check tlb: tells the user of each place where a stale translation was
 * used, once, as it happens.
 *
 *   in    findings of mmu/stale.h, symbols
 *   out   three lines on standard error for each place; a summary
 */
#ifndef TOOLS_CHECK_TLB_H
#define TOOLS_CHECK_TLB_H

#include <stdio.h>

#include "machine/machine.h"
#include "tools/symbols.h"

struct check_tlb;

/**
 * Check `machine`, which has not run yet, from now on. `stop`: end the run at
 * the first finding. NULL for want of memory.
 */
struct check_tlb *check_tlb_create(struct machine *machine,
                                   const struct symbols *symbols, bool stop);
void check_tlb_destroy(struct check_tlb *check);

/** How many places used a stale translation. */
uint64_t check_tlb_places(const struct check_tlb *check);

/** One line with the counts. */
void check_tlb_summary(FILE *file, const struct check_tlb *check);

#endif
