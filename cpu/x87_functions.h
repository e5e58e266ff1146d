/* SPDX-License-Identifier: MIT */
/*
 * Transcendental functions of plain numbers: neither zero nor special. In
 * software, since vendors' chips differ in the last bit, and the trace of a
 * run must not depend on the host.
 *
 *   in    numbers      out   the result to 110 bits or more, not yet rounded
 *   next  x87_round()
 */
#ifndef CPU_X87_FUNCTIONS_H
#define CPU_X87_FUNCTIONS_H

#include "cpu/x87_wide.h"

/**
 * Sine and cosine; |x| < 2^63. The argument is reduced by a pi of 66 bits, as
 * the chips do. SDM 1, "Approximation of Pi".
 */
void x87_sine_cosine(const struct x87_register *x, struct x87_real *sine,
                     struct x87_real *cosine);

/** 2^x - 1; |x| <= 1. */
struct x87_real x87_exponential_minus_1(const struct x87_register *x);

/** y * log2(x); x > 0. `is_zero`: x is 1. */
struct x87_real x87_logarithm(const struct x87_register *x,
                              const struct x87_register *y, bool *is_zero);

/** y * log2(x + 1); x > -1. */
struct x87_real x87_logarithm_plus_1(const struct x87_register *x,
                                     const struct x87_register *y);

/** Angle of the point (x, y), -pi to pi. */
struct x87_real x87_arctangent(const struct x87_register *y,
                               const struct x87_register *x);

/** pi * quarters / 4, of either sign; `quarters` is 1 to 4. */
struct x87_real x87_pi_quarters(unsigned quarters, bool negative);

#endif
