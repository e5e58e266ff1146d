/* SPDX-License-Identifier: MIT */
/*
 * Instructions that set, clear, load and store single flags and touch nothing
 * else. Those that need a privilege (CLI, STI, PUSHF, POPF) are elsewhere.
 *
 *   in    a decoded record        out   EFLAGS, or AH and AL
 */
#ifndef CPU_INSN_FLAGS_H
#define CPU_INSN_FLAGS_H

#include "cpu/opcodes.h"

insn_operation op_clc;
insn_operation op_stc;
insn_operation op_cmc;
insn_operation op_cld;
insn_operation op_std;
insn_operation op_lahf;
insn_operation op_sahf;
insn_operation op_salc;

#endif
