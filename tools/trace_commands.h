/* SPDX-License-Identifier: MIT */
/*
 * The subcommands of `pagewalk trace`. Each takes its parsed options and
 * returns an exit status; it has printed what there was to say.
 */
#ifndef TOOLS_TRACE_COMMANDS_H
#define TOOLS_TRACE_COMMANDS_H

#include "tools/trace_options.h"

int trace_print(const struct trace_options *options);
int trace_stat(const struct trace_options *options);
int trace_diff(const struct trace_options *options);
int trace_export(const struct trace_options *options);
int trace_report(const struct trace_options *options);

/** TRACE_RECORD, TRACE_CHECK and TRACE_BLESS of a directory with a manifest. */
int trace_regress(const struct trace_options *options);

/** Say a line of error on standard error; returns `status`. */
int trace_complain(const struct error *error, int status);

#endif
