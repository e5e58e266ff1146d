/* SPDX-License-Identifier: MIT */
/*
 * Stores to pages whose bytes somebody watches: decoded code or page tables lie
 * there, and often it is data beside them that is written.
 */
#ifndef CPU_TOLD_H
#define CPU_TOLD_H

#include "cpu/cpu.h"

/**
 * Run the fast handler of `insn`, whose one access to memory is a store of
 * `size` bytes at `linear`, as if its page were plain, and tell who watches
 * it. The fast table has the page, see fast_told(). The record behind is next.
 */
void told_store(struct cpu *cpu, const struct insn *insn, linear_addr linear,
                uint32_t size);

#endif
