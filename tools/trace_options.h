/* SPDX-License-Identifier: MIT */
/*
 * The options of `pagewalk trace ...`: one table for all of its subcommands,
 * which says which of them takes what.
 */
#ifndef TOOLS_TRACE_OPTIONS_H
#define TOOLS_TRACE_OPTIONS_H

#include <stdio.h>

#include "mmu/tlb.h"
#include "trace/filter.h"

/** Subcommands, as bits. */
enum {
    TRACE_PRINT = 1 << 0,
    TRACE_STAT = 1 << 1,
    TRACE_DIFF = 1 << 2,
    TRACE_EXPORT = 1 << 3,
    TRACE_RECORD = 1 << 4,
    TRACE_CHECK = 1 << 5,
    TRACE_BLESS = 1 << 6,
    TRACE_REPORT = 1 << 7
};

enum { TRACE_PATHS_MAX = 2 };

/** What `diff` does not compare. */
enum {
    IGNORE_TICK = 1 << 0,
    IGNORE_EIP = 1 << 1,
    IGNORE_VALUE = 1 << 2,
    IGNORE_PHYSICAL = 1 << 3,
    IGNORE_CR3 = 1 << 4,
    IGNORE_CPL = 1 << 5
};

/** Columns of `print`, in the order in which they stand. */
enum {
    COLUMN_TICK = 1 << 0,
    COLUMN_EIP = 1 << 1,
    COLUMN_CPL = 1 << 2,
    COLUMN_CR3 = 1 << 3,
    COLUMN_EVENT = 1 << 4,
    COLUMN_WHAT = 1 << 5,
    COLUMN_SYMBOL = 1 << 6,
    COLUMN_CODE = 1 << 7,
    COLUMN_SOURCE = 1 << 8
};

struct trace_options {
    unsigned command; /**< one of the bits above */
    const char *path[TRACE_PATHS_MAX];
    unsigned path_count;
    uint32_t events;            /**< mask */
    struct trace_filter filter; /**< ranges, from, to */
    const char *symbols;
    const char *image;
    const char *function; /**< only events whose EIP lies in it */
    uint64_t limit;       /**< events to show; UINT64_MAX: all */
    unsigned columns;
    const char *colour; /**< auto, always, never */
    const char *format;
    const char *output;
    struct tlb_model tlb;
    bool tlb_given;
    unsigned ignore;
    uint64_t context; /**< events to show around a divergence */
    uint64_t top;     /**< rows of each list of `stat` */
    bool help;
};

/**
 * Parse the words behind a subcommand. Fails with one line for the user.
 */
bool trace_options_parse(struct trace_options *options, unsigned command,
                         int count, char **words, struct error *error);

/** Print the help of a subcommand. */
void trace_options_help(FILE *file, unsigned command);

#endif
