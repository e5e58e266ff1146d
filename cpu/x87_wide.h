/* SPDX-License-Identifier: MIT */
/*
 * Numbers of 128 bits, for functions that are computed in software: the same
 * on every host, with 60 bits more than a result has.
 */
#ifndef CPU_X87_WIDE_H
#define CPU_X87_WIDE_H

#include "cpu/x87.h"

__extension__ typedef unsigned __int128 x87_uint128;

/** Half-words of a constant, since C has no literals that wide. */
struct x87_constant {
    uint64_t high;
    uint64_t low;
};

static inline x87_uint128 x87_wide(struct x87_constant constant)
{
    return (x87_uint128)constant.high << 64 | constant.low;
}

/** significand * 2^(exponent - 127), normalised: bit 127 is set. */
struct x87_real {
    x87_uint128 significand;
    int exponent;
    bool negative;
    bool exact; /**< no bit is missing */
};

/** The upper half of a product. */
static inline x87_uint128 x87_multiply(x87_uint128 a, x87_uint128 b)
{
    const uint64_t a_high = (uint64_t)(a >> 64);
    const uint64_t b_high = (uint64_t)(b >> 64);
    const x87_uint128 low = (x87_uint128)(uint64_t)a * (uint64_t)b;
    const x87_uint128 first = (x87_uint128)a_high * (uint64_t)b;
    const x87_uint128 second = (x87_uint128)(uint64_t)a * b_high;
    const x87_uint128 middle = (low >> 64) + (uint64_t)first + (uint64_t)second;

    return (x87_uint128)a_high * b_high + (first >> 64) + (second >> 64) +
           (middle >> 64);
}

/** Put the top bit into place. The significand is not zero. */
static inline void x87_normalise(struct x87_real *value)
{
    const uint64_t high = (uint64_t)(value->significand >> 64);
    const int shift = high ? __builtin_clzll(high)
                           : 64 + __builtin_clzll((uint64_t)value->significand);

    value->significand <<= shift;
    value->exponent -= shift;
}

/** a * b of normalised numbers. */
static inline struct x87_real x87_product(struct x87_real a, struct x87_real b)
{
    struct x87_real product = {x87_multiply(a.significand, b.significand),
                               a.exponent + b.exponent + 1,
                               a.negative != b.negative, false};

    x87_normalise(&product);
    return product;
}

/** a / b of normalised numbers. */
static inline struct x87_real x87_quotient(struct x87_real a, struct x87_real b)
{
    struct x87_real quotient = {0, a.exponent - b.exponent,
                                a.negative != b.negative, false};
    x87_uint128 rest = a.significand;
    bool carry = false;

    for (unsigned i = 0; i < 128; i++) {
        quotient.significand <<= 1;
        if (carry || rest >= b.significand) {
            rest -= b.significand;
            quotient.significand |= 1;
        }
        carry = rest >> 127;
        rest <<= 1;
    }
    x87_normalise(&quotient);
    return quotient;
}

/** A number, not zero nor special. */
static inline struct x87_real x87_real_of(const struct x87_register *value)
{
    const int exponent = value->exponent & X87_EXPONENT_MAX;
    struct x87_real real = {(x87_uint128)value->significand << 64,
                            (exponent ? exponent : 1) - X87_BIAS,
                            value->exponent >> 15, true};

    x87_normalise(&real);
    return real;
}

/** `value` in units of 2^-128; it is less than one. */
static inline x87_uint128 x87_fraction(const struct x87_real *value)
{
    const int shift = -1 - value->exponent;

    return shift >= 128 ? 0 : value->significand >> shift;
}

/**
 * Sum of coefficient[n] * x^n over `count` of them, those with odd n
 * subtracted if `alternates`. `x` is in units of 2^-128, the sum as the
 * coefficients are.
 */
x87_uint128 x87_series(const struct x87_constant *coefficient, unsigned count,
                       x87_uint128 x, bool alternates);

/**
 * Round to a register by the control word's rounding, at full precision.
 * Returns the status word's bits for it: C1, PE, OE, UE.
 */
uint16_t x87_round(uint16_t control, struct x87_real value,
                   struct x87_register *result);

#endif
