/* SPDX-License-Identifier: MIT */
/*
 * Looking up: the architectural TLB, on a miss the walk, and the fast entry
 * that comes of it. All of a miss is one straight piece of code, because it is
 * what memory-bound guests do most: inline pieces, no struct in memory.
 */
#include "mmu/code.h"
#include "mmu/fast.h"
#include "mmu/mmu.h"
#include "mmu/record.h"
#include "mmu/refill.h"
#include "mmu/slot.h"
#include "mmu/stale.h"
#include "mmu/walk.h"

/* The slot for a new entry; what was in it is evicted. `moved` from the other
 * bank, the page may still be in this one, hidden by the entry found first. */
static ALWAYS_INLINE uint32_t slot_make_room(struct mmu *mmu,
                                             struct tlb_bank *bank, bool moved,
                                             linear_addr linear)
{
    const int old = moved ? tlb_bank_find(bank, linear) : TLB_SLOT_NONE;
    const uint32_t slot =
        old == TLB_SLOT_NONE ? tlb_bank_victim(bank, linear) : (uint32_t)old;

    if (!(bank->entry[slot].flags & TLB_VALID))
        return slot;
    if (old == TLB_SLOT_NONE) {
        mmu->counts.evictions++;
        trace_tlb_entry(mmu, TLB_EVICT, bank, slot);
    }
    slot_kill(mmu, bank, slot);
    return slot;
}

/*
 * Put a walk that passed into the TLB for code or data: into the slot in
 * `out` where `found` says that it held the page before.
 */
static ALWAYS_INLINE void insert(struct mmu *mmu, const bool code, bool found,
                                 const struct page_walk walk,
                                 struct translation *out)
{
    struct tlb_bank *small = code ? &mmu->code_small : &mmu->data;
    struct tlb_bank *large = code ? &mmu->code_large : &mmu->data_large;
    struct tlb_bank *bank =
        UNLIKELY(walk.large) && large->geometry.entries ? large : small;
    const uint32_t page_mask = ~0u << bank->page_shift;
    uint32_t flags = walk_entry_flags(walk);

    if (found)
        slot_kill(mmu, out->bank, out->slot);
    if (!bank->geometry.entries) {
        out->bank = NULL;
        return;
    }
    if (!found || out->bank != bank)
        out->slot = slot_make_room(mmu, bank, found, walk.request.linear);
    out->bank = bank;
    if (UNLIKELY(walk.large) && bank == small) {
        flags |= TLB_LARGE;
        bank->has_pieces = true;
    }
    slot_set(bank, &bank->entry[out->slot], walk.request.linear & page_mask,
             walk.physical & page_mask, flags);
    if (UNLIKELY(mmu->stale)) {
        const struct page_walk copy = walk;

        stale_filled(mmu->stale, bank, out->slot, &copy);
    }
    tlb_bank_touch(bank, out->slot);
    trace_tlb_entry(mmu, TLB_FILL, bank, out->slot);
}

/* The walk did not pass: a #PF, and the entry that was `found` goes. */
NEVER_INLINE static bool walk_failed(struct mmu *mmu, bool found,
                                     const struct page_walk *walk,
                                     struct fault *fault)
{
    trace_walk(mmu, *walk, 0);
    if (found)
        mmu_drop_faulting_page(mmu, walk->request.linear);
    mmu->counts.page_faults++;
    *fault = walk_fault(walk->request.linear, walk->error_code);
    return false;
}

/*
 * Walk, mark and remember. `found` is the entry that did not serve (no right,
 * or D to be set), which the chip checks against memory before it faults.
 */
static ALWAYS_INLINE bool walk_and_insert(struct mmu *mmu, const bool code,
                                          bool found, const bool pae,
                                          struct page_request request,
                                          struct translation *out,
                                          struct fault *fault)
{
    const struct page_walk walk = walk_tables(mmu->bus, &mmu->mode, request,
                                              (struct walk_way){.pae = pae});

    mmu->counts.walks++;
    if (UNLIKELY(!walk.ok)) {
        const struct page_walk copy = walk;

        return walk_failed(mmu, found, &copy, fault);
    }
    trace_walk(mmu, walk, walk_mark(mmu->bus, walk));
    insert(mmu, code, found, walk, out);
    out->physical = walk.physical & mmu->a20_mask;
    return true;
}

static ALWAYS_INLINE bool find(struct mmu *mmu, const bool code,
                               linear_addr linear, struct translation *out)
{
    struct tlb_bank *small = code ? &mmu->code_small : &mmu->data;
    struct tlb_bank *large = code ? &mmu->code_large : &mmu->data_large;
    int slot = tlb_bank_find(small, linear);

    out->bank = small;
    if (slot == TLB_SLOT_NONE && large->valid) {
        out->bank = large;
        slot = tlb_bank_find(large, linear);
    }
    out->slot = (uint32_t)slot;
    return slot != TLB_SLOT_NONE;
}

