/* SPDX-License-Identifier: MIT */
/*
 * What the user learns when a run is over: why it ended, what was asked for
 * with --inspect and --stats, and the exit status.
 */
#ifndef TOOLS_REPORT_H
#define TOOLS_REPORT_H

#include "tools/session.h"

/** Exit status of a run that is over. */
int report_status(const struct session *session);

/** Say on standard error why the run ended, where that needs a word. */
void report_end(struct session *session);

/** Print the inspections on standard output. False: it could not be. */
bool report_inspections(struct session *session, struct error *error);

#endif
