/* SPDX-License-Identifier: MIT */
/*
 * Arithmetic on the host's x87, one instruction at a time, under the guest's
 * control word. The only place with x87 instructions.
 *
 *   in    operation, control word, operands
 *   out   the result, and the host's status word: exceptions and conditions
 *
 * The guest's masks are in force for that one instruction, so that the host
 * decides what an exception that is not masked leaves in the result; the
 * exception is cleared before it can strike. The host's control word, and its
 * register stack, which is empty, are afterwards as they were.
 * docs/decisions/0006-x87-on-the-host.md says why.
 */
#ifndef CPU_X87_HOST_H
#define CPU_X87_HOST_H

#include "cpu/x87.h"

/** Operations on ST(0) and an operand, as ModR/M.reg of D8 encodes them. */
enum x87_arithmetic {
    X87_ADD,
    X87_MUL,
    X87_COM, /**< no result; C0, C2, C3 */
    X87_COMP,
    X87_SUB, /**< ST(0) - operand */
    X87_SUBR,
    X87_DIV,
    X87_DIVR,
    X87_UCOM, /**< of registers only: COM that takes quiet NaNs */
    X87_ARITHMETIC_COUNT
};

/** How an operand lies in memory. */
enum x87_format {
    X87_REAL32,
    X87_REAL64,
    X87_INTEGER16,
    X87_INTEGER32,
    X87_REAL80,
    X87_ARITHMETIC_FORMATS,
    X87_INTEGER64 = X87_ARITHMETIC_FORMATS,
    X87_BCD80,
    X87_FORMATS
};

/** Operations on ST(0), some with ST(1) as second operand. */
enum x87_unary {
    X87_SQRT,
    X87_RNDINT,
    X87_TST,
    X87_SCALE, /**< by ST(1), as all below */
    X87_PREM,
    X87_PREM1,
    X87_UNARY_COUNT
};

/** Bytes of an operand. */
static inline uint32_t x87_format_bytes(enum x87_format format)
{
    static const uint8_t bytes[X87_FORMATS] = {4, 8, 2, 4, 10, 8, 10};

    return bytes[format];
}

/** result = a `operation` operand. Returns the status word. */
uint16_t x87_host_arithmetic(enum x87_arithmetic operation,
                             enum x87_format format, uint16_t control,
                             const struct x87_register *a, const void *operand,
                             struct x87_register *result);

/** value = `operation` of value, and of `second`. Returns the status word. */
uint16_t x87_host_unary(enum x87_unary operation, uint16_t control,
                        struct x87_register *value,
                        const struct x87_register *second);

/** Load an operand: not X87_REAL80, which is taken as it stands. */
uint16_t x87_host_load(enum x87_format format, uint16_t control,
                       const void *operand, struct x87_register *value);

/** Store a value: not X87_REAL80. Nothing is stored if an exception that is
 * not masked forbids it. Returns the status word. */
uint16_t x87_host_store(enum x87_format format, uint16_t control,
                        const struct x87_register *value, void *operand);

#endif
