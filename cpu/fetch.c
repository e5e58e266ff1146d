/* SPDX-License-Identifier: MIT */
#include "cpu/fetch.h"

#include "cpu/build.h"
#include "cpu/fetched.h"

/* True if the page of `linear` must be looked up before fetching from it. */
static bool needs_look_up(const struct cpu *cpu, linear_addr linear)
{
    const struct code_page *code = &cpu->mmu.code;
    const bool has_entry = code->live && (code->bank || !cpu->mmu.paging);

    return !code->held || code->linear != (linear & PAGE_FRAME_MASK) ||
           code->privilege != cpu_privilege(cpu) ||
           (cpu->transfer && !has_entry);
}

/* A fetch is recorded where a look-up is counted, and no more often: how code
 * is cut into blocks is our own affair. */
static bool look_up(struct cpu *cpu, linear_addr linear)
{
    struct mmu *mmu = &cpu->mmu;

    if (needs_look_up(cpu, linear)) {
        cpu->transfer = false;
        if (!mmu_fetch(mmu, linear, cpu_privilege(cpu), &cpu->fault))
            return false;
    } else if (cpu->transfer) {
        cpu->transfer = false;
        mmu_fetch_again(mmu);
    } else {
        return true;
    }
    if (trace_wants(cpu->trace, TRACE_FETCH))
        fetched_run(cpu, linear);
    return true;
}

/* Let the next blocks of this page be found with fewer looks. */
static void hold_plain(struct cpu *cpu)
{
    const uint32_t each_fetch = 1u << TRACE_FETCH | 1u << TRACE_HIT;
    struct code_page *code = &cpu->mmu.code;

    if (code->live && (code->bank || !cpu->mmu.paging) && !cpu->mmu.unified &&
        cpu->mode & MODE_FLAT_CODE && !(cpu->trace->enabled & each_fetch))
        code->plain = code->linear;
}

/* True if a cached block still stands at CS:EIP: its second page, which other
 * tables may map elsewhere, and the limit of CS, which is not in its key. */
static bool block_stands(struct cpu *cpu, struct block *block, bool *faulted)
{
    const uint32_t last = cpu->eip + block->bytes - 1u;

    if (!(cpu->mode & MODE_FLAT_CODE) &&
        (last > cpu->segment[CS].limit || last < cpu->eip))
        return false;
    if (!block->crosses)
        return true;
    *faulted =
        !fetched_next(cpu, cpu->mmu.code.linear + PAGE_SIZE, block->physical);
    if (*faulted || cpu->mmu.code.physical == block->second_page)
        return true;
    block_stale(cpu->blocks, block);
    return false;
}

struct block *fetch_block(struct cpu *cpu)
{
    const linear_addr linear = cpu->segment[CS].base + cpu->eip;
    const struct breakpoints *breakpoints = &cpu->breakpoints;
    bool faulted = false;
    physical_addr physical;
    struct block *block;

    /* What happens here is the next instruction's, not that of the last one
     * that took its full form. */
    cpu->current = NULL;
    if (UNLIKELY(cpu->eip > cpu->segment[CS].limit)) {
        (void)cpu_fault_code(cpu, VECTOR_GP, 0);
        return NULL;
    }
    if (breakpoints_may_await(breakpoints, linear) &&
        breakpoints_has(breakpoints, linear))
        breakpoints->fetching(breakpoints->context, linear);
    if (!look_up(cpu, linear))
        return NULL;
    if (cpu->mmu.code.plain == FAST_EMPTY)
        hold_plain(cpu);
    physical = cpu->mmu.code.physical | (linear & PAGE_OFFSET_MASK);
    block = block_find(cpu->block_index, physical, cpu->mode);
    if (UNLIKELY(!block || !block_stands(cpu, block, &faulted)))
        return block_make(cpu, linear, physical);
    return faulted ? NULL : block;
}
