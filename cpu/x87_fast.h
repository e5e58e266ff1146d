/* SPDX-License-Identifier: MIT */
/*
 * Arithmetic on plain numbers, normal ones and zero, in integers: what nearly
 * every x87 instruction of nearly every program is. A host x87 instruction
 * itself takes a few cycles, but moving 80-bit values to it and its status
 * word back takes forty; this takes ten to twenty.
 *
 *   in    numbers, rounding and precision
 *   out   the result with PE and C1; or false: not a plain case, nothing done
 *   next  the full form, which asks the host (cpu/x87_host.h)
 *
 * The two must agree bit for bit; tests/host compares them.
 */
#ifndef CPU_X87_FAST_H
#define CPU_X87_FAST_H

#include "cpu/x87.h"

__extension__ typedef unsigned __int128 fast_wide;

enum {
    X87_DROP32 = 40, /**< bits of a significand that REAL32 has not */
    X87_DROP64 = 11
};

/** Normal: with an integer bit, and neither infinity nor NaN. */
static ALWAYS_INLINE bool fast_is_normal(struct x87_register value)
{
    const unsigned exponent = value.exponent & X87_EXPONENT_MAX;

    return exponent - 1u < X87_EXPONENT_MAX - 1u &&
           (int64_t)value.significand < 0;
}

static ALWAYS_INLINE bool fast_is_zero(struct x87_register value)
{
    return !(value.exponent & X87_EXPONENT_MAX) && value.significand == 0;
}

/*
 * Whether a carry, a shift by one or a rounding up comes is as good as random,
 * and a branch that is not foreseen costs as much as all the rest: so these
 * are computed, not branched on.
 */

/** 1 if a rest (its top bit is one half) rounds the magnitude up, else 0. */
static ALWAYS_INLINE unsigned fast_rounds_up(unsigned rounding, bool negative,
                                             bool odd, uint64_t rest)
{
    const uint64_t half = X87_INTEGER_BIT;
    const bool inexact = rest != 0;

    if (LIKELY(rounding == X87_NEAREST))
        return rest > half - odd;
    if (rounding == X87_CHOP)
        return 0;
    return inexact & (negative == (rounding == X87_DOWN));
}

static ALWAYS_INLINE unsigned fast_rounding(const struct x87 *x87)
{
    return x87->control >> X87_ROUNDING_SHIFT & 3;
}

/** A magnitude before rounding: high has its top bit set. */
struct fast_magnitude {
    uint64_t high;
    uint64_t low;
    int exponent; /**< biased */
};

/**
 * Round to 64 - `drop` bits. Sets PE and C1. False, with nothing changed, if
 * it is inexact and PE is not masked.
 */
static ALWAYS_INLINE bool fast_round(struct x87 *x87, bool negative,
                                     unsigned drop,
                                     struct fast_magnitude *value)
{
    uint64_t rest = value->low;
    unsigned up;
    unsigned carry;

    if (drop) {
        rest = value->high << (64 - drop) | value->low >> drop |
               (value->low << (64 - drop) != 0);
        value->high = value->high >> drop << drop;
    }
    if (UNLIKELY(!(x87->control & X87_PE)) && rest != 0)
        return false;
    up = fast_rounds_up(fast_rounding(x87), negative, value->high >> drop & 1,
                        rest);
    value->high += (uint64_t)up << drop;
    carry = up & (value->high == 0);
    value->high |= (uint64_t)carry << 63;
    value->exponent += (int)carry;
    x87->status = (uint16_t)((x87->status & ~(unsigned)X87_C1) | up << 9 |
                             (rest != 0 ? X87_PE : 0u));
    return true;
}

/** Round at the precision in force and pack, where it stays normal. */
static ALWAYS_INLINE bool fast_pack(struct x87 *x87, bool negative,
                                    struct fast_magnitude value,
                                    struct x87_register *result)
{
    /* One less than the limit: rounding may add to it. */
    if (UNLIKELY((unsigned)value.exponent - 1u >= X87_EXPONENT_MAX - 2u))
        return false;
    if (!fast_round(x87, negative, x87->drop, &value))
        return false;
    *result = (struct x87_register){
        value.high,
        (uint16_t)((unsigned)value.exponent | (negative ? X87_SIGN : 0u)),
        {0}};
    return true;
}

