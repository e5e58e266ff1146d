/* SPDX-License-Identifier: MIT */
/*
 * One, two or four bytes of host memory, lowest first, at any alignment. With
 * a constant size each is one host instruction; with a variable one, a switch
 * and no call.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <string.h>

#include "base/types.h"

/** Read `size` (1, 2, 4) bytes; zero above them. */
static ALWAYS_INLINE uint32_t bytes_load(const uint8_t *host, unsigned size)
{
    uint32_t value;
    uint16_t half;

    switch (size) {
    case 1: return *host;
    case 2: memcpy(&half, host, sizeof half); return half;
    default: memcpy(&value, host, sizeof value); return value;
    }
}

/** Write the low `size` (1, 2, 4) bytes of `value`. */
static ALWAYS_INLINE void bytes_store(uint8_t *host, unsigned size,
                                      uint32_t value)
{
    const uint16_t half = (uint16_t)value;

    switch (size) {
    case 1: *host = (uint8_t)value; break;
    case 2: memcpy(host, &half, sizeof half); break;
    default: memcpy(host, &value, sizeof value); break;
    }
}

#endif
