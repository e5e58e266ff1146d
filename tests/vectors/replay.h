/* SPDX-License-Identifier: MIT */
/*
 * Replays recorded processor states on this project's processor. Each format
 * has a file: it builds the state, runs the case, compares.
 *
 *   in    lines of a file      out   a tally
 *
 * tests/data/vectors/README.md says where the recordings come from.
 */
#ifndef TESTS_VECTORS_REPLAY_H
#define TESTS_VECTORS_REPLAY_H

#include <regex.h>

#include "cpu/opcodes.h"
#include "tests/vectors/lines.h"
#include "tests/vectors/tally.h"

struct replay {
    const struct cpu_model *model;
    struct tally tally;
    const regex_t *form; /**< forms that are wanted; NULL: all */
    bool strict;         /**< compare undefined flags and results too */
};

/** Replay all lines of a file in one format. */
void replay_hwv1(struct replay *replay, struct lines *lines);
void replay_sysv1(struct replay *replay, struct lines *lines);
void replay_real286(struct replay *replay, struct lines *lines);

/** True if the form called `name` is wanted; it is then the tally's. */
bool replay_wants(struct replay *replay, const char *name);

/** An instruction's row, found from its bytes without the decoder. */
struct encoding {
    const struct opcode *row;
    unsigned prefixes; /**< bytes in front of the opcode */
    bool locked;       /**< F0 is one of them */
    bool two_byte;
    uint8_t opcode; /**< the byte, without 0F */
    uint8_t modrm;  /**< the byte behind it */
};

struct encoding encoding_of(const uint8_t *code, size_t size);

/** Why the row cannot be replayed on `model`, or NULL. */
const char *encoding_obstacle(const struct encoding *encoding,
                              const struct cpu_model *model);

#endif
