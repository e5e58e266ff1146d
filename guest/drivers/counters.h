/* SPDX-License-Identifier: MIT */
/*
 * Two ports that only our own emulator has.
 *
 * The counter port tells what the machine did so far. A write of an index
 * latches that 64-bit counter; a read gives its low half, and one of the
 * port 4 above its high half. Elsewhere nobody answers, and all bits read 1.
 *
 * The marker port puts a number into the emulator's trace.
 */
#ifndef DRIVERS_COUNTERS_H
#define DRIVERS_COUNTERS_H

#include "kernel/types.h"

enum counter {
    COUNTER_IDENTIFICATION,
    COUNTER_TICKS,
    COUNTER_TLB_LOOKUPS,
    COUNTER_TLB_MISSES,
    COUNTER_PAGE_WALKS,
    COUNTER_PAGE_FAULTS,
    COUNTER_PORT_CYCLES,
    COUNTER_MMIO_CYCLES,
    COUNTERS
};

/** All counters at one moment; or what happened between two. */
struct counters {
    bool present;
    uint64_t value[COUNTERS];
};

/** Whether the machine has the counter port. */
bool counters_present(void);

/** Read one counter; 0 where there are none. */
uint64_t counter_read(enum counter counter);

/** Read them all, the ticks first. */
struct counters counters_read(void);

/** What happened since `before`. */
struct counters counters_since(const struct counters *before);

/** Put `number` into the trace. */
void marker(uint32_t number);

#endif