static ALWAYS_INLINE struct fast_magnitude fast_magnitude_of(
    struct x87_register value)
{
    return (struct fast_magnitude){value.significand, 0,
                                   value.exponent & X87_EXPONENT_MAX};
}

/** The 128-bit fraction of `value`, moved right by `shift`; bits that fall
 * out stay as a sticky one. */
static ALWAYS_INLINE fast_wide fast_align(uint64_t value, unsigned shift)
{
    if (LIKELY(shift <= 64))
        return (fast_wide)value << 64 >> shift;
    return shift < 128 ? value >> (shift - 64) | 1u : 1u;
}

/** Shift left until the top bit is set. The value is not zero. */
static ALWAYS_INLINE struct fast_magnitude fast_normalise(fast_wide value,
                                                          int exponent)
{
    unsigned shift;

    if (!(value >> 64)) {
        value <<= 64;
        exponent -= 64;
    }
    shift = (unsigned)__builtin_clzll((uint64_t)(value >> 64));
    value <<= shift;
    return (struct fast_magnitude){(uint64_t)(value >> 64), (uint64_t)value,
                                   exponent - (int)shift};
}

/** a + b, both normal and of different signs, |a| >= |b| by exponents. */
static ALWAYS_INLINE bool fast_difference(struct x87 *x87,
                                          struct x87_register a,
                                          struct x87_register b, unsigned shift,
                                          struct x87_register *result)
{
    fast_wide high = (fast_wide)a.significand << 64;
    fast_wide low = fast_align(b.significand, shift);
    bool negative = a.exponent >> 15;

    if (high == low) {
        x87_set_c1(x87, false);
        *result = (struct x87_register){
            0, fast_rounding(x87) == X87_DOWN ? X87_SIGN : 0, {0}};
        return true;
    }
    if (high < low) {
        const fast_wide other = high;

        high = low;
        low = other;
        negative = !negative;
    }
    return fast_pack(x87, negative,
                     fast_normalise(high - low, a.exponent & X87_EXPONENT_MAX),
                     result);
}

/** result = a + b, one of them zero. */
static ALWAYS_INLINE bool fast_add_zero(struct x87 *x87, struct x87_register a,
                                        struct x87_register b,
                                        struct x87_register *result)
{
    if (fast_is_zero(b)) {
        b = a;
    } else if (!fast_is_zero(a)) {
        return false;
    }
    if (!fast_is_normal(b))
        return false;
    return fast_pack(x87, b.exponent >> 15, fast_magnitude_of(b), result);
}

/** Exchange the two, or not. */
static ALWAYS_INLINE void fast_order(bool exchange, struct x87_register *a,
                                     struct x87_register *b)
{
    const uint64_t mask = 0 - (uint64_t)exchange;
    const uint64_t significand = (a->significand ^ b->significand) & mask;
    const uint16_t exponent =
        (uint16_t)((unsigned)(a->exponent ^ b->exponent) & (unsigned)mask);

    a->significand ^= significand;
    b->significand ^= significand;
    a->exponent ^= exponent;
    b->exponent ^= exponent;
}

static ALWAYS_INLINE bool fast_add(struct x87 *x87, struct x87_register a,
                                   struct x87_register b,
                                   struct x87_register *result)
{
    int shift;
    fast_wide sum;
    fast_wide other;
    unsigned carry;

    if (UNLIKELY(!fast_is_normal(a) || !fast_is_normal(b)))
        return fast_add_zero(x87, a, b, result);
    shift = (a.exponent & X87_EXPONENT_MAX) - (b.exponent & X87_EXPONENT_MAX);
    fast_order(shift < 0, &a, &b);
    shift = shift < 0 ? -shift : shift;
    if ((a.exponent ^ b.exponent) & X87_SIGN)
        return fast_difference(x87, a, b, (unsigned)shift, result);
    other = fast_align(b.significand, (unsigned)shift);
    sum = ((fast_wide)a.significand << 64) + other;
    carry = sum < other; /* out of bit 127 */
    sum = (fast_wide)carry << 127 | sum >> carry | (sum & carry);
    return fast_pack(
        x87, a.exponent >> 15,
        (struct fast_magnitude){(uint64_t)(sum >> 64), (uint64_t)sum,
                                (a.exponent & X87_EXPONENT_MAX) + (int)carry},
        result);
}

