/* SPDX-License-Identifier: MIT */
#include "devices/marker_port.h"

#include "trace/trace.h"

uint32_t marker_port_read(void *context, uint32_t offset, unsigned size)
{
    (void)context;
    (void)offset;
    (void)size;
    return 0;
}

static void trace_marker(struct trace *trace, uint32_t value)
{
    struct trace_record record = {.event = TRACE_MARKER, .marker = value};

    trace_emit(trace, &record);
}

void marker_port_write(void *context, uint32_t offset, unsigned size,
                       uint32_t value)
{
    const struct marker_port *port = context;

    (void)offset;
    if (size == 4 && trace_wants(port->trace, TRACE_MARKER))
        trace_marker(port->trace, value);
}
