/* SPDX-License-Identifier: MIT */
/*
 * Arithmetic without a processor: values in, value and status word out.
 * Nothing here can fault or reach memory, so an interpreter, a test and a
 * translator can all call it. The host computes the flags: for these
 * instructions it is defined to give what the guest's processor gives.
 * AF, where the manual leaves it undefined, is cleared.
 */
#ifndef CPU_ALU_H
#define CPU_ALU_H

#include "cpu/flags.h"
#include "cpu/insn.h"

struct alu_result {
    uint32_t value;  /**< zero above the operand width */
    uint32_t status; /**< see flags.h; every status flag is set anew */
};

/** Pure binary operation on operands of `width`. */
typedef struct alu_result alu_binary(enum width width, uint32_t a, uint32_t b,
                                     uint32_t status);

static ALWAYS_INLINE uint32_t width_mask(enum width width)
{
    return 0xffffffffu >> (32 - (unsigned)width);
}

static ALWAYS_INLINE uint32_t width_sign(enum width width)
{
    return 1u << ((unsigned)width - 1);
}

/*
 * One host instruction at one width. `prepare` may set the host's carry from
 * operand 3, bit 8 of a status word; LAHF and SETO then give the new one.
 */
#define ALU_HOST(type, reg, prepare, operation, carry_in, carry) \
    do {                                                         \
        type value_ = (type)(a);                                 \
        uint16_t word_;                                          \
                                                                 \
        __asm__(prepare operation " %2, %1\n\tlahf\n\tseto %%al" \
                : "=&a"(word_), "+&" reg(value_)                 \
                : reg "i"((type)(b)), carry_in(carry)            \
                : "cc");                                         \
        result = (struct alu_result){value_, word_};             \
    } while (0)

/* Pick the width; `a`, `b` and `width` are the caller's parameters. */
#define ALU_WIDTHS(prepare, name, carry_in, carry)                   \
    struct alu_result result;                                        \
                                                                     \
    if (width == WIDTH_8)                                            \
        ALU_HOST(uint8_t, "q", prepare, name "b", carry_in, carry);  \
    else if (width == WIDTH_16)                                      \
        ALU_HOST(uint16_t, "r", prepare, name "w", carry_in, carry); \
    else                                                             \
        ALU_HOST(uint32_t, "r", prepare, name "l", carry_in, carry)

#define ALU_PLAIN(name) ALU_WIDTHS("", name, "i", 0)
#define ALU_CARRY(name) ALU_WIDTHS("btl $8, %3\n\t", name, "r", status)

/** a + b. SDM 2A, "ADD". */
static ALWAYS_INLINE struct alu_result alu_add(enum width width, uint32_t a,
                                               uint32_t b, uint32_t status)
{
    (void)status;
    ALU_PLAIN("add");
    return result;
}

/** a + b + CF. SDM 2A, "ADC". */
static ALWAYS_INLINE struct alu_result alu_adc(enum width width, uint32_t a,
                                               uint32_t b, uint32_t status)
{
    ALU_CARRY("adc");
    return result;
}

/** a - b. SDM 2B, "SUB"; also CMP. */
static ALWAYS_INLINE struct alu_result alu_sub(enum width width, uint32_t a,
                                               uint32_t b, uint32_t status)
{
    (void)status;
    ALU_PLAIN("sub");
    return result;
}

/** a - b - CF. SDM 2B, "SBB". */
static ALWAYS_INLINE struct alu_result alu_sbb(enum width width, uint32_t a,
                                               uint32_t b, uint32_t status)
{
    ALU_CARRY("sbb");
    return result;
}

/** ZF, SF and PF as `a` gives them; CF, OF and AF clear. */
static ALWAYS_INLINE uint32_t status_of_value(enum width width, uint32_t a)
{
    const uint32_t b = a;

    ALU_PLAIN("test");
    return result.status & ~(uint32_t)STATUS_AF;
}

/** a AND b. SDM 2A, "AND"; also TEST. */
static ALWAYS_INLINE struct alu_result alu_and(enum width width, uint32_t a,
                                               uint32_t b, uint32_t status)
{
    (void)status;
    ALU_PLAIN("and");
    result.status &= ~(uint32_t)STATUS_AF;
    return result;
}

/** a OR b. SDM 2B, "OR". */
static ALWAYS_INLINE struct alu_result alu_or(enum width width, uint32_t a,
                                              uint32_t b, uint32_t status)
{
    (void)status;
    ALU_PLAIN("or");
    result.status &= ~(uint32_t)STATUS_AF;
    return result;
}

/** a XOR b. SDM 2B, "XOR". */
static ALWAYS_INLINE struct alu_result alu_xor(enum width width, uint32_t a,
                                               uint32_t b, uint32_t status)
{
    (void)status;
    ALU_PLAIN("xor");
    result.status &= ~(uint32_t)STATUS_AF;
    return result;
}

/** a + 1, CF kept from `status`. SDM 2A, "INC". `b` is ignored. */
static ALWAYS_INLINE struct alu_result alu_inc(enum width width, uint32_t a,
                                               uint32_t b, uint32_t status)
{
    struct alu_result sum = alu_add(width, a, 1, 0);

    (void)b;
    sum.status = (sum.status & ~(uint32_t)STATUS_CF) | (status & STATUS_CF);
    return sum;
}

/** a - 1, CF kept from `status`. SDM 2A, "DEC". `b` is ignored. */
static ALWAYS_INLINE struct alu_result alu_dec(enum width width, uint32_t a,
                                               uint32_t b, uint32_t status)
{
    struct alu_result difference = alu_sub(width, a, 1, 0);

    (void)b;
    difference.status =
        (difference.status & ~(uint32_t)STATUS_CF) | (status & STATUS_CF);
    return difference;
}

/** 0 - a. SDM 2B, "NEG". `b` and `status` are ignored. */
static ALWAYS_INLINE struct alu_result alu_neg(enum width width, uint32_t a,
                                               uint32_t b, uint32_t status)
{
    (void)b;
    return alu_sub(width, 0, a, status);
}

/** NOT a: flags stay. SDM 2B, "NOT". `b` is ignored. */
static ALWAYS_INLINE struct alu_result alu_not(enum width width, uint32_t a,
                                               uint32_t b, uint32_t status)
{
    (void)b;
    return (struct alu_result){~a & width_mask(width), status};
}

#endif
