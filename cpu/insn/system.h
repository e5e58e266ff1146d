/* SPDX-License-Identifier: MIT */
/*
 * Instructions for operating systems: descriptor-table and control registers,
 * debug registers, EFLAGS as a whole, the processor's identity and its
 * model-specific registers.
 *
 *   in    decoded records
 *   out   registers of the processor; what the run loop must see is marked
 *         by `cpu->attention`
 *   next  cpu/control.h, cpu/eflags.h, cpu/descriptor.h
 *
 * Bodies: tables in system.c, registers in control.c, EFLAGS in eflags.c,
 * identity in identity.c. SDM 2A to 2C, under the mnemonics.
 */
#ifndef CPU_INSN_SYSTEM_H
#define CPU_INSN_SYSTEM_H

#include "cpu/opcodes.h"

insn_operation op_lgdt; /**< privileged */
insn_operation op_lidt; /**< privileged */
insn_operation op_sgdt;
insn_operation op_sidt;
insn_operation op_lldt; /**< LLDT Ew; privileged, protected */
insn_operation op_ltr;  /**< LTR Ew; privileged, protected */
insn_operation op_sldt; /**< SLDT Ev; protected */
insn_operation op_str;  /**< STR Ev; protected */

insn_operation op_lmsw;        /**< LMSW Ew; privileged, ends the block */
insn_operation op_smsw;        /**< SMSW Ev */
insn_operation op_clts;        /**< privileged */
insn_operation op_mov_from_cr; /**< MOV Rd,Cd; privileged */
insn_operation op_mov_to_cr;   /**< MOV Cd,Rd; privileged, ends the block */
insn_operation op_mov_from_dr; /**< MOV Rd,Dd; privileged */
insn_operation op_mov_to_dr;   /**< MOV Dd,Rd; privileged, ends the block */
insn_operation op_invlpg;      /**< INVLPG M; privileged, ends the block */
insn_operation op_hlt;         /**< privileged, ends the block */
insn_operation op_invd;        /**< privileged */
insn_operation op_wbinvd;      /**< privileged */

insn_operation op_cli;
insn_operation op_sti;   /**< ends the block */
insn_operation op_pushf; /**< PUSHF, PUSHFD */
insn_operation op_popf;  /**< POPF, POPFD; ends the block */

insn_operation op_cpuid;
insn_operation op_rdtsc;
insn_operation op_rdpmc;
insn_operation op_rdmsr; /**< privileged */
insn_operation op_wrmsr; /**< privileged */

#endif
