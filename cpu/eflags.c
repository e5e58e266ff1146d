/* SPDX-License-Identifier: MIT */
#include "cpu/eflags.h"

void eflags_tell(struct cpu *cpu, uint32_t old, uint32_t taken)
{
    const uint32_t flags = cpu->eflags;

    if (flags & ~old & FLAG_TF)
        cpu->attention = true;
    if (flags & taken & FLAG_RF)
        cpu->resume_tick = cpu_now(cpu) + 1;
    if ((flags ^ old) & FLAG_AC)
        cpu_update_program(cpu);
}
