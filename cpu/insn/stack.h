/* SPDX-License-Identifier: MIT */
/*
 * The stack: PUSH, POP, PUSHA, POPA, ENTER, LEAVE.
 * SDM 1, "Procedure Stack" and "Stack Manipulation Instructions".
 */
#ifndef CPU_INSN_STACK_H
#define CPU_INSN_STACK_H

#include "cpu/opcodes.h"
#include "cpu/specialise.h"

insn_operation op_push; /**< the operand is the source */
insn_operation op_pop;  /**< the operand is the destination */
insn_operation op_pusha;
insn_operation op_popa;
insn_operation op_enter; /**< ENTER Iw,Ib */
insn_operation op_leave;

extern const struct forms push_forms, pop_forms, leave_forms;
extern const struct forms pusha_forms, popa_forms;

/** Push `value` at `width`; ESP moves last. Full path. */
MUST_CHECK bool stack_push(struct cpu *cpu, enum width width, uint32_t value);

#endif
