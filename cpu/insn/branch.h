/* SPDX-License-Identifier: MIT */
/*
 * Near branches: JMP, CALL, RET, Jcc, LOOP, JCXZ.
 * SDM 1, "Control Transfer Instructions".
 */
#ifndef CPU_INSN_BRANCH_H
#define CPU_INSN_BRANCH_H

#include "cpu/opcodes.h"
#include "cpu/specialise.h"

insn_operation op_jmp;           /**< JMP Jb, Jz */
insn_operation op_jmp_indirect;  /**< JMP Ev */
insn_operation op_call;          /**< CALL Jz */
insn_operation op_call_indirect; /**< CALL Ev */
insn_operation op_ret;           /**< RET, RET Iw */
insn_operation op_jcc;           /**< condition in the opcode's low four bits */
insn_operation op_loop;
insn_operation op_loope;
insn_operation op_loopne;
insn_operation op_jcxz;

extern const struct forms jmp_forms, jmp_indirect_forms, call_forms;
extern const struct forms call_indirect_forms, ret_forms;
extern const struct forms jcc_forms[16], loop_forms;

#endif
