/* SPDX-License-Identifier: MIT */
/*
 * Debug registers: breakpoints on instructions, data and ports, and the traps
 * that they make. Nothing here costs anything while DR7 enables nothing:
 * instruction breakpoints are a handler in the decoded record, and pages with
 * data breakpoints stay out of the fast table.
 *
 *   in    DR0 to DR3, DR7; what is fetched, accessed, transferred
 *   out   #DB as a fault (instructions) or pending trap (data, ports, steps)
 *
 * SDM 3B, "Debug Registers" and "Debug Exceptions"; 386 PRM, "Debugging".
 */
#ifndef CPU_DEBUG_H
#define CPU_DEBUG_H

#include "cpu/cpu.h"

enum {
    DR6_BD = 1 << 13,   /**< a debug register was touched with DR7.GD */
    DR6_BS = 1 << 14,   /**< single step */
    DR6_BT = 1 << 15,   /**< task switch to a TSS with its T bit */
    DR7_ENABLES = 0xff, /**< L0 to L3, G0 to G3 */
    DR7_LOCAL = 0x155,  /**< L0 to L3 and LE: cleared by a task switch */
    DR7_GD = 1 << 13
};

/** DR7 or an address changed: set up what watches. */
void debug_update(struct cpu *cpu);

/**
 * Breakpoints, one bit each, on the instruction at `linear`. With `anywhere`
 * only the offset in the page is compared, as for code that is decoded once
 * for all linear addresses of its page.
 */
uint32_t debug_instruction(const struct cpu *cpu, linear_addr linear,
                           bool anywhere);

/** An access of `size` bytes to `port` is about to be made. */
void debug_port(struct cpu *cpu, uint16_t port, unsigned size);

/** #DB as a fault for the instruction at work. Always false. */
bool debug_fault(struct cpu *cpu, uint32_t dr6);

/** Remember a trap for when the instruction is over. */
static inline void debug_pend(struct cpu *cpu, uint32_t dr6)
{
    cpu->debug.pending |= dr6;
    cpu->attention = true;
}

/** Deliver what is pending, as one trap behind the instruction. */
void debug_deliver(struct cpu *cpu);

#endif
