/* SPDX-License-Identifier: MIT */
/*
 * How readers of symbols hand them over: one after the other.
 */
#ifndef TOOLS_SYMBOL_TAKER_H
#define TOOLS_SYMBOL_TAKER_H

#include "base/types.h"

struct symbol_found {
    const char *name; /**< not terminated */
    size_t length;
    linear_addr linear;
    uint32_t size; /**< bytes, or 0 */
    char kind;     /**< a letter, as nm prints it */
};

/** Who takes the symbols. */
struct symbol_taker {
    /** Take one; false: out of memory. */
    bool (*take)(void *context, const struct symbol_found *found);
    void *context;
};

#endif
