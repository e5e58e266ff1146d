/* SPDX-License-Identifier: MIT */
/*
 * Bit test and bit scan. A bit offset from a register reaches any bit of a
 * string of 2^32 in memory; an immediate one stays in its operand.
 *
 *   in    a decoded record        out   CF or ZF, the operand changed
 *
 * SDM 1, "Bit and Byte Instructions".
 */
#ifndef CPU_INSN_BIT_H
#define CPU_INSN_BIT_H

#include "cpu/opcodes.h"

insn_operation op_bt;
insn_operation op_bts;
insn_operation op_btr;
insn_operation op_btc;
insn_operation op_bsf;
insn_operation op_bsr;

#endif
