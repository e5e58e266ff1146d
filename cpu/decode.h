/* SPDX-License-Identifier: MIT */
/*
 * The decoder: bytes to a record. Pure: it reads no memory but the bytes it
 * is given and changes nothing but the record.
 *
 *   in    bytes, mode (16 or 32 bits), processor model
 *   out   struct insn without handler, or the reason why there is none
 *
 * SDM 2A, "Instruction Format".
 */
#ifndef CPU_DECODE_H
#define CPU_DECODE_H

#include "cpu/cpu.h"
#include "cpu/insn.h"

/** Longest instruction; one byte more is #GP. */
enum { INSN_LENGTH_MAX = 15 };

enum decode_status {
    DECODE_OK,
    DECODE_MORE,      /**< the bytes end inside the instruction */
    DECODE_UNDEFINED, /**< #UD */
    DECODE_TOO_LONG   /**< #GP(0): more than INSN_LENGTH_MAX bytes */
};

/**
 * Decode the instruction at `bytes`, of which `available` (1 or more) may be
 * looked at. `mode`: MODE_CODE32 matters. Fills all of `insn` but handler,
 * link, offset, left and look_ups; the immediate of a near branch is the
 * displacement from the end of the instruction. With DECODE_UNDEFINED,
 * `length` covers what was looked at.
 */
enum decode_status decode_insn(const uint8_t *bytes, unsigned available,
                               uint8_t mode, const struct cpu_model *model,
                               struct insn *insn);

#endif
