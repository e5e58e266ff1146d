/* SPDX-License-Identifier: MIT */
/*
 * Integer arithmetic and logic of two operands and of one.
 * SDM 1, "Binary Arithmetic Instructions", "Logical Instructions".
 */
#ifndef CPU_INSN_ARITH_H
#define CPU_INSN_ARITH_H

#include "cpu/opcodes.h"
#include "cpu/specialise.h"

insn_operation op_add;
insn_operation op_or;
insn_operation op_adc;
insn_operation op_sbb;
insn_operation op_and;
insn_operation op_sub;
insn_operation op_xor;
insn_operation op_cmp;
insn_operation op_test;
insn_operation op_inc;
insn_operation op_dec;
insn_operation op_neg;
insn_operation op_not;

extern const struct forms add_forms, or_forms, adc_forms, sbb_forms;
extern const struct forms and_forms, sub_forms, xor_forms, cmp_forms;
extern const struct forms test_forms, inc_forms, dec_forms, neg_forms;
extern const struct forms not_forms;

#endif
