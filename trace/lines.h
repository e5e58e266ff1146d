/* SPDX-License-Identifier: MIT */
/*
 * What a controller's lines do, for the trace: request lines of an interrupt
 * controller, DREQ and DACK of a DMA controller. The controller knows neither
 * its name nor how the board counts its lines; the board tells.
 *
 *   in    a change of a level, or an acknowledgement
 *   out   TRACE_LINE and TRACE_DREQ events
 */
#ifndef TRACE_LINES_H
#define TRACE_LINES_H

#include "trace/trace.h"

struct trace_lines {
    struct trace *trace; /**< NULL: nobody is told */
    const char *controller;
    uint8_t first; /**< how the board counts line 0 */
};

/** Hand the event over, its number still that of the controller. */
NEVER_INLINE void trace_lines_emit(const struct trace_lines *lines,
                                   enum trace_event event,
                                   const struct trace_line *line);

static inline bool trace_lines_want(const struct trace_lines *lines,
                                    enum trace_event event)
{
    return lines->trace && trace_wants(lines->trace, event);
}

/** An interrupt request line changed its level. */
static inline void trace_lines_level(const struct trace_lines *lines,
                                     unsigned number, bool level)
{
    if (trace_lines_want(lines, TRACE_LINE))
        trace_lines_emit(
            lines, TRACE_LINE,
            &(struct trace_line){.action = level ? LINE_RAISE : LINE_LOWER,
                                 .number = (uint8_t)number});
}

/** The request on a line was acknowledged, in the way `action` says. */
static inline void trace_lines_acknowledge(const struct trace_lines *lines,
                                           enum line_action action,
                                           unsigned number, uint8_t vector)
{
    if (trace_lines_want(lines, TRACE_LINE))
        trace_lines_emit(lines, TRACE_LINE,
                         &(struct trace_line){.action = action,
                                              .number = (uint8_t)number,
                                              .vector = vector});
}

/** DREQ, or DACK, of a DMA channel changed its level. */
static inline void trace_lines_dma(const struct trace_lines *lines,
                                   unsigned channel, bool dack, bool level)
{
    if (trace_lines_want(lines, TRACE_DREQ))
        trace_lines_emit(
            lines, TRACE_DREQ,
            &(struct trace_line){.action = level ? LINE_RAISE : LINE_LOWER,
                                 .dack = dack,
                                 .number = (uint8_t)channel});
}

#endif