static ALWAYS_INLINE void count_miss(struct mmu *mmu, const bool fetch,
                                     linear_addr linear)
{
    if (fetch)
        mmu->counts.code_misses++;
    else
        mmu->counts.data_misses++;
    trace_tlb_miss(mmu, fetch, linear);
}

/* Look up; on a miss or an entry that does not serve, walk. `code`: in the
 * TLB that is for code alone. */
static ALWAYS_INLINE bool translate(struct mmu *mmu, const bool code,
                                    struct page_request request,
                                    struct translation *out,
                                    struct fault *fault)
{
    const bool found = find(mmu, code, request.linear, out);
    const struct tlb_entry *entry;

    if (LIKELY(!found)) {
        count_miss(mmu, request.access == ACCESS_EXECUTE, request.linear);
    } else {
        entry = &out->bank->entry[out->slot];
        if (entry_serves(mmu, entry, request.access, request.privilege)) {
            if (UNLIKELY(entry->flags & TLB_SUSPECT))
                stale_used(mmu->stale, out->bank, out->slot, request);
            tlb_bank_touch(out->bank, out->slot);
            trace_tlb_entry(mmu, TLB_HIT, out->bank, out->slot);
            out->physical = entry->frame |
                            (request.linear & ~(~0u << out->bank->page_shift));
            out->physical &= mmu->a20_mask;
            return true;
        }
    }
    if (UNLIKELY(mmu->mode.pae))
        return walk_and_insert(mmu, code, found, true, request, out, fault);
    return walk_and_insert(mmu, code, found, false, request, out, fault);
}

bool mmu_translate(struct mmu *mmu, struct page_request request,
                   physical_addr *physical, struct fault *fault)
{
    struct translation translation = {.physical =
                                          request.linear & mmu->a20_mask};

    mmu->counts.data_lookups++;
    if (UNLIKELY(mmu->told_way) && mmu_refill_told(mmu, request, physical))
        return true;
    if (LIKELY(mmu->paging) &&
        UNLIKELY(!translate(mmu, false, request, &translation, fault)))
        return false;
    fast_fill(mmu, request, translation);
    *physical = translation.physical;
    return true;
}

bool mmu_fetch(struct mmu *mmu, linear_addr linear, enum privilege privilege,
               struct fault *fault)
{
    const struct page_request request = {linear, ACCESS_EXECUTE, privilege};
    struct translation translation = {.physical = linear & mmu->a20_mask};
    bool ok = true;

    mmu->counts.code_lookups++;
    code_flushed(mmu);
    if (mmu->paging)
        ok = translate(mmu, !mmu->unified, request, &translation, fault);
    if (!ok)
        return false;
    mmu->code =
        (struct code_page){.held = true,
                           .live = true,
                           .linked = !mmu->unified,
                           .privilege = privilege,
                           .linear = linear & PAGE_FRAME_MASK,
                           .physical = translation.physical & PAGE_FRAME_MASK,
                           .bank = translation.bank,
                           .slot = translation.slot,
                           .plain = FAST_EMPTY};
    return true;
}

bool mmu_fetch_large(struct mmu *mmu, linear_addr linear,
                     enum privilege privilege)
{
    struct tlb_bank *bank = &mmu->code_large;
    const int slot = tlb_bank_find(bank, linear);

    return slot != TLB_SLOT_NONE &&
           code_hold(mmu, linear, privilege, bank, (uint32_t)slot,
                     bank->page_shift, bank->geometry.ways);
}

bool mmu_fetch_unpaged(struct mmu *mmu, linear_addr linear,
                       enum privilege privilege)
{
    struct code_page *code = &mmu->code;

    if (mmu->paging || mmu->unified)
        return false;
    mmu->counts.code_lookups++;
    code->held = true;
    code->live = true;
    code->linked = true;
    code->privilege = privilege;
    code->linear = linear & PAGE_FRAME_MASK;
    code->plain = code->linear;
    code->physical = code->linear & mmu->a20_mask;
    code->bank = NULL;
    return true;
}

void mmu_fetch_again(struct mmu *mmu)
{
    mmu->counts.code_lookups++;
    if (!mmu->code.bank)
        return;
    tlb_bank_touch(mmu->code.bank, mmu->code.slot);
    trace_tlb_entry(mmu, TLB_HIT, mmu->code.bank, mmu->code.slot);
}

void mmu_touch_code(struct mmu *mmu)
{
    if (mmu->code.bank)
        tlb_bank_touch(mmu->code.bank, mmu->code.slot);
}
