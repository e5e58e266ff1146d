/* SPDX-License-Identifier: MIT */
#include "mmu/record.h"

static bool is_code_bank(const struct mmu *mmu, const struct tlb_bank *bank)
{
    return bank == &mmu->code_small || bank == &mmu->code_large;
}

void record_tlb_entry(struct mmu *mmu, enum tlb_action action,
                      const struct tlb_bank *bank, uint32_t slot)
{
    const struct tlb_entry *entry = &bank->entry[slot];
    struct trace_record record = {
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
    struct trace_record record = {.event = TRACE_TLB,
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
    struct trace_record record = {.event = TRACE_WALK,
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
