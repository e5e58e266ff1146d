/* SPDX-License-Identifier: MIT */
/*
 * Task-state segments: the inner stacks they hold, and the switch from one
 * task to another in hardware.
 *
 *   in    selector of a TSS, and how one comes to it
 *   out   the whole state of another task; or #GP, #TS, #NP, #SS
 *   reads and writes both TSSs and their descriptors, as implicit supervisor
 *
 * SDM 3A, "Task Management". Privilege checks on the way to a TSS belong to
 * the instruction or to the gate: cpu/insn/far.h, cpu/interrupt.h.
 */
#ifndef CPU_TASK_H
#define CPU_TASK_H

#include "cpu/cpu.h"
#include "trace/trace.h"

/**
 * The stack for privilege `cpl` (0 to 2) that the present TSS names. Raises
 * #TS(TR) outside the TSS, and #TS and #SS with the stack's selector.
 */
MUST_CHECK bool task_inner_stack(struct cpu *cpu, uint8_t cpl,
                                 struct segment *stack, uint32_t *pointer);

struct task_switch {
    enum task_source source;
    uint16_t selector;   /**< of the new TSS */
    uint32_t return_eip; /**< where the old task will go on */
    uint32_t eflags;     /**< as the old TSS will hold them */
    bool has_error_code; /**< to be pushed on the new task's stack */
    uint32_t error_code;
};

/**
 * Switch tasks and set `eip` to the new task's. A fault before the commit
 * point leaves all as it was, `switched` false. False with `switched` true is
 * a fault, or the debug trap of the TSS's T bit, in the new task at `eip`.
 */
MUST_CHECK bool task_switch(struct cpu *cpu, const struct task_switch *request,
                            bool *switched);

/**
 * The same for an instruction that ends its block: what fails in the new task
 * is delivered there at once.
 */
MUST_CHECK bool task_transfer(struct cpu *cpu,
                              const struct task_switch *request);

/** Task return: the selector that the present TSS links back to. */
MUST_CHECK bool task_back_link(struct cpu *cpu, uint16_t *selector);

#endif
