/* SPDX-License-Identifier: MIT */
/*
 * Shifts and rotates. The count is masked to five bits on every model.
 * SDM 1, "Shift and Rotate Instructions".
 */
#ifndef CPU_INSN_SHIFT_H
#define CPU_INSN_SHIFT_H

#include "cpu/opcodes.h"
#include "cpu/specialise.h"

insn_operation op_rol;
insn_operation op_ror;
insn_operation op_rcl;
insn_operation op_rcr;
insn_operation op_shl;
insn_operation op_shr;
insn_operation op_sar;
insn_operation op_shld;    /**< SHLD Ev,Gv,Ib */
insn_operation op_shld_cl; /**< SHLD Ev,Gv,CL */
insn_operation op_shrd;
insn_operation op_shrd_cl;

extern const struct forms rol_forms, ror_forms, shl_forms, shr_forms;
extern const struct forms sar_forms, shld_forms, shrd_forms;

#endif
