/* SPDX-License-Identifier: MIT */
/*
 * Fetching: from CS:EIP to a block of decoded records. Looks the code page up
 * in the TLB when fetching enters a page and at taken transfers, finds the
 * block in the cache, or decodes it.
 *
 *   in    CS:EIP, mode      out   a block, or a fault (#GP, #PF)
 *   next  cpu/block.h, cpu/decode.h
 */
#ifndef CPU_FETCH_H
#define CPU_FETCH_H

#include "cpu/block.h"
#include "cpu/cpu.h"

/**
 * The block at CS:EIP, its look-ups counted. NULL: a fault is waiting in
 * `cpu->fault`. The block lives at least until the next call.
 */
struct block *fetch_block(struct cpu *cpu);

#endif
