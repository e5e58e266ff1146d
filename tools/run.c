/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tools/commands.h"
#include "tools/session.h"

static int complain(const struct error *error, enum exit_status status)
{
    (void)fprintf(stderr, "pagewalk: %s\n", error->text);
    return status;
}

static int guest_status(uint32_t value)
{
    return (int)((value & 0x7f) << 1 | 1);
}

/* Exit status of a run that the machine ended. */
static int machine_status(const struct session *session)
{
    const struct machine *machine = session->machine;

    switch (machine->end) {
    case MACHINE_GUEST_EXIT: return guest_status(machine->exit_value);
    case MACHINE_SHUTDOWN: return STATUS_SHUTDOWN;
    case MACHINE_HALTED_DEAD: return STATUS_DEAD_HALT;
    case MACHINE_UNIMPLEMENTED: return STATUS_FINDING;
    case MACHINE_STOP_AFTER:
        return session->options.stop_on ? STATUS_UNFINISHED : STATUS_OK;
    case MACHINE_RUNNING:
    case MACHINE_IDLE:
    case MACHINE_POWER_OFF:
    case MACHINE_RESET:
    case MACHINE_STOP_ON:
    case MACHINE_STOP_AT:
    default: return STATUS_OK;
    }
}

static int status_of(const struct session *session)
{
    switch (session->cause) {
    case SESSION_TIMEOUT: return STATUS_UNFINISHED;
    case SESSION_INTERRUPT: return STATUS_INTERRUPTED;
    case SESSION_ERROR: return STATUS_FILE;
    case SESSION_MACHINE: return machine_status(session);
    case SESSION_QUIT:
    default: return STATUS_OK;
    }
}

/* A line for the user where the end needs a word. */
static void tell_end(struct session *session)
{
    const struct machine *machine = session->machine;
    const uint32_t eip = cpu_current_eip(&machine->cpu);

    if (session->cause == SESSION_ERROR)
        (void)complain(&session->error, STATUS_FILE);
    else if (session->cause == SESSION_TIMEOUT)
        (void)fprintf(stderr, "pagewalk: --timeout: the time is over\n");
    else if (session->cause == SESSION_INTERRUPT)
        (void)fprintf(stderr, "pagewalk: interrupted\n");
    else if (machine->end == MACHINE_SHUTDOWN)
        (void)fprintf(stderr, "pagewalk: triple fault at 0x%08x\n", eip);
    else if (machine->end == MACHINE_HALTED_DEAD)
        (void)fprintf(stderr, "pagewalk: halted for good at 0x%08x\n", eip);
    else if (machine->end == MACHINE_STOP_AFTER && session->options.stop_on)
        (void)fprintf(stderr, "pagewalk: --stop-after: '%s' was not printed\n",
                      session->options.stop_on);
    else if (machine->end == MACHINE_UNIMPLEMENTED)
        (void)fprintf(stderr, "pagewalk: --strict: not modelled, at 0x%08x\n",
                      eip);
}

static int run(struct session *session)
{
    struct error error = {""};
    int status;

    if (!session_open(session)) {
        error = session->error;
        (void)session_finish(session);
        return complain(&error, STATUS_FILE);
    }
    session_run(session);
    if (!session_finish(session) && session->cause != SESSION_ERROR)
        session->cause = SESSION_ERROR;
    status = status_of(session);
    tell_end(session);
    return status;
}

int command_run(int count, char **words)
{
    struct session *session = calloc(1, sizeof *session);
    struct error error = {"out of memory"};
    int status;

    if (!session)
        return complain(&error, STATUS_FILE);
    if (!run_options_parse(&session->options, count, words, &error)) {
        status = complain(&error, STATUS_USAGE);
    } else if (session->options.help) {
        run_options_help(stdout);
        status = STATUS_OK;
    } else {
        status = run(session);
    }
    session_close(session);
    free(session);
    return status;
}
