/* SPDX-License-Identifier: MIT */
/*
 * What --probe takes: a function of the guest, where its arguments are when
 * it is called, and where its result is when it returns.
 *
 *     SYMBOL[(NAME[=PLACE], ...)] [-> PLACE]
 *
 * PLACE is a register, or argN, the Nth word above the return address. An
 * argument without a place is the next of those words (cdecl). PLACE[REGISTER]
 * is each of the words that PLACE points to, as many as the register says.
 */
#ifndef TOOLS_PROBE_SPEC_H
#define TOOLS_PROBE_SPEC_H

#include "base/error.h"
#include "trace/trace.h"

enum { PROBE_NAME_MAX = 40, PROBE_NAMES_MAX = 80 };

/** A general register's number, or a word of the stack. */
struct probe_place {
    bool on_stack;
    bool is_list;   /**< it points to words, of which each is meant */
    uint8_t number; /**< register; or of the word, from 1 on */
    uint8_t count;  /**< register with the number of words, if `is_list` */
};

struct probe_spec {
    char function[PROBE_NAME_MAX];
    char names[PROBE_NAMES_MAX]; /**< with commas between */
    uint8_t count;
    struct probe_place argument[PROBE_ARGUMENTS_MAX];
    int list; /**< number of the argument that is a list, or -1 */
    bool has_result;
    /** A register; or a list, from its place at the call, counted at the
     * return. */
    struct probe_place result;
};

/** Parse `text`. Fails with one line that names what is wrong. */
bool probe_spec_parse(struct probe_spec *spec, const char *text,
                      struct error *error);

#endif
