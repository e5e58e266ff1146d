/* SPDX-License-Identifier: MIT */
/*
 * Code segments as targets of far transfers: may CS become this, and at which
 * privilege. Shared by jumps, calls, returns, gates and interrupts.
 *
 *   in    selector, the way one comes, CPL
 *   out   a `struct target`, or #GP and #NP with the selector
 *   next  the caller commits it together with stack and flags
 *
 * SDM 3A, "Privilege Level Checking When Transferring Program Control Between
 * Code Segments".
 */
#ifndef CPU_TRANSFER_H
#define CPU_TRANSFER_H

#include "cpu/descriptor.h"

/** Where a far transfer goes. */
struct target {
    struct descriptor descriptor; /**< not valid in real and V86 mode */
    struct segment segment;       /**< what CS will be */
    uint32_t eip;
    uint8_t cpl;
    bool marked; /**< nothing is to be done to the descriptor */
};

/** Real and virtual-8086 mode: any selector will do. */
void target_real(const struct cpu *cpu, uint16_t selector, uint32_t eip,
                 struct target *target);

/** JMP or CALL straight to the code segment of `descriptor`, same CPL. */
MUST_CHECK bool target_direct(struct cpu *cpu, uint16_t selector,
                              const struct descriptor *descriptor,
                              struct target *target);

/* The three below, where what they judge is not known. */
MUST_CHECK bool target_gate_slow(struct cpu *cpu, const struct descriptor *gate,
                                 bool inward, struct target *target);
MUST_CHECK bool target_return_slow(struct cpu *cpu, uint16_t selector,
                                   struct target *target);
MUST_CHECK bool target_settle_slow(struct cpu *cpu, struct target *target);

/* What is known: CS shows the privilege, and nothing is left to do. */
static ALWAYS_INLINE void target_take_known(const struct fit_segment *fit,
                                            struct target *target)
{
    target->segment = fit->segment;
    target->cpl = fit->segment.selector & SELECTOR_RPL;
    target->marked = true;
}

MUST_CHECK static ALWAYS_INLINE bool target_known(struct cpu *cpu,
                                                  const struct fit_segment *fit,
                                                  uint16_t selector,
                                                  struct target *target)
{
    if (UNLIKELY(!descriptor_known(cpu, fit, selector, cpu->cpl)))
        return false;
    cpu->mmu.counts.data_lookups++;
    target_take_known(fit, target);
    return true;
}

/**
 * Through a call, interrupt or trap gate. `inward`: the target's CPL may be
 * an inner one; a JMP cannot. A null selector gives #GP(0).
 */
MUST_CHECK static ALWAYS_INLINE bool target_gate(struct cpu *cpu,
                                                 const struct descriptor *gate,
                                                 bool inward,
                                                 struct target *target)
{
    target->eip = gate_offset(gate);
    return LIKELY(inward && target_known(cpu, &cpu->fit_inward[cpu->cpl],
                                         gate_selector(gate), target)) ||
           target_gate_slow(cpu, gate, inward, target);
}

/** RETF and IRET: to the privilege of the selector's RPL, never inward. */
MUST_CHECK static ALWAYS_INLINE bool target_return(struct cpu *cpu,
                                                   uint16_t selector,
                                                   uint32_t eip,
                                                   struct target *target)
{
    target->eip = eip;
    return LIKELY(target_known(cpu, &cpu->fit_outward[cpu->cpl], selector,
                               target)) ||
           target_return_slow(cpu, selector, target);
}

/**
 * The last checks, after those of the stack: #GP(0) for EIP outside the
 * limit; and the accessed bit.
 */
MUST_CHECK static ALWAYS_INLINE bool target_settle(struct cpu *cpu,
                                                   struct target *target)
{
    return LIKELY(target->marked && target->eip <= target->segment.limit) ||
           target_settle_slow(cpu, target);
}

/** Set CS and CPL. The caller sets EIP and updates the mode. */
static ALWAYS_INLINE void target_commit(struct cpu *cpu,
                                        const struct target *target)
{
    cpu->segment[CS] = target->segment;
    cpu->cpl = target->cpl;
}

#endif
