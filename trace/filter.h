/* SPDX-License-Identifier: MIT */
/*
 * A filter before a recorder: lets records through that lie in a span of time
 * and, for each key that is given, in one of the key's ranges. A record that
 * has no such key does not pass.
 *
 *   in    records from the trace points
 *   out   those that are wanted, to the next recorder
 */
#ifndef TRACE_FILTER_H
#define TRACE_FILTER_H

#include "base/error.h"
#include "trace/trace.h"

enum trace_key {
    TRACE_KEY_LINEAR,
    TRACE_KEY_PHYSICAL,
    TRACE_KEY_EIP,
    TRACE_KEY_CPL,
    TRACE_KEY_CR3,
    TRACE_KEY_SYMBOL, /**< code in it, or an access to it */
    TRACE_KEY_COUNT
};

struct trace_range {
    enum trace_key key;
    uint32_t first;
    uint32_t last; /**< inclusive; before `first`: matches nothing */
    /** Of TRACE_KEY_SYMBOL: text that outlives the filter, up to a comma. The
     * range is for others to find. */
    const char *symbol;
};

enum { TRACE_RANGES_MAX = 32 };

struct trace_filter {
    uint64_t from; /**< first tick that passes */
    uint64_t to;   /**< first tick that does not pass any more */
    struct trace_range range[TRACE_RANGES_MAX];
    unsigned range_count;
    void (*record)(void *context, const struct trace_record *record);
    void *context;
};

/** Everything passes, to nobody yet. */
void trace_filter_init(struct trace_filter *filter);

/**
 * Add the ranges of `--only`: "KEY=FIRST-LAST", "KEY=VALUE" or "symbol=NAME",
 * more behind commas, numbers as in C. Fails, naming the part that is wrong.
 */
bool trace_filter_parse(struct trace_filter *filter, const char *list,
                        struct error *error);

/** True if the record is wanted. */
bool trace_filter_passes(const struct trace_filter *filter,
                         const struct trace_record *record);

/** The recorder's callback; `context` is the struct trace_filter. */
void trace_filter_record(void *context, const struct trace_record *record);

#endif
