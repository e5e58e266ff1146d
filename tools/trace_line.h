/* SPDX-License-Identifier: MIT */
/*
 * One event as a line for people: chosen columns, symbols, disassembly,
 * colour.
 */
#ifndef TOOLS_TRACE_LINE_H
#define TOOLS_TRACE_LINE_H

#include "tools/disassemble.h"
#include "tools/trace_code.h"
#include "tools/trace_query.h"

struct code_image;

enum { TRACE_LINE_PLACES = 4096 };

/** What stands behind an event for its EIP, remembered: a trace comes back to
 * the same places again and again. */
struct trace_line_place {
    uint32_t eip;
    bool known;
    uint8_t symbol_length;
    uint8_t source_length;
    uint8_t code_length;
    char symbol[SYMBOL_TEXT_SIZE];
    char source[SOURCE_TEXT_SIZE];
    char code[DISASSEMBLY_TEXT_SIZE];
    uint8_t bits; /**< what `code` was made of */
    uint8_t size;
    uint8_t bytes[INSTRUCTION_MAX_SIZE];
};

struct trace_liner {
    unsigned columns;
    bool colour;
    const struct symbols *symbols;
    struct code_image *image;             /**< or NULL */
    struct trace_code_runs *runs;         /**< without an image; or NULL */
    struct disassembler *disassembler[2]; /**< of 16-bit and 32-bit code */
    struct trace_line_place *place;       /**< TRACE_LINE_PLACES, or NULL */
};

enum { TRACE_LINE_SIZE = 640 };

/** Take from the options what lines are to look like. Close in either case. */
bool trace_liner_open(struct trace_liner *liner,
                      const struct trace_query *query, struct error *error);
void trace_liner_close(struct trace_liner *liner);

/** Take note of an event before it is written, or instead: of fetches, which
 * the code of later events comes from. */
void trace_liner_note(struct trace_liner *liner,
                      const struct trace_record *record);

/** Write the line, its newline included; returns how many characters. */
size_t trace_liner_write(struct trace_liner *liner, char line[TRACE_LINE_SIZE],
                         const struct trace_record *record);

#endif
