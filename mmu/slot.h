/* SPDX-License-Identifier: MIT */
/*
 * One slot of an architectural TLB losing or taking an entry, with all that
 * hangs on it: fast entries, the held code page, the list of live slots.
 * For mmu/mmu.c (flushes) and mmu/translate.c (misses) only.
 */
#ifndef MMU_SLOT_H
#define MMU_SLOT_H

#include "mmu/fast.h"

/** After a flush the next fetch looks its page up, whatever became of it. */
static inline void code_flushed(struct mmu *mmu)
{
    mmu->code.held = false;
    mmu->code.live = false;
}

/** Empty a slot that holds a valid entry. */
static inline void slot_kill(struct mmu *mmu, struct tlb_bank *bank,
                             uint32_t slot)
{
    struct tlb_entry *entry = &bank->entry[slot];

    if (entry->has_fast)
        fast_drop_slot(mmu, bank, slot);
    entry->flags = 0;
    entry->page = TLB_NO_PAGE;
    bank->valid--;
    if (mmu->code.bank == bank && mmu->code.slot == slot)
        mmu->code.live = false;
}

/** Put an entry into a slot that is empty. */
static inline void slot_set(struct tlb_bank *bank, uint32_t slot,
                            linear_addr page, physical_addr frame,
                            uint32_t flags)
{
    struct tlb_entry *entry = &bank->entry[slot];

    entry->page = page;
    entry->frame = frame;
    entry->flags = (uint16_t)flags;
    bank->valid++;
    if (entry->listed)
        return;
    entry->listed = true;
    bank->live[bank->live_count++] = slot;
}

#endif
