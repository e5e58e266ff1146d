/* SPDX-License-Identifier: MIT */
/*
 * The short way to a fast entry, for what memory-bound guests do most: a page
 * of RAM that the data TLB does not have, or whose D is to be set, under 32-bit
 * paging, with nobody recording or watching. It looks before it touches, calls
 * nobody, and leaves all else to mmu_translate() with nothing changed.
 */
#include "mmu/fast.h"
#include "mmu/slot.h"
#include "mmu/walk.h"

/* Of the TLBs for data of all chips. */
enum { WAYS = 4 };

/* The rights that an access needs, in one word. */
static uint8_t rights_needed(const struct mmu *mmu, enum privilege privilege,
                             enum access access)
{
    uint8_t needed = 0;

    while (!paging_rights_allow(needed, access, privilege,
                                mmu->mode.write_protect))
        needed = (uint8_t)(needed + PTE_RW);
    return needed;
}

void mmu_choose_way(struct mmu *mmu)
{
    const struct tlb_geometry *geometry = &mmu->data.geometry;

    mmu->short_way = mmu->paging && !mmu->mode.pae && !mmu->mode.a20_shut &&
                     !mmu->stale && !mmu->watched_count &&
                     geometry->ways == WAYS &&
                     geometry->policy == TLB_POLICY_PLRU;
    for (unsigned i = 0; i < 4; i++)
        mmu->needed[i / 2][i % 2] =
            rights_needed(mmu, (enum privilege)(i / 2), (enum access)(i % 2));
}

static ALWAYS_INLINE bool may_take_short_way(const struct mmu *mmu)
{
    const uint32_t recorded = 1u << TRACE_TLB | 1u << TRACE_WALK;

    return mmu->short_way && mmu->use_fast && !(mmu->trace->enabled & recorded);
}

/* The entry of the set that has the page, or NULL. */
static ALWAYS_INLINE struct tlb_entry *find(struct tlb_entry *set,
                                            linear_addr page)
{
    if (set[0].page == page)
        return &set[0];
    if (set[1].page == page)
        return &set[1];
    if (set[2].page == page)
        return &set[2];
    return set[3].page == page ? &set[3] : NULL;
}

/* True if the data TLB has the page in the bank for large ones. */
static ALWAYS_INLINE bool is_in_large(const struct mmu *mmu, linear_addr linear)
{
    return UNLIKELY(mmu->data_large.valid) &&
           tlb_bank_find(&mmu->data_large, linear) != TLB_SLOT_NONE;
}

/*
 * Set A and D in the PTE of a page of RAM. False if that does not come to pass,
 * and then nothing has changed. A table with code in it is left to those who
 * look what becomes of the code.
 */
static ALWAYS_INLINE bool mark(const struct mmu *mmu,
                               const struct page_walk *walk)
{
    const bool write = walk->request.access == ACCESS_WRITE;
    const uint32_t leaf = PTE_A | (write ? PTE_D : 0u);
    const uint8_t *const page = mmu->bus->page;

    if (UNLIKELY(walk->large || !(walk->pde & PTE_A) ||
                 !bus_is_ram(mmu->bus, walk->physical)))
        return false;
    if (UNLIKELY(~walk->pte & leaf)) {
        if (page[walk->pte_address >> 12] & BUS_PAGE_WATCHED)
            return false;
        (void)walk_mark(mmu->bus, *walk);
    }
    return true;
}

/* An entry of a set that does not have the page; what was in it is evicted. */
static ALWAYS_INLINE struct tlb_entry *take(struct mmu *mmu,
                                            struct tlb_entry *set,
                                            uint64_t recency)
{
    struct tlb_entry *entry = &set[tlb_plru_victim(recency, WAYS)];

    mmu->counts.data_misses++;
    if (UNLIKELY(mmu->data.valid != mmu->data.geometry.entries)) {
        struct tlb_entry *empty = find(set, TLB_NO_PAGE);

        if (empty)
            return empty;
    }
    mmu->counts.evictions++;
    slot_kill_small(mmu, &mmu->data, entry);
    return entry;
}

/* The walk of a miss did not pass, because of the entry at `last`. If that is
 * not in RAM it has not been read, and is left to those who do. */
NEVER_INLINE static enum refill fail(struct mmu *mmu, physical_addr last,
                                     linear_addr linear, uint32_t error_code,
                                     struct fault *fault)
{
    if (!bus_is_ram(mmu->bus, last))
        return REFILL_NONE;
    mmu->counts.data_misses++;
    mmu->counts.walks++;
    mmu->counts.page_faults++;
    *fault = walk_fault(linear, error_code);
    return REFILL_FAULT;
}

/* mmu_refill() for one kind of access. */
static ALWAYS_INLINE enum refill refill(struct mmu *mmu, linear_addr linear,
                                        const enum access access,
                                        const enum privilege privilege,
                                        struct fault *fault)
{
    const struct page_request request = {linear, access, privilege};
    const linear_addr page = linear & PAGE_FRAME_MASK;
    struct tlb_bank *bank = &mmu->data;
    const uint32_t number = linear >> 12 & bank->set_mask;
    uint64_t *recency = &bank->recency[number];
    struct tlb_entry *set = &bank->entry[number * WAYS];
    struct tlb_entry *entry = find(set, page);
    struct fast_entry *fast = &mmu->table[privilege][fast_place(linear)];
    uint32_t way;
    uint32_t flags;
    struct page_walk walk;
    physical_addr frame;

    if (entry ? entry_serves(mmu, entry, access, privilege)
              : is_in_large(mmu, linear))
        return REFILL_NONE;
    walk = walk_tables(mmu->bus, &mmu->mode, request,
                       (struct walk_way){.plain = true});
    if (UNLIKELY(!walk.ok))
        return entry ? REFILL_NONE
                     : fail(mmu,
                            walk.has_pte ? walk.pte_address : walk.pde_address,
                            linear, walk.error_code, fault);
    if (UNLIKELY(!mark(mmu, &walk)))
        return REFILL_NONE;
    mmu->counts.walks++;
    if (LIKELY(!entry))
        entry = take(mmu, set, *recency);
    else
        slot_kill_small(mmu, bank, entry);
    flags = walk_entry_flags(walk);
    frame = walk.physical & PAGE_FRAME_MASK;
    slot_set(bank, entry, page, frame, flags);
    way = (uint32_t)(entry - set);
    fast_join(fast, bank, entry, way, recency, privilege);
    fast_set(mmu, fast, page, frame, fast_is_writable(mmu, flags, privilege),
             0);
    return REFILL_DONE;
}

enum refill mmu_refill(struct mmu *mmu, linear_addr linear, enum access access,
                       enum privilege privilege, struct fault *fault)
{
    if (UNLIKELY(!may_take_short_way(mmu)))
        return REFILL_NONE;
    if (privilege == PRIVILEGE_USER)
        return access == ACCESS_WRITE
                   ? refill(mmu, linear, ACCESS_WRITE, PRIVILEGE_USER, fault)
                   : refill(mmu, linear, ACCESS_READ, PRIVILEGE_USER, fault);
    return access == ACCESS_WRITE
               ? refill(mmu, linear, ACCESS_WRITE, PRIVILEGE_SUPERVISOR, fault)
               : refill(mmu, linear, ACCESS_READ, PRIVILEGE_SUPERVISOR, fault);
}
