/* SPDX-License-Identifier: MIT */
/*
 * A trace of two packets with an event of every number that the format has,
 * written byte by byte, to be damaged by tests.
 */
#ifndef TESTS_UNIT_TRACE_SMALL_TRACE_H
#define TESTS_UNIT_TRACE_SMALL_TRACE_H

#include "base/types.h"

struct small_trace {
    char path[256];
    int stream;   /**< its descriptor, open for reading and writing */
    size_t begin; /**< where in a packet the events behind the state begin */
    size_t used;  /**< bytes with a meaning, in each packet */
};

/** Make one below $TMPDIR; fails the test if that cannot be. */
void small_trace_make(struct small_trace *trace);
void small_trace_remove(struct small_trace *trace);

#endif
