/* SPDX-License-Identifier: MIT */
/*
 * Pairs: an instruction that sets the flags and the Jcc behind it, run by one
 * handler. Both records stay as they are; only the first one's handler knows
 * that it does the work of two.
 */
#ifndef CPU_INSN_FUSED_H
#define CPU_INSN_FUSED_H

#include "cpu/insn.h"

struct forms;

/**
 * The handlers, by condition, for the record `first` of specialised `forms`
 * and a Jcc behind it. NULL where the pair is not worth one. Only kinds and
 * width of the record matter.
 */
insn_handler *const *fused_handlers(const struct forms *forms,
                                    const struct insn *first);

/** True if these are the specialised forms of a Jcc. */
bool fused_can_follow(const struct forms *forms);

#endif
