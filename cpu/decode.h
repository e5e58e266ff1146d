/* SPDX-License-Identifier: MIT */
/*
 * The decoder: bytes to a record. Pure: it reads no memory but the bytes it
 * is given and changes nothing but the record.
 *
 *   in    bytes, 16 or 32 bits, rows in their forms
 *   out   struct insn without handler, and the form of its row; or the reason
 *         why there is none
 *
 * SDM 2A, "Instruction Format".
 */
#ifndef CPU_DECODE_H
#define CPU_DECODE_H

#include "cpu/insn.h"
#include "cpu/row_form.h"

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
 * looked at; `code32`: CS.D. Returns the form of its row, whose `status` says
 * whether it is one. Fills all of `insn` but handler, link, offset, left and
 * look_ups; the immediate of a near branch is the displacement from the end of
 * the instruction. With DECODE_UNDEFINED, `length` covers what was looked at.
 */
const struct row_form *decode_insn(const struct row_forms *forms,
                                   const uint8_t *bytes, unsigned available,
                                   bool code32, struct insn *insn);

/**
 * Bytes of a decoded instruction have changed, from byte `first` on; `bytes`
 * are all that it has. Where they all belong to its immediate, or to the offset
 * that MOV has instead, read that again as decode_insn() did: nothing else can
 * have changed. False, with nothing done: they mean something else, too.
 */
MUST_CHECK bool decode_value(const struct row_forms *forms,
                             const uint8_t *bytes, unsigned first,
                             struct insn *insn);

#endif
