/* SPDX-License-Identifier: MIT */
/*
 * REP: runs the iterations of a string instruction, one tick each, and stops
 * between two of them where the run loop is wanted. The instruction is then
 * begun again at its first byte, with the registers showing how far it came.
 *
 *   in    how to do one element, and how to do many
 *   out   eCX, ticks, `next_eip`; or the fault of one element
 *
 * SDM 2B, "REP/REPE/REPZ/REPNE/REPNZ".
 */
#ifndef CPU_INSN_REPEAT_H
#define CPU_INSN_REPEAT_H

#include "cpu/operand.h"

/** Does one element and moves the index registers; false: a fault. */
typedef bool string_element(struct cpu *cpu, const struct insn *insn);

/**
 * Does up to `limit` (1 or more) elements if it can do so without anybody
 * seeing a difference. Returns how many, 0 to `limit`; none can fault.
 */
typedef uint32_t string_run(struct cpu *cpu, const struct insn *insn,
                            uint32_t limit);

/** True if a comparison in the last element ends the repetition. */
typedef bool string_end(const struct cpu *cpu, const struct insn *insn);

/** eCX, eSI or eDI at the address size. */
static ALWAYS_INLINE uint32_t string_index(const struct cpu *cpu,
                                           const struct insn *insn,
                                           unsigned number)
{
    const uint32_t value = cpu->gpr[number];

    return insn->prefixes & INSN_ADDRESS16 ? value & 0xffff : value;
}

/** Set eCX, eSI or eDI at the address size. */
static ALWAYS_INLINE void string_set_index(struct cpu *cpu,
                                           const struct insn *insn,
                                           unsigned number, uint32_t value)
{
    if (insn->prefixes & INSN_ADDRESS16)
        cpu_set_register(cpu, number, WIDTH_16, value);
    else
        cpu->gpr[number] = value;
}

/** Move an index register `bytes` on, or back where DF is set. */
static ALWAYS_INLINE void string_advance(struct cpu *cpu,
                                         const struct insn *insn,
                                         unsigned number, uint32_t bytes)
{
    const uint32_t value = cpu->gpr[number];

    string_set_index(cpu, insn, number,
                     cpu->eflags & FLAG_DF ? value - bytes : value + bytes);
}

/** Segment of the source: DS, or the prefix's. */
static ALWAYS_INLINE unsigned string_source(const struct insn *insn)
{
    return insn->prefixes & INSN_SEGMENT ? insn->segment : DS;
}

/**
 * Run a string instruction, repeated or not. `run` and `end` may be NULL.
 *
 * The tick of the element to come is always paid for: by the block at first,
 * then here; so a fault leaves the ticks as any instruction's fault does, and
 * a device that asks for the time in the middle gets the right answer.
 */
MUST_CHECK static ALWAYS_INLINE bool string_repeat(struct cpu *cpu,
                                                   const struct insn *insn,
                                                   string_element *element,
                                                   string_run *run,
                                                   string_end *end)
{
    uint32_t count;

    if (!(insn->prefixes & (INSN_REP | INSN_REPNE)))
        return element(cpu, insn);
    count = string_index(cpu, insn, ECX);
    while (count > 0) {
        const int64_t ahead = cpu->ticks_left > 0 ? cpu->ticks_left : 0;
        uint32_t done = 0;

        if (run)
            done = run(cpu, insn, count <= ahead ? count : (uint32_t)ahead + 1);
        if (done == 0) {
            TRY(element(cpu, insn));
            done = 1;
        }
        count -= done;
        string_set_index(cpu, insn, ECX, count);
        cpu->ticks_left -= done - 1;
        if (count == 0 || (end && end(cpu, insn)))
            break;
        if (cpu->ticks_left <= 0 || cpu->attention) {
            cpu->next_eip = cpu_current_eip(cpu);
            cpu->repeat_tick = cpu_now(cpu) + 1;
            break;
        }
        cpu->ticks_left--;
    }
    return true;
}

#endif
