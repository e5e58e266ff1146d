/* SPDX-License-Identifier: MIT */
/*
 * Building: from the bytes at an address to a block of decoded records with
 * their handlers, fused where two make one, and counted.
 *
 *   in    CS:EIP and its physical address, looked up      out   a block
 *   next  cpu/decode.h, cpu/block.h
 */
#ifndef CPU_BUILD_H
#define CPU_BUILD_H

#include "cpu/block.h"
#include "cpu/cpu.h"

/**
 * A new block for the code at CS:EIP, which is at `linear` and `physical`. It
 * is in the cache if it is memory's, else it lives until the next call. NULL:
 * a fault is waiting in `cpu->fault`; the only instruction of the block goes on
 * where there is none, or beyond the limit of CS.
 */
struct block *block_make(struct cpu *cpu, linear_addr linear,
                         physical_addr physical);

#endif
