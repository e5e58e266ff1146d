/* SPDX-License-Identifier: MIT */
/*
 * The run loop: blocks of decoded records, threaded from one to the next.
 *
 * A handler ends in a call of the next record's handler, which the compiler
 * turns into a jump. Builds without optimisation, or with sanitizers, return
 * to a loop after each record; insn_go() decides, here and nowhere else.
 *
 * Time: a block is paid for when it is entered (`ticks_left` falls by its
 * length), and what was not run is given back when it is left early. The tick
 * of a record is therefore deadline - ticks_left - record->left.
 */
#ifndef CPU_EXEC_H
#define CPU_EXEC_H

#include "cpu/block.h"
#include "cpu/cpu.h"

#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(PAGEWALK_LOOP)
enum { EXEC_THREADED = true };
#else
enum { EXEC_THREADED = false };
#endif

/** Why cpu_run() came back. */
enum run_end {
    RUN_DEADLINE, /**< the tick was reached, or something wants attention */
    RUN_HALTED,   /**< HLT: nothing happens until an interrupt */
    RUN_SHUTDOWN, /**< a third fault */
    RUN_BREAK     /**< before an instruction with a breakpoint */
};

/**
 * Run until tick `deadline`, or until something ends the run before. Takes
 * pending interrupts. The clock's `now` is right when it returns.
 */
enum run_end cpu_run(struct cpu *cpu, uint64_t deadline);

/** Go on with `insn`. */
static ALWAYS_INLINE const struct insn *insn_go(struct cpu *cpu,
                                                const struct insn *insn)
{
    return EXEC_THREADED ? insn->execute(cpu, insn) : insn;
}

/** Go on with the record behind `insn`. */
static ALWAYS_INLINE const struct insn *insn_next(struct cpu *cpu,
                                                  const struct insn *insn)
{
    insn++;
    /* Step first, then load: else the compiler does both from the old record,
     * which takes two host instructions more in each handler. */
    __asm__("" : "+r"(insn));
    return insn_go(cpu, insn);
}

/** Handler: run the full form of the record's operation. */
insn_handler insn_run;

/**
 * Handler: the same for an instruction that ends its block, if not as its last
 * record, then because it leaves it here.
 */
insn_handler insn_run_last;

/** Handlers: the same, with a record in the trace before. */
insn_handler insn_run_traced;
insn_handler insn_run_traced_last;

/** Handler: goes on with the block behind; has no bytes and no tick. */
insn_handler insn_block_end;

/** Handler of every record of a block that is no longer true. */
insn_handler insn_stale;

/** Handler: the host's breakpoint may stand before this record. */
insn_handler insn_break;

/** Handler: a breakpoint of the debug registers may be on this record. */
insn_handler insn_debug;

/**
 * A fast handler could not: take back its look-ups and run the full form.
 * Nothing has changed yet.
 */
insn_handler insn_slow;

/**
 * Handler, but for the operation: the full form of a record that has met a
 * device at its operand. The first time that it meets none, the record has its
 * fast handler back.
 */
const struct insn *insn_run_device(struct cpu *cpu, const struct insn *insn,
                                   bool (*full)(struct cpu *cpu,
                                                const struct insn *insn));

/** Records of instructions that do not decode. */
insn_handler insn_undefined; /**< #UD */
insn_handler insn_too_long;  /**< #GP(0) */

/** Find, or decode, the block at `eip` and go on with it: cpu/enter.c. */
const struct insn *block_enter(struct cpu *cpu);

/** A taken near branch that has no link, or cannot just follow it: likewise. */
insn_handler insn_branch_unlinked;

/** Enter a block whose look-up is done and counted, and that can be paid. */
static ALWAYS_INLINE const struct insn *block_go(struct cpu *cpu,
                                                 const struct block *block)
{
    cpu->ticks_left -= block->ticks;
    cpu->mmu.counts.data_lookups += block->look_ups;
    return insn_go(cpu, block->insn);
}

/**
 * Take the near branch `insn`: pay back what lies behind it in its block, pay
 * for the target's, and go on there. What that comes to was worked out when
 * the link was made.
 */
static ALWAYS_INLINE const struct insn *branch_take(struct cpu *cpu,
                                                    const struct insn *insn)
{
    const struct block *target = insn->link;
    const int64_t ticks_left = cpu->ticks_left + insn->net_ticks;

    if (UNLIKELY(!target || !cpu->mmu.code.linked || ticks_left < 0))
        return insn_branch_unlinked(cpu, insn);
    cpu->ticks_left = ticks_left;
    cpu->eip += insn->immediate;
    cpu->mmu.counts.data_lookups += (uint64_t)(int64_t)insn->net_look_ups;
    cpu->mmu.counts.code_lookups++;
    return insn_go(cpu, target->insn);
}

/** Go to `eip`, anywhere: a near return or an indirect branch. */
static ALWAYS_INLINE const struct insn *branch_indirect(struct cpu *cpu,
                                                        uint32_t eip)
{
    cpu->eip = eip;
    cpu->transfer = true;
    return block_enter(cpu);
}

/** EIP of the instruction behind `insn`, inside a block. */
static ALWAYS_INLINE uint32_t insn_next_eip(const struct cpu *cpu,
                                            const struct insn *insn)
{
    return cpu->eip + insn->offset + insn->length;
}

#endif
