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
#include "mmu/code.h"

/**
 * The block at CS:EIP, its look-ups counted. NULL: a fault is waiting in
 * `cpu->fault`. The block lives at least until the next call.
 */
struct block *fetch_block(struct cpu *cpu);

/**
 * The same where nothing is to be done but to count a look-up of the page at
 * work: its block is in the cache. NULL: nothing is done, and others know.
 */
static ALWAYS_INLINE const struct block *fetch_held(struct cpu *cpu)
{
    const struct code_page *code = &cpu->mmu.code;
    const uint32_t offset = cpu->eip & PAGE_OFFSET_MASK;
    const struct block *block;

    if (UNLIKELY((cpu->eip & PAGE_FRAME_MASK) != code->plain))
        return NULL;
    block = block_find(cpu->block_index, code->physical | offset, cpu->mode);
    if (UNLIKELY(!block || block->apart))
        return NULL;
    cpu->current = NULL;
    cpu->mmu.counts.code_lookups += cpu->transfer;
    cpu->transfer = false;
    return block;
}

/**
 * The same for flat code on another page that the TLB has. NULL: the page may
 * have been looked up; fetch_block() goes on from there.
 */
static ALWAYS_INLINE const struct block *fetch_entered(struct cpu *cpu)
{
    const struct code_page *code = &cpu->mmu.code;
    const enum privilege privilege = cpu_privilege(cpu);
    const bool entered = code->linear != (cpu->eip & PAGE_FRAME_MASK) ||
                         code->privilege != privilege || !code->held;

    if (UNLIKELY(!entered || !(cpu->mode & MODE_FLAT_CODE) ||
                 !mmu_fetch_known(&cpu->mmu, cpu->eip, privilege)))
        return NULL;
    cpu->transfer = false;
    return fetch_held(cpu);
}

#endif
