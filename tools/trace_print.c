/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/exit_status.h"
#include "tools/trace_commands.h"
#include "tools/trace_line.h"

enum { BUFFER_SIZE = 1 << 16 };

/* False: standard output takes no more. */
static bool print_all(struct trace_query *query, struct trace_liner *liner)
{
    uint64_t left = query->options->limit;
    struct trace_record record;
    char line[TRACE_LINE_SIZE];

    while (left > 0 && trace_query_next(query, &record)) {
        size_t length;

        trace_liner_note(liner, &record);
        if (query->keeps_fetches && !trace_query_passes(query, &record))
            continue;
        left--;
        length = trace_liner_write(liner, line, &record);
        if (fwrite(line, 1, length, stdout) != length)
            return false;
    }
    return fflush(stdout) == 0;
}

static int print(struct trace_query *query, struct trace_liner *liner)
{
    struct error error;

    (void)setvbuf(stdout, NULL, _IOFBF, BUFFER_SIZE);
    if (!print_all(query, liner)) {
        /* A reader who has seen enough is no error. */
        if (errno == EPIPE)
            return STATUS_OK;
        (void)error_set(&error, "standard output: %s", strerror(errno));
        return trace_complain(&error, STATUS_FILE);
    }
    return trace_query_end(query);
}

int trace_print(const struct trace_options *options)
{
    struct trace_query query;
    struct trace_liner liner = {.columns = 0};
    struct error error = {""};
    bool ok = trace_query_open(&query, options, 0, &error);
    int status;

    if (ok && !options->image && options->columns & COLUMN_CODE)
        trace_query_keep_fetches(&query);
    if (ok && trace_liner_open(&liner, &query, &error))
        status = print(&query, &liner);
    else
        status = trace_complain(&error, STATUS_FILE);
    trace_liner_close(&liner);
    trace_query_close(&query);
    return status;
}
