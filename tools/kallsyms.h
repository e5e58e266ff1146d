/* SPDX-License-Identifier: MIT */
/*
 * The symbols that a running Linux keeps of itself: the tables behind
 * /proc/kallsyms, found by their form in the guest's memory. Nothing in there
 * is trusted.
 *
 *   in    the bytes of the guest's RAM
 *   out   one symbol after the other
 *
 * Names are strings of tokens. In the order in which scripts/kallsyms.c of the
 * kernel's source writes them, for 32 bits:
 *
 *     offsets       a word a symbol, above the base; not falling
 *     base          a word     (older: no base, and addresses for offsets)
 *     count         a word
 *     names         each: length (one byte, or two: ULEB128), tokens
 *     markers       a word each 256 symbols: where that name begins
 *     order         from 6.2 on, and in some of 6.1: three bytes a symbol
 *     token table   256 strings, each ended by 0
 *     token index   256 half words: where each string begins
 *     (6.4 and later: offsets and base stand here)
 */
#ifndef TOOLS_KALLSYMS_H
#define TOOLS_KALLSYMS_H

#include "tools/symbol_taker.h"

/** Guest memory from physical address `first` on. */
struct kallsyms_memory {
    const uint8_t *bytes;
    size_t size;
    physical_addr first; /**< a multiple of 4 */
    /** 0, or where code of the kernel that is meant lies: a machine that was
     * reset may still have an older one's tables. */
    physical_addr code;
};

enum kallsyms_result {
    KALLSYMS_FOUND,
    KALLSYMS_NONE,     /**< no tables that agree with one another */
    KALLSYMS_NO_MEMORY /**< `taker` would not take one */
};

/**
 * Find the tables and give all symbols to `taker`. Those of a kernel that
 * would not lie where its own addresses say are passed over.
 */
enum kallsyms_result kallsyms_read(const struct kallsyms_memory *memory,
                                   const struct symbol_taker *taker);

#endif
