/* SPDX-License-Identifier: MIT */
/*
 * What every `pagewalk trace` subcommand begins with: a reader, the filters
 * that the user gave, symbols and a progress bar.
 */
#ifndef TOOLS_TRACE_QUERY_H
#define TOOLS_TRACE_QUERY_H

#include "tools/progress.h"
#include "tools/symbols.h"
#include "tools/trace_options.h"
#include "trace/reader.h"

struct trace_query {
    struct trace_reader *reader;
    const struct trace_options *options;
    const char *path;
    struct trace_filter filter; /**< theirs, its names found */
    struct symbols *symbols;    /**< never NULL; maybe none in it */
    linear_addr function;       /**< where that of --function begins */
    bool passes_all;            /**< no filter leaves anything out */
    bool keeps_fetches;         /**< all of them pass, for their code */
    struct progress progress;
    uint64_t packet; /**< last one that the bar has seen */
    bool last;       /**< what comes behind the batch is too late */
    bool damaged;    /**< `error` says how */
    struct error error;
    /** Read and let through; those from `handed` on were not handed out yet. */
    struct trace_record *batch;
    unsigned handed;
    unsigned count;
};

/** Open one of the paths. Close in either case. */
bool trace_query_open(struct trace_query *query,
                      const struct trace_options *options, unsigned path,
                      struct error *error);
void trace_query_close(struct trace_query *query);

/** Let all fetches pass, if the trace has some. Before the first event. */
void trace_query_keep_fetches(struct trace_query *query);

/** True if the filters let the event through, kept or not. */
bool trace_query_passes(const struct trace_query *query,
                        const struct trace_record *record);

/**
 * The next event that the filters let through. False at the end, also at that
 * of what can be read: then `damaged` is set.
 */
bool trace_query_next(struct trace_query *query, struct trace_record *record);

/**
 * The same, many at a time: `*records` are the next ones, all of one packet, as
 * many as returned, and live until the next call. 0 at the end.
 */
unsigned trace_query_batch(struct trace_query *query,
                           const struct trace_record **records);

/**
 * Say on standard error what is wrong with the trace, if anything is. Returns
 * the exit status: 0, or STATUS_FILE if it is damaged.
 */
int trace_query_end(struct trace_query *query);

#endif
