/* SPDX-License-Identifier: MIT */
/*
 * The x87 instructions: D8 to DF and WAIT. SDM 2A and 2B, under their names.
 */
#ifndef CPU_INSN_X87_H
#define CPU_INSN_X87_H

#include "cpu/opcodes.h"

/** The instructions that the host does: of registers only, of the stack as a
 * whole, with an operand in memory that is read, and that is written. */
insn_operation op_x87_registers;
insn_operation op_x87_stack;
insn_operation op_x87_source;
insn_operation op_x87_destination;

insn_operation op_fcomi;
insn_operation op_fcmov;
insn_operation op_fbld;
insn_operation op_fstpnce;
insn_operation op_fxtract;
insn_operation op_f2xm1;
insn_operation op_fyl2x;
insn_operation op_fyl2xp1;
insn_operation op_fptan;
insn_operation op_fpatan;
insn_operation op_fsin;
insn_operation op_fcos;
insn_operation op_fsincos;
insn_operation op_fnstenv;
insn_operation op_fldenv;
insn_operation op_fnsave;
insn_operation op_frstor;
insn_operation op_fldcw;
insn_operation op_fnstcw;
insn_operation op_fnstsw;
insn_operation op_fnstsw_ax;
insn_operation op_fninit;
insn_operation op_fnclex;
insn_operation op_fnop_no_wait;
insn_operation op_ffree;
insn_operation op_ffreep;
insn_operation op_wait;

extern const struct forms fadd_real32_forms;
extern const struct forms fadd_real64_forms;
extern const struct forms fadd_top_forms;
extern const struct forms fadd_register_forms;
extern const struct forms fadd_register_pop_forms;
extern const struct forms fiadd_16_forms;
extern const struct forms fiadd_32_forms;
extern const struct forms fmul_real32_forms;
extern const struct forms fmul_real64_forms;
extern const struct forms fmul_top_forms;
extern const struct forms fmul_register_forms;
extern const struct forms fmul_register_pop_forms;
extern const struct forms fimul_16_forms;
extern const struct forms fimul_32_forms;
extern const struct forms fsub_real32_forms;
extern const struct forms fsub_real64_forms;
extern const struct forms fsub_top_forms;
extern const struct forms fsub_register_forms;
extern const struct forms fsub_register_pop_forms;
extern const struct forms fisub_16_forms;
extern const struct forms fisub_32_forms;
extern const struct forms fsubr_real32_forms;
extern const struct forms fsubr_real64_forms;
extern const struct forms fsubr_top_forms;
extern const struct forms fsubr_register_forms;
extern const struct forms fsubr_register_pop_forms;
extern const struct forms fisubr_16_forms;
extern const struct forms fisubr_32_forms;
extern const struct forms fdiv_real32_forms;
extern const struct forms fdiv_real64_forms;
extern const struct forms fdiv_top_forms;
extern const struct forms fdiv_register_forms;
extern const struct forms fdiv_register_pop_forms;
extern const struct forms fidiv_16_forms;
extern const struct forms fidiv_32_forms;
extern const struct forms fdivr_real32_forms;
extern const struct forms fdivr_real64_forms;
extern const struct forms fdivr_top_forms;
extern const struct forms fdivr_register_forms;
extern const struct forms fdivr_register_pop_forms;
extern const struct forms fidivr_16_forms;
extern const struct forms fidivr_32_forms;
extern const struct forms fcom_real32_forms;
extern const struct forms fcom_real64_forms;
extern const struct forms ficom_16_forms;
extern const struct forms ficom_32_forms;
extern const struct forms fcomp_real32_forms;
extern const struct forms fcomp_real64_forms;
extern const struct forms ficomp_16_forms;
extern const struct forms ficomp_32_forms;
extern const struct forms fcom_forms;
extern const struct forms fcomp_forms;
extern const struct forms fcompp_forms;
extern const struct forms fucom_forms;
extern const struct forms fucomp_forms;
extern const struct forms fucompp_forms;
extern const struct forms fcomi_forms;
extern const struct forms fcomip_forms;
extern const struct forms fucomi_forms;
extern const struct forms fucomip_forms;
extern const struct forms ftst_forms;
extern const struct forms fxam_forms;
extern const struct forms fcmov_forms;
extern const struct forms fld_real32_forms;
extern const struct forms fld_real64_forms;
extern const struct forms fld_real80_forms;
extern const struct forms fild_16_forms;
extern const struct forms fild_32_forms;
extern const struct forms fild_64_forms;
extern const struct forms fst_real32_forms;
extern const struct forms fst_real64_forms;
extern const struct forms fstp_real32_forms;
extern const struct forms fstp_real64_forms;
extern const struct forms fstp_real80_forms;
extern const struct forms fist_16_forms;
extern const struct forms fist_32_forms;
extern const struct forms fistp_16_forms;
extern const struct forms fistp_32_forms;
extern const struct forms fistp_64_forms;
extern const struct forms fld_forms;
extern const struct forms fst_forms;
extern const struct forms fstp_forms;
extern const struct forms fxch_forms;
extern const struct forms fabs_forms;
extern const struct forms fchs_forms;
extern const struct forms fld1_forms;
extern const struct forms fldl2t_forms;
extern const struct forms fldl2e_forms;
extern const struct forms fldpi_forms;
extern const struct forms fldlg2_forms;
extern const struct forms fldln2_forms;
extern const struct forms fldz_forms;
extern const struct forms fsqrt_forms;
extern const struct forms frndint_forms;
extern const struct forms fscale_forms;
extern const struct forms fprem_forms;
extern const struct forms fprem1_forms;
extern const struct forms fincstp_forms;
extern const struct forms fdecstp_forms;
extern const struct forms fldcw_forms;
extern const struct forms fnstcw_forms;
extern const struct forms fnstsw_forms;
extern const struct forms fnstsw_ax_forms;
extern const struct forms fnclex_forms;

#endif
