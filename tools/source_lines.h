/* SPDX-License-Identifier: MIT */
/*
 * Lines of source for addresses, from the DWARF of an ELF file. Built with
 * libdw, or without: then nothing has any.
 */
#ifndef TOOLS_SOURCE_LINES_H
#define TOOLS_SOURCE_LINES_H

#include "base/types.h"

struct source_lines;

enum { SOURCE_TEXT_SIZE = 96 };

/** True if libdw was built in. */
bool source_lines_are_known(void);

/** Those of a file's bytes, which are copied. NULL: it has none. */
struct source_lines *source_lines_open(const uint8_t *bytes, size_t size);
void source_lines_close(struct source_lines *lines);

/**
 * Write "mm/slab.c:120" for `linear` to `text`, with " in NAME" behind it if
 * the code is that of an inline function; "" if nobody knows. Returns `text`.
 * Answers are remembered.
 */
const char *source_lines_text(struct source_lines *lines, linear_addr linear,
                              char text[SOURCE_TEXT_SIZE]);

#endif
