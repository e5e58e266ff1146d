/* SPDX-License-Identifier: MIT */
/* Whether two MMUs and the plain model hold the same. Fails the test if not. */
#ifndef TESTS_UNIT_MMU_COMPARE_H
#define TESTS_UNIT_MMU_COMPARE_H

#include "mmu/mmu.h"
#include "tests/unit/mmu/model_mmu.h"

/** Counters, and whether a code page is held. */
void compare_counts(const struct mmu *mmu, const struct model_mmu *model);

/** Every entry of both against the model, recency between the two. */
void compare_banks(const struct mmu *fast, const struct mmu *slow,
                   const struct model_mmu *model);

/** That the fast table holds only what the TLB holds, and its lists. */
void check_fast_table(const struct mmu *mmu);

#endif
