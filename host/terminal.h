/* SPDX-License-Identifier: MIT */
/*
 * The user's terminal as a serial line: keys one by one and unechoed while a
 * guest runs, as they were before when it ends. Ctrl-C stays a signal.
 * Standard input may also be a file or a pipe; then it is left as it is.
 */
#ifndef HOST_TERMINAL_H
#define HOST_TERMINAL_H

#include <termios.h>

#include "base/types.h"

/** What came from standard input. */
enum terminal_input {
    TERMINAL_NOTHING, /**< nothing yet */
    TERMINAL_BYTE,    /**< one byte */
    TERMINAL_END,     /**< end of input: nothing will come any more */
    TERMINAL_QUIT     /**< Ctrl-A X was typed */
};

struct terminal {
    bool open;   /**< standard input is read */
    bool raw;    /**< it is a terminal, and `saved` must be put back */
    bool escape; /**< Ctrl-A was typed, what it means is not yet known */
    struct termios saved;
};

/** Start to read standard input. */
void terminal_open(struct terminal *terminal);

/** Put the terminal back as it was. Harmless if it was not open. */
void terminal_close(struct terminal *terminal);

/**
 * One byte of input. Waits for it up to `milliseconds`, without end if that
 * is negative; a signal ends the wait.
 */
enum terminal_input terminal_read(struct terminal *terminal, int milliseconds,
                                  uint8_t *byte);

#endif
