/* SPDX-License-Identifier: MIT */
#include "tools/symbol_filter.h"

#include <stdio.h>
#include <string.h>

enum { NAME_SIZE = 256 };

bool symbol_filter_has_names(const struct trace_filter *filter)
{
    for (unsigned i = 0; i < filter->range_count; i++) {
        if (filter->range[i].symbol)
            return true;
    }
    return false;
}

bool symbol_filter_find(struct trace_filter *filter,
                        const struct symbols *symbols, struct error *error)
{
    for (unsigned i = 0; i < filter->range_count; i++) {
        struct trace_range *range = &filter->range[i];
        char name[NAME_SIZE];

        if (!range->symbol)
            continue;
        (void)snprintf(name, sizeof name, "%.*s",
                       (int)strcspn(range->symbol, ","), range->symbol);
        if (!symbols_range(symbols, name, &range->first, &range->last))
            return error_set(error, "'%.200s' is no known symbol", name);
    }
    return true;
}
