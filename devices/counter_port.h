/* SPDX-License-Identifier: MIT */
/*
 * The counter port, our own: a guest may ask how the machine counts it.
 * Writing an index latches that 64-bit counter; the low and the high half are
 * then read one after the other. Counter 0 is constant, so that a guest can
 * tell whether the port is there.
 *
 *   offset 0   write: index to latch; read: low half of what was latched
 *   offset 4   read: high half
 *
 * Doublewords only; anything else reads as ones and is ignored.
 */
#ifndef DEVICES_COUNTER_PORT_H
#define DEVICES_COUNTER_PORT_H

#include "base/types.h"

/** Indices of the counters; all others read as 0. */
enum counter_index {
    COUNTER_IDENTITY, /**< COUNTER_IDENTITY_VALUE */
    COUNTER_TICKS,
    COUNTER_TLB_LOOKUPS,
    COUNTER_TLB_MISSES,
    COUNTER_PAGE_WALKS,
    COUNTER_PAGE_FAULTS,
    COUNTER_PORT_CYCLES,
    COUNTER_MMIO_CYCLES,
    COUNTER_COUNT
};

/** "PWLK" in the order of the bytes in memory. */
#define COUNTER_IDENTITY_VALUE 0x4b4c5750u

struct counter_port {
    uint64_t latched;
    /** Value of a counter between COUNTER_TICKS and COUNTER_MMIO_CYCLES. */
    uint64_t (*counter)(void *context, unsigned index); /**< may be NULL */
    void *context;
};

uint32_t counter_port_read(void *context, uint32_t offset, unsigned size);
void counter_port_write(void *context, uint32_t offset, unsigned size,
                        uint32_t value);

#endif
