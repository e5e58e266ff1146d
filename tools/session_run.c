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
    /* While time is kept: slices of a second, and waits of milliseconds. */
    PACED_SLICES = 200,
    PACED_WAIT_MILLISECONDS = 10,
    NANOSECONDS_PER_MILLISECOND = 1000000
};

/* A handler has no other place to leave a word. */
static volatile sig_atomic_t signal_arrived;

static volatile sig_atomic_t end_of_trace_asked;

static void note_signal(int number)
{
    if (number == SIGUSR1)
        end_of_trace_asked = 1;
    else
        signal_arrived = number;
}

static void catch_signals(bool has_trace)
{
    static const int to_end[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = note_signal};

    signal_arrived = end_of_trace_asked = 0;
    (void)sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof to_end / sizeof to_end[0]; i++)
        (void)sigaction(to_end[i], &action, NULL);
    if (has_trace)
        (void)sigaction(SIGUSR1, &action, NULL);
    /* A reader that goes away is an error of that output. */
    (void)signal(SIGPIPE, SIG_IGN);
}

/* Nanoseconds of the host's steady clock. */
static uint64_t host_nanoseconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void sleep_for(unsigned milliseconds)
{
    const struct timespec wait = {0, (long)milliseconds *
                                         NANOSECONDS_PER_MILLISECOND};

    (void)nanosleep(&wait, NULL);
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

    if (end_of_trace_asked && session->span.state != SPAN_AFTER)
        session_trace_end(session);
    if (!console_flush(&session->console, &session->error) ||
        !drives_ok(&session->drives, &session->error) ||
        !recorder_ok(&session->recorder, &session->error))
        session->cause = SESSION_ERROR;
    else if (session->source.failed)
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

    return session->display.window ||
           (session->terminal.open && !input->waiting &&
            (session->machine->board.com1.ier & IER_RECEIVED));
}

static uint64_t slice_ticks(const struct session *session,
                            const struct input *input)
{
    const uint64_t slice =
        input->waiting ? SLICE_TICKS_WITH_INPUT : SLICE_TICKS;
    const uint64_t paced =
        session->machine->clock.ticks_per_second / PACED_SLICES;

    return session_trace_ticks(
        session, session->pace.on && paced < slice ? paced : slice);
}

/* Milliseconds that the machine is ahead of the host's time. */
static uint64_t ahead(struct session *session)
{
    return pace_ahead(&session->pace, host_nanoseconds(),
                      clock_nanoseconds(&session->machine->clock)) /
           NANOSECONDS_PER_MILLISECOND;
}

/* Look at window and terminal, for up to `milliseconds`. */
static bool look_around(struct session *session, struct input *input,
                        unsigned milliseconds)
{
    struct display *display = &session->display;

    if (!display_turn(display, session->machine, host_nanoseconds(),
                      milliseconds))
        return false;
    if (display->window)
        milliseconds = 0;
    else if (!session->terminal.open && milliseconds)
        sleep_for(milliseconds);
    return feed_input(session, input, (int)milliseconds);
}

/*
 * The user's turn, and the host's: until its clock has come as far as the
 * machine's, if time is kept. False: the user ends the run.
 */
static bool take_turn(struct session *session, struct input *input,
                      enum machine_end end)
{
    uint64_t wait;

    if (end == MACHINE_IDLE && session->pace.on)
        machine_pass(session->machine, slice_ticks(session, input));
    do {
        wait = end == MACHINE_IDLE && !session->pace.on ? WAIT_MILLISECONDS
                                                        : ahead(session);
        if (session->pace.on && wait > PACED_WAIT_MILLISECONDS)
            wait = PACED_WAIT_MILLISECONDS;
        if (!look_around(session, input, (unsigned)wait))
            return false;
    } while (wait == PACED_WAIT_MILLISECONDS && !signal_arrived);
    return true;
}

/* What the machine's answer means. True: go on with the next slice. */
static bool goes_on(struct session *session, struct input *input,
                    enum machine_end end)
{
    if (end == MACHINE_RESET && !session->options.no_reboot) {
        machine_reset(session->machine);
        if (session_boot(session) && session_names_reset(session))
            return true;
        session->cause = SESSION_ERROR;
        return false;
    }
    if (end == MACHINE_IDLE) {
        if (!can_wake(session, input)) {
            session->machine->end = MACHINE_HALTED_DEAD;
            return false;
        }
    } else if (end != MACHINE_RUNNING) {
        return false;
    }
    if (!take_turn(session, input, end)) {
        session->cause = SESSION_QUIT;
        return false;
    }
    return true;
}

/* In a window, what is on the screen of a machine that has stopped for good
 * can be read until the user closes it. */
static void stay_open(struct session *session)
{
    const enum machine_end end = session->machine->end;

    if (!session->display.window || session->cause != SESSION_MACHINE ||
        (end != MACHINE_HALTED_DEAD && end != MACHINE_SHUTDOWN))
        return;
    display_stand(&session->display, end == MACHINE_SHUTDOWN
                                         ? "stopped by a triple fault"
                                         : "halted for good");
    while (display_turn(&session->display, session->machine, host_nanoseconds(),
                        WAIT_MILLISECONDS) &&
           !host_ends_run(session)) {
    }
    if (session->cause != SESSION_ERROR)
        session->cause = SESSION_MACHINE;
}

static void start_clocks(struct session *session)
{
    session->started = host_nanoseconds();
    if (session->options.realtime || session->display.window)
        pace_start(&session->pace, session->started,
                   clock_nanoseconds(&session->machine->clock));
}

void session_run(struct session *session)
{
    struct input input = {false, 0};
    struct error later = {""};
    enum machine_end end;

    catch_signals(session->options.trace != NULL);
    if (session->options.serial.kind == SINK_STDIO)
        terminal_open(&session->terminal);
    start_clocks(session);
    do {
        end = machine_run(session->machine, slice_ticks(session, &input));
        bus_ease_walks(&session->machine->bus, &session->large_pages,
                       mmu_counts(&session->machine->cpu.mmu).walks);
        session_trace_turn(session);
    } while (!host_ends_run(session) && goes_on(session, &input, end));
    stay_open(session);
    session->finished = host_nanoseconds();
    if (!display_finish(&session->display, &session->options,
                        &session->machine->board, &later)) {
        if (session->cause != SESSION_ERROR)
            session->error = later;
        session->cause = SESSION_ERROR;
    }
}
