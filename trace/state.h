/* SPDX-License-Identifier: MIT */
/*
 * The machine's state as a recorder writes it down at the head of each packet,
 * so that the packet can be read alone.
 */
#ifndef TRACE_STATE_H
#define TRACE_STATE_H

#include "base/types.h"

enum { TRACE_STATE_TLB_MAX = 1024, TRACE_STATE_REGISTERS = 8 };

/** Banks of the TLB. */
enum trace_bank {
    TRACE_BANK_DATA,
    TRACE_BANK_DATA_LARGE,
    TRACE_BANK_CODE,
    TRACE_BANK_CODE_LARGE
};

/** A valid entry of the architectural TLB. */
struct trace_state_entry {
    uint8_t bank; /**< enum trace_bank */
    uint8_t way;
    uint16_t set;
    linear_addr linear;
    physical_addr physical;
    uint16_t flags; /**< those of mmu/tlb.h */
};

struct trace_state {
    uint64_t tick;
    uint32_t eip;
    uint32_t cr3;
    uint32_t code_base; /**< of CS */
    uint8_t cpl;
    bool a20;                                  /**< the A20 gate is open */
    uint32_t registers[TRACE_STATE_REGISTERS]; /**< as encoded: EAX to EDI */
    uint32_t eflags;
    uint32_t cr0;
    uint32_t cr2;
    uint32_t cr4;
    uint64_t lookups; /**< of the TLB, so far, for data and for code */
    uint64_t misses;
    uint64_t walks;
    uint64_t page_faults;
    uint32_t valid;   /**< entries that the TLB holds; maybe more than below */
    uint32_t entries; /**< in `tlb` */
    struct trace_state_entry tlb[TRACE_STATE_TLB_MAX];
};

#endif
