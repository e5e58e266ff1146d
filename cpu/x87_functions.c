/* SPDX-License-Identifier: MIT */
#include "cpu/x87_functions.h"

#include "cpu/x87_tables.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* pi to 66 bits in units of 2^-66, and so pi/2 in units of 2^-67. */
static x87_uint128 chip_pi(void)
{
    return (x87_uint128)0xc << 64 | 0x90fdaa22168c234c;
}

/* A value near one that is a series' sum, in units of 2^-127. */
static struct x87_real of_series(x87_uint128 sum)
{
    struct x87_real value = {sum, 0, false, false};

    x87_normalise(&value);
    return value;
}

/* t modulo pi/2, |t| >= 1/2, as 2^-67ths, and the quadrant. Exact. */
static x87_uint128 reduce(const struct x87_register *t, unsigned *quadrant)
{
    const x87_uint128 half_pi = chip_pi();
    const int shift = (t->exponent & X87_EXPONENT_MAX) - X87_BIAS + 4;
    x87_uint128 rest = t->significand % (half_pi << 2);

    for (int i = 0; i < shift; i++) {
        rest <<= 1;
        if (rest >= half_pi << 2)
            rest -= half_pi << 2;
    }
    *quadrant = (unsigned)(rest / half_pi);
    return rest % half_pi;
}

/* Sine and cosine of t, 0 <= t <= pi/4; t may be zero. */
static void octant(struct x87_real t, struct x87_real *sine,
                   struct x87_real *cosine)
{
    x87_uint128 fraction;
    x87_uint128 square;

    if (t.significand == 0) {
        *sine = t;
        *cosine = (struct x87_real){(x87_uint128)1 << 127, 0, false, true};
        return;
    }
    fraction = x87_fraction(&t);
    square = x87_multiply(fraction, fraction);
    /* One less: the sine of anything is less than it. */
    *sine = x87_product(
        t, of_series(x87_series(x87_sine, COUNT(x87_sine), square, true) - 1));
    *cosine =
        of_series(x87_series(x87_cosine, COUNT(x87_cosine), square, true) - 1);
}

void x87_sine_cosine(const struct x87_register *x, struct x87_real *sine,
                     struct x87_real *cosine)
{
    const bool negative = x->exponent >> 15;
    struct x87_real t = x87_real_of(x);
    unsigned quadrant = 0;

    t.negative = false;
    if (t.exponent >= -1) {
        const x87_uint128 half_pi = chip_pi();
        x87_uint128 rest = reduce(x, &quadrant);
        const bool folds = rest > half_pi >> 1;

        if (folds) /* sin(t) = cos(pi/2 - t) */
            rest = half_pi - rest;
        t = (struct x87_real){rest, 127 - 67, false, true};
        if (rest)
            x87_normalise(&t);
        if (folds != (quadrant & 1))
            octant(t, cosine, sine);
        else
            octant(t, sine, cosine);
    } else {
        octant(t, sine, cosine);
    }
    sine->negative = (quadrant >= 2) != negative;
    cosine->negative = quadrant == 1 || quadrant == 2;
}

struct x87_real x87_exponential_minus_1(const struct x87_register *x)
{
    const struct x87_real ln2 = {x87_wide(x87_ln2), -1, false, false};
    const struct x87_real z = x87_product(x87_real_of(x), ln2);

    return x87_product(
        z, of_series(x87_series(x87_exponential, COUNT(x87_exponential),
                                x87_fraction(&z), z.negative)));
}

/* log2((1 + s) / (1 - s)) = 2 / ln 2 * artanh(s), |s| < 0.18. */
static struct x87_real twice_artanh(struct x87_real s)
{
    const struct x87_real factor = {x87_wide(x87_two_over_ln2), 1, false,
                                    false};
    const x87_uint128 fraction = x87_fraction(&s);
    const x87_uint128 square = x87_multiply(fraction, fraction);

    return x87_product(
        x87_product(s, factor),
        of_series(x87_series(x87_odd, COUNT(x87_odd), square, false)));
}

/* 2^-112ths: what a logarithm that is not near zero is added up in. */
static x87_uint128 aligned(const struct x87_real *value)
{
    const int shift = 127 - 112 - value->exponent;

    return shift >= 128 ? 0 : value->significand >> shift;
}

/* power + log2(f), f = (1 + s) / (1 - s). */
static struct x87_real add_power(int power, const struct x87_real *fraction)
{
    const x87_uint128 whole =
        (x87_uint128)(unsigned)(power < 0 ? -power : power) << 112;
    struct x87_real sum = {0, 127 - 112, power < 0, false};

    sum.significand = fraction->negative == sum.negative
                          ? whole + aligned(fraction)
                          : whole - aligned(fraction);
    x87_normalise(&sum);
    return sum;
}

/* log2 of a positive number that is not 1. */
static struct x87_real log2_of(struct x87_real x)
{
    const x87_uint128 one = (x87_uint128)1 << 126;
    x87_uint128 f = x.significand >> 1; /* in units of 2^-126: 1 to 2 */
    struct x87_real difference = {0, 1, false, true};
    struct x87_real sum = {0, 1, false, true};
    struct x87_real logarithm;

    if (f == one) {
        struct x87_real power = {
            (x87_uint128)(unsigned)(x.exponent < 0 ? -x.exponent : x.exponent),
            127, x.exponent < 0, true};

        x87_normalise(&power);
        return power;
    }
    if (f >> 63 > 0xb504f333f9de6484) { /* above sqrt(2) */
        f >>= 1;
        x.exponent++;
    }
    difference.negative = f < one;
    difference.significand = f < one ? one - f : f - one;
    sum.significand = f + one;
    x87_normalise(&difference);
    x87_normalise(&sum);
    logarithm = twice_artanh(x87_quotient(difference, sum));
    return x.exponent ? add_power(x.exponent, &logarithm) : logarithm;
}

struct x87_real x87_logarithm(const struct x87_register *x,
                              const struct x87_register *y, bool *is_zero)
{
    const struct x87_real real = x87_real_of(x);

    *is_zero = real.exponent == 0 && real.significand << 1 == 0;
    return *is_zero ? real : x87_product(log2_of(real), x87_real_of(y));
}

struct x87_real x87_logarithm_plus_1(const struct x87_register *x,
                                     const struct x87_register *y)
{
    const x87_uint128 one = (x87_uint128)1 << 125;
    struct x87_real real = x87_real_of(x);
    struct x87_real sum = {0, 2, false, true};
    const bool small = real.exponent < -2;
    x87_uint128 fraction;

    if (real.exponent >= 0) {
        sum.significand = real.significand >> 1;
        sum.exponent = real.exponent + 1;
        if (real.exponent <= 126)
            sum.significand += (x87_uint128)1 << (126 - real.exponent);
        x87_normalise(&sum);
        return x87_product(log2_of(sum), x87_real_of(y));
    }
    fraction = small && real.exponent < -126
                   ? 0
                   : real.significand >> (2 - real.exponent);
    if (!small) {
        sum.significand = real.negative ? one - fraction : one + fraction;
        x87_normalise(&sum);
        return x87_product(log2_of(sum), x87_real_of(y));
    }
    /* s = x / (2 + x) */
    sum.significand = real.negative ? 2 * one - fraction : 2 * one + fraction;
    x87_normalise(&sum);
    return x87_product(twice_artanh(x87_quotient(real, sum)), x87_real_of(y));
}
