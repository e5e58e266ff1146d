/* SPDX-License-Identifier: MIT */
/*
 * What stands in each slot of the TLB, followed through a trace: fills,
 * evictions, flushes, and the whole content at the head of each packet.
 *
 *   in    TLB and walk events, and the states between them
 *   out   by slot: how often it was filled and for how long it held a page
 */
#ifndef TOOLS_TRACE_SLOTS_H
#define TOOLS_TRACE_SLOTS_H

#include "mmu/tlb.h"
#include "trace/state.h"
#include "trace/trace.h"

enum { SLOT_BANKS = TRACE_BANK_CODE_LARGE + 1 };

struct slot {
    bool valid;
    bool global;
    uint8_t page_shift; /**< of the page that it is, or is a piece of */
    linear_addr linear;
    physical_addr physical;
    uint64_t since; /**< tick from which on it is valid */
    uint64_t held;  /**< ticks in which it was, up to `since` */
    uint64_t fills;
    uint64_t evictions;
};

struct slot_bank {
    uint32_t sets;
    uint32_t ways;
    uint32_t valid;
    struct slot *slot; /**< set * ways + way */
};

struct trace_slots {
    bool split;                        /**< code has banks of its own */
    struct slot_bank bank[SLOT_BANKS]; /**< by enum trace_bank */
    struct trace_walk walk;            /**< the last one */
};

bool trace_slots_init(struct trace_slots *slots, const struct tlb_model *model,
                      struct error *error);
void trace_slots_release(struct trace_slots *slots);

/** The TLB holds what the state says, no more and no less. */
void trace_slots_set(struct trace_slots *slots,
                     const struct trace_state *state);

/** Take a walk: the fill that follows is for the page that it found. */
void trace_slots_walk(struct trace_slots *slots, const struct trace_walk *walk);

/** Take a TLB event at `tick`. */
void trace_slots_take(struct trace_slots *slots, const struct trace_tlb *tlb,
                      uint64_t tick);

/** No more events come: `held` of each slot counts up to `tick`. */
void trace_slots_end(struct trace_slots *slots, uint64_t tick);

/** Entries that are valid now, all banks together. */
uint32_t trace_slots_valid(const struct trace_slots *slots);

#endif
