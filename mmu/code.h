/* SPDX-License-Identifier: MIT */
/*
 * Fetching from another page, for what programs do most: the TLB for code has
 * it, and nobody records hits. Inline, because each call of a function on
 * another page comes by here; all else is mmu_fetch(), with nothing changed.
 */
#ifndef MMU_CODE_H
#define MMU_CODE_H

#include "mmu/mmu.h"

/* Of the TLBs for code of small pages, where there is one. */
enum { CODE_WAYS = 4 };

/** Fetch from the page whose entry is in `slot`, if that serves. */
MUST_CHECK static ALWAYS_INLINE bool code_hold(
    struct mmu *mmu, linear_addr linear, enum privilege privilege,
    struct tlb_bank *bank, uint32_t slot, const unsigned page_shift,
    const uint32_t ways)
{
    const struct tlb_entry *entry = &bank->entry[slot];
    const linear_addr page = linear & PAGE_FRAME_MASK;
    const uint32_t way = slot % ways;
    uint64_t *recency = &bank->recency[slot / ways];

    if (UNLIKELY(privilege == PRIVILEGE_USER && !(entry->flags & TLB_US)))
        return false;
    *recency = (*recency & ~bank->decides[way]) | bank->mark[way];
    mmu->counts.code_lookups++;
    mmu->code.held = true;
    mmu->code.live = true;
    mmu->code.linked = true;
    mmu->code.privilege = privilege;
    mmu->code.linear = page;
    mmu->code.plain = page;
    mmu->code.physical = entry->frame | (page & ~(~0u << page_shift));
    mmu->code.bank = bank;
    mmu->code.slot = slot;
    return true;
}

/** mmu_fetch_known() where the page may be in the bank for large ones. */
MUST_CHECK bool mmu_fetch_large(struct mmu *mmu, linear_addr linear,
                                enum privilege privilege);

/** The same where there may be no paging. */
MUST_CHECK bool mmu_fetch_unpaged(struct mmu *mmu, linear_addr linear,
                                  enum privilege privilege);

/** True: done, as by mmu_fetch(). */
MUST_CHECK static ALWAYS_INLINE bool mmu_fetch_known(struct mmu *mmu,
                                                     linear_addr linear,
                                                     enum privilege privilege)
{
    const uint32_t each_fetch = 1u << TRACE_FETCH | 1u << TRACE_HIT;
    struct tlb_bank *bank = &mmu->code_small;
    int slot;

    if (UNLIKELY(mmu->trace->enabled & each_fetch))
        return false;
    if (UNLIKELY(!mmu->short_fetch))
        return mmu_fetch_unpaged(mmu, linear, privilege);
    slot = tlb_bank_find_as(bank, linear, 12, CODE_WAYS);
    if (UNLIKELY(slot == TLB_SLOT_NONE))
        return mmu->code_large.valid && mmu_fetch_large(mmu, linear, privilege);
    return code_hold(mmu, linear, privilege, bank, (uint32_t)slot, 12,
                     CODE_WAYS);
}

/**
 * After INVLPG: fetch on from the page that was held before, whose `plain` was
 * this. True: the TLB has it still, and the next fetch has only to count a
 * look-up, as after a transfer. False: it looks the page up.
 */
MUST_CHECK static ALWAYS_INLINE bool mmu_fetch_on(struct mmu *mmu,
                                                  linear_addr plain)
{
    struct code_page *code = &mmu->code;

    if (UNLIKELY(!mmu->short_fetch || plain == FAST_EMPTY ||
                 !(code->bank->entry[code->slot].flags & TLB_VALID)))
        return false;
    code->held = true;
    code->live = true;
    code->linked = true;
    code->plain = plain;
    return true;
}

#endif
