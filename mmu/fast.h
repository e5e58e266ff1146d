/* SPDX-License-Identifier: MIT */
/*
 * The fast table's upkeep: what its entries hold, and how they go when the
 * architectural slot goes that they came from. A slot for a small page can
 * have filled one place in each privilege's table; one for a large page, any.
 * The probe itself is in mmu/mmu.h, with mmu_clear_fast().
 */
#ifndef MMU_FAST_H
#define MMU_FAST_H

#include "mmu/mmu.h"

/** Empty every fast entry that was filled from a slot. */
void fast_drop_slot(struct mmu *mmu, struct tlb_bank *bank, uint32_t slot);

/** True if somebody watches the page, which then has no fast entry. */
bool fast_is_watched(const struct mmu *mmu, linear_addr page);

/** True if fast accesses may read a page of this kind. */
static ALWAYS_INLINE bool fast_may_read(const struct mmu *mmu,
                                        physical_addr frame)
{
    return LIKELY(bus_is_ram(mmu->bus, frame)) ||
           bus_range_at(mmu->bus, frame)->kind == BUS_ROM;
}

/** True if they may write it: stores to code are announced elsewhere. */
static ALWAYS_INLINE bool fast_may_write(const struct mmu *mmu,
                                         physical_addr frame)
{
    return (mmu->bus->page[frame >> 12] & (BUS_PAGE_RAM | BUS_PAGE_WATCHED)) ==
           BUS_PAGE_RAM;
}

/* Come from a slot, and share its set's replacement state. True if the slot's
 * rights let `privilege` write, and need no walk to set D first. */
static ALWAYS_INLINE bool fast_join(const struct mmu *mmu,
                                    struct fast_entry *fast,
                                    enum privilege privilege,
                                    const struct translation at)
{
    const uint32_t way = tlb_bank_way(at.bank, at.slot);
    struct tlb_entry *entry = &at.bank->entry[at.slot];

    entry->has_fast = true;
    fast->recency = &at.bank->recency[at.slot >> at.bank->way_shift];
    fast->keep = at.bank->keep[way];
    fast->mark = at.bank->mark[way];
    return (entry->flags & TLB_DIRTY) &&
           paging_rights_allow(entry->flags, ACCESS_WRITE, privilege,
                               mmu->mode.write_protect);
}

/** The one place that makes a fast entry; `tag` as for fast_probe_tagged(). */
static ALWAYS_INLINE void fast_fill_tagged(struct mmu *mmu,
                                           struct page_request request,
                                           const struct translation at,
                                           uint32_t tag)
{
    const linear_addr page = request.linear & PAGE_FRAME_MASK;
    const physical_addr frame = at.physical & PAGE_FRAME_MASK;
    struct fast_entry *fast = &mmu->table[request.privilege][fast_place(page)];
    bool writable = true;

    if ((mmu->paging && !at.bank) || !fast_may_read(mmu, frame) ||
        (mmu->watched_count && fast_is_watched(mmu, page)) ||
        (at.bank && (at.bank->entry[at.slot].flags & TLB_SUSPECT)))
        return;
    fast->addend = (uintptr_t)mmu->bus->memory + frame - page;
    fast->recency = &mmu->no_recency;
    fast->bank = at.bank;
    fast->slot = at.slot;
    if (LIKELY(at.bank))
        writable = fast_join(mmu, fast, request.privilege, at);
    fast->read_page = page | tag;
    fast->write_page =
        writable && fast_may_write(mmu, frame) ? page | tag : FAST_EMPTY;
}

/**
 * The same for a page whose accesses are recorded, if the trace says already
 * where they go: handlers do not tell it.
 */
NEVER_INLINE void fast_fill_recorded(struct mmu *mmu,
                                     struct page_request request,
                                     const struct translation *at);

/**
 * Make the fast entry of a translation that has just been made, where its
 * page is plain memory and the TLB holds it.
 */
static ALWAYS_INLINE void fast_fill(struct mmu *mmu,
                                    struct page_request request,
                                    const struct translation at)
{
    if (LIKELY(mmu->use_fast))
        fast_fill_tagged(mmu, request, at, 0);
    else if (mmu->recording)
        fast_fill_recorded(mmu, request, &at);
}

#endif
