/* SPDX-License-Identifier: MIT */
/*
 * Pairs: an instruction that sets the flags and the Jcc behind it, run by one
 * handler. Both records stay as they are; only the first one's handler knows
 * that it does the work of two.
 */
#ifndef CPU_INSN_FUSED_H
#define CPU_INSN_FUSED_H

#include "cpu/insn.h"

/**
 * The handler for `first` and the Jcc `second` behind it, both with their
 * specialised handlers; NULL where the pair is not worth one.
 */
insn_handler *fused_handler(const struct insn *first,
                            const struct insn *second);

#endif
