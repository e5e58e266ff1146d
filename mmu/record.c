/* SPDX-License-Identifier: MIT */
#include "mmu/record.h"

#include "trace/fold.h"

static bool is_code_bank(const struct mmu *mmu, const struct tlb_bank *bank)
{
    return bank == &mmu->code_small || bank == &mmu->code_large;
}

/* A miss of a small page that passes its walk ends in a fill. */
static bool will_fill(const struct mmu *mmu, bool code)
{
    const struct tlb_bank *bank =
        code && !mmu->unified ? &mmu->code_small : &mmu->data;

    return bank->geometry.entries > 0;
}

/* The walk belongs to the miss that is held, and is of the plain kind, which
 * follows from its entries. */
static bool hold_walk(struct mmu *mmu, const struct page_walk *walk,
                      uint32_t marked)
{
    struct trace_refill *refill = &mmu->trace->held.refill;

    if (refill->steps != TRACE_REFILL_MISSED || !walk->ok || !walk->has_pte ||
        walk->pae || mmu->mode.a20_shut)
        return false;
    refill->steps = TRACE_REFILL_WALKED;
    refill->linear = walk->request.linear;
    refill->access = walk->request.access;
    refill->privilege = walk->request.privilege;
    refill->pde = (uint32_t)walk->pde;
    refill->pte = (uint32_t)walk->pte;
    refill->marked = marked;
    return true;
}

/* The entry takes part in the refill that is held. */
static bool hold_entry(struct mmu *mmu, enum tlb_action action,
                       const struct tlb_bank *bank, uint32_t slot)
{
    struct trace_refill *refill = &mmu->trace->held.refill;

    if (refill->steps < TRACE_REFILL_WALKED)
        return false;
    refill->code = is_code_bank(mmu, bank);
    refill->set = (uint16_t)(slot >> bank->way_shift);
    refill->way = (uint8_t)tlb_bank_way(bank, slot);
    if (action == TLB_EVICT) {
        refill->steps = TRACE_REFILL_EVICTED;
        refill->evicts = true;
        refill->evicted = bank->entry[slot].page;
        refill->evicted_physical = bank->entry[slot].frame;
        return true;
    }
    refill->steps = TRACE_REFILL_FILLED;
    trace_refill(mmu->trace);
    return true;
}

void record_tlb_entry(struct mmu *mmu, enum tlb_action action,
                      const struct tlb_bank *bank, uint32_t slot)
{
    const struct tlb_entry *entry = &bank->entry[slot];
    struct trace_record record;

    if (mmu->trace->holds && hold_entry(mmu, action, bank, slot))
        return;
    record = (struct trace_record){
        .event = action == TLB_HIT ? TRACE_HIT : TRACE_TLB,
        .tlb = {.action = action,
                .code = is_code_bank(mmu, bank),
                .linear = entry->page,
                .physical = entry->frame,
                .set = (uint16_t)(slot >> bank->way_shift),
                .way = (uint16_t)(tlb_bank_way(bank, slot))}};

    trace_emit(mmu->trace, &record);
}

void record_tlb_miss(struct mmu *mmu, bool code, linear_addr linear)
{
    struct trace_record record;

    if (will_fill(mmu, code) && trace_hold_miss(mmu->trace, code, linear))
        return;
    record = (struct trace_record){.event = TRACE_TLB,
                                   .tlb = {.action = TLB_MISS,
                                           .code = code,
                                           .linear = linear & PAGE_FRAME_MASK}};
    trace_emit(mmu->trace, &record);
}

void record_tlb_flush(struct mmu *mmu, enum tlb_cause cause, linear_addr linear,
                      uint32_t entries)
{
    struct trace_record record = {.event = TRACE_TLB,
                                  .tlb = {.action = TLB_FLUSH,
                                          .cause = cause,
                                          .linear = linear,
                                          .entries = entries}};

    trace_emit(mmu->trace, &record);
}

void record_walk(struct mmu *mmu, const struct page_walk *walk, uint32_t marked)
{
    struct trace_record record;

    if (mmu->trace->holds && hold_walk(mmu, walk, marked))
        return;
    record =
        (struct trace_record){.event = TRACE_WALK,
                              .walk = {.linear = walk->request.linear,
                                       .cr3 = mmu->mode.cr3,
                                       .access = walk->request.access,
                                       .privilege = walk->request.privilege,
                                       .pae = walk->pae,
                                       .has_pde = walk->has_pde,
                                       .has_pte = walk->has_pte,
                                       .ok = walk->ok,
                                       .pde_address = walk->pde_address,
                                       .pte_address = walk->pte_address,
                                       .pdpte = walk->pdpte,
                                       .pde = walk->pde,
                                       .pte = walk->pte,
                                       .error_code = walk->error_code,
                                       .physical = walk->physical,
                                       .marked = marked}};

    trace_emit(mmu->trace, &record);
}
