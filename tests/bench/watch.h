/* SPDX-License-Identifier: MIT */
/*
 * What a machine keeps beside its processor busy with: memory and traces.
 */
#ifndef TESTS_BENCH_WATCH_H
#define TESTS_BENCH_WATCH_H

#include "tests/bench/bench.h"

#include <sys/types.h>

/**
 * Bytes of memory that a process holds beyond the RAM of its guest, now. The
 * RAM is what is mapped in one piece of at least 128 MiB and is not code; 0 if
 * the process cannot be looked at.
 */
double watch_beyond_ram(pid_t pid);

/** Seconds that a process has spent in the kernel, in steps of its clock. */
double watch_kernel_time(pid_t pid);

/** Bytes in a file, or in all files of a folder; 0 if there is none. */
double watch_size(const char *path);

/**
 * The events in a trace, counted as the machine's row says; 0 if that cannot
 * be done.
 */
double watch_events(const struct bench *bench, const struct machine *machine,
                    const char *path);

/** Remove a file, or a folder with all in it. */
void watch_remove(const char *path);

#endif
