/* SPDX-License-Identifier: MIT */
/*
 * Decimal arithmetic: corrections of AL and AH after, or before, binary
 * arithmetic on decimal digits.
 *
 *   in    a decoded record        out   AX and status flags, or #DE (AAM 0)
 *
 * SDM 1, "Decimal Arithmetic Instructions".
 */
#ifndef CPU_INSN_BCD_H
#define CPU_INSN_BCD_H

#include "cpu/opcodes.h"

insn_operation op_aaa;
insn_operation op_aas;
insn_operation op_aam;
insn_operation op_aad;
insn_operation op_daa;
insn_operation op_das;

#endif
