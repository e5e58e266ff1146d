/* SPDX-License-Identifier: MIT */
/*
 * What led to a shutdown: the chain of faults with the walks behind them, the
 * code, the registers and the way there, on one screen.
 */
#ifndef TOOLS_AUTOPSY_H
#define TOOLS_AUTOPSY_H

#include "tools/peek.h"

/** Print the report of a machine that has shut down. */
void autopsy_show(FILE *file, struct machine *machine,
                  const struct symbols *symbols);

#endif
