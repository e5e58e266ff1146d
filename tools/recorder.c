/* SPDX-License-Identifier: MIT */
#include "tools/recorder.h"

#include <stdio.h>
#include <string.h>

static bool is_text(const char *path)
{
    const size_t length = strlen(path);

    return length >= 4 && strcmp(path + length - 4, ".txt") == 0;
}

static bool open_ctf(struct recorder *recorder,
                     const struct run_options *options, struct trace *trace,
                     struct trace_filter *filter, struct error *error)
{
    struct trace_ctf_options wanted = {
        .info = {.ticks_per_second = options->mips * 1000000,
                 .filtered = options->only.range_count > 0},
        .ring = options->ring};

    (void)snprintf(wanted.info.cpu, sizeof wanted.info.cpu, "%s",
                   options->cpu->name);
    (void)snprintf(wanted.info.tlb, sizeof wanted.info.tlb, "%s",
                   options->tlb_name);
    trace_events_name(options->events, wanted.info.events,
                      sizeof wanted.info.events);
    recorder->ctf = trace_ctf_open(options->trace, trace, &wanted, error);
    filter->record = trace_ctf_record;
    filter->context = recorder->ctf;
    return recorder->ctf != NULL;
}

static bool open_text(struct recorder *recorder,
                      const struct run_options *options,
                      struct trace_filter *filter, struct error *error)
{
    recorder->text = trace_text_open(options->trace, error);
    filter->record = trace_text_record;
    filter->context = recorder->text;
    return recorder->text != NULL;
}

bool recorder_open(struct recorder *recorder, const struct run_options *options,
                   struct trace *trace, struct trace_span *span,
                   struct trace_filter *filter, struct error *error)
{
    filter->range_count = options->only.range_count;
    memcpy(filter->range, options->only.range, sizeof filter->range);
    if (is_text(options->trace)
            ? !open_text(recorder, options, filter, error)
            : !open_ctf(recorder, options, trace, filter, error))
        return false;
    span->events = options->events;
    span->record = trace_filter_record;
    span->context = filter;
    span->takes_all = recorder->ctf && !options->only.range_count &&
                      !trace_span_watches_accesses(span);
    trace->record = trace_span_record;
    trace->record_context = span;
    return true;
}

bool recorder_ok(const struct recorder *recorder, struct error *error)
{
    return (!recorder->text || trace_text_ok(recorder->text, error)) &&
           (!recorder->ctf || trace_ctf_ok(recorder->ctf, error));
}

bool recorder_close(struct recorder *recorder, struct error *error)
{
    bool ok = true;

    if (recorder->text)
        ok = trace_text_close(recorder->text, error);
    if (recorder->ctf)
        ok = trace_ctf_close(recorder->ctf, error);
    *recorder = (struct recorder){NULL, NULL};
    return ok;
}
