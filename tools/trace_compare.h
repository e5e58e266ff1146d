/* SPDX-License-Identifier: MIT */
/*
 * Two traces compared event by event: where they part for the first time is
 * shown with what led there; where they come together again, the comparison
 * goes on, at another distance of their ticks.
 */
#ifndef TOOLS_TRACE_COMPARE_H
#define TOOLS_TRACE_COMPARE_H

#include <stdio.h>

#include "tools/trace_options.h"

enum trace_verdict {
    TRACE_SAME,
    TRACE_DIFFERENT,
    TRACE_TROUBLE /**< `error`: one of them cannot be read to its end */
};

/** Compare the options' two paths; what differs is told on `file`. */
enum trace_verdict trace_compare(const struct trace_options *options,
                                 FILE *file, struct error *error);

#endif
