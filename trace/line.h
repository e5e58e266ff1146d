/* SPDX-License-Identifier: MIT */
/*
 * One trace record as one line of text. Written by hand, because printf is
 * too slow for millions of them. docs/trace-text.md has the format.
 */
#ifndef TRACE_LINE_H
#define TRACE_LINE_H

#include "trace/trace.h"

/** No line is longer, its newline included. */
enum { LINE_MAX_SIZE = 256 };

/** Of a fetch, a line shows so many bytes at most. */
enum { LINE_CODE_SIZE = 32 };

/**
 * Write the line to `line`, which has room for LINE_MAX_SIZE characters.
 * Returns how many it wrote, the newline included; no NUL follows.
 */
size_t line_write(char *line, const struct trace_record *record);

/** The same for what stands behind the event's name alone, if anything. */
size_t line_write_what(char *line, const struct trace_record *record);

/** An event's name, as `--events` takes it. */
const char *line_event(enum trace_event event);

/** Write `digits` hexadecimal digits; returns what follows them. */
char *line_hex(char *line, uint64_t value, unsigned digits);

/** Write a number, at least `width` characters; returns what follows it. */
char *line_decimal(char *line, uint64_t value, unsigned width);

#endif
