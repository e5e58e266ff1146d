/* SPDX-License-Identifier: MIT */
/*
 * From when on, and up to when, a trace is recorded: ticks, places in the
 * code, and events. Stands before the filter. Outside of the span only those
 * events are wanted that may begin or end it, so that a machine runs at full
 * speed until then.
 *
 *   in    records from the trace points; places and ticks from whoever runs
 *   out   what happens within the span, to the next recorder
 */
#ifndef TRACE_SPAN_H
#define TRACE_SPAN_H

#include "base/error.h"
#include "trace/trace.h"

enum trace_condition_kind {
    CONDITION_FAULT,     /**< an exception is raised */
    CONDITION_INTERRUPT, /**< a handler is entered, whatever asked for it */
    CONDITION_MARKER,    /**< the guest writes to the marker port */
    CONDITION_EVENT      /**< an event of these kinds */
};

struct trace_condition {
    enum trace_condition_kind kind;
    bool any; /**< whatever the value */
    uint32_t
        value; /**< vector, or what is written; of CONDITION_EVENT a mask */
};

enum { TRACE_WHEN_MAX = 8 };

/** Whichever comes first. */
struct trace_when {
    uint64_t tick; /**< UINT64_MAX: none */
    struct trace_condition condition[TRACE_WHEN_MAX];
    unsigned conditions;
    linear_addr place[TRACE_WHEN_MAX]; /**< before the instruction there */
    unsigned places;
};

/**
 * Deliveries take ticks of their own behind that of the instruction, so a run
 * up to a tick may go a little beyond it. Shortly before a tick that counts,
 * all events come by the front door, and each is judged by its own tick.
 */
enum trace_span_state {
    SPAN_BEFORE,
    SPAN_BEGINNING, /**< shortly before the first tick */
    SPAN_WITHIN,
    SPAN_ENDING, /**< within, but shortly before the last tick is over */
    SPAN_AFTER
};

struct trace_span {
    enum trace_span_state state;
    struct trace_when begin;
    struct trace_when end;
    uint32_t events;     /**< to be recorded: bits of enum trace_event */
    bool takes_all;      /**< what the trace's is within the span */
    struct trace *trace; /**< its `enabled` follows the state */
    /** The state has changed, before an instruction or in the midst of it. */
    void (*changed)(void *context);
    void *changed_context;
    void (*record)(void *context, const struct trace_record *record);
    void *context;
};

/** From the start, to the end of the run. */
void trace_span_init(struct trace_span *span);

/**
 * Take one condition: "fault:13", "fault:#GP", "fault:any", "interrupt:32",
 * "marker:1", "event:task". False, with `error` empty, if `text` is none.
 */
bool trace_condition_parse(const char *text, struct trace_condition *condition,
                           struct error *error);

/** Enter the first state, and let `trace` emit what it needs. */
void trace_span_start(struct trace_span *span, struct trace *trace);

/** The tick at which to call trace_span_tick(), or UINT64_MAX. */
uint64_t trace_span_next(const struct trace_span *span);

/** Tick `now` begins. True if the state has changed. */
bool trace_span_tick(struct trace_span *span, uint64_t now);

/** The instruction at `linear` is next. */
void trace_span_reached(struct trace_span *span, linear_addr linear);

/** End it here. */
void trace_span_end(struct trace_span *span);

/**
 * True if an access can tell that the span begins or ends: then each one has
 * to come by the front door.
 */
bool trace_span_watches_accesses(const struct trace_span *span);

/** The recorder's callback; `context` is the struct trace_span. */
void trace_span_record(void *context, const struct trace_record *record);

#endif
