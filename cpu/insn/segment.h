/* SPDX-License-Identifier: MIT */
/*
 * Instructions that load, store and examine segment registers and selectors.
 *
 *   in    decoded records; selectors from registers, memory or the stack
 *   out   segment registers; ZF of the examining ones
 *   next  cpu/descriptor.h has the checks
 *
 * SDM 2A and 2B, under the mnemonics. Far transfers are cpu/insn/far.h.
 */
#ifndef CPU_INSN_SEGMENT_H
#define CPU_INSN_SEGMENT_H

#include "cpu/opcodes.h"
#include "cpu/specialise.h"

insn_operation op_mov_from_segment; /**< MOV Ev,Sw: 8C */
insn_operation op_mov_to_segment;   /**< MOV Sw,Ew: 8E; ends the block */

insn_operation op_push_es;
insn_operation op_push_cs;
insn_operation op_push_ss;
insn_operation op_push_ds;
insn_operation op_push_fs;
insn_operation op_push_gs;

insn_operation op_pop_es; /**< ends the block */
insn_operation op_pop_ss; /**< ends the block */
insn_operation op_pop_ds; /**< ends the block */
insn_operation op_pop_fs;
insn_operation op_pop_gs;

extern const struct forms mov_seg_forms;
extern const struct forms push_es_forms, push_cs_forms, push_ss_forms;
extern const struct forms push_ds_forms, push_fs_forms, push_gs_forms;
extern const struct forms pop_es_forms, pop_ds_forms, pop_fs_forms;
extern const struct forms pop_gs_forms;

insn_operation op_les; /**< LES Gv,Mp; ends the block */
insn_operation op_lds; /**< ends the block */
insn_operation op_lss; /**< ends the block */
insn_operation op_lfs;
insn_operation op_lgs;

insn_operation op_lar;  /**< LAR Gv,Ew */
insn_operation op_lsl;  /**< LSL Gv,Ew */
insn_operation op_verr; /**< VERR Ew */
insn_operation op_verw; /**< VERW Ew */
insn_operation op_arpl; /**< ARPL Ew,Gw */

#endif
