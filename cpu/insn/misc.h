/* SPDX-License-Identifier: MIT */
/*
 * Instructions of no larger group: those that do nothing, those that always
 * fault, array bounds, the exchanges of the 486 and Pentium, and what remains
 * of the coprocessor's opcodes where there is no coprocessor.
 *
 *   in    a decoded record        out   registers, memory, flags, or a fault
 */
#ifndef CPU_INSN_MISC_H
#define CPU_INSN_MISC_H

#include "cpu/opcodes.h"

insn_operation op_nop;
insn_operation op_ud2;
insn_operation op_bound;
insn_operation op_xadd;
insn_operation op_cmpxchg;
insn_operation op_cmpxchg8b;

#endif
