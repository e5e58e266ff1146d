/* SPDX-License-Identifier: MIT */
/*
 * Multiplication and division, signed and unsigned.
 *
 *   in    a decoded record        out   registers and flags, or #DE
 *
 * SDM 1, "Binary Arithmetic Instructions".
 */
#ifndef CPU_INSN_MULDIV_H
#define CPU_INSN_MULDIV_H

#include "cpu/opcodes.h"
#include "cpu/specialise.h"

insn_operation op_mul;
insn_operation op_imul;       /**< F6 /5, F7 /5: eDX:eAX = eAX * dest */
insn_operation op_imul_two;   /**< 0F AF: dest = dest * src */
insn_operation op_imul_three; /**< 69, 6B: dest = src * immediate */
insn_operation op_div;
insn_operation op_idiv;

extern const struct forms mul_forms, imul_forms, imul_two_forms;
extern const struct forms imul_three_forms, div_forms, idiv_forms;

#endif
