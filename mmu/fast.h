/* SPDX-License-Identifier: MIT */
/*
 * The fast table's upkeep: what its entries hold, the list that each
 * architectural slot keeps of the entries it filled, and how they go when the
 * slot goes. The probe itself is in mmu/mmu.h, with mmu_fill_fast() and
 * mmu_clear_fast().
 */
#ifndef MMU_FAST_H
#define MMU_FAST_H

#include "mmu/mmu.h"

/** Empty every fast entry that was filled from `entry`. */
void fast_drop_slot(struct mmu *mmu, const struct tlb_entry *entry);

#endif
