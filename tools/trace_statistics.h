/* SPDX-License-Identifier: MIT */
/*
 * What `pagewalk trace stat` counts. Collected event by event, shown at the
 * end.
 */
#ifndef TOOLS_TRACE_STATISTICS_H
#define TOOLS_TRACE_STATISTICS_H

#include <stdio.h>

#include "tools/reuse.h"
#include "tools/symbols.h"
#include "tools/tally.h"
#include "tools/tlb_simulation.h"
#include "tools/trace_options.h"
#include "trace/state.h"

/** Where an EIP belongs, remembered: looking it up costs more than the rest. */
struct stat_function {
    uint32_t eip;
    linear_addr start;
    bool known;
    bool found;
};

enum { STAT_FUNCTIONS = 4096 };

enum { STAT_SETS_MAX = 1024, STAT_NAMES_MAX = 128, STAT_WINDOW = 1000000 };

/** Cycles of one device, or bus master. */
struct stat_name {
    char name[40];
    enum trace_event event;
    uint64_t reads;
    uint64_t writes;
    uint64_t bytes;
};

struct trace_statistics {
    const struct trace_options *options;
    const struct symbols *symbols;
    uint64_t first_tick;
    uint64_t last_tick;
    uint64_t total;
    uint64_t events[TRACE_EVENT_COUNT];
    /** By action; data and code. */
    uint64_t tlb[TLB_FLUSH + 1][2];
    uint64_t flushes[TLB_CAUSE_RESET + 1];
    uint64_t fills_of_set[STAT_SETS_MAX];
    uint64_t hits_of_set[STAT_SETS_MAX];
    uint64_t evictions_of_set[STAT_SETS_MAX];
    uint64_t walks_refused;
    uint64_t walks_marking;
    uint64_t faults[256];
    uint64_t reads;
    uint64_t writes;
    uint64_t bytes_read;
    uint64_t bytes_written;
    struct tally pages;     /**< by linear page */
    struct tally regions;   /**< by 4 MiB, added up in the end */
    struct tally functions; /**< by address of the function's beginning */
    struct stat_function function[STAT_FUNCTIONS];
    struct stat_name name[STAT_NAMES_MAX];
    unsigned names;
    struct reuse reuse;
    /** Working set: pages touched within a window of ticks. */
    uint64_t window;      /**< number of the window at work, from 1 on */
    uint64_t *touched_in; /**< by page: number of the window */
    uint64_t windows;
    uint64_t in_window;
    uint64_t window_sum;
    uint64_t window_max;
    struct tlb_simulation simulation; /**< if options->tlb_given */
};

bool trace_statistics_init(struct trace_statistics *statistics,
                           const struct trace_options *options,
                           const struct symbols *symbols, struct error *error);
void trace_statistics_release(struct trace_statistics *statistics);

/** Take an event; `state` is that at the head of its packet. */
void trace_statistics_take(struct trace_statistics *statistics,
                           const struct trace_record *record,
                           const struct trace_state *state);

/** No more events come: add up. */
void trace_statistics_end(struct trace_statistics *statistics);

/** Print what was counted. */
void trace_statistics_show(FILE *file, struct trace_statistics *statistics);

#endif
