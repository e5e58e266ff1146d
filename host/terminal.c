/* SPDX-License-Identifier: MIT */
#include "host/terminal.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

enum { CONTROL_A = 1 };

/* A background job must not touch the terminal: it would be stopped. */
static bool is_our_terminal(void)
{
    return isatty(STDIN_FILENO) && tcgetpgrp(STDIN_FILENO) == getpgrp();
}

void terminal_open(struct terminal *terminal)
{
    struct termios raw;

    *terminal = (struct terminal){.open = true};
    if (!is_our_terminal() || tcgetattr(STDIN_FILENO, &terminal->saved) != 0)
        return;
    raw = terminal->saved;
    raw.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IXON);
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    /* Stopped, we would leave the shell with a raw terminal. */
    raw.c_cc[VSUSP] = _POSIX_VDISABLE;
    terminal->raw = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

void terminal_close(struct terminal *terminal)
{
    if (terminal->raw)
        (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal->saved);
    terminal->raw = false;
    terminal->open = false;
}

static enum terminal_input read_byte(struct terminal *terminal, uint8_t *byte)
{
    const ssize_t count = read(STDIN_FILENO, byte, 1);

    if (count == 1)
        return TERMINAL_BYTE;
    if (count < 0 && (errno == EINTR || errno == EAGAIN))
        return TERMINAL_NOTHING;
    terminal_close(terminal);
    return TERMINAL_END;
}

/* Ctrl-A X quits, Ctrl-A Ctrl-A is one Ctrl-A; else both bytes would be
 * meant, and the guest gets the second. */
static enum terminal_input with_escape(struct terminal *terminal, uint8_t byte)
{
    if (terminal->escape) {
        terminal->escape = false;
        return byte == 'x' || byte == 'X' ? TERMINAL_QUIT : TERMINAL_BYTE;
    }
    if (byte != CONTROL_A)
        return TERMINAL_BYTE;
    terminal->escape = true;
    return TERMINAL_NOTHING;
}

enum terminal_input terminal_read(struct terminal *terminal, int milliseconds,
                                  uint8_t *byte)
{
    struct pollfd wait = {.fd = STDIN_FILENO, .events = POLLIN};
    enum terminal_input input;

    if (!terminal->open)
        return TERMINAL_END;
    if (poll(&wait, 1, milliseconds) <= 0)
        return TERMINAL_NOTHING;
    input = read_byte(terminal, byte);
    if (input == TERMINAL_BYTE && terminal->raw)
        input = with_escape(terminal, *byte);
    return input;
}
