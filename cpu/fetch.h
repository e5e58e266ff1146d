/* SPDX-License-Identifier: MIT */
/*
 * Fetching: from CS:EIP to a block of decoded records. Looks the code page up
 * in the TLB when fetching enters a page and at taken transfers, finds the
 * block in the cache, or decodes it.
 *
 *   in    CS:EIP, mode      out   a block, or a fault (#GP, #PF)
 *   next  cpu/block.h, cpu/build.h
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

/**
 * The same for code in a flat segment where nothing is to be done but to count
 * a look-up of the page at work: its block is in the cache. NULL: nothing is
 * done, and fetch_block() knows.
 */
static ALWAYS_INLINE const struct block *fetch_held(struct cpu *cpu)
{
    const uint32_t each_fetch = 1u << TRACE_FETCH | 1u << TRACE_HIT;
    const struct code_page *code = &cpu->mmu.code;
    const linear_addr offset = cpu->eip - code->linear;
    const struct block *block;

    if (UNLIKELY(offset >= PAGE_SIZE || !code->live ||
                 (cpu->mode & MODE_PAGING && !code->bank) || cpu->mmu.unified ||
                 !(cpu->mode & MODE_FLAT_CODE) ||
                 code->privilege != cpu_privilege(cpu) ||
                 cpu->trace->enabled & each_fetch))
        return NULL;
    block = block_find(cpu->block_index, code->physical + offset, cpu->mode);
    if (UNLIKELY(!block || block->apart))
        return NULL;
    cpu->current = NULL;
    cpu->mmu.counts.code_lookups += cpu->transfer;
    cpu->transfer = false;
    return block;
}

#endif
