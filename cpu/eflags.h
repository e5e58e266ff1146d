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

/* eflags_write() where TF was set, or AC changed, or RF is to count. */
void eflags_tell(struct cpu *cpu, uint32_t old, uint32_t taken);

/** Take the bits of `mask` that the model has from `image`. */
static ALWAYS_INLINE void eflags_write(struct cpu *cpu, uint32_t image,
                                       uint32_t mask)
{
    const uint32_t take = mask & cpu->model->eflags_bits;
    const uint32_t old = cpu->eflags;
    const uint32_t flags = (old & ~take) | (image & take);
    const uint32_t set = flags & ~old;
    const uint32_t tell = FLAG_TF | FLAG_AC;

    cpu->status =
        (cpu->status & ~status_of_flags(take)) | status_of_flags(image & take);
    cpu->eflags = (flags & ~(uint32_t)FLAGS_STATUS) | FLAG_1;
    if ((set & FLAG_IF) && (cpu->intr || cpu->nmi_pending))
        cpu->attention = true;
    if (UNLIKELY((flags ^ old) & tell || flags & take & FLAG_RF))
        eflags_tell(cpu, old, take);
}

/**
 * Clear flags that are not status flags. Nobody has to hear of it but the
 * caller, who updates the mode.
 */
static ALWAYS_INLINE void eflags_clear(struct cpu *cpu, uint32_t flags)
{
    cpu->eflags &= ~flags;
}

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

/**
 * The bits that POPF and IRET at `width` take from the stack at the present
 * mode, CPL and IOPL. RF, VM, VIF and VIP are not among them.
 */
static ALWAYS_INLINE uint32_t eflags_changeable(const struct cpu *cpu,
                                                enum width width)
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

/** The low 16 bits as virtual-8086 mode extensions show them: IF is VIF. */
static inline uint32_t eflags_virtual_image(const struct cpu *cpu)
{
    const uint32_t flags = cpu_eflags(cpu) & 0xffff & ~(uint32_t)FLAG_IF;

    return flags | FLAG_IOPL | (cpu->eflags & FLAG_VIF ? FLAG_IF : 0);
}

#endif
