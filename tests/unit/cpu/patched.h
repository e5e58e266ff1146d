/* SPDX-License-Identifier: MIT */
/* Two pages of code that do not lie side by side, and an alias of both. */
#ifndef TESTS_UNIT_CPU_PATCHED_H
#define TESTS_UNIT_CPU_PATCHED_H

#include "tests/unit/cpu/rig.h"

enum {
    ALIAS = 0x180000,  /* linear, of the two pages at RIG_CODE */
    SECOND = 0x140000, /* physical, of the second one */
    DIRECTORY = 0x100000,
    TABLE = 0x101000
};

static inline void load(struct rig *rig, uint32_t physical, const void *bytes,
                        uint32_t size)
{
    bus_write_block(&rig->bus, BUS_DEBUGGER, physical, bytes, size);
}

/* The first 2 MiB mapped to themselves, but for the second page of code and
 * the alias. */
static inline void turn_paging_on(struct rig *rig)
{
    rig_store(rig, DIRECTORY, 4, TABLE | 7);
    for (uint32_t i = 0; i < RIG_RAM / PAGE_SIZE; i++)
        rig_store(rig, TABLE + i * 4, 4, i * PAGE_SIZE | 7);
    rig_store(rig, TABLE + ALIAS / PAGE_SIZE * 4, 4, RIG_CODE | 7);
    rig_store(rig, TABLE + (RIG_CODE / PAGE_SIZE + 1) * 4, 4, SECOND | 7);
    rig_store(rig, TABLE + (ALIAS / PAGE_SIZE + 1) * 4, 4, SECOND | 7);
    mmu_set_cr3(&rig->cpu.mmu, DIRECTORY);
    rig->cpu.cr0 |= CR0_PG;
    cpu_update_paging(&rig->cpu);
}

#endif
