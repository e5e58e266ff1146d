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

/** A fast entry stands for nothing any more. */
static ALWAYS_INLINE void fast_empty(struct fast_entry *fast)
{
    fast->read_page = FAST_EMPTY;
    fast->write_page = FAST_EMPTY;
    fast->told_page = FAST_EMPTY;
}

/** Empty it if it was filled from `entry`. */
static ALWAYS_INLINE void fast_drop(struct fast_entry *fast,
                                    const struct tlb_entry *entry)
{
    if (LIKELY(fast->from == entry))
        fast_empty(fast);
}

/** Empty every fast entry that was filled from the entry of a large page. */
NEVER_INLINE void fast_drop_large(struct mmu *mmu, struct tlb_entry *entry);

/** The same for a small one, or a small piece of a large one. */
static ALWAYS_INLINE void fast_drop_small(struct mmu *mmu,
                                          struct tlb_entry *entry)
{
    const uint32_t place = fast_place(entry->page);

    if (entry->fast & 1 << PRIVILEGE_SUPERVISOR)
        fast_drop(&mmu->table[PRIVILEGE_SUPERVISOR][place], entry);
    if (entry->fast & 1 << PRIVILEGE_USER)
        fast_drop(&mmu->table[PRIVILEGE_USER][place], entry);
    entry->fast = 0;
}

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

/** What a fast entry gets from the one that it comes from. */
static ALWAYS_INLINE void fast_join(struct fast_entry *fast,
                                    const struct tlb_bank *bank,
                                    struct tlb_entry *entry, uint32_t way,
                                    uint64_t *recency, enum privilege privilege)
{
    entry->fast |= (uint8_t)(1u << privilege);
    fast->from = entry;
    fast->recency = recency;
    fast->decides = bank->decides[way];
    fast->mark = bank->mark[way];
}

/** True if its rights let `privilege` write, and D need not be set first. */
static ALWAYS_INLINE bool fast_is_writable(const struct mmu *mmu,
                                           uint32_t flags,
                                           enum privilege privilege)
{
    const uint32_t needed = TLB_DIRTY | mmu->needed[privilege][ACCESS_WRITE];

    return (flags & needed) == needed;
}

/** What it gets from the page; `tag` as for fast_probe_tagged(). */
static ALWAYS_INLINE void fast_set(const struct mmu *mmu,
                                   struct fast_entry *fast, linear_addr page,
                                   physical_addr frame, bool writable,
                                   uint32_t tag)
{
    const uint8_t watched = BUS_PAGE_RAM | BUS_PAGE_WATCHED;

    fast->addend = (uintptr_t)mmu->bus->memory + frame - page;
    fast->read_page = page | tag;
    fast->write_page = FAST_EMPTY;
    fast->told_page = FAST_EMPTY;
    if (!writable)
        return;
    if (LIKELY(fast_may_write(mmu, frame)))
        fast->write_page = page | tag;
    else if ((mmu->bus->page[frame >> 12] & watched) == watched && !tag)
        fast->told_page = page;
}

/** Make a fast entry where one may be; `tag` as for fast_probe_tagged(). */
static ALWAYS_INLINE void fast_fill_tagged(struct mmu *mmu,
                                           struct page_request request,
                                           const struct translation at,
                                           uint32_t tag)
{
    const linear_addr page = request.linear & PAGE_FRAME_MASK;
    const physical_addr frame = at.physical & PAGE_FRAME_MASK;
    struct fast_entry *fast = &mmu->table[request.privilege][fast_place(page)];
    struct tlb_entry *entry;
    bool writable = true;

    if ((mmu->paging && !at.bank) || !fast_may_read(mmu, frame) ||
        (mmu->watched_count && fast_is_watched(mmu, page)) ||
        (at.bank && (at.bank->entry[at.slot].flags & TLB_SUSPECT)))
        return;
    if (LIKELY(at.bank)) {
        entry = &at.bank->entry[at.slot];
        fast_join(fast, at.bank, entry, tlb_bank_way(at.bank, at.slot),
                  &at.bank->recency[at.slot >> at.bank->way_shift],
                  request.privilege);
        writable = fast_is_writable(mmu, entry->flags, request.privilege);
    } else {
        fast->recency = &mmu->no_recency;
        fast->from = NULL;
    }
    fast_set(mmu, fast, page, frame, writable, tag);
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
