/* SPDX-License-Identifier: MIT */
/*
 * Instructions that change nothing but may fault: BOUND, UD2, and NOP, which
 * does not even that. SDM 1, "Miscellaneous Instructions".
 *
 *   in    a decoded record        out   nothing, or a fault
 */
#ifndef CPU_INSN_BOUND_H
#define CPU_INSN_BOUND_H

#include "cpu/opcodes.h"
#include "cpu/specialise.h"

insn_operation op_nop;
insn_operation op_ud2;
insn_operation op_bound;

extern const struct forms nop_forms;

#endif
