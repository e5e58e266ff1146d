/* SPDX-License-Identifier: MIT */
#include "trace/trace.h"

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
