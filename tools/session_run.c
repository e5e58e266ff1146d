/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <time.h>

#include "tools/session.h"

enum {
    SLICE_TICKS = 1000000,
    /* While there is input, look at it about as often as a full FIFO of it
     * would arrive at 115200 baud. */
    SLICE_TICKS_WITH_INPUT = 100000,
    WAIT_MILLISECONDS = 100,
    NANOSECONDS_PER_MILLISECOND = 1000000
};

/* A handler has no other place to leave a word. */
static volatile sig_atomic_t signal_arrived;

static void note_signal(int number)
{
    signal_arrived = number;
}

static void catch_signals(void)
{
    static const int to_end[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = note_signal};

    signal_arrived = 0;
    (void)sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof to_end / sizeof to_end[0]; i++)
        (void)sigaction(to_end[i], &action, NULL);
    /* A reader that goes away is an error of that output. */
    (void)signal(SIGPIPE, SIG_IGN);
}

uint64_t host_nanoseconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Input on its way from the terminal to the guest. */
struct input {
    bool waiting; /* `byte` has not been taken yet */
    uint8_t byte;
};

/*
 * Hand over what has come, waiting for it up to `milliseconds`. False when
 * the user quits.
 */
static bool feed_input(struct session *session, struct input *input,
                       int milliseconds)
{
    for (;;) {
        if (!input->waiting) {
            const enum terminal_input got =
                terminal_read(&session->terminal, milliseconds, &input->byte);

            if (got == TERMINAL_QUIT)
                return false;
            if (got != TERMINAL_BYTE)
                return true;
            input->waiting = true;
        }
        if (!board_serial_in(&session->machine->board, input->byte))
            return true;
        input->waiting = false;
        milliseconds = 0;
    }
}

/* What the host has to say between two slices. True: the run ends. */
static bool host_ends_run(struct session *session)
{
    const uint64_t timeout = session->options.timeout;

    if (!console_flush(&session->console, &session->error) ||
        !drives_ok(&session->drives, &session->error) ||
        !recorder_ok(&session->recorder, &session->error))
        session->cause = SESSION_ERROR;
    else if (signal_arrived)
        session->cause = SESSION_INTERRUPT;
    else if (timeout && host_nanoseconds() - session->started >=
                            timeout * NANOSECONDS_PER_MILLISECOND)
        session->cause = SESSION_TIMEOUT;
    return session->cause != SESSION_MACHINE;
}

/* True if a byte may still come that would interrupt the guest's HLT. */
static bool can_wake(const struct session *session, const struct input *input)
{
    enum { IER_RECEIVED = 1 };

    return session->terminal.open && !input->waiting &&
           (session->machine->board.com1.ier & IER_RECEIVED);
}

/* What the machine's answer means. True: go on with the next slice. */
static bool goes_on(struct session *session, struct input *input,
                    enum machine_end end)
{
    int wait = 0;

    if (end == MACHINE_RESET && !session->options.no_reboot) {
        machine_reset(session->machine);
        if (session_boot(session))
            return true;
        session->cause = SESSION_ERROR;
        return false;
    }
    if (end == MACHINE_STOP_AT)
        return session_marks_pass(session);
    if (end == MACHINE_IDLE) {
        if (!can_wake(session, input)) {
            session->machine->end = MACHINE_HALTED_DEAD;
            return false;
        }
        wait = WAIT_MILLISECONDS;
    } else if (end != MACHINE_RUNNING) {
        return false;
    }
    if (!feed_input(session, input, wait)) {
        session->cause = SESSION_QUIT;
        return false;
    }
    return true;
}

void session_run(struct session *session)
{
    struct input input = {false, 0};
    struct error later = {""};
    enum machine_end end;

    catch_signals();
    if (session->options.serial.kind == SINK_STDIO)
        terminal_open(&session->terminal);
    session->started = host_nanoseconds();
    do {
        end = machine_run(session->machine,
                          input.waiting ? SLICE_TICKS_WITH_INPUT : SLICE_TICKS);
    } while (!host_ends_run(session) && goes_on(session, &input, end));
    session->finished = host_nanoseconds();
    if (!display_finish(&session->display, &session->options,
                        &session->machine->board, &later)) {
        if (session->cause != SESSION_ERROR)
            session->error = later;
        session->cause = SESSION_ERROR;
    }
}