static ALWAYS_INLINE bool fast_sub(struct x87 *x87, struct x87_register a,
                                   struct x87_register b,
                                   struct x87_register *result)
{
    b.exponent ^= X87_SIGN;
    return fast_add(x87, a, b, result);
}

/** result = a * b, one of them zero. */
static ALWAYS_INLINE bool fast_zero(struct x87 *x87, struct x87_register a,
                                    struct x87_register b,
                                    struct x87_register *result)
{
    if (!(fast_is_zero(a) && (fast_is_zero(b) || fast_is_normal(b))) &&
        !(fast_is_zero(b) && fast_is_normal(a)))
        return false;
    x87_set_c1(x87, false);
    *result =
        (struct x87_register){0, (a.exponent ^ b.exponent) & X87_SIGN, {0}};
    return true;
}

static ALWAYS_INLINE bool fast_mul(struct x87 *x87, struct x87_register a,
                                   struct x87_register b,
                                   struct x87_register *result)
{
    const fast_wide product = (fast_wide)a.significand * b.significand;
    struct fast_magnitude value = {(uint64_t)(product >> 64), (uint64_t)product,
                                   (a.exponent & X87_EXPONENT_MAX) +
                                       (b.exponent & X87_EXPONENT_MAX) -
                                       X87_BIAS + 1};
    unsigned shift;

    if (UNLIKELY(!fast_is_normal(a) || !fast_is_normal(b)))
        return fast_zero(x87, a, b, result);
    shift = !(value.high >> 63);
    value.high = (uint64_t)(product << shift >> 64);
    value.low <<= shift;
    value.exponent -= (int)shift;
    return fast_pack(x87, (a.exponent ^ b.exponent) >> 15, value, result);
}

/** 128 by 64 bits; the quotient fits. */
static ALWAYS_INLINE uint64_t fast_divide(uint64_t high, uint64_t divisor,
                                          uint64_t *remainder)
{
    uint64_t quotient;

    __asm__("divq %[divisor]"
            : "=a"(quotient), "=d"(*remainder)
            : [divisor] "r"(divisor), "d"(high), "a"(UINT64_C(0))
            : "cc");
    return quotient;
}

/** result = a / b. */
static ALWAYS_INLINE bool fast_div(struct x87 *x87, struct x87_register a,
                                   struct x87_register b,
                                   struct x87_register *result)
{
    struct fast_magnitude value = {.exponent = (a.exponent & X87_EXPONENT_MAX) -
                                               (b.exponent & X87_EXPONENT_MAX) +
                                               X87_BIAS - 1};
    uint64_t dividend = a.significand;
    uint64_t last = 0;
    uint64_t rest;

    if (UNLIKELY(!fast_is_normal(a) || !fast_is_normal(b)))
        return false;
    if (dividend >= b.significand) { /* the quotient has one bit more */
        last = dividend & 1;
        dividend >>= 1;
        value.exponent++;
    }
    value.high = fast_divide(dividend, b.significand, &rest);
    if (last) { /* the bit shifted out: a 1 at the top of the low half */
        const uint64_t half = X87_INTEGER_BIT;
        const bool carry = rest + half < rest || rest + half >= b.significand;

        rest += half;
        if (carry) {
            rest -= b.significand;
            value.high++;
        }
    }
    if (rest)
        value.low = rest > b.significand - rest    ? X87_INTEGER_BIT + 1
                    : rest == b.significand - rest ? X87_INTEGER_BIT
                                                   : 1;
    return fast_pack(x87, (a.exponent ^ b.exponent) >> 15, value, result);
}

/** C3, C2 and C0 of a compared with b. */
static ALWAYS_INLINE bool fast_compare(struct x87_register a,
                                       struct x87_register b,
                                       unsigned *condition)
{
    const bool a_zero = fast_is_zero(a);
    const bool b_zero = fast_is_zero(b);
    const bool negative = a.exponent >> 15;
    bool less;

    if (!(a_zero || fast_is_normal(a)) || !(b_zero || fast_is_normal(b)))
        return false;
    if (a_zero && b_zero) {
        *condition = X87_C3;
        return true;
    }
    if (a_zero) {
        *condition = b.exponent >> 15 ? 0 : X87_C0;
        return true;
    }
    if (b_zero || ((a.exponent ^ b.exponent) & X87_SIGN)) {
        *condition = negative ? X87_C0 : 0;
        return true;
    }
    if (a.exponent == b.exponent && a.significand == b.significand) {
        *condition = X87_C3;
        return true;
    }
    less = a.exponent != b.exponent ? a.exponent < b.exponent
                                    : a.significand < b.significand;
    *condition = less != negative ? X87_C0 : 0;
    return true;
}

