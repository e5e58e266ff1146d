/* SPDX-License-Identifier: MIT */
/*
 * How a machine runs at present: differences of its counters over the last
 * moment of the host's time.
 *
 *   in    the machine's counters
 *   out   one line of text
 */
#ifndef TOOLS_FIGURES_H
#define TOOLS_FIGURES_H

#include "machine/machine.h"

enum { FIGURES_TEXT_SIZE = 128 };

/** Counters at one moment. */
struct figures_sample {
    uint64_t host;    /**< nanoseconds */
    uint64_t machine; /**< nanoseconds */
    uint64_t instructions;
    uint64_t lookups;
    uint64_t misses;
    uint64_t faults;
};

struct figures_sample figures_take(struct machine *machine, uint64_t host);

/**
 * "98.5 MIPS  speed 100 %  TLB hits 99.98 %  12 faults/s" between the two;
 * `brief` leaves out what lies behind the speed.
 */
void figures_tell(const struct figures_sample *from,
                  const struct figures_sample *to, bool brief,
                  char text[FIGURES_TEXT_SIZE]);

#endif
