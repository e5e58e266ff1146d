/* SPDX-License-Identifier: MIT */
/*
 * What came out: cases by form, passed and failed; what was left out and why;
 * and the failures themselves, in words, as far as they are wanted.
 */
#ifndef TESTS_VECTORS_TALLY_H
#define TESTS_VECTORS_TALLY_H

#include <stdio.h>

#include "base/types.h"

enum { TALLY_TEXT_SIZE = 2048 };

struct tally_form {
    char *name;
    unsigned long passed;
    unsigned long failed;
};

struct tally_reason {
    char *text;
    unsigned long count;
};

struct tally {
    struct tally_form *form;
    size_t form_count;
    size_t current; /**< index of the form at work */
    struct tally_reason *reason;
    size_t reason_count;
    unsigned long limit; /**< failures that are still told in words */
    bool verbose;        /**< show the forms that passed, too */
    unsigned long passed;
    unsigned long failed;
    char text[TALLY_TEXT_SIZE]; /**< the differences of the case at work */
    size_t text_size;
};

/** What follows belongs to the form called `name`. */
void tally_set_form(struct tally *tally, const char *name);

/** Note a difference of the case at work: `what` is `got`, not `want`. */
void tally_differ(struct tally *tally, const char *what, uint32_t got,
                  uint32_t want);

/** The same in free words, printf-like. */
void tally_say(struct tally *tally, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * The case at work is over: it failed if a difference was noted. `source`
 * names the file, `number` the line; `line` is shown as it stands.
 */
void tally_end(struct tally *tally, const char *source, unsigned long number,
               const char *line);

/** The case at work was left out. */
void tally_leave_out(struct tally *tally, const char *reason);

/** Print everything but the last line. */
void tally_print(const struct tally *tally, FILE *out);

void tally_release(struct tally *tally);

#endif
