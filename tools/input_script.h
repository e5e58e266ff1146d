/* SPDX-License-Identifier: MIT */
/*
 * The script of --input: what the guest gets from its keyboard and its serial
 * line, and when. The language: docs/input.md.
 *
 *   in    the script's text
 *   out   steps, one after the other, or one line that names line and column
 *   next  tools/input_player.h plays them
 */
#ifndef TOOLS_INPUT_SCRIPT_H
#define TOOLS_INPUT_SCRIPT_H

#include "base/error.h"
#include "host/files.h"
#include "tools/text_watch.h"

enum input_step_kind {
    INPUT_AT,     /**< until tick `ticks` */
    INPUT_WAIT,   /**< for `ticks` */
    INPUT_AFTER,  /**< until `text` came from one of `sources` */
    INPUT_PACE,   /**< from now on `ticks` from a key's edge to the next */
    INPUT_KEYS,   /**< press and release `keys` */
    INPUT_SERIAL, /**< send `text` to COM1 */
    INPUT_POWER,  /**< press the power button */
    INPUT_STOP    /**< end the run */
};

/** Where a text may come from. */
enum input_source {
    INPUT_FROM_SERIAL = 1 << 0,
    INPUT_FROM_DEBUGCON = 1 << 1,
    INPUT_FROM_SCREEN = 1 << 2, /**< in a row of the text screen */
    INPUT_FROM_PROMPT = 1 << 3  /**< there, in front of the cursor */
};

/** One edge of a key. */
struct input_key {
    uint8_t usage; /**< tools/input_keys.h */
    bool down;
};

struct input_step {
    enum input_step_kind kind;
    unsigned line; /**< in the script, from 1 */
    unsigned sources;
    uint64_t ticks;
    char *text; /**< on the heap; may hold any byte */
    size_t length;
    struct text_pattern pattern; /**< of INPUT_AFTER's text */
    struct input_key *keys;      /**< on the heap */
    size_t key_count;
};

struct input_script {
    const char *name; /**< of the file; belongs to the caller */
    struct input_step *steps;
    size_t count;
};

/** Read the whole script or refuse it. Release in either case. */
bool input_script_parse(struct input_script *script, const char *name,
                        const struct host_file *file, struct error *error);
void input_script_release(struct input_script *script);

#endif
