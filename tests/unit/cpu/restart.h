/* SPDX-License-Identifier: MIT */
/*
 * Restartability, proven for one instruction at a time: every page that it
 * touches is made absent, then read-only, in turn. Where that faults, the
 * processor and memory must be as before (but for CR2, A and D, accessed bits
 * of descriptors, finished iterations of REP), the frame of the fault must
 * lead back to it with RF set, and once the page is there it must end as it
 * does when nothing was ever missing. SDM 3A, "Restarting Program or Task
 * After an Exception".
 */
#ifndef TESTS_UNIT_CPU_RESTART_H
#define TESTS_UNIT_CPU_RESTART_H

#include "mmu/paging.h"
#include "tests/unit/cpu/rig.h"

/* Page tables, which map all of the rig's RAM to itself. */
enum {
    RESTART_DIRECTORY = 0x6000,
    RESTART_TABLE = 0x7000,
    RESTART_TABLES_END = 0x8000,
    RESTART_PAGES_MAX = 0x60
};

/** One instruction in one situation. */
struct restart_case {
    char name[96];
    void (*arrange)(struct rig *rig, void *context); /**< all but paging */
    void *context;
    uint32_t pages;         /**< of low memory that it may touch */
    uint32_t changing_gprs; /**< that get the time or CR2: bit n */
    bool repeats;           /**< by a REP prefix */
    bool may_fault;         /**< it ends in a fault of its own, not #PF */
};

/** What a proof found out. */
struct restart_result {
    unsigned faults;  /**< page faults that were gone through */
    unsigned returns; /**< of them, by a handler and its IRET as well */
};

/** Build the rig. */
void restart_init(struct rig *rig, const char *model);

/** Prove it, or abort the test with a message that names what is wrong. */
struct restart_result restart_prove(struct rig *rig,
                                    const struct restart_case *restart);

#endif
