/* SPDX-License-Identifier: MIT */
/*
 * Flags that nobody sees: of an instruction between registers whose flags are
 * all replaced by one behind it in its block, before anything can read them,
 * fault, or leave the block. Its record gets a handler of the value alone, as
 * the block is built. Who stops in between (cpu_run() at a deadline) has the
 * flags computed. So no record of a block may become another operation: a new
 * block does.
 */
#ifndef CPU_INSN_QUIET_H
#define CPU_INSN_QUIET_H

#include "cpu/insn.h"

/** Give those of `count` records that are quiet their own handlers back. */
void quiet_end(struct insn *insn, unsigned count);

/** Undo quiet_end() on what still stands there. */
void quiet_resume(struct insn *insn, unsigned count);

#endif
