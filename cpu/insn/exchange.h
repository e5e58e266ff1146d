/* SPDX-License-Identifier: MIT */
/*
 * Exchanges with arithmetic or a comparison: XADD, CMPXCHG, CMPXCHG8B.
 * SDM 1, "Exchange Instructions". XCHG is in cpu/insn/move.h.
 *
 *   in    a decoded record        out   registers, memory, flags, or a fault
 */
#ifndef CPU_INSN_EXCHANGE_H
#define CPU_INSN_EXCHANGE_H

#include "cpu/opcodes.h"

insn_operation op_xadd;
insn_operation op_cmpxchg;
insn_operation op_cmpxchg8b;

#endif
