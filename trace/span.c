/* SPDX-License-Identifier: MIT */
#include "trace/span.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace/names.h"
#include "trace/text.h"

/* Vectors that are the processor's own. */
enum { VECTOR_EXCEPTIONS = 32 };

void trace_span_init(struct trace_span *span)
{
    *span = (struct trace_span){.end = {.tick = UINT64_MAX}};
}

/* --- Conditions --- */

static bool parse_number(const char *text, uint32_t *number)
{
    unsigned long value;
    char *end;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    value = strtoul(text, &end, 0);
    *number = (uint32_t)value;
    return !*end && !errno && value <= UINT32_MAX;
}

/* "13", "#GP" or "GP". */
static bool parse_exception(const char *text, uint32_t *number)
{
    if (parse_number(text, number))
        return *number < VECTOR_EXCEPTIONS;
    for (*number = 0; *number < VECTOR_EXCEPTIONS; ++*number) {
        const char *name = vector_name((uint8_t)*number);

        if (name && (strcmp(name, text) == 0 ||
                     (*name == '#' && strcmp(name + 1, text) == 0)))
            return true;
    }
    return false;
}

static bool parse_vector(const char *text, uint32_t *number)
{
    return parse_number(text, number) && *number <= UINT8_MAX;
}

struct word {
    const char *name;
    enum trace_condition_kind kind;
    bool (*parse)(const char *text, uint32_t *number);
    const char *wants;
};

static const struct word words[] = {
    {"fault:", CONDITION_FAULT, parse_exception,
     "a vector from 0 to 31, a name like #GP, or any"},
    {"interrupt:", CONDITION_INTERRUPT, parse_vector,
     "a vector from 0 to 255, or any"},
    {"marker:", CONDITION_MARKER, parse_number, "a number, or any"},
};

bool trace_condition_parse(const char *text, struct trace_condition *condition,
                           struct error *error)
{
    static const char event[] = "event:";

    error->text[0] = '\0';
    *condition = (struct trace_condition){.kind = CONDITION_EVENT};
    if (strncmp(text, event, sizeof event - 1) == 0)
        return trace_events_parse(text + sizeof event - 1, &condition->value,
                                  error);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const size_t length = strlen(words[i].name);

        if (strncmp(text, words[i].name, length) != 0)
            continue;
        condition->kind = words[i].kind;
        condition->any = strcmp(text + length, "any") == 0;
        return condition->any ||
               words[i].parse(text + length, &condition->value) ||
               error_set(error, "'%.100s': wants %s", text, words[i].wants);
    }
    return false;
}

static uint32_t events_of(const struct trace_condition *condition)
{
    switch (condition->kind) {
    case CONDITION_FAULT: return 1u << TRACE_FAULT;
    case CONDITION_INTERRUPT: return 1u << TRACE_IRQ;
    case CONDITION_MARKER: return 1u << TRACE_MARKER;
    case CONDITION_EVENT:
    default: return condition->value & ~TRACE_VALUES;
    }
}

static uint32_t watched(const struct trace_when *when)
{
    uint32_t events = 0;

    for (unsigned i = 0; i < when->conditions; i++)
        events |= events_of(&when->condition[i]);
    return events;
}

static bool holds(const struct trace_condition *condition,
                  const struct trace_record *record)
{
    if (!(events_of(condition) >> record->event & 1))
        return false;
    switch (condition->kind) {
    case CONDITION_FAULT:
        return condition->any || record->fault.vector == condition->value;
    case CONDITION_INTERRUPT:
        return !record->interrupt.iret &&
               (condition->any || record->interrupt.vector == condition->value);
    case CONDITION_MARKER:
        return condition->any || record->marker == condition->value;
    case CONDITION_EVENT:
    default: return true;
    }
}

static bool any_holds(const struct trace_when *when,
                      const struct trace_record *record)
{
    for (unsigned i = 0; i < when->conditions; i++) {
        if (holds(&when->condition[i], record))
            return true;
    }
    return false;
}

/* --- States --- */

static bool is_before(const struct trace_span *span)
{
    return span->state == SPAN_BEFORE || span->state == SPAN_BEGINNING;
}

static bool is_within(const struct trace_span *span)
{
    return span->state == SPAN_WITHIN || span->state == SPAN_ENDING;
}

/* Nothing may be appended to a packet behind the recorder's back any more. */
static void enter(struct trace_span *span, enum trace_span_state state)
{
    struct trace *trace = span->trace;

    span->state = state;
    trace->enabled = state == SPAN_AFTER ? 0 : span->events;
    if (state == SPAN_BEFORE)
        trace->enabled = watched(&span->begin);
    else if (state == SPAN_BEGINNING)
        trace->enabled |= watched(&span->begin);
    else if (is_within(span))
        trace->enabled |= watched(&span->end);
    trace->takes_all = span->takes_all && state == SPAN_WITHIN;
    trace_place_changed(trace);
}

void trace_span_start(struct trace_span *span, struct trace *trace)
{
    span->trace = trace;
    enter(span, SPAN_BEFORE);
    (void)trace_span_tick(span, 0);
}

/* Shortly before `tick`. */
static uint64_t ahead_of(uint64_t tick)
{
    enum { DELIVERIES = 64 };

    if (tick == UINT64_MAX)
        return tick;
    return tick > DELIVERIES ? tick - DELIVERIES : 0;
}

uint64_t trace_span_next(const struct trace_span *span)
{
    switch (span->state) {
    case SPAN_BEFORE: return ahead_of(span->begin.tick);
    case SPAN_BEGINNING: return span->begin.tick;
    case SPAN_WITHIN: return ahead_of(span->end.tick);
    case SPAN_ENDING: return span->end.tick;
    case SPAN_AFTER:
    default: return UINT64_MAX;
    }
}

bool trace_span_tick(struct trace_span *span, uint64_t now)
{
    const enum trace_span_state before = span->state;

    while (span->state != SPAN_AFTER && now >= trace_span_next(span))
        enter(span, (enum trace_span_state)(span->state + 1));
    return span->state != before;
}

static bool is_at(const struct trace_when *when, linear_addr linear)
{
    for (unsigned i = 0; i < when->places; i++) {
        if (when->place[i] == linear)
            return true;
    }
    return false;
}

static void change(struct trace_span *span, enum trace_span_state state)
{
    enter(span, state);
    if (span->changed)
        span->changed(span->changed_context);
}

void trace_span_reached(struct trace_span *span, linear_addr linear)
{
    if (is_before(span) && is_at(&span->begin, linear))
        change(span, SPAN_WITHIN);
    else if (is_within(span) && is_at(&span->end, linear))
        change(span, SPAN_AFTER);
}

void trace_span_end(struct trace_span *span)
{
    enter(span, SPAN_AFTER);
}

bool trace_span_watches_accesses(const struct trace_span *span)
{
    return (watched(&span->begin) | watched(&span->end)) & 1u << TRACE_MEM;
}

void trace_span_record(void *context, const struct trace_record *record)
{
    struct trace_span *span = context;

    if (is_before(span) &&
        (record->tick >= span->begin.tick || any_holds(&span->begin, record)))
        change(span, SPAN_WITHIN);
    if (is_within(span) && record->tick >= span->end.tick)
        change(span, SPAN_AFTER);
    if (!is_within(span))
        return;
    if (span->events >> record->event & 1)
        span->record(span->context, record);
    if (any_holds(&span->end, record))
        change(span, SPAN_AFTER);
}
