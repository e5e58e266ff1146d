/* SPDX-License-Identifier: MIT */
#include "tools/parse.h"
#include "tools/session.h"

/* An option's value did not name a place. */
static bool refuse(struct session *session, const char *option,
                   const struct error *why)
{
    session->refusal = STATUS_USAGE;
    return error_set(&session->error, "%s: %.400s", option, why->text);
}

static bool resolve(struct session *session, const char *option,
                    const char *text, linear_addr *linear)
{
    const struct symbols *symbols = session_symbols(session);
    struct error why = {"out of memory"};

    return (symbols && symbols_resolve(symbols, text, linear, &why)) ||
           refuse(session, option, &why);
}

/* WHEN of --trace-from and --trace-to: a tick, or else a symbol. */
struct when {
    const char *option;
    const char *text; /* NULL: not given */
    uint64_t *tick;
    bool *is_place;
    linear_addr *linear;
};

static bool resolve_when(struct session *session, const struct when *when)
{
    if (!when->text || parse_count(when->text, when->tick))
        return true;
    *when->is_place = true;
    return resolve(session, when->option, when->text, when->linear);
}

static bool resolve_walks(struct session *session)
{
    const struct run_options *options = &session->options;

    for (unsigned i = 0; i < options->inspection_count; i++) {
        const struct inspection *inspection = &options->inspections[i];

        if (inspection->kind == INSPECT_WALK &&
            !resolve(session, "--inspect", inspection->where,
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

static bool stop_before(struct session *session, linear_addr linear)
{
    return cpu_add_breakpoint(&session->machine->cpu, linear) ||
           error_set(&session->error, "out of memory");
}

bool session_marks_open(struct session *session)
{
    const struct run_options *options = &session->options;
    struct marks *marks = &session->marks;
    struct trace_filter *filter = &session->filter;
    const struct when from = {"--trace-from", options->trace_from,
                              &filter->from, &marks->has_from, &marks->from};
    const struct when to = {"--trace-to", options->trace_to, &filter->to,
                            &marks->has_to, &marks->to};

    if (options->stop_at) {
        marks->has_stop = true;
        if (!resolve(session, "--stop-at", options->stop_at, &marks->stop))
            return false;
    }
    if (!resolve_when(session, &from) || !resolve_when(session, &to) ||
        !resolve_walks(session))
        return false;
    filter->open = !marks->has_from;
    session->machine->cpu.breakpoints.reached = reached;
    session->machine->cpu.breakpoints.context = session;
    return (!marks->has_stop || stop_before(session, marks->stop)) &&
           (!marks->has_from || stop_before(session, marks->from)) &&
           (!marks->has_to || stop_before(session, marks->to));
}
