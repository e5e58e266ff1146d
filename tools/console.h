/* SPDX-License-Identifier: MIT */
/*
 * The console: where the bytes of the guest's serial line and debug port go,
 * and the watch for the text of --stop-on in either.
 */
#ifndef TOOLS_CONSOLE_H
#define TOOLS_CONSOLE_H

#include "host/files.h"
#include "tools/input_player.h"
#include "tools/options.h"
#include "tools/text_watch.h"

struct console {
    struct host_output standard; /**< shared, so that the order is kept */
    struct host_output serial_file;
    struct host_output debug_file;
    struct host_output *serial;
    struct host_output *debug;
    struct text_pattern stop_on;
    struct text_watch serial_watch;
    struct text_watch debug_watch;
    bool seen; /**< the text of --stop-on was printed */
    void (*on_seen)(void *context);
    void *context;
    struct input_player *listener; /**< hears every byte too, or NULL */
};

/** Open the outputs. Close in either case. */
bool console_open(struct console *console, const struct run_options *options,
                  struct error *error);

/** Write out what is buffered; false once a write has failed. */
bool console_flush(struct console *console, struct error *error);
bool console_close(struct console *console, struct error *error);

/** The machine's callbacks; `context` is the struct console. */
void console_serial_out(void *context, uint8_t byte);
void console_debug_out(void *context, uint8_t byte);

#endif
