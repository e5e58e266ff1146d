/* SPDX-License-Identifier: MIT */
/*
 * Software interrupts and the return from interrupts of all kinds.
 *
 *   in    decoded records
 *   out   CS:EIP, EFLAGS, and what the gate or the frame changes besides
 *   next  cpu/interrupt.h enters the handler
 *
 * SDM 2A, "INT n/INTO/INT3/INT1", "IRET/IRETD". All of these end their block.
 */
#ifndef CPU_INSN_INTERRUPT_H
#define CPU_INSN_INTERRUPT_H

#include "cpu/opcodes.h"

insn_operation op_int;   /**< INT Ib: CD */
insn_operation op_int3;  /**< INT3: CC */
insn_operation op_into;  /**< INTO: CE */
insn_operation op_icebp; /**< INT1: F1 */
insn_operation op_iret;  /**< IRET, IRETD: CF */

#endif
