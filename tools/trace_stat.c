/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tools/exit_status.h"
#include "tools/trace_commands.h"
#include "tools/trace_query.h"
#include "tools/trace_statistics.h"

static int collect(struct trace_query *query,
                   struct trace_statistics *statistics)
{
    const struct trace_state *state = trace_reader_state(query->reader);
    const struct trace_record *records;
    unsigned count;
    int status;

    while ((count = trace_query_batch(query, &records)) > 0)
        trace_statistics_take(statistics, records, count, state);
    status = trace_query_end(query);
    trace_statistics_end(statistics);
    trace_statistics_show(stdout, statistics);
    return status;
}

int trace_stat(const struct trace_options *options)
{
    struct trace_statistics *statistics = calloc(1, sizeof *statistics);
    struct trace_query query;
    struct error error = {"out of memory"};
    int status = STATUS_FILE;

    if (!statistics)
        return trace_complain(&error, STATUS_FILE);
    if (trace_query_open(&query, options, 0, &error) &&
        trace_statistics_init(statistics, options,
                              trace_reader_info(query.reader), query.symbols,
                              &error))
        status = collect(&query, statistics);
    else
        (void)trace_complain(&error, STATUS_FILE);
    trace_statistics_release(statistics);
    trace_query_close(&query);
    free(statistics);
    return status;
}
