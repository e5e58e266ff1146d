/* SPDX-License-Identifier: MIT */
#include "cpu/x87_functions.h"
#include "cpu/x87_tables.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* Arctangent of t, 0 < t <= 1/16 or so. */
static struct x87_real of_small(struct x87_real t)
{
    const x87_uint128 fraction = x87_fraction(&t);
    const x87_uint128 square = x87_multiply(fraction, fraction);
    /* One less: the arctangent of anything is less than it. */
    struct x87_real sum = {
        x87_series(x87_odd, COUNT(x87_odd), square, true) - 1, 0, false, false};

    x87_normalise(&sum);
    return x87_product(t, sum);
}

/* Which sixteenth is nearest to small / large; both have exponent 0 but for
 * `distance`, that of small below that of large. */
static unsigned nearest_sixteenth(uint64_t small, uint64_t large,
                                  unsigned distance)
{
    const x87_uint128 scaled =
        distance > 8 ? 0 : (x87_uint128)small << 5 >> distance;

    return (unsigned)((scaled + large) / ((x87_uint128)large << 1));
}

/*
 * Arctangent of small / large, both positive and the quotient 1 at most:
 * atan(n / 16) + atan((16 small - n large) / (16 large + n small)).
 */
static struct x87_real octant(const struct x87_real *small,
                              const struct x87_real *large)
{
    const unsigned distance = (unsigned)(large->exponent - small->exponent);
    const uint64_t s = (uint64_t)(small->significand >> 64);
    const uint64_t l = (uint64_t)(large->significand >> 64);
    const unsigned n = nearest_sixteenth(s, l, distance);
    struct x87_real rest = {0, 0, false, false};
    struct x87_real sum = {0, 0, false, false};
    struct x87_real angle = {0, -1, false, false};
    x87_uint128 wide_s;
    x87_uint128 wide_l;
    x87_uint128 part;

    if (n == 0)
        return of_small(x87_quotient(*small, *large));
    wide_s = (x87_uint128)s << 40 >> distance;
    wide_l = (x87_uint128)l << 40;
    rest.negative = 16 * wide_s < n * wide_l;
    rest.significand =
        rest.negative ? n * wide_l - 16 * wide_s : 16 * wide_s - n * wide_l;
    angle.significand = x87_wide(x87_arctangents[n]);
    if (rest.significand) {
        sum.significand = 16 * wide_l + n * wide_s;
        x87_normalise(&rest);
        x87_normalise(&sum);
        rest = x87_quotient(rest, sum);
        rest = of_small(rest);
        part = x87_fraction(&rest);
        angle.significand += rest.negative ? 0 - part : part;
    }
    x87_normalise(&angle);
    return angle;
}

struct x87_real x87_pi_quarters(unsigned quarters, bool negative)
{
    struct x87_real pi = {x87_wide(x87_pi) / 4 * quarters, 1, negative, false};

    x87_normalise(&pi);
    return pi;
}

/* pi * quarters / 4 less `angle`, which is smaller. */
static struct x87_real less(unsigned quarters, const struct x87_real *angle)
{
    const int shift = 1 - angle->exponent; /* to units of 2^-126 */
    struct x87_real value = {x87_wide(x87_pi) / 4 * quarters, 1, false, false};

    value.significand -= shift >= 128 ? 1 : angle->significand >> shift;
    x87_normalise(&value);
    return value;
}

struct x87_real x87_arctangent(const struct x87_register *y,
                               const struct x87_register *x)
{
    struct x87_real a = x87_real_of(y);
    struct x87_real b = x87_real_of(x);
    const bool negative = a.negative;
    const bool left = b.negative;
    struct x87_real angle;

    a.negative = b.negative = false;
    if (a.exponent > b.exponent ||
        (a.exponent == b.exponent && a.significand > b.significand)) {
        angle = octant(&b, &a);
        if (left) { /* pi/2 + angle */
            const int shift = 1 - angle.exponent;
            struct x87_real sum = x87_pi_quarters(2, false);

            sum.significand >>= 1; /* room for the sum: units of 2^-126 */
            sum.exponent++;
            sum.significand += shift >= 128 ? 1 : angle.significand >> shift;
            x87_normalise(&sum);
            angle = sum;
        } else {
            angle = less(2, &angle);
        }
    } else {
        angle = octant(&a, &b);
        if (left)
            angle = less(4, &angle);
    }
    angle.negative = negative;
    return angle;
}
