/* SPDX-License-Identifier: MIT */
/* Two machines that came to one place on different ways. */
#ifndef TESTS_UNIT_CPU_SAME_H
#define TESTS_UNIT_CPU_SAME_H

#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"

/* Registers, and what the TLB was asked. */
static inline void expect_same_processor(const struct rig *a,
                                         const struct rig *b)
{
    const struct mmu_counts x = mmu_counts(&a->cpu.mmu);
    const struct mmu_counts y = mmu_counts(&b->cpu.mmu);

    for (unsigned i = 0; i < GPR_COUNT; i++)
        EXPECT_EQ(a->cpu.gpr[i], b->cpu.gpr[i]);
    EXPECT_EQ(a->cpu.eip, b->cpu.eip);
    EXPECT_EQ(cpu_eflags(&a->cpu), cpu_eflags(&b->cpu));
    EXPECT_EQ(x.data_lookups, y.data_lookups);
    EXPECT_EQ(x.code_lookups, y.code_lookups);
    EXPECT_EQ(x.data_misses, y.data_misses);
    EXPECT_EQ(x.code_misses, y.code_misses);
    EXPECT_EQ(x.walks, y.walks);
}

#endif
