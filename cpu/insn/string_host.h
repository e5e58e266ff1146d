/* SPDX-License-Identifier: MIT */
/*
 * What the string instructions do to plain host memory, many elements at
 * once, with the results that element by element would give.
 *
 *   in    host addresses, width, count, direction
 *   out   bytes moved, or how far a comparison came
 *
 * No processor state is known here.
 */
#ifndef CPU_INSN_STRING_HOST_H
#define CPU_INSN_STRING_HOST_H

#include "cpu/insn.h"

/** How a repeated comparison goes. */
struct string_scan {
    enum width width;
    bool down;        /**< towards lower addresses */
    bool until_equal; /**< stop at the first pair that is equal, else at the
                           first that is not */
};

/**
 * Copy `bytes` bytes in elements of `size`, from the lowest up, or with
 * `down` from the highest down. Where the two overlap, what was written is
 * read again, as the elements' order has it.
 */
void string_host_copy(uint8_t *dest, const uint8_t *src, uint32_t size,
                      uint32_t bytes, bool down);

/** Store `count` elements of `value`, the lowest at `dest`. */
void string_host_fill(uint8_t *dest, enum width width, uint32_t count,
                      uint32_t value);

/**
 * Compare `value` with elements from `host` on. Returns how many were
 * compared, 1 to `count`, and the last of them in `found`.
 */
uint32_t string_host_find(const struct string_scan *scan, const uint8_t *host,
                          uint32_t count, uint32_t value, uint32_t *found);

/** The same for pairs of elements; `last` gets the last pair. */
uint32_t string_host_compare(const struct string_scan *scan,
                             const uint8_t *left, const uint8_t *right,
                             uint32_t count, uint32_t last[2]);

#endif
