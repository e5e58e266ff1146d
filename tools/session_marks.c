/* SPDX-License-Identifier: MIT */
#include "tools/parse.h"
#include "tools/session.h"

/* No place is here: none is known yet. An instruction at the last byte of
 * memory would be as good as any, but for that. */
#define NO_PLACE UINT32_MAX

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

/* Each of the two counts the first time that it is reached, --trace-to only
 * after --trace-from. */
static bool marks_reached(struct session *session, linear_addr linear)
{
    struct marks *marks = &session->marks;

    if (marks->has_from) {
        if (linear == marks->from) {
            marks->has_from = false;
            session->filter.open = true;
        }
    } else if (marks->has_to && linear == marks->to) {
        marks->has_to = false;
        session->filter.open = false;
    }
    return marks->has_stop && linear == marks->stop;
}

/* The processor is before an instruction that somebody waits for. */
static bool reached(void *context, linear_addr linear)
{
    struct session *session = context;

    if (session->probes)
        probes_reached(session->probes, linear);
    return marks_reached(session, linear);
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

/* WHEN of --trace-from and --trace-to is a tick, or else a place. */
static bool is_place(const char *when, uint64_t *tick)
{
    return when && !parse_count(when, tick);
}

/* Which options name a place, before any is found. */
static void note_marks(struct session *session)
{
    const struct run_options *options = &session->options;
    struct trace_filter *filter = &session->filter;

    session->marks =
        (struct marks){.stop = NO_PLACE,
                       .from = NO_PLACE,
                       .to = NO_PLACE,
                       .has_stop = options->stop_at != NULL,
                       .has_from = is_place(options->trace_from, &filter->from),
                       .has_to = is_place(options->trace_to, &filter->to)};
    filter->open = !session->marks.has_from;
    session->machine->cpu.breakpoints.reached = reached;
    session->machine->cpu.breakpoints.context = session;
}

bool session_marks_open(struct session *session, enum names names)
{
    const struct run_options *options = &session->options;
    struct marks *marks = &session->marks;

    if (names != NAMES_SYMBOLS)
        note_marks(session);
    return (!marks->has_stop ||
            open_mark(session, "--stop-at", options->stop_at, names,
                      &marks->stop)) &&
           (!marks->has_from ||
            open_mark(session, "--trace-from", options->trace_from, names,
                      &marks->from)) &&
           (!marks->has_to ||
            open_mark(session, "--trace-to", options->trace_to, names,
                      &marks->to)) &&
           resolve_walks(session, names);
}
