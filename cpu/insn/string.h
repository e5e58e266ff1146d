/* SPDX-License-Identifier: MIT */
/*
 * String instructions on memory, alone and repeated. Long runs over plain
 * memory go a page at a time; what the guest can see (registers, memory,
 * look-ups, ticks, faults) is the same as element by element.
 *
 *   in    a decoded record
 *   out   memory, eSI, eDI, eCX, eAX, flags, or a fault
 *   next  cpu/insn/repeat.h for REP
 *
 * SDM 1, "String Instructions".
 */
#ifndef CPU_INSN_STRING_H
#define CPU_INSN_STRING_H

#include "cpu/opcodes.h"

insn_operation op_movs;
insn_operation op_cmps;
insn_operation op_scas;
insn_operation op_lods;
insn_operation op_stos;

#endif
