/* SPDX-License-Identifier: MIT */
#include "machine/memory_map.h"

static struct memory_run run_between(uint64_t first, uint64_t end,
                                     enum memory_run_type type)
{
    return (struct memory_run){
        .first = first, .length = end - first, .type = type};
}

unsigned memory_map(uint64_t memory_bytes,
                    struct memory_run run[MEMORY_RUNS_MAX])
{
    const uint64_t four_gib = UINT64_C(1) << 32;
    unsigned count = 0;

    run[count++] = run_between(0, LOW_MEMORY_END, MEMORY_AVAILABLE);
    run[count++] = run_between(LOW_MEMORY_END, HOLE_START, MEMORY_RESERVED);
    run[count++] = run_between(0xf0000, HOLE_END, MEMORY_RESERVED);
    if (memory_bytes > HOLE_END)
        run[count++] = run_between(HOLE_END, memory_bytes, MEMORY_AVAILABLE);
    run[count++] = run_between(0xfffc0000u, four_gib, MEMORY_RESERVED);
    return count;
}
