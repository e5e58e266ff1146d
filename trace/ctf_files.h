/* SPDX-License-Identifier: MIT */
/*
 * The trace's directory on the host: opened with care for what is there,
 * written by whole packets, cut back to whole packets when the disk is full.
 */
#ifndef TRACE_CTF_FILES_H
#define TRACE_CTF_FILES_H

#include "base/error.h"
#include "trace/ctf_metadata.h"

struct ctf_files {
    char *path;
    int descriptor;    /**< of the stream */
    int reason;        /**< errno of the first failure, or 0 */
    uint64_t packets;  /**< written whole */
    uint64_t complete; /**< the tick up to which nothing is missing */
};

/**
 * Open PATH: make the directory, or take one that is empty or a trace. What
 * else is there is left alone, and refused.
 */
bool ctf_files_open(struct ctf_files *files, const char *path,
                    const struct trace_info *info, struct error *error);

/** Write a packet; after a failure, nothing more. */
void ctf_files_append(struct ctf_files *files, const uint8_t *packet,
                      uint64_t first_tick, uint64_t last_tick);

/** False if something failed so far: `error` says what is lost. */
bool ctf_files_ok(const struct ctf_files *files, struct error *error);

/** Close; the same answer. */
bool ctf_files_close(struct ctf_files *files, struct error *error);

#endif
