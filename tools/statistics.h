/* SPDX-License-Identifier: MIT */
/*
 * The counters of a run, for people or for programs.
 */
#ifndef TOOLS_STATISTICS_H
#define TOOLS_STATISTICS_H

#include <stdio.h>

#include "machine/machine.h"
#include "tools/options.h"

/** Print them; `nanoseconds` is what the run took of the host's time. */
void statistics_show(FILE *file, struct machine *machine, uint64_t nanoseconds,
                     enum statistics_format format);

#endif
