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

/**
 * True if the program may reach `size` (1, 2, 4) ports from `port` on: by
 * privilege, else by the bit map in the TSS. #GP(0), or what reading the TSS
 * raises. SDM 1, "I/O Permission Bit Map".
 */
MUST_CHECK bool io_check_permission(struct cpu *cpu, uint16_t port,
                                    unsigned size);

#endif
