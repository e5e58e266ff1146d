/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include "tools/commands.h"
#include "tools/report.h"
#include "tools/statistics.h"

static int complain(const struct error *error, enum exit_status status)
{
    (void)fprintf(stderr, "pagewalk: %s\n", error->text);
    return status;
}

static void show_results(struct session *session)
{
    const uint64_t taken = session->finished - session->started;

    report_end(session);
    if (!report_inspections(session, &session->error) &&
        session->cause != SESSION_ERROR) {
        session->cause = SESSION_ERROR;
        (void)complain(&session->error, STATUS_FILE);
    }
    statistics_show(stderr, session->machine, taken,
                    session->options.statistics);
}

static int run(struct session *session)
{
    struct error error;

    if (!session_open(session)) {
        error = session->error;
        (void)session_finish(session);
        return complain(&error, session->refusal);
    }
    session_run(session);
    if (!session_finish(session))
        session->cause = SESSION_ERROR;
    show_results(session);
    return report_status(session);
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
