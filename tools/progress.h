/* SPDX-License-Identifier: MIT */
/*
 * A bar on the terminal while something long goes on; nothing on a pipe.
 */
#ifndef TOOLS_PROGRESS_H
#define TOOLS_PROGRESS_H

#include "base/types.h"

struct progress {
    bool wanted;
    bool shown;
    uint64_t next; /**< host nanoseconds of the next change */
};

/** Begin. Shown on standard error if that is a terminal, and the results do
 * not go to one as well. */
void progress_begin(struct progress *progress, bool results_on_terminal);

/** `done` of `total` are done. Cheap enough for each packet. */
void progress_show(struct progress *progress, uint64_t done, uint64_t total);

/** Take the bar away. */
void progress_end(struct progress *progress);

#endif
