/* SPDX-License-Identifier: MIT */
/*
 * Events of one trace held in a queue, so that a comparison can look ahead.
 */
#ifndef TOOLS_TRACE_HELD_H
#define TOOLS_TRACE_HELD_H

#include "tools/trace_moment.h"
#include "trace/line.h"

enum { HELD_MAX = 4096, HELD_NAME_SIZE = 40 };

struct held {
    struct trace_record record;
    char name[2][HELD_NAME_SIZE]; /**< what the record points to */
    uint8_t code[LINE_CODE_SIZE]; /**< the same of a fetch */
    uint64_t hash;                /**< of what is compared, but for the tick */
    struct trace_event_place place;
};

/** A queue of the next events; `first` is at hand. */
struct held_queue {
    struct trace_query query;
    struct trace_event_place place; /**< of the next one to be read */
    unsigned ignore;
    struct held *held; /**< HELD_MAX of them, in a ring */
    unsigned first;
    unsigned count;
    bool ended;
};

bool held_open(struct held_queue *queue, const struct trace_options *options,
               unsigned path, struct error *error);
void held_close(struct held_queue *queue);

/** The event `ahead` (below HELD_MAX) from the one at hand; NULL: the end. */
const struct held *held_at(struct held_queue *queue, unsigned ahead);

/** Leave `count` events behind. */
void held_skip(struct held_queue *queue, unsigned count);

#endif
