/* SPDX-License-Identifier: MIT */
/*
 * The memory map that firmware would report: which runs of physical addresses
 * are RAM that a kernel may use, and which are not.
 */
#ifndef MACHINE_MEMORY_MAP_H
#define MACHINE_MEMORY_MAP_H

#include "base/types.h"

/** Ends of memory, as a PC's firmware reports them. */
enum {
    LOW_MEMORY_END = 0x9fc00, /**< the last KByte belongs to the BIOS */
    HOLE_START = 0xa0000,     /**< video memory and ROMs */
    HOLE_END = 0x100000
};

/** Types of a run, in the numbers of INT 15h function E820. */
enum memory_run_type { MEMORY_AVAILABLE = 1, MEMORY_RESERVED = 2 };

struct memory_run {
    uint64_t first;
    uint64_t length;
    uint32_t type; /**< enum memory_run_type */
};

enum { MEMORY_RUNS_MAX = 5 };

/** Fill in the map of a machine, lowest first. Returns how many runs it has. */
unsigned memory_map(uint64_t memory_bytes,
                    struct memory_run run[MEMORY_RUNS_MAX]);

#endif