/** Widen a REAL64 or REAL32 given as its bits. */
static ALWAYS_INLINE bool fast_from_real(uint64_t bits, unsigned width,
                                         unsigned fraction,
                                         struct x87_register *value)
{
    const unsigned exponent_max = (1u << (width - 1 - fraction)) - 1;
    const unsigned sign = bits >> (width - 1) & 1 ? X87_SIGN : 0;
    const unsigned exponent = (unsigned)(bits >> fraction) & exponent_max;

    if (UNLIKELY(exponent - 1 >= exponent_max - 1)) {
        if (bits << (65 - width)) /* more than a sign: denormal, NaN ... */
            return false;
        *value = (struct x87_register){0, (uint16_t)sign, {0}};
        return true;
    }
    *value = (struct x87_register){
        bits << (63 - fraction) | X87_INTEGER_BIT,
        (uint16_t)(sign | (exponent + X87_BIAS - (exponent_max >> 1))),
        {0}};
    return true;
}

/** Round to a REAL64 or REAL32, as its bits. */
static ALWAYS_INLINE bool fast_to_real(struct x87 *x87,
                                       struct x87_register value,
                                       unsigned width, unsigned fraction,
                                       uint64_t *bits)
{
    const unsigned exponent_max = (1u << (width - 1 - fraction)) - 1;
    const bool negative = value.exponent >> 15;
    const uint64_t sign = (uint64_t)negative << (width - 1);
    struct fast_magnitude rounded = fast_magnitude_of(value);

    if (fast_is_zero(value)) {
        x87_set_c1(x87, false);
        *bits = sign;
        return true;
    }
    rounded.exponent += (int)(exponent_max >> 1) - X87_BIAS;
    if (!fast_is_normal(value) ||
        (unsigned)rounded.exponent - 1u >= exponent_max - 2u)
        return false;
    if (!fast_round(x87, negative, 63 - fraction, &rounded))
        return false;
    *bits = sign | (uint64_t)rounded.exponent << fraction |
            (rounded.high & ~X87_INTEGER_BIT) >> (63 - fraction);
    return true;
}

/** An integer as a register: always exact. */
static ALWAYS_INLINE struct x87_register fast_from_integer(int64_t integer)
{
    const uint64_t magnitude =
        integer < 0 ? 0 - (uint64_t)integer : (uint64_t)integer;
    unsigned shift;

    if (magnitude == 0)
        return (struct x87_register){0};
    shift = (unsigned)__builtin_clzll(magnitude);
    return (struct x87_register){magnitude << shift,
                                 (uint16_t)((unsigned)X87_BIAS + 63 - shift +
                                            (integer < 0 ? X87_SIGN : 0u)),
                                 {0}};
}

/** Round to a signed integer of `width` bits. False: #IA, or not plain. */
static ALWAYS_INLINE bool fast_to_integer(struct x87 *x87,
                                          struct x87_register value,
                                          unsigned width, int64_t *integer)
{
    const bool negative = value.exponent >> 15;
    const int power = (value.exponent & X87_EXPONENT_MAX) - X87_BIAS;
    uint64_t magnitude = 0;
    uint64_t rest;
    bool up;

    if (fast_is_zero(value)) {
        x87_set_c1(x87, false);
        *integer = 0;
        return true;
    }
    /* A power of two at the limit is left to the host. */
    if (!fast_is_normal(value) || power >= (int)width - 2)
        return false;
    if (power >= 0) {
        magnitude = value.significand >> (63 - power);
        rest = value.significand << 1 << power;
    } else {
        rest = power == -1 ? value.significand : 1;
    }
    up = rest &&
         fast_rounds_up(fast_rounding(x87), negative, magnitude & 1, rest);
    if (rest && !(x87->control & X87_PE))
        return false;
    x87_set_c1(x87, up);
    if (rest)
        x87->status |= X87_PE;
    magnitude += up;
    *integer = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return true;
}

#endif
