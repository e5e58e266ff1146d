/* SPDX-License-Identifier: MIT */
/*
 * The text recorder: one line an event, columns that stay in place, for
 * reading and for comparing. docs/trace-text.md has the format.
 */
#ifndef TRACE_TEXT_H
#define TRACE_TEXT_H

#include "base/error.h"
#include "trace/trace.h"

struct trace_text;

/** Open PATH for writing; an existing file is overwritten. NULL: `error`. */
struct trace_text *trace_text_open(const char *path, struct error *error);

/** The recorder's callback; `context` is the struct trace_text. */
void trace_text_record(void *context, const struct trace_record *record);

/** False, once, if writing failed so far (disk full): `error` says why. */
bool trace_text_ok(const struct trace_text *text, struct error *error);

/** Flush and close. Returns false with `error` set if anything was lost. */
bool trace_text_close(struct trace_text *text, struct error *error);

/**
 * Parse what `--events` takes ("tlb,walk", "all") into a mask of enum
 * trace_event bits, and TRACE_VALUES. Fails, naming the word that is unknown.
 */
bool trace_events_parse(const char *list, uint32_t *mask, struct error *error);

/** Write the mask as `--events` would take it, cut to `size` with its NUL. */
void trace_events_name(uint32_t mask, char *text, size_t size);

#endif
