/* SPDX-License-Identifier: MIT */
/*
 * EFLAGS as a whole: which bits the model has, which of them the running
 * program may change, and what the run loop must hear of.
 *
 *   in    a new image, from the stack, a frame or a TSS
 *   out   EFLAGS; `cpu->attention` where TF, or IF with an interrupt
 *         pending, call for it
 *
 * The six status flags after arithmetic are cpu/flags.h.
 * SDM 1, "EFLAGS Register"; SDM 2B, "POPF", table of its effect on EFLAGS.
 */
#ifndef CPU_EFLAGS_H
#define CPU_EFLAGS_H

#include "cpu/cpu.h"

/** Flags that any program may change by POPF and IRET. */
enum {
    FLAGS_PROGRAM = FLAGS_STATUS | FLAG_TF | FLAG_DF | FLAG_NT,
    FLAGS_ALL = 0x003f7fd5
};

/**
 * The bits that POPF and IRET at `width` take from the stack at the present
 * mode, CPL and IOPL. RF, VM, VIF and VIP are not among them.
 */
uint32_t eflags_changeable(const struct cpu *cpu, enum width width);

/** Take the bits of `mask` that the model has from `image`. */
void eflags_write(struct cpu *cpu, uint32_t image, uint32_t mask);

/**
 * EFLAGS as a handler's frame or a TSS shows them between instructions, at
 * tick `now`. RF is clear again after the one instruction behind the IRET that
 * set it; nobody clears it at that time, so its age is looked at here. And it
 * is set between the iterations of REP.
 */
static inline uint32_t eflags_at(const struct cpu *cpu, uint64_t now)
{
    const uint32_t flags = cpu_eflags(cpu);

    if (cpu->repeat_tick == now && now != CLOCK_NEVER)
        return flags | FLAG_RF;
    return cpu->resume_tick == now ? flags : flags & ~(uint32_t)FLAG_RF;
}

/** IOPL, 0 to 3. */
static inline unsigned eflags_iopl(const struct cpu *cpu)
{
    return (cpu->eflags & FLAG_IOPL) >> FLAG_IOPL_SHIFT;
}

/** The low 16 bits as virtual-8086 mode extensions show them: IF is VIF. */
static inline uint32_t eflags_virtual_image(const struct cpu *cpu)
{
    const uint32_t flags = cpu_eflags(cpu) & 0xffff & ~(uint32_t)FLAG_IF;

    return flags | FLAG_IOPL | (cpu->eflags & FLAG_VIF ? FLAG_IF : 0);
}

#endif
