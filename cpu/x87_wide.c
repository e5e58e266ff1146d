/* SPDX-License-Identifier: MIT */
#include "cpu/x87_wide.h"

x87_uint128 x87_series(const struct x87_constant *coefficient, unsigned count,
                       x87_uint128 x, bool alternates)
{
    x87_uint128 sum = x87_wide(coefficient[count - 1]);

    for (unsigned n = count - 1; n-- > 0;) {
        const x87_uint128 rest = x87_multiply(sum, x);

        sum = x87_wide(coefficient[n]);
        sum = alternates ? sum - rest : sum + rest;
    }
    return sum;
}

static bool rounds_up(uint16_t control, const struct x87_real *value,
                      uint64_t high, uint64_t rest)
{
    switch ((enum x87_rounding)(control >> X87_ROUNDING_SHIFT & 3)) {
    case X87_NEAREST:
        return rest > X87_INTEGER_BIT ||
               (rest == X87_INTEGER_BIT && (!value->exact || high & 1));
    case X87_DOWN: return value->negative;
    case X87_UP: return !value->negative;
    case X87_CHOP:
    default: return false;
    }
}

/* Infinity, or the largest number where rounding goes the other way. */
static uint16_t overflow(uint16_t control, bool negative,
                         struct x87_register *result)
{
    const unsigned rounding = control >> X87_ROUNDING_SHIFT & 3u;
    const bool stays =
        rounding == X87_CHOP || rounding == (negative ? X87_UP : X87_DOWN);
    const unsigned sign = negative ? X87_SIGN : 0u;

    *result = (struct x87_register){
        X87_INTEGER_BIT, (uint16_t)(sign | X87_EXPONENT_MAX), {0}};
    if (!stays)
        return X87_OE | X87_PE | X87_C1;
    result->significand = UINT64_MAX;
    result->exponent = (uint16_t)(sign | (X87_EXPONENT_MAX - 1));
    return X87_OE | X87_PE;
}

/* A denormal's exponent: the significand moves right, bits stay as a sticky
 * one. */
static void denormalise(struct x87_real *value, int *exponent)
{
    const int shift = 1 - *exponent;
    const x87_uint128 before = value->significand;

    value->significand = shift >= 128 ? 0 : before >> shift;
    if (shift >= 128 || value->significand << shift != before)
        value->significand |= 1;
    *exponent = 0;
}

/* True if the number is below the normal ones, once rounded as if exponents
 * had no end. SDM 1, "Numeric Underflow Exception (#U)". */
static bool is_tiny(uint16_t control, const struct x87_real *value,
                    int exponent)
{
    const uint64_t high = (uint64_t)(value->significand >> 64);

    if (exponent == 0 && high == UINT64_MAX)
        return !rounds_up(control, value, high, (uint64_t)value->significand);
    return exponent < 1;
}

uint16_t x87_round(uint16_t control, struct x87_real value,
                   struct x87_register *result)
{
    enum { WRAP = 24576 }; /* SDM 1, "Numeric Overflow Exception (#O)" */
    int exponent = value.exponent + X87_BIAS;
    const bool tiny = is_tiny(control, &value, exponent);
    uint16_t status = 0;
    uint64_t high;
    uint64_t rest;

    if (tiny && !(control & X87_UE)) {
        exponent += WRAP;
        status |= X87_UE;
    } else if (tiny) {
        denormalise(&value, &exponent);
    }
    high = (uint64_t)(value.significand >> 64);
    rest = (uint64_t)value.significand;
    if (rest || !value.exact) {
        status |= X87_PE | (tiny ? X87_UE : 0);
        if (rounds_up(control, &value, high, rest)) {
            status |= X87_C1;
            high++;
            if (high == 0) {
                high = X87_INTEGER_BIT;
                exponent++;
            }
        }
    }
    if (exponent == 0 && high & X87_INTEGER_BIT)
        exponent = 1;
    if (exponent >= X87_EXPONENT_MAX && control & X87_OE)
        return overflow(control, value.negative, result);
    if (exponent >= X87_EXPONENT_MAX) {
        exponent -= WRAP;
        status |= X87_OE;
    }
    *result = (struct x87_register){
        high,
        (uint16_t)((unsigned)exponent | (value.negative ? X87_SIGN : 0u)),
        {0}};
    return status;
}
