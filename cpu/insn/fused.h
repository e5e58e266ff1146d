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

/** A first record that such a pair can have: its kinds and width. */
struct fused;

/** That of the record `first` of specialised `forms`; NULL: not worth one. */
const struct fused *fused_find(const struct forms *forms,
                               const struct insn *first);

/** The handler of `first` and of a Jcc behind it with that condition code. */
insn_handler *fused_handler(const struct fused *fused, const struct insn *first,
                            unsigned condition);

/** True if these are the specialised forms of a Jcc. */
bool fused_can_follow(const struct forms *forms);

#endif
