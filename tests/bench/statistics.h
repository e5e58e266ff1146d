/* SPDX-License-Identifier: MIT */
/*
 * Figures from the samples of a benchmark. What cannot be had, because there
 * is no sample or one that does other work, is not a number.
 */
#ifndef TESTS_BENCH_STATISTICS_H
#define TESTS_BENCH_STATISTICS_H

#include "tests/bench/bench.h"

/** One figure of a sample. */
typedef double figure(const struct sample *sample);

/** @{ Figures of a sample. */
double sample_cpu(const struct sample *sample);
double sample_per_iteration(const struct sample *sample);
double sample_kernel_share(const struct sample *sample);
double sample_mips(const struct sample *sample);
double sample_start(const struct sample *sample);
double sample_start_cpu(const struct sample *sample);
double sample_event_rate(const struct sample *sample);
double sample_event_size(const struct sample *sample);
/** @} */

/** The middle of `count` values, which are put in order; the mean of the two
 * in the middle if there are two. */
double median(double *values, unsigned count);

/** The median of a figure over the rounds of a guest on a machine. */
double runs_median(const struct runs *runs, figure *of);

/** The median of a figure over all guests and rounds of a machine. */
double machine_median(const struct bench *bench, unsigned machine, figure *of);

/** The largest of a figure over all guests and rounds of a machine. */
double machine_most(const struct bench *bench, unsigned machine, figure *of);

/** Time per iteration of a guest on one machine, divided by another's. */
double runs_ratio(const struct bench *bench, unsigned guest, unsigned machine,
                  unsigned peer);

/** The geometric mean over all guests of runs_ratio. */
double mean_ratio(const struct bench *bench, unsigned machine, unsigned peer);

#endif
