/* SPDX-License-Identifier: MIT */
/*
 * A picture's numbers as JSON, for the script in the page. Nothing in it can
 * end the element of the page that it stands in, whatever a guest's names are.
 */
#ifndef TOOLS_TRACE_PICTURE_WRITE_H
#define TOOLS_TRACE_PICTURE_WRITE_H

#include <stdio.h>

#include "tools/trace_picture.h"

/** What is said of the trace, beside what was counted. */
struct picture_about {
    const char *path;
    const struct trace_info *info;
    const char *loss; /**< what is missing of the trace, or NULL */
    const struct symbols *symbols;
};

/** Write one JSON object. Failures are those of `file`. */
void trace_picture_write(FILE *file, const struct trace_picture *picture,
                         const struct picture_about *about);

#endif
