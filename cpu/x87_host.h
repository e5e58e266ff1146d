/* SPDX-License-Identifier: MIT */
/*
 * The guest's x87 on the host's: its registers are the host's registers while
 * it computes, its control word is in force, and an instruction of the guest
 * is the host's instruction of the same two bytes.
 *
 *   in    the guest's instruction (the image of FOP), an operand in memory
 *   out   registers, conditions and exceptions, as the host leaves them
 *   next  cpu/insn/x87_native.c, the instructions that are done this way
 *
 * The registers are "at home", in struct x87, or on the host; X87_BLOCK_HOME
 * tells. cpu_run() brings them home when it returns, so that only what runs
 * inside it must leave the host's x87 alone, as all code for x86-64 without
 * `long double` does. docs/decisions/0006-x87-on-the-host.md says why.
 */
#ifndef CPU_X87_HOST_H
#define CPU_X87_HOST_H

#include "cpu/x87.h"

/** Move the registers to the host. No exception is pending there. */
void x87_to_host(struct x87 *x87);

/**
 * Bring them home, if they are not; exceptions are then in the status word.
 * The host's x87 is as after FNINIT, which is how a program finds it.
 */
void x87_from_host(struct x87 *x87);

static ALWAYS_INLINE bool x87_is_on_host(const struct x87 *x87)
{
    return !(x87->blocked & X87_BLOCK_HOME);
}

/** The host's status word, without waiting. */
static ALWAYS_INLINE uint16_t x87_host_status(void)
{
    uint16_t status;

    __asm__ volatile("fnstsw %0" : "=a"(status));
    return status;
}

/** The guest's, wherever it is: exceptions from before the move stayed home. */
static ALWAYS_INLINE uint16_t x87_status_now(const struct x87 *x87)
{
    return x87_is_on_host(x87) ? x87->status | x87_host_status()
                               : x87_status(x87);
}

/**
 * Run an instruction without memory operand on the host, CF being `carry`.
 * Returns the host's flags behind it as a status word (cpu/flags.h), of which
 * only those count that the instruction sets.
 */
uint32_t x87_host_register(unsigned opcode, bool carry);

/** Run one with a memory operand, at `operand`. */
void x87_host_memory(unsigned opcode, void *operand);

/** Bytes of the memory operand of such an instruction. */
uint32_t x87_operand_bytes(unsigned opcode);

/**
 * Behind an instruction that may have raised an exception that is not masked:
 * such a one is brought home before it can strike. False if it is one of
 * `refused`.
 */
bool x87_host_done(struct x87 *x87, unsigned refused);

/** a + b, both full, with the control word of `x87`. Returns the status. */
uint16_t x87_host_add(const struct x87 *x87, const struct x87_register *a,
                      const struct x87_register *b,
                      struct x87_register *result);

#endif
