/* SPDX-License-Identifier: MIT */
/*
 * A text file as lines, plain or compressed by zstd.
 *
 *   in    a path        out   lines without their newline, one after another
 */
#ifndef TESTS_VECTORS_LINES_H
#define TESTS_VECTORS_LINES_H

#include "base/error.h"

struct lines {
    const char *name;     /**< what to call the file in messages */
    char *text;           /**< the whole file, ending in a zero */
    char *next;           /**< the line to come; NULL at the end */
    unsigned long number; /**< of the last line, from 1 */
};

/** Read the whole file. Fails with one line in `error`. */
bool lines_open(struct lines *lines, const char *path, struct error *error);
void lines_close(struct lines *lines);

/** The next line, cut out in place, or NULL. */
char *lines_next(struct lines *lines);

/** The first line, not taken; NULL if the file is empty. Not cut. */
const char *lines_peek(const struct lines *lines);

#endif
