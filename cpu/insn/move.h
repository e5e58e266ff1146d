/* SPDX-License-Identifier: MIT */
/*
 * Moves: MOV, MOVZX, MOVSX, LEA, XCHG, CMOVcc, SETcc.
 * SDM 1, "Data Transfer Instructions".
 */
#ifndef CPU_INSN_MOVE_H
#define CPU_INSN_MOVE_H

#include "cpu/opcodes.h"
#include "cpu/specialise.h"

insn_operation op_mov;
insn_operation op_movzx8;  /**< MOVZX Gv,Eb */
insn_operation op_movzx16; /**< MOVZX Gv,Ew */
insn_operation op_movsx8;  /**< MOVSX Gv,Eb */
insn_operation op_movsx16; /**< MOVSX Gv,Ew */
insn_operation op_lea;
insn_operation op_xchg;
insn_operation op_cmov; /**< condition in the opcode's low four bits */
insn_operation op_set;  /**< the same */

extern const struct forms mov_forms, movzx8_forms, movzx16_forms;
extern const struct forms movsx8_forms, movsx16_forms, lea_forms, xchg_forms;
extern const struct forms cmov_forms, set_forms;

#endif
