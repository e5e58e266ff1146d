/* SPDX-License-Identifier: MIT */
/*
 * Stores held back until nothing can fail: each is translated when it is
 * added, and all are made at once. Frames, task states and descriptors are
 * written this way, so that a fault in the middle leaves memory as it was.
 *
 *   in    linear addresses and values
 *   out   #PF when a store is added, never after
 *   next  mmu/memory.h
 */
#ifndef CPU_STORES_H
#define CPU_STORES_H

#include "cpu/cpu.h"
#include "mmu/memory.h"

/** Longest list: a call gate's 31 parameters and the four words around. */
enum { STORES_MAX = 36 };

struct stores {
    unsigned count; /**< set it to 0 before the first one is added */
    struct {
        struct memory_place place;
        uint32_t value;
        unsigned size;
    } item[STORES_MAX];
};

/** Add a store of `size` (1, 2, 4) bytes: one look-up. Raises #PF. */
MUST_CHECK bool stores_add(struct cpu *cpu, struct stores *stores,
                           struct page_request request, unsigned size,
                           uint32_t value);

/** The same at a linear address, as implicit supervisor. */
MUST_CHECK static inline bool stores_add_system(struct cpu *cpu,
                                                struct stores *stores,
                                                linear_addr linear,
                                                unsigned size, uint32_t value)
{
    const struct page_request request = {linear, ACCESS_WRITE,
                                         PRIVILEGE_SUPERVISOR};

    return stores_add(cpu, stores, request, size, value);
}

/** Make all stores, in the order in which they were added. */
void stores_commit(struct cpu *cpu, const struct stores *stores);

#endif
