/* SPDX-License-Identifier: MIT */
/*
 * The metadata file of a trace: TSDL, CTF 1.8, written from the table of
 * events. It holds no date, host, path or random number.
 */
#ifndef TRACE_CTF_METADATA_H
#define TRACE_CTF_METADATA_H

#include "base/error.h"
#include "base/types.h"

/** What a reader wants to know of the machine before the first event. */
struct trace_info {
    char cpu[16];
    char tlb[48];
    char events[128]; /**< as `--events` took them */
    uint64_t ticks_per_second;
    bool filtered; /**< events that `--only` did not let through are missing */
};

enum { CTF_METADATA_MAX = 65536 };

/**
 * Write the text to `text`, which has room for CTF_METADATA_MAX bytes.
 * Returns how many; no NUL follows.
 */
size_t ctf_metadata_write(char *text, const struct trace_info *info);

/**
 * Read back what the text says of the machine. Fails if it is none of ours, or
 * of another version; `name` is for the message.
 */
bool ctf_metadata_read(const char *text, size_t size, const char *name,
                       struct trace_info *info, struct error *error);

/** True if the text begins as one of ours, whatever its version. */
bool ctf_metadata_is_ours(const char *text, size_t size);

#endif
