/* SPDX-License-Identifier: MIT */
#include "trace/trace.h"

#include "trace/append.h"
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
