/* SPDX-License-Identifier: MIT */
/*
 * The short way to a fast entry, for what memory-bound guests do most: a page
 * of RAM that the data TLB does not have, or whose D is to be set, under 32-bit
 * paging, with nobody watching. It looks before it touches, calls nobody but a
 * recorder, and leaves all else to mmu_translate() with nothing changed.
 * Inline, and first of all a walk, because the next miss of a guest that misses
 * often is to begin while the host's processor still waits for this one's data.
 *
 *   in    the data access that missed the fast table
 *   out   its fast entry, or the page fault that there is instead
 *   next  mmu/translate.c for all that is not plain
 */
#ifndef MMU_REFILL_H
#define MMU_REFILL_H

#include "mmu/fast.h"
#include "mmu/record.h"
#include "mmu/slot.h"
#include "mmu/walk.h"

/** Ways of the TLBs for data of all chips, which the short way knows. */
enum { REFILL_WAYS = 4 };

/* True if nobody records what a miss does. */
static ALWAYS_INLINE bool refill_is_untold(const struct mmu *mmu)
{
    const uint32_t told = 1u << TRACE_TLB | 1u << TRACE_WALK;

    return LIKELY(!(mmu->trace->enabled & told));
}

/* The entry of a set that has the page, or NULL. */
static ALWAYS_INLINE struct tlb_entry *refill_find(const struct tlb_bank *bank,
                                                   uint32_t set,
                                                   linear_addr page)
{
    struct tlb_entry *entry = &bank->entry[set * REFILL_WAYS];

#pragma GCC unroll 4
    for (unsigned way = 0; way < REFILL_WAYS; way++) {
        if (entry[way].page == page)
            return &entry[way];
    }
    return NULL;
}

/* True if the data TLB has the page in the bank for large ones. */
static ALWAYS_INLINE bool refill_is_in_large(const struct mmu *mmu,
                                             linear_addr linear)
{
    return UNLIKELY(mmu->data_large.valid) &&
           tlb_bank_find(&mmu->data_large, linear) != TLB_SLOT_NONE;
}

/* True if a walk came to a page of RAM by a table that has been used. */
static ALWAYS_INLINE bool refill_is_plain(const struct mmu *mmu,
                                          const struct page_walk walk)
{
    return LIKELY(!walk.large && (walk.pde & PTE_A) &&
                  bus_is_ram(mmu->bus, walk.physical));
}

/* The bits that a plain walk has to set: A and D in the PTE. */
static ALWAYS_INLINE uint32_t refill_marks(const struct page_walk walk)
{
    const bool write = walk.request.access == ACCESS_WRITE;

    return (PTE_A | (write ? PTE_D : 0u)) & ~(uint32_t)walk.pte;
}

/* Set them. False, and nothing is done, for a table with code in it, which is
 * left to those who look what becomes of the code. */
static ALWAYS_INLINE bool refill_mark(const struct mmu *mmu,
                                      const struct page_walk walk)
{
    if (LIKELY(!refill_marks(walk)))
        return true;
    if (mmu->bus->page[walk.pte_address >> 12] & BUS_PAGE_WATCHED)
        return false;
    (void)walk_mark(mmu->bus, walk);
    return true;
}

/* An entry of a set that does not have the page; what was in it is evicted. */
static ALWAYS_INLINE struct tlb_entry *refill_take(struct mmu *mmu,
                                                   uint32_t set,
                                                   const bool told)
{
    struct tlb_bank *bank = &mmu->data;
    const uint32_t way = tlb_plru_victim(bank->recency[set], REFILL_WAYS);
    struct tlb_entry *entry = &bank->entry[set * REFILL_WAYS + way];

    if (!told) /* else before its miss was told */
        mmu->counts.data_misses++;
    if (UNLIKELY(bank->valid != bank->geometry.entries)) {
        struct tlb_entry *empty = refill_find(bank, set, TLB_NO_PAGE);

        if (empty)
            return empty;
    }
    mmu->counts.evictions++;
    if (told)
        trace_tlb_entry(mmu, TLB_EVICT, bank, (uint32_t)(entry - bank->entry));
    slot_kill_small(mmu, bank, entry);
    return entry;
}

/* The entry is to be filled anew for a privilege, whose fast one, if it comes
 * from here, is overwritten then. */
