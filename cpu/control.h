/* SPDX-License-Identifier: MIT */
/*
 * Control registers: the one place that changes CR0, CR3 and CR4, with the
 * checks, the trace point and what follows for mode and paging.
 *
 *   in    new values, from MOV, LMSW, CLTS and task switches
 *   out   cr0, cr4, the MMU's CR3; or #GP(0)
 *   next  cpu_update_mode(), cpu_update_paging(), mmu/mmu.h
 *
 * CR2 is written by cpu/exception.h and by MOV. SDM 3A, "Control Registers".
 */
#ifndef CPU_CONTROL_H
#define CPU_CONTROL_H

#include "cpu/cpu.h"

/** Change CR0. #GP(0) for PG without PE, NW without CD, and as CR3. */
MUST_CHECK bool control_set_cr0(struct cpu *cpu, uint32_t value);

/** Set or clear CR0.TS alone. */
void control_set_task_switched(struct cpu *cpu, bool task_switched);

/** Change CR2. */
void control_set_cr2(struct cpu *cpu, uint32_t value);

/**
 * Change CR3: flushes all translations but global ones. With PAE paging it
 * loads the PDPTE registers too: #GP(0) for a reserved bit in one of them.
 */
MUST_CHECK bool control_set_cr3(struct cpu *cpu, uint32_t value);

/** Change CR4. #GP(0) for bits that the model does not have, and as CR3. */
MUST_CHECK bool control_set_cr4(struct cpu *cpu, uint32_t value);

#endif
