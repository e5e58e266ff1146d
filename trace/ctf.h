/* SPDX-License-Identifier: MIT */
/*
 * The recorder of packets: a directory in the Common Trace Format, 1.8, that
 * babeltrace2 opens as it is. docs/trace-format.md has the format.
 *
 *   in    records, and accesses that trace/append.h put into the packet itself
 *   out   PATH/metadata and PATH/stream, or with a ring, the last packets when
 *         it is closed
 */
#ifndef TRACE_CTF_H
#define TRACE_CTF_H

#include "base/error.h"
#include "trace/ctf_metadata.h"
#include "trace/trace.h"

struct trace_ctf;

/** How to record. */
struct trace_ctf_options {
    struct trace_info info;
    uint64_t ring; /**< packets to keep in memory until the end; 0: no ring */
};

/**
 * Make the directory PATH, or take it over if it is empty or a trace, and
 * record what `trace` emits. NULL: `error` says why.
 */
struct trace_ctf *trace_ctf_open(const char *path, struct trace *trace,
                                 const struct trace_ctf_options *options,
                                 struct error *error);

/** The recorder's callback; `context` is the struct trace_ctf. */
void trace_ctf_record(void *context, const struct trace_record *record);

/** False if writing failed so far (disk full): `error` says what is lost. */
bool trace_ctf_ok(const struct trace_ctf *ctf, struct error *error);

/** Complete the files. Returns false with `error` set if anything was lost. */
bool trace_ctf_close(struct trace_ctf *ctf, struct error *error);

#endif
