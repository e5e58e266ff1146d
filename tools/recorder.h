/* SPDX-License-Identifier: MIT */
/*
 * The recorder that `--trace PATH` names: text where PATH ends in .txt, else
 * packets.
 */
#ifndef TOOLS_RECORDER_H
#define TOOLS_RECORDER_H

#include "tools/options.h"
#include "trace/ctf.h"
#include "trace/filter.h"
#include "trace/span.h"
#include "trace/text.h"

struct recorder {
    struct trace_text *text; /**< one of the two, or none */
    struct trace_ctf *ctf;
};

/**
 * Open what the options ask for, and let `span` and then `filter` pass to it
 * what `trace` emits.
 */
bool recorder_open(struct recorder *recorder, const struct run_options *options,
                   struct trace *trace, struct trace_span *span,
                   struct trace_filter *filter, struct error *error);

/** False if writing failed so far: `error` says why. */
bool recorder_ok(const struct recorder *recorder, struct error *error);

/** Complete the files. False, with `error`, if anything was lost. */
bool recorder_close(struct recorder *recorder, struct error *error);

#endif
