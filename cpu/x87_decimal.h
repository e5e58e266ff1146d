/* SPDX-License-Identifier: MIT */
/*
 * Packed decimal integers: nine bytes of two digits and a sign.
 * SDM 1, "Packed BCD Integers".
 */
#ifndef CPU_X87_DECIMAL_H
#define CPU_X87_DECIMAL_H

#include "cpu/x87.h"

/** The number in ten bytes. A digit above 9, which the manual leaves
 * undefined, counts by its value. */
static inline struct x87_register x87_from_decimal(const uint8_t *bytes)
{
    const unsigned sign = bytes[9] & 0x80u ? X87_SIGN : 0u;
    uint64_t value = 0;
    unsigned shift;

    for (unsigned i = 9; i-- > 0;)
        value = value * 100 + (bytes[i] >> 4) * 10u + (bytes[i] & 15u);
    if (value == 0)
        return (struct x87_register){0, (uint16_t)sign, {0}};
    shift = (unsigned)__builtin_clzll(value);
    return (struct x87_register){
        value << shift, (uint16_t)(sign | (X87_BIAS + 63 - shift)), {0}};
}

#endif
