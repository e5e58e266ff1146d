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

/**
 * Through a call, interrupt or trap gate. `inward`: the target's CPL may be
 * an inner one; a JMP cannot. A null selector gives #GP(0).
 */
MUST_CHECK bool target_gate(struct cpu *cpu, const struct descriptor *gate,
                            bool inward, struct target *target);

/** RETF and IRET: to the privilege of the selector's RPL, never inward. */
MUST_CHECK bool target_return(struct cpu *cpu, uint16_t selector, uint32_t eip,
                              struct target *target);

/**
 * The last checks, after those of the stack: #GP(0) for EIP outside the
 * limit; and the accessed bit.
 */
MUST_CHECK bool target_settle(struct cpu *cpu, struct target *target);

/** Set CS and CPL. The caller sets EIP and updates the mode. */
void target_commit(struct cpu *cpu, const struct target *target);

#endif
