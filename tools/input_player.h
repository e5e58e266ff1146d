/* SPDX-License-Identifier: MIT */
/*
 * Plays an input script into a machine: each key and byte at a tick that
 * follows from the script and from what the guest did, so that it is the same
 * in each run.
 */
#ifndef TOOLS_INPUT_PLAYER_H
#define TOOLS_INPUT_PLAYER_H

#include "machine/machine.h"
#include "tools/input_script.h"

enum {
    INPUT_PACE_TICKS = 1000000,  /**< between edges of keys, if not told */
    INPUT_BYTE_TICKS = 10000,    /**< between bytes on the serial line */
    INPUT_SCREEN_TICKS = 1000000 /**< between looks at the screen */
};

struct input_player {
    const struct input_script *script;
    struct machine *machine;
    struct clock_event event;
    size_t step;    /**< the one at work */
    size_t done;    /**< keys or bytes of it that are out */
    uint64_t began; /**< tick at which it began */
    uint64_t pace;  /**< ticks */
    bool heard;     /**< the next step waits for what has come */
    struct text_watch serial_watch;
    struct text_watch debug_watch;
};

/** Begin at the present tick. The player must not move afterwards. */
void input_player_start(struct input_player *player,
                        const struct input_script *script,
                        struct machine *machine);

/** The guest printed `byte`. */
void input_player_hear(struct input_player *player, enum input_source source,
                       uint8_t byte);

/** The script's line that is waited at; 0: it was played to its end. */
unsigned input_player_line(const struct input_player *player);

#endif
