/* SPDX-License-Identifier: MIT */
/*
 * Figures of the machine's own counters, as rows of a table. All of it is
 * printed on lines that begin with "machine: "; without a counter port the
 * columns say n/a.
 */
#ifndef TOUR_MEASURE_H
#define TOUR_MEASURE_H

#include "drivers/counters.h"

/** The head of the table. Also finds out what measuring itself costs. */
void measure_head(void);

/** A row: what happened since `before`. Takes `before` by counters_read(). */
void measure_row(const char *what, const struct counters *before);

/** Read one doubleword in each of `pages` pages from `linear` on. */
void touch_pages(const volatile void *linear, unsigned int pages);

#endif
