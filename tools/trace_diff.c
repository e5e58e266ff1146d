/* SPDX-License-Identifier: MIT */
#include "tools/trace_commands.h"
#include "tools/trace_compare.h"

/* As diff(1). */
enum { DIFF_SAME = 0, DIFF_DIFFERENT = 1, DIFF_TROUBLE = 2 };

int trace_diff(const struct trace_options *options)
{
    struct error error = {""};

    switch (trace_compare(options, stdout, &error)) {
    case TRACE_SAME: return DIFF_SAME;
    case TRACE_DIFFERENT: return DIFF_DIFFERENT;
    case TRACE_TROUBLE:
    default: return trace_complain(&error, DIFF_TROUBLE);
    }
}
