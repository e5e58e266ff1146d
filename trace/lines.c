/* SPDX-License-Identifier: MIT */
#include "trace/lines.h"

void trace_lines_emit(const struct trace_lines *lines, enum trace_event event,
                      const struct trace_line *line)
{
    struct trace_record record = {.event = event, .line = *line};

    record.line.number = (uint8_t)(record.line.number + lines->first);
    record.line.controller = lines->controller;
    trace_emit(lines->trace, &record);
}
