/* SPDX-License-Identifier: MIT */
/*
 * The ranges of --only that are named by a symbol.
 *
 *   in    a filter, and symbols
 *   out   the filter, with the addresses of what it names
 */
#ifndef TOOLS_SYMBOL_FILTER_H
#define TOOLS_SYMBOL_FILTER_H

#include "tools/symbols.h"
#include "trace/filter.h"

/** True if the filter names a symbol. */
bool symbol_filter_has_names(const struct trace_filter *filter);

/** Find what it names. Fails with the name that is unknown. */
bool symbol_filter_find(struct trace_filter *filter,
                        const struct symbols *symbols, struct error *error);

#endif
