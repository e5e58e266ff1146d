/* SPDX-License-Identifier: MIT */
/*
 * One slot of an architectural TLB losing or taking an entry, with all that
 * hangs on it: fast entries, the held code page, the list of live slots.
 * For mmu/mmu.c (flushes) and mmu/translate.c (misses) only.
 */
#ifndef MMU_SLOT_H
#define MMU_SLOT_H

#include "mmu/fast.h"

/** The TLB has the code page no more, or does not answer for it. */
static ALWAYS_INLINE void code_gone(struct mmu *mmu)
{
    mmu->code.live = false;
    mmu->code.linked = false;
}

/** After a flush the next fetch looks its page up, whatever became of it. */
static inline void code_flushed(struct mmu *mmu)
{
    code_gone(mmu);
    mmu->code.held = false;
    mmu->code.plain = FAST_EMPTY;
}

/** Empty an entry that is valid, and that no fast one knows. */
static ALWAYS_INLINE void slot_forget(struct mmu *mmu, struct tlb_bank *bank,
                                      struct tlb_entry *entry)
{
    if (UNLIKELY(mmu->code.bank == bank) &&
        entry == &bank->entry[mmu->code.slot]) {
        code_gone(mmu);
        mmu->code.plain = FAST_EMPTY;
    }
    entry->flags = 0;
    entry->page = TLB_NO_PAGE;
    bank->valid--;
}

/** Empty a valid entry of a bank for small pages. */
static ALWAYS_INLINE void slot_kill_small(struct mmu *mmu,
                                          struct tlb_bank *bank,
                                          struct tlb_entry *entry)
{
    if (entry->fast)
        fast_drop_small(mmu, entry);
    slot_forget(mmu, bank, entry);
}

/** Empty the fast entries that were filled from an entry of any bank. */
static ALWAYS_INLINE void slot_drop_fast(struct mmu *mmu,
                                         const struct tlb_bank *bank,
                                         struct tlb_entry *entry)
{
    if (!entry->fast)
        return;
    if (UNLIKELY(bank->page_shift != 12))
        fast_drop_large(mmu, entry);
    else
        fast_drop_small(mmu, entry);
}

/** Empty a valid entry of any bank. */
static inline void slot_kill(struct mmu *mmu, struct tlb_bank *bank,
                             uint32_t slot)
{
    slot_drop_fast(mmu, bank, &bank->entry[slot]);
    slot_forget(mmu, bank, &bank->entry[slot]);
}

/** Fill an entry that is empty. */
static ALWAYS_INLINE void slot_set(struct tlb_bank *bank,
                                   struct tlb_entry *entry, linear_addr page,
                                   physical_addr frame, uint32_t flags)
{
    entry->page = page;
    entry->frame = frame;
    entry->flags = (uint16_t)flags;
    bank->valid++;
    if (LIKELY(entry->listed))
        return;
    entry->listed = true;
    bank->live[bank->live_count++] = (uint32_t)(entry - bank->entry);
}

/** True if the entry serves the request as it stands. */
static ALWAYS_INLINE bool entry_serves(const struct mmu *mmu,
                                       const struct tlb_entry *entry,
                                       enum access access,
                                       enum privilege privilege)
{
    if (!paging_rights_allow(entry->flags, access, privilege,
                             mmu->mode.write_protect))
        return false;
    return access != ACCESS_WRITE || (entry->flags & TLB_DIRTY);
}

#endif
