/* SPDX-License-Identifier: MIT */
/*
 * Instructions that change a value's form: sign extension within eAX and into
 * eDX, byte order, table translation.
 *
 *   in    a decoded record        out   registers; no flag changes
 */
#ifndef CPU_INSN_CONVERT_H
#define CPU_INSN_CONVERT_H

#include "cpu/opcodes.h"
#include "cpu/specialise.h"

insn_operation op_cbw; /**< 98: CBW, CWDE */
insn_operation op_cwd; /**< 99: CWD, CDQ */
insn_operation op_bswap;
insn_operation op_xlat;

extern const struct forms cbw_forms, cwd_forms, bswap_forms;

#endif
