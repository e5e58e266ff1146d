/* SPDX-License-Identifier: MIT */
/*
 * Keeping a machine's time to the host's: how far it is ahead. A machine that
 * is too slow for its clock does not run after what it has lost.
 *
 *   in    nanoseconds of both clocks
 *   out   nanoseconds to wait
 */
#ifndef TOOLS_PACE_H
#define TOOLS_PACE_H

#include "base/types.h"

struct pace {
    bool on;       /**< false: run as fast as can be */
    uint64_t host; /**< both clocks when they were last set equal */
    uint64_t machine;
};

/** From now on both clocks go alike. */
void pace_start(struct pace *pace, uint64_t host, uint64_t machine);

/** How long the host must wait for its clock to reach the machine's. */
uint64_t pace_ahead(struct pace *pace, uint64_t host, uint64_t machine);

#endif
