/* SPDX-License-Identifier: MIT */
/*
 * The fast table's upkeep: what its entries hold, and how they go when the
 * architectural slot goes that they came from. A slot for a small page can
 * have filled one place in each privilege's table; one for a large page, any.
 * The probe itself is in mmu/mmu.h, with mmu_fill_fast() and mmu_clear_fast().
 */
#ifndef MMU_FAST_H
#define MMU_FAST_H

#include "mmu/mmu.h"

/** Empty every fast entry that was filled from a slot. */
void fast_drop_slot(struct mmu *mmu, struct tlb_bank *bank, uint32_t slot);

#endif
