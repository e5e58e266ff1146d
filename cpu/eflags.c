/* SPDX-License-Identifier: MIT */
#include "cpu/eflags.h"

uint32_t eflags_changeable(const struct cpu *cpu, enum width width)
{
    uint32_t mask = FLAGS_PROGRAM;

    if (width == WIDTH_32)
        mask |= FLAG_AC | FLAG_ID;
    if (cpu->cpl <= eflags_iopl(cpu))
        mask |= FLAG_IF;
    if (cpu->cpl == 0)
        mask |= FLAG_IOPL;
    return mask;
}

void eflags_write(struct cpu *cpu, uint32_t image, uint32_t mask)
{
    const uint32_t old = cpu_eflags(cpu);
    const uint32_t take = mask & cpu->model->eflags_bits;
    const uint32_t flags = (old & ~take) | (image & take);

    cpu_set_eflags(cpu, flags);
    if (flags & ~old & FLAG_TF)
        cpu->attention = true;
    if ((flags & ~old & FLAG_IF) && (cpu->intr || cpu->nmi_pending))
        cpu->attention = true;
    if (flags & take & FLAG_RF)
        cpu->resume_tick = cpu_now(cpu) + 1;
    if ((flags ^ old) & FLAG_AC)
        cpu_update_program(cpu);
}
