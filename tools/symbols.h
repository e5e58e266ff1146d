/* SPDX-License-Identifier: MIT */
/*
 * Symbols of a guest: names to linear addresses and back, from the symbol
 * table of an ELF file, from a System.map, or from a running Linux.
 */
#ifndef TOOLS_SYMBOLS_H
#define TOOLS_SYMBOLS_H

#include <stdio.h>

#include "base/error.h"
#include "base/types.h"
#include "tools/kallsyms.h"
#include "tools/source_lines.h"

struct symbols;

/** None at all. NULL only when there is no memory. */
struct symbols *symbols_create(void);
void symbols_destroy(struct symbols *symbols);

/**
 * Add those of a file's bytes; `name` is for messages. Fails where it is
 * neither an ELF file nor a System.map, or has no symbols.
 */
bool symbols_add(struct symbols *symbols, const char *name,
                 const uint8_t *bytes, size_t size, struct error *error);

/** Forget them all. */
void symbols_clear(struct symbols *symbols);

/** Add those of a Linux in that memory. False: there are none. */
bool symbols_add_kernel(struct symbols *symbols,
                        const struct kallsyms_memory *memory);

/** Print all of them, by address, as a System.map has them. */
void symbols_show(FILE *file, const struct symbols *symbols);

/** How many there are. */
size_t symbols_count(const struct symbols *symbols);

/** The address of `name`. */
bool symbols_find(const struct symbols *symbols, const char *name,
                  linear_addr *linear);

/** First and last byte of `name`; without a size, up to the next symbol. */
bool symbols_range(const struct symbols *symbols, const char *name,
                   linear_addr *first, linear_addr *last);

/** An address as the user gives it: a number, or else a symbol. */
bool symbols_resolve(const struct symbols *symbols, const char *text,
                     linear_addr *linear, struct error *error);

/** Where the symbol that `linear` belongs to begins. */
bool symbols_start(const struct symbols *symbols, linear_addr linear,
                   linear_addr *start);

enum {
    SYMBOL_TEXT_SIZE = 64,
    SYMBOL_PLACE_SIZE = SYMBOL_TEXT_SIZE + SOURCE_TEXT_SIZE
};

/**
 * Write "name+0x12" for `linear` to `text`, or "" if no symbol is near.
 * Returns `text`.
 */
const char *symbols_text(const struct symbols *symbols, linear_addr linear,
                         char text[SYMBOL_TEXT_SIZE]);

/** True if there are lines of source. */
bool symbols_have_lines(const struct symbols *symbols);

/** Write the line of source of `linear` to `text`: see source_lines_text(). */
const char *symbols_line(const struct symbols *symbols, linear_addr linear,
                         char text[SOURCE_TEXT_SIZE]);

/** Write "name+0x12, mm/slab.c:120" to `text`, or as much as is known. */
const char *symbols_place(const struct symbols *symbols, linear_addr linear,
                          char text[SYMBOL_PLACE_SIZE]);

#endif
