/* SPDX-License-Identifier: MIT */
#include "cpu/eflags.h"

/* The bits that the model has. */
static uint32_t eflags_of_model(const struct cpu_model *model)
{
    uint32_t flags = FLAGS_PROGRAM | FLAG_IF | FLAG_IOPL | FLAG_RF | FLAG_VM;

    if (model->has_wp)
        flags |= FLAG_AC;
    if (model->has_cpuid)
        flags |= FLAG_ID;
    if (model->features & CPUID_VME)
        flags |= FLAG_VIF | FLAG_VIP;
    return flags;
}

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
    const uint32_t take = mask & eflags_of_model(cpu->model);
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
