/* SPDX-License-Identifier: MIT */
/*
 * What the pictures of `pagewalk trace report` show: counted event by event,
 * in memory that does not grow with the trace.
 */
#ifndef TOOLS_TRACE_PICTURE_H
#define TOOLS_TRACE_PICTURE_H

#include "tools/symbols.h"
#include "tools/timeline.h"
#include "tools/trace_heap.h"
#include "tools/trace_slots.h"
#include "trace/ctf_metadata.h"

enum {
    PICTURE_PAGES = 1 << 20, /**< in 4 GiB */
    PICTURE_FAULTS_MAX = 500,
    PICTURE_SETS_MAX = 64
};

/** Use of a linear page. */
struct picture_page {
    uint32_t reads;
    uint32_t writes;
    uint32_t misses;
    uint32_t faults;
    uint32_t frame; /**< number of the last one it went to, plus 1; 0: none */
};

/** Use of a physical page frame. */
struct picture_frame {
    uint32_t reads;
    uint32_t writes;
    uint32_t dma_reads;
    uint32_t dma_writes;
    uint32_t tables; /**< reads of entries of page tables by walks */
};

struct picture_fault {
    uint64_t tick;
    uint32_t eip;
    uint8_t cpl;
    struct fault fault;
};

/** Lines of the board: IRQs, then DREQ and DACK of each channel. */
enum {
    PICTURE_DREQ = TRACE_IRQS,
    PICTURE_DACK = PICTURE_DREQ + TRACE_CHANNELS,
    PICTURE_LINES = PICTURE_DACK + TRACE_CHANNELS
};

struct picture_line {
    bool seen;
    bool high;
    uint64_t since;  /**< tick from which on it is high */
    unsigned ticks;  /**< series: for how long it was high */
    unsigned raises; /**< series */
    unsigned taken;  /**< series: acknowledgements */
};

/** Series that are always there. */
enum picture_series {
    SERIES_MISS_DATA,
    SERIES_MISS_CODE,
    SERIES_FILL,
    SERIES_EVICT,
    SERIES_FLUSH,
    SERIES_WALK,
    SERIES_TLB_VALID,
    SERIES_FAULT_ABSENT,
    SERIES_FAULT_RIGHTS,
    SERIES_FAULT_OTHER,
    SERIES_READ,
    SERIES_WRITE,
    SERIES_COUNT
};

struct trace_picture {
    uint64_t first_tick;
    uint64_t last_tick;
    uint64_t total;
    uint64_t events[TRACE_EVENT_COUNT];
    uint64_t flushes[TLB_CAUSE_RESET + 1];
    uint64_t walks_refused;
    uint64_t page_faults;
    uint64_t bytes_by_dma;
    struct timeline timeline;
    unsigned series[SERIES_COUNT];
    unsigned set_series[PICTURE_SETS_MAX];
    uint32_t sets; /**< of the data TLB, as far as they are drawn */
    struct trace_slots slots;
    struct trace_heap heap;
    struct picture_line line[PICTURE_LINES];
    struct picture_page *page;   /**< PICTURE_PAGES */
    struct picture_frame *frame; /**< PICTURE_PAGES */
    struct picture_fault fault[PICTURE_FAULTS_MAX];
    unsigned faults;
};

/** NULL: `error`. */
struct trace_picture *trace_picture_create(const struct trace_info *info,
                                           struct error *error);
void trace_picture_destroy(struct trace_picture *picture);

/** A packet begins with this state. */
void trace_picture_state(struct trace_picture *picture,
                         const struct trace_state *state);

/** Take an event. */
void trace_picture_take(struct trace_picture *picture,
                        const struct trace_record *record);

/** No more events come. */
void trace_picture_end(struct trace_picture *picture);

#endif
