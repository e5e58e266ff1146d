/* SPDX-License-Identifier: MIT */
/*
 * Transfers that change CS: far jumps, calls and returns, to code segments
 * and through call gates, task gates and task-state segments.
 *
 *   in    decoded records; selector and offset in the record or in memory
 *   out   CS, EIP, and for some SS, ESP, the data segments or a whole task
 *   next  cpu/transfer.h checks the target, cpu/frame.h the stack,
 *         cpu/task.h switches tasks
 *
 * SDM 2A, "CALL", "JMP"; SDM 2B, "RET". All of these end their block.
 */
#ifndef CPU_INSN_FAR_H
#define CPU_INSN_FAR_H

#include "cpu/opcodes.h"

insn_operation op_jmp_far;         /**< JMP Ap: EA */
insn_operation op_jmp_far_memory;  /**< JMP Mp: FF /5 */
insn_operation op_call_far;        /**< CALL Ap: 9A */
insn_operation op_call_far_memory; /**< CALL Mp: FF /3 */
insn_operation op_retf;            /**< RET: CB */
insn_operation op_retf_imm;        /**< RET Iw: CA */

#endif
