/* SPDX-License-Identifier: MIT */
/*
 * The files of a recorded trace: opened, their metadata understood, and read
 * from at any place.
 */
#ifndef TRACE_SOURCE_H
#define TRACE_SOURCE_H

#include "base/error.h"
#include "trace/ctf_metadata.h"

struct trace_source {
    char *path;
    int stream; /**< file descriptor, or -1 */
    struct trace_info info;
    uint64_t packets; /**< whole ones in the file */
    uint32_t rest;    /**< bytes behind them */
};

/** Open the trace at `path`. Close it in either case. */
bool trace_source_open(struct trace_source *source, const char *path,
                       struct error *error);
void trace_source_close(struct trace_source *source);

/** True if all of `size` bytes at `offset` of the stream were read. */
bool trace_source_read(const struct trace_source *source, void *bytes,
                       size_t size, uint64_t offset);

#endif
