/* SPDX-License-Identifier: MIT */
#include "machine/trace_state.h"

#include <string.h>

#include "machine/machine.h"

static void take_bank(const struct tlb_bank *bank, enum trace_bank number,
                      struct trace_state *state)
{
    for (uint32_t i = 0; i < bank->live_count; i++) {
        const uint32_t slot = bank->live[i];
        const struct tlb_entry *entry = &bank->entry[slot];

        if (!(entry->flags & TLB_VALID))
            continue;
        state->valid++;
        if (state->entries == TRACE_STATE_TLB_MAX)
            continue;
        state->tlb[state->entries++] = (struct trace_state_entry){
            .bank = (uint8_t)number,
            .way = (uint8_t)tlb_bank_way(bank, slot),
            .set = (uint16_t)(slot >> bank->way_shift),
            .linear = entry->page,
            .physical = entry->frame,
            .flags = entry->flags};
    }
}

/* A block's look-ups are paid in advance; those still ahead do not count. */
static uint64_t lookups(const struct cpu *cpu, const struct mmu_counts *counts)
{
    const bool ahead = cpu->running && cpu->mmu.paging && cpu->current;

    return counts->data_lookups + counts->code_lookups -
           (ahead ? cpu->current[1].look_ups : 0u);
}

void machine_trace_state(void *context, struct trace_state *state)
{
    struct machine *machine = context;
    struct cpu *cpu = &machine->cpu;
    struct mmu *mmu = &cpu->mmu;
    const struct mmu_counts counts = mmu_counts(mmu);

    memcpy(state->registers, cpu->gpr, sizeof state->registers);
    state->eflags = cpu_eflags(cpu);
    state->cr0 = cpu->cr0;
    state->cr2 = cpu->cr2;
    state->cr4 = cpu->cr4;
    state->a20 = mmu->a20_mask == UINT32_MAX;
    state->lookups = lookups(cpu, &counts);
    state->misses = counts.data_misses + counts.code_misses;
    state->walks = counts.walks;
    state->page_faults = counts.page_faults;
    state->valid = 0;
    state->entries = 0;
    take_bank(&mmu->data, TRACE_BANK_DATA, state);
    take_bank(&mmu->data_large, TRACE_BANK_DATA_LARGE, state);
    take_bank(&mmu->code_small, TRACE_BANK_CODE, state);
    take_bank(&mmu->code_large, TRACE_BANK_CODE_LARGE, state);
    mmu_clear_fast(mmu);
}
