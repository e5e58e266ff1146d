/* SPDX-License-Identifier: MIT */
/*
 * Decoded code whose bytes have changed. Where only the value of an operand is
 * another one, the record follows: it has the value as it stands in the code,
 * and all else of a block, its handlers too, is chosen without looking at it.
 *
 *   in    a block, and which of its bytes have changed
 *   out   the block made true, or the word that it must be decoded anew
 *   next  cpu/decode.h
 */
#ifndef CPU_PATCH_H
#define CPU_PATCH_H

#include "cpu/block.h"

/** Bytes that have changed, in places from the beginning of a block or page. */
struct written {
    const struct row_forms *forms; /**< that its code was decoded by */
    const struct insn *at_work; /**< the instruction that did it; may be NULL */
    uint32_t first;
    uint32_t last;
};

/**
 * Bytes of a block of one page, all within it, have changed; `bytes` are those
 * that it has now. False, with nothing done: it is to be made stale. So it is
 * where the instruction at work has changed, which runs with those it had.
 */
MUST_CHECK bool patch_block(struct block *block, const uint8_t *bytes,
                            const struct written *written);

#endif
