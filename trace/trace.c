/* SPDX-License-Identifier: MIT */
#include "trace/trace.h"

#include "trace/append.h"
#include "trace/ctf_table.h"
#include "trace/fold.h"

void trace_emit(struct trace *trace, struct trace_record *record)
{
    if (!trace->record)
        return;
    if (UNLIKELY(trace->holds))
        trace_release(trace);
    if (trace->locate)
        trace->locate(trace->locate_context, record);
    trace->record(trace->record_context, record);
}

void trace_go_to(struct trace_stream *stream, const struct trace_record *record)
{
    uint8_t *at;

    stream->limit = stream->end;
    if (trace_is_here(stream, record))
        return;
    at = trace_put_header(stream, record->tick, record->eip, CTF_PLACE);
    stream->at = ctf_put_fields(at, ctf_class_at(CTF_PLACE), record);
    stream->cr3 = record->cr3;
    stream->code_base = record->code_base;
    stream->cpl = record->cpl;
    stream->eip = record->eip;
}

bool trace_settle(struct trace *trace)
{
    struct trace_stream *stream = &trace->stream;
    struct trace_record place;

    if (stream->at >= stream->end)
        return false;
    trace->locate(trace->locate_context, &place);
    if (place.tick - stream->tick > UINT8_MAX)
        return false;
    trace_go_to(stream, &place);
    return true;
}

bool trace_put_access(struct trace *trace, linear_addr linear,
                      physical_addr physical, bool write, unsigned size)
{
    struct trace_record place;

    if (size > 8 || size & (size - 1) ||
        !trace_is_told(&trace->stream, linear, physical))
        return false;
    trace->locate(trace->locate_context, &place);
    if (!trace_may_append(&trace->stream, place.tick, place.eip))
        return false;
    trace_append(&trace->stream, place.tick, place.eip,
                 trace_access_id(write, size), linear);
    return true;
}
