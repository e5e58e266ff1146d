/* SPDX-License-Identifier: MIT */
/*
 * The symbol table of an ELF file, one symbol after the other.
 */
#ifndef TOOLS_SYMBOLS_ELF_H
#define TOOLS_SYMBOLS_ELF_H

#include "base/error.h"
#include "base/types.h"

struct symbol_found {
    const char *name; /**< not terminated */
    size_t length;
    linear_addr linear;
    uint32_t size; /**< bytes, or 0 */
};

/** Who takes the symbols. */
struct symbol_taker {
    /** Take one; false: out of memory. */
    bool (*take)(void *context, const struct symbol_found *found);
    void *context;
};

/** Give each function, object and label of the file to `taker`. */
bool symbols_elf_read(const char *name, const uint8_t *bytes, size_t size,
                      const struct symbol_taker *taker, struct error *error);

#endif
