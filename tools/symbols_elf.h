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

/** Take a symbol; false: out of memory. */
typedef bool symbol_taker(void *context, const struct symbol_found *found);

/** Give each function, object and label of the file to `take`. */
bool symbols_elf_read(const char *name, const uint8_t *bytes, size_t size,
                      symbol_taker *take, void *context, struct error *error);

#endif
