/* SPDX-License-Identifier: MIT */
/*
 * The symbol table of an ELF file, one symbol after the other.
 */
#ifndef TOOLS_SYMBOLS_ELF_H
#define TOOLS_SYMBOLS_ELF_H

#include "base/error.h"
#include "tools/symbol_taker.h"

/** Give each function, object and label of the file to `taker`. */
bool symbols_elf_read(const char *name, const uint8_t *bytes, size_t size,
                      const struct symbol_taker *taker, struct error *error);

#endif
