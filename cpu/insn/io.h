/* SPDX-License-Identifier: MIT */
/*
 * I/O ports: one access, or a string of them between memory and a port, and
 * who may make them.
 *
 *   in    a decoded record
 *   out   a register, memory or a port changed, or #GP(0)
 *   next  bus/ports.h
 *
 * SDM 1, chapter "Input/Output".
 */
#ifndef CPU_INSN_IO_H
#define CPU_INSN_IO_H

#include "cpu/opcodes.h"

insn_operation op_in;
insn_operation op_out;
insn_operation op_ins;
insn_operation op_outs;

#endif
