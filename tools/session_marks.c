/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "tools/parse.h"
#include "tools/session.h"
#include "tools/symbol_filter.h"

/* No place is here: none is known yet. An instruction at the last byte of
 * memory would be as good as any, but for that. */
#define NO_PLACE UINT32_MAX

enum { WHEN_SIZE = 256 };

/* An option's value did not name a place. */
static bool refuse(struct session *session, const char *option,
                   const struct error *why)
{
    session->refusal = STATUS_USAGE;
    return error_set(&session->error, "%s: %.400s", option, why->text);
}

/*
 * Find the place that `text` names, if it is one of `names`; else it has to
 * wait, or was found before, and `linear` stays.
 */
static bool resolve(struct session *session, const char *option,
                    const char *text, enum names names, linear_addr *linear)
{
    const bool is_number = parse_address(text, linear);
    struct error why;

    if (is_number || names == NAMES_NUMBERS) {
        if (!is_number)
            session->source.names_wait = true;
        return true;
    }
    return symbols_resolve(session->source.symbols, text, linear, &why) ||
           refuse(session, option, &why);
}

static bool resolve_walks(struct session *session, enum names names)
{
    const struct run_options *options = &session->options;

    for (unsigned i = 0; i < options->inspection_count; i++) {
        const struct inspection *inspection = &options->inspections[i];

        if (inspection->kind == INSPECT_WALK &&
            !resolve(session, "--inspect", inspection->where, names,
                     &session->marks.walks[i]))
            return false;
    }
    return true;
}

/* The processor is before an instruction that somebody waits for. A stop, be
 * it to go on at once, would lose the shadow of a STI before. */
static bool reached(void *context, linear_addr linear)
{
    struct session *session = context;
    const struct marks *marks = &session->marks;

    if (marks->fetched != clock_now(&session->machine->clock))
        trace_span_reached(&session->span, linear);
    if (session->probes)
        probes_reached(session->probes, linear);
    return marks->has_stop && linear == marks->stop;
}

/* A trace begins or ends ahead of the fetch of the instruction there. */
static void fetching(void *context, linear_addr linear)
{
    struct session *session = context;

    session->marks.fetched = clock_now(&session->machine->clock);
    trace_span_reached(&session->span, linear);
}

/* Find the place of an option that has one still ahead, and stop there. */
static bool open_mark(struct session *session, const char *option,
                      const char *text, enum names names, linear_addr *linear)
{
    if (!resolve(session, option, text, names, linear))
        return false;
    return *linear == NO_PLACE ||
           cpu_add_breakpoint(&session->machine->cpu, *linear) ||
           error_set(&session->error, "out of memory");
}

/* --- When to record --- */

/* A place among WHENs; one without a name is found at once. */
static bool add_place(struct session *session, const char *option,
                      const char *text, enum names names,
                      struct trace_when *when)
{
    linear_addr linear = NO_PLACE;

    if (names == NAMES_SYMBOLS && parse_address(text, &linear))
        return true;
    if (!open_mark(session, option, text, names, &linear))
        return false;
    if (linear != NO_PLACE)
        when->place[when->places++] = linear;
    return true;
}

/* WHEN: a tick, a condition, or else a place. */
static bool add_when(struct session *session, const char *option,
                     const char *text, enum names names,
                     struct trace_when *when)
{
    struct trace_condition condition;
    struct error why;
    uint64_t tick;

    if (parse_count(text, &tick)) {
        if (tick < when->tick)
            when->tick = tick;
        return true;
    }
    if (trace_condition_parse(text, &condition, &why)) {
        if (names != NAMES_SYMBOLS)
            when->condition[when->conditions++] = condition;
        return true;
    }
    if (why.text[0])
        return refuse(session, option, &why);
    return add_place(session, option, strncmp(text, "at:", 3) ? text : text + 3,
                     names, when);
}

/* WHENs of --trace-from and --trace-to, with commas between. */
static bool take_when(struct session *session, const char *option,
                      const char *list, enum names names,
                      struct trace_when *when)
{
    if (!list)
        return true;
    if (names != NAMES_SYMBOLS)
        *when = (struct trace_when){.tick = UINT64_MAX};
    for (unsigned count = 1;; count++) {
        const size_t length = strcspn(list, ",");
        char word[WHEN_SIZE];
        struct error why;

        (void)snprintf(word, sizeof word, "%.*s", (int)length, list);
        if (count > TRACE_WHEN_MAX || length >= sizeof word) {
            (void)error_set(&why, "'%.40s...': at most %d of them, of %d bytes",
                            list, TRACE_WHEN_MAX, WHEN_SIZE - 1);
            return refuse(session, option, &why);
        }
        if (!add_when(session, option, word, names, when))
            return false;
        if (!list[length])
            return true;
        list += length + 1;
    }
}

/* Ranges of --only that have names, for the recorder to come or the present
 * one. */
static bool find_only(struct session *session, enum names names)
{
    struct trace_filter *only = &session->options.only;
    struct trace_filter *filter = &session->filter;
    struct error why;

    if (!symbol_filter_has_names(only))
        return true;
    if (names == NAMES_NUMBERS) {
        session->source.names_wait = true;
        return true;
    }
    if (!symbol_filter_find(only, session->source.symbols, &why))
        return refuse(session, "--only", &why);
    filter->range_count = only->range_count;
    memcpy(filter->range, only->range, sizeof filter->range);
    return true;
}

static void start_marks(struct session *session)
{
    session->marks =
        (struct marks){.stop = NO_PLACE,
                       .has_stop = session->options.stop_at != NULL,
                       .fetched = UINT64_MAX};
    session->machine->cpu.breakpoints.reached = reached;
    if (session->options.trace_from || session->options.trace_to)
        session->machine->cpu.breakpoints.fetching = fetching;
    session->machine->cpu.breakpoints.context = session;
}

bool session_marks_open(struct session *session, enum names names)
{
    const struct run_options *options = &session->options;
    struct marks *marks = &session->marks;

    if (names != NAMES_SYMBOLS)
        start_marks(session);
    return (!marks->has_stop ||
            open_mark(session, "--stop-at", options->stop_at, names,
                      &marks->stop)) &&
           take_when(session, "--trace-from", options->trace_from, names,
                     &session->span.begin) &&
           take_when(session, "--trace-to", options->trace_to, names,
                     &session->span.end) &&
           find_only(session, names) && resolve_walks(session, names);
}
