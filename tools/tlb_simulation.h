/* SPDX-License-Identifier: MIT */
/*
 * Another data TLB than the recorded machine's, fed with recorded accesses and
 * flushes. Pages are as large and as global as the recorded walks say.
 */
#ifndef TOOLS_TLB_SIMULATION_H
#define TOOLS_TLB_SIMULATION_H

#include "mmu/tlb.h"
#include "trace/state.h"
#include "trace/trace.h"

struct tlb_simulation {
    struct tlb_bank small;
    struct tlb_bank large;
    uint8_t *global;     /**< by linear page: mapped so by the last walk */
    bool is_large[1024]; /**< by 4 MiB */
    bool paging;
    bool keeps_global;        /**< CR4.PGE */
    uint64_t state_tick;      /**< of the last state taken */
    struct trace_record last; /**< the access before */
    uint64_t lookups;
    uint64_t misses;
    uint64_t evictions;
};

bool tlb_simulation_init(struct tlb_simulation *simulation,
                         const struct tlb_model *model, struct error *error);
void tlb_simulation_release(struct tlb_simulation *simulation);

/**
 * Take an event: accesses, walks, flushes and changes of CR4 count, others do
 * not. `state` is that at the head of its packet, which tells of CR4 too.
 */
void tlb_simulation_take(struct tlb_simulation *simulation,
                         const struct trace_record *record,
                         const struct trace_state *state);

#endif