static ALWAYS_INLINE void refill_renew(struct mmu *mmu, struct tlb_entry *entry,
                                       enum privilege privilege)
{
    entry->fast &= (uint8_t) ~(1u << privilege);
    slot_kill_small(mmu, &mmu->data, entry);
}

/*
 * The walk of a data access did not pass, because of the entry at `last`. If
 * that is not in RAM it has not been read, and is left to those who do; so is
 * an access that the TLB has an entry for.
 */
NEVER_INLINE enum refill mmu_refill_failed(struct mmu *mmu, linear_addr linear,
                                           physical_addr last,
                                           uint32_t error_code,
                                           struct fault *fault);

/* What becomes of a walk that passed. `told`: somebody records it. */
static ALWAYS_INLINE enum refill refill_by(struct mmu *mmu, linear_addr linear,
                                           enum access access,
                                           enum privilege privilege,
                                           const struct page_walk walk,
                                           const bool told)
{
    const linear_addr page = linear & PAGE_FRAME_MASK;
    struct fast_entry *fast = &mmu->table[privilege][fast_place(linear)];
    struct tlb_entry *entry;
    uint32_t flags;
    uint32_t set;

    if (!refill_is_plain(mmu, walk))
        return REFILL_NONE;
    set = linear >> 12 & mmu->data.set_mask;
    entry = refill_find(&mmu->data, set, page);
    if (entry ? entry_serves(mmu, entry, access, privilege)
              : refill_is_in_large(mmu, linear))
        return REFILL_NONE;
    if (UNLIKELY(!refill_mark(mmu, walk)))
        return REFILL_NONE;
    if (told && !entry) {
        mmu->counts.data_misses++;
        trace_tlb_miss(mmu, false, linear);
    }
    mmu->counts.walks++;
    if (told)
        trace_walk(mmu, walk, refill_marks(walk));
    if (LIKELY(!entry))
        entry = refill_take(mmu, set, told);
    else
        refill_renew(mmu, entry, privilege);
    flags = walk_entry_flags(walk);
    slot_set(&mmu->data, entry, page, walk.physical & PAGE_FRAME_MASK, flags);
    fast_join(fast, &mmu->data, entry,
              (uint32_t)(entry - mmu->data.entry) % REFILL_WAYS,
              &mmu->data.recency[set], privilege);
    if (told) {
        const uint32_t slot = (uint32_t)(entry - mmu->data.entry);

        /* Else the handler that missed does it, when it runs again. */
        tlb_bank_touch(&mmu->data, slot);
        trace_tlb_entry(mmu, TLB_FILL, &mmu->data, slot);
    }
    fast_set(mmu, fast, page, entry->frame,
             fast_is_writable(mmu, flags, privilege),
             told && mmu->recording ? FAST_RECORDED : 0);
    return REFILL_DONE;
}

/**
 * Make the fast entry of a page for a data access that missed it, where that
 * needs a plain page walk, and count everything but the look-up. REFILL_FAULT
 * sets `fault`. REFILL_NONE: nothing is done, mmu_translate() has to. It walks
 * first, though the TLB may have the page: a walk changes nothing.
 */
MUST_CHECK static ALWAYS_INLINE enum refill mmu_refill(struct mmu *mmu,
                                                       linear_addr linear,
                                                       enum access access,
                                                       enum privilege privilege,
                                                       struct fault *fault)
{
    struct page_walk walk;

    if (UNLIKELY(!mmu->short_way))
        return REFILL_NONE;
    walk = walk_tables(mmu->bus, &mmu->mode,
                       (struct page_request){linear, access, privilege},
                       (struct walk_way){.plain = true});
    if (!refill_is_untold(mmu))
        return REFILL_NONE;
    if (UNLIKELY(!walk.ok))
        return mmu_refill_failed(
            mmu, linear, walk.has_pte ? walk.pte_address : walk.pde_address,
            walk.error_code, fault);
    return refill_by(mmu, linear, access, privilege, walk, false);
}

/**
 * The same where the miss or the access is recorded, for mmu_translate(), if
 * `told_way` says that it may be tried. False: nothing is done.
 */
MUST_CHECK bool mmu_refill_told(struct mmu *mmu, struct page_request request,
                                physical_addr *physical);

#endif
