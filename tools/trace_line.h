/* SPDX-License-Identifier: MIT */
/*
 * One event as a line for people: chosen columns, symbols, disassembly,
 * colour.
 */
#ifndef TOOLS_TRACE_LINE_H
#define TOOLS_TRACE_LINE_H

#include "tools/disassemble.h"
#include "tools/trace_query.h"

struct code_image;

struct trace_liner {
    unsigned columns;
    bool colour;
    const struct symbols *symbols;
    struct code_image *image; /**< or NULL */
    struct disassembler *disassembler;
};

enum { TRACE_LINE_SIZE = 512 };

/** Take from the options what lines are to look like. Close in either case. */
bool trace_liner_open(struct trace_liner *liner,
                      const struct trace_query *query, struct error *error);
void trace_liner_close(struct trace_liner *liner);

/** Write the line, its newline included; returns how many characters. */
size_t trace_liner_write(struct trace_liner *liner, char line[TRACE_LINE_SIZE],
                         const struct trace_record *record);

#endif
