/* SPDX-License-Identifier: MIT */
/*
 * MODE_ bits from what they hang on, inline for those who change the program's
 * code segment, stack and privilege: interrupts, returns, far transfers.
 */
#ifndef CPU_MODE_H
#define CPU_MODE_H

#include "cpu/cpu.h"

/* cpu_update_code() where the mode is to be recorded. */
void cpu_trace_mode(struct cpu *cpu);

/** MODE_FLAT_ bit of a data segment register; none for FS and GS. */
static ALWAYS_INLINE unsigned mode_of_data(const struct cpu *cpu,
                                           unsigned number)
{
    return segment_is_flat(&cpu->segment[number]) ? segment_flat_bit(number)
                                                  : 0;
}

static ALWAYS_INLINE unsigned mode_of_stack(const struct cpu *cpu)
{
    const bool wide = cpu->segment[SS].rights & DESC_DB;

    return (wide ? MODE_STACK32 : 0) | mode_of_data(cpu, SS);
}

static ALWAYS_INLINE unsigned mode_of_code(const struct cpu *cpu)
{
    const struct segment *code = &cpu->segment[CS];
    unsigned mode = code->rights & DESC_DB ? MODE_CODE32 : 0;

    if (code->base == 0 && code->limit == 0xffffffffu)
        mode |= MODE_FLAT_CODE;
    if (cpu->cpl == 3 && (cpu->cr0 & CR0_AM) && (cpu->eflags & FLAG_AC))
        mode |= MODE_ALIGNED;
    return mode;
}

/** cpu_update_program() where SS is what it was. */
static ALWAYS_INLINE void cpu_update_code(struct cpu *cpu)
{
    const unsigned own = MODE_CODE32 | MODE_FLAT_CODE | MODE_ALIGNED;
    const enum privilege privilege = cpu_privilege(cpu);

    cpu->mode = (uint8_t)((cpu->mode & ~own) | mode_of_code(cpu));
    mmu_set_privilege(&cpu->mmu, privilege);
    if (cpu->mmu.code.privilege != privilege || !(cpu->mode & MODE_FLAT_CODE))
        cpu->mmu.code.plain = FAST_EMPTY;
    trace_place_changed(cpu->trace);
    if (trace_wants(cpu->trace, TRACE_MODE))
        cpu_trace_mode(cpu);
}

#endif
