/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "tools/session.h"

/* A place may still begin or end the trace. */
static bool awaits_places(const struct session *session)
{
    const struct run_options *options = &session->options;
    const enum trace_span_state state = session->span.state;

    return state == SPAN_BEFORE || state == SPAN_BEGINNING
               ? options->trace_from != NULL
               : options->trace_to && state != SPAN_AFTER;
}

/* The processor stands between two instructions. */
static void follow(void *context)
{
    struct session *session = context;
    struct recorder *recorder = &session->recorder;
    const bool is_ring = session->options.ring != 0 && recorder->ctf;

    if (!awaits_places(session))
        session->machine->cpu.breakpoints.fetching = NULL;
    cpu_update_tracing(&session->machine->cpu);
    if (session->span.state != SPAN_AFTER ||
        (!recorder->ctf && !recorder->text))
        return;
    if (!recorder_close(recorder, &session->error))
        session->cause = SESSION_ERROR;
    else if (is_ring)
        (void)fprintf(stderr,
                      "pagewalk: %s: the ring was written at tick %llu\n",
                      session->options.trace,
                      (unsigned long long)clock_now(&session->machine->clock));
}

/* A place or an event has begun or ended the trace: follow as soon as the
 * instruction at work is over. */
static void changed(void *context)
{
    struct session *session = context;
    struct clock *clock = &session->machine->clock;

    cpu_follow_tracing(&session->machine->cpu);
    clock_schedule(clock, &session->trace_turn, clock_now(clock));
}

bool session_trace_open(struct session *session)
{
    struct trace *trace = &session->machine->trace;
    struct trace_span *span = &session->span;

    cpu_update_tracing(&session->machine->cpu);
    if (!session->options.trace)
        return true;
    if (!recorder_open(&session->recorder, &session->options, trace, span,
                       &session->filter, &session->error))
        return false;
    session->trace_turn = (struct clock_event){.name = "trace",
                                               .callback = follow,
                                               .context = session,
                                               .when = CLOCK_NEVER};
    span->changed = changed;
    span->changed_context = session;
    trace_span_start(span, trace);
    follow(session);
    return true;
}

uint64_t session_trace_ticks(const struct session *session, uint64_t most)
{
    const uint64_t next = trace_span_next(&session->span);
    const uint64_t now = session->machine->clock.now;

    return next > now && next - now < most ? next - now : most;
}

void session_trace_turn(struct session *session)
{
    if (session->options.trace &&
        trace_span_tick(&session->span, session->machine->clock.now))
        follow(session);
}

void session_trace_end(struct session *session)
{
    trace_span_end(&session->span);
    follow(session);
}
