/* SPDX-License-Identifier: MIT */
#include "tools/trace_query.h"

#include <unistd.h>

#include "host/files.h"
#include "tools/exit_status.h"
#include "tools/symbol_filter.h"
#include "trace/text.h"

static bool read_symbols(struct trace_query *query, struct error *error)
{
    const char *path = query->options->symbols ? query->options->symbols
                                               : query->options->image;
    struct host_file file;
    bool ok;

    query->symbols = symbols_create();
    if (!query->symbols)
        return error_set(error, "out of memory");
    if (!path)
        return true;
    if (!host_file_read(path, &file, error))
        return false;
    ok = symbols_add(query->symbols, path, file.bytes, file.size, error);
    host_file_release(&file);
    return ok;
}

static bool find_function(struct trace_query *query, struct error *error)
{
    const char *name = query->options->function;
    linear_addr linear;

    if (!name)
        return true;
    if (!symbols_resolve(query->symbols, name, &linear, error))
        return false;
    if (!symbols_start(query->symbols, linear, &query->function))
        query->function = linear;
    return true;
}

static bool passes_all(const struct trace_options *options)
{
    const uint32_t all = (1u << TRACE_EVENT_COUNT) - 1;
    const struct trace_filter *filter = &options->filter;

    return (options->events & all) == all && !options->function &&
           !filter->from && filter->to == UINT64_MAX && !filter->range_count;
}

bool trace_query_open(struct trace_query *query,
                      const struct trace_options *options, unsigned path,
                      struct error *error)
{
    *query =
        (struct trace_query){.options = options, .path = options->path[path]};
    query->filter = options->filter;
    if (!read_symbols(query, error) || !find_function(query, error) ||
        !symbol_filter_find(&query->filter, query->symbols, error))
        return false;
    query->reader = trace_reader_open(query->path, error);
    if (!query->reader)
        return false;
    if (options->filter.from)
        trace_reader_seek_tick(query->reader, options->filter.from);
    query->passes_all = passes_all(options);
    progress_begin(&query->progress, !options->output && isatty(STDOUT_FILENO));
    return true;
}

void trace_query_close(struct trace_query *query)
{
    if (query->reader)
        trace_reader_close(query->reader);
    symbols_destroy(query->symbols);
}

static bool in_function(const struct trace_query *query, uint32_t eip)
{
    linear_addr start;

    return symbols_start(query->symbols, eip, &start) &&
           start == query->function;
}

void trace_query_keep_fetches(struct trace_query *query)
{
    const struct trace_info *info = trace_reader_info(query->reader);
    struct error error;
    uint32_t events;

    query->keeps_fetches = trace_events_parse(info->events, &events, &error) &&
                           (events & 1u << TRACE_FETCH);
}

bool trace_query_passes(const struct trace_query *query,
                        const struct trace_record *record)
{
    const struct trace_options *options = query->options;

    return (options->events & 1u << record->event) &&
           trace_filter_passes(&query->filter, record) &&
           (!options->function || in_function(query, record->eip));
}

static void show_progress(struct trace_query *query)
{
    if (trace_reader_packet(query->reader) == query->packet)
        return;
    query->packet = trace_reader_packet(query->reader);
    progress_show(&query->progress, query->packet,
                  trace_reader_packets(query->reader));
}

/* Move those that pass to the front. Returns how many they are. */
static unsigned sift(const struct trace_query *query,
                     struct trace_record *records, unsigned count)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < count; i++) {
        if (!trace_query_passes(query, &records[i]) &&
            !(query->keeps_fetches && records[i].event == TRACE_FETCH))
            continue;
        if (kept != i)
            records[kept] = records[i];
        kept++;
    }
    return kept;
}

/* See to it that there are records to hand out. */
static bool refill(struct trace_query *query)
{
    while (query->handed == query->count) {
        enum trace_read got;
        unsigned count;

        if (query->last)
            return false;
        count = trace_reader_batch(query->reader, &query->batch, &got,
                                   &query->error);
        query->damaged = got == TRACE_READ_BAD;
        if (!count)
            return false;
        query->last = query->batch[count - 1].tick >= query->options->filter.to;
        show_progress(query);
        query->handed = 0;
        query->count =
            query->passes_all ? count : sift(query, query->batch, count);
    }
    return true;
}

bool trace_query_next(struct trace_query *query, struct trace_record *record)
{
    if (!refill(query))
        return false;
    *record = query->batch[query->handed++];
    return true;
}

unsigned trace_query_batch(struct trace_query *query,
                           const struct trace_record **records)
{
    unsigned count;

    if (!refill(query))
        return 0;
    *records = query->batch + query->handed;
    count = query->count - query->handed;
    query->handed = query->count;
    return count;
}

int trace_query_end(struct trace_query *query)
{
    const char *loss = trace_reader_loss(query->reader);
    const bool whole = query->options->filter.to == UINT64_MAX &&
                       query->options->limit == UINT64_MAX;

    progress_end(&query->progress);
    if (query->damaged) {
        (void)fprintf(stderr, "pagewalk: %s\n", query->error.text);
        return STATUS_FILE;
    }
    if (whole && loss)
        (void)fprintf(stderr, "pagewalk: %s: %s; what is there was read\n",
                      query->path, loss);
    return STATUS_OK;
}
