/* SPDX-License-Identifier: MIT */
/*
 * What `pagewalk trace stat` counts. Collected event by event, shown at the
 * end; the memory that it takes grows with the pages, functions and places that
 * a guest uses, not with the trace.
 */
#ifndef TOOLS_TRACE_STATISTICS_H
#define TOOLS_TRACE_STATISTICS_H

#include <stdio.h>

#include "tools/reuse.h"
#include "tools/symbols.h"
#include "tools/tally.h"
#include "tools/tlb_simulation.h"
#include "tools/trace_heap.h"
#include "tools/trace_options.h"
#include "trace/ctf_metadata.h"
#include "trace/state.h"

enum {
    STAT_PAGES = 1 << 20,
    STAT_FUNCTIONS = 4096,
    STAT_SETS_MAX = 1024,
    STAT_BANKS = TRACE_BANK_CODE_LARGE + 1,
    STAT_NAMES_MAX = 128,
    STAT_WINDOW = 1000000
};

/** Where an EIP belongs, remembered: looking it up costs more than the rest. */
struct stat_function {
    uint32_t eip;
    uint32_t number; /**< of the row in `functions` */
    bool known;
    bool found;
};

/** Use of a linear page. */
struct stat_page {
    uint64_t count[TALLY_KINDS];
    uint64_t window; /**< in which it was touched last */
};

/** Cycles of one device, or bus master. */
struct stat_name {
    char name[40];
    enum trace_event event;
    uint64_t reads;
    uint64_t writes;
    uint64_t bytes_read;
    uint64_t bytes_written;
    uint32_t first; /**< lowest port or physical address */
    uint32_t last;  /**< highest, of the last byte */
    /* Of DMA: */
    uint8_t channel;
    uint32_t bus_first; /**< lowest address that the master gave */
    uint32_t bus_last;
};

/** What the trace tells of look-ups that hit. */
enum stat_rates {
    STAT_RATES_NONE,
    STAT_RATES_HITS,    /**< hits and misses are events */
    STAT_RATES_ACCESSES /**< accesses to data are look-ups; misses are events */
};

/** A set of one of the TLB's banks. */
struct stat_set {
    uint64_t lookups;
    uint64_t missed;
    uint64_t fills;
    uint64_t evictions;
};

struct stat_bank {
    uint32_t sets; /**< 0: there is no such bank */
    unsigned page_shift;
    struct stat_set set[STAT_SETS_MAX];
};

struct trace_statistics {
    const struct trace_options *options;
    const struct symbols *symbols;
    uint64_t first_tick;
    uint64_t last_tick;
    uint64_t total;
    uint64_t events[TRACE_EVENT_COUNT];
    /* --- The TLB --- */
    enum stat_rates rates;
    bool split;                     /**< code has banks of its own */
    bool paging;                    /**< as far as the trace tells */
    bool is_large[1024];            /**< by 4 MiB, by the last walk */
    uint64_t state_tick;            /**< of the last state taken */
    struct trace_record last;       /**< the access before */
    uint64_t tlb[TLB_FLUSH + 1][2]; /**< by action; data and code */
    uint64_t lookups;
    uint64_t missed;
    uint64_t flushes[TLB_CAUSE_RESET + 1];
    struct stat_bank bank[STAT_BANKS];
    struct tlb_simulation simulation; /**< if options->tlb_given */
    /* --- Walks, faults, cycles --- */
    uint64_t walks_refused;
    uint64_t walks_marking;
    uint64_t faults[256];
    struct stat_name name[STAT_NAMES_MAX];
    unsigned names;
    /* --- Memory; index 1: writes --- */
    uint64_t accesses[2];
    uint64_t bytes[2];
    struct stat_page *page;        /**< STAT_PAGES */
    bool region[STAT_PAGES >> 10]; /**< by 4 MiB: something was counted */
    struct tally pages;            /**< by linear page, gathered in the end */
    struct tally regions;          /**< by 4 MiB, added up in the end */
    struct tally functions; /**< by address of the function's beginning */
    struct stat_function function[STAT_FUNCTIONS];
    struct reuse reuse;
    struct trace_heap heap;
    /* --- Working set: pages touched within a window of ticks --- */
    uint64_t window;     /**< number of the window at work, from 1 on */
    uint64_t window_end; /**< its last tick, plus 1 */
    uint64_t windows;
    uint64_t in_window;
    uint64_t window_sum;
    uint64_t window_max;
};

bool trace_statistics_init(struct trace_statistics *statistics,
                           const struct trace_options *options,
                           const struct trace_info *info,
                           const struct symbols *symbols, struct error *error);
void trace_statistics_release(struct trace_statistics *statistics);

/** Take events of one packet; `state` is that at its head. */
void trace_statistics_take(struct trace_statistics *statistics,
                           const struct trace_record *records, unsigned count,
                           const struct trace_state *state);

/** No more events come: add up. */
void trace_statistics_end(struct trace_statistics *statistics);

/** Print what was counted. */
void trace_statistics_show(FILE *file, struct trace_statistics *statistics);

/** Its part about what allocators have handed out; nothing where none did. */
void trace_statistics_show_heap(FILE *file,
                                const struct trace_statistics *statistics);

#endif
