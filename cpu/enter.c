/* SPDX-License-Identifier: MIT */
/*
 * From block to block: at a taken branch, a call, a return, or the end of a
 * block. Near branches inside a page are given links, which cpu/exec.h follows;
 * all others come by here.
 */
#include "bus/bus.h"
#include "cpu/exception.h"
#include "cpu/exec.h"
#include "cpu/fetch.h"

static void remember_trail(struct cpu *cpu)
{
    cpu->trail[cpu->trail_next++ % TRAIL_COUNT] = cpu->eip;
}

static ALWAYS_INLINE const struct insn *go_if_paid(struct cpu *cpu,
                                                   const struct block *block)
{
    return cpu->ticks_left < block->ticks ? NULL : block_go(cpu, block);
}

/* Apart from those who enter blocks, which then need no stack. */
__attribute__((noinline)) static const struct insn *enter_fetched(
    struct cpu *cpu)
{
    const struct block *block = fetch_block(cpu);

    if (UNLIKELY(!block)) {
        exception_deliver(cpu);
        return NULL;
    }
    return go_if_paid(cpu, block);
}

/* The block at `eip` is not on the page at work. */
__attribute__((noinline)) static const struct insn *enter_page(struct cpu *cpu)
{
    const struct block *block = fetch_entered(cpu);

    return LIKELY(block) ? go_if_paid(cpu, block) : enter_fetched(cpu);
}

const struct insn *block_enter(struct cpu *cpu)
{
    const struct block *block;

    if (UNLIKELY(cpu->attention || cpu->ticks_left <= 0))
        return NULL;
    remember_trail(cpu);
    block = fetch_held(cpu);
    if (UNLIKELY(!block))
        return enter_page(cpu);
    return go_if_paid(cpu, block);
}

/* A branch on the page that is held can have a link, not on a device's: such
 * blocks are not kept, and the target was made in the place of the branch. */
static bool can_link(const struct cpu *cpu)
{
    const struct code_page *code = &cpu->mmu.code;
    const enum bus_kind kind = bus_range_at(cpu->mmu.bus, code->physical)->kind;

    return (kind == BUS_RAM || kind == BUS_ROM) && code->live &&
           (code->bank || !cpu->mmu.paging);
}

/* Lead the branch to the block, if what that nets can be held. */
static void set_link(struct insn *insn, const struct block *block)
{
    const int ticks = insn->left - 1 - block->ticks;
    const int look_ups = block->look_ups - insn[1].look_ups;

    if (look_ups < INT8_MIN || look_ups > INT8_MAX)
        return;
    insn->net_ticks = (int8_t)ticks;
    insn->net_look_ups = (int8_t)look_ups;
    insn->link = block;
}

/* Both on one page. The walk may mark an entry that is the displacement. */
__attribute__((noinline)) static const struct insn *branch_link(
    struct cpu *cpu, const struct insn *insn)
{
    const uint64_t generation = block_cache_generation(cpu->blocks);
    const uint32_t target = insn->immediate;
    const physical_addr page = cpu->mmu.code.physical;
    const struct block *block;

    if (UNLIKELY(cpu->attention || cpu->ticks_left <= 0))
        return NULL;
    remember_trail(cpu);
    block = fetch_block(cpu);
    if (UNLIKELY(!block)) {
        exception_deliver(cpu);
        return NULL;
    }
    if (!block->apart && can_link(cpu) && page == cpu->mmu.code.physical &&
        generation == block_cache_generation(cpu->blocks) &&
        insn->immediate == target && !trace_wants(cpu->trace, TRACE_FETCH))
        set_link(block_record(cpu->blocks, insn), block);
    return go_if_paid(cpu, block);
}

const struct insn *insn_branch_unlinked(struct cpu *cpu,
                                        const struct insn *insn)
{
    const struct block *target = insn->link;
    const uint32_t from = cpu->eip;

    cpu->eip += insn->immediate;
    cpu->ticks_left += insn->left - 1;
    cpu->mmu.counts.data_lookups -= insn[1].look_ups;
    if (target && cpu->mmu.code.live && cpu->ticks_left >= target->ticks) {
        cpu->mmu.counts.code_lookups++;
        mmu_touch_code(&cpu->mmu);
        return block_go(cpu, target);
    }
    cpu->transfer = true;
    if ((from ^ cpu->eip) & PAGE_FRAME_MASK)
        return block_enter(cpu);
    return branch_link(cpu, insn);
}
