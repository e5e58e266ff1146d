/* SPDX-License-Identifier: MIT */
#include "tools/console.h"

#include <string.h>

static bool open_sink(struct console *console, const struct sink_choice *choice,
                      struct host_output *file, struct host_output **output,
                      struct error *error)
{
    host_output_null(file);
    *output = choice->kind == SINK_STDIO ? &console->standard : file;
    if (choice->kind != SINK_FILE)
        return true;
    return host_output_file(file, choice->path, error);
}

bool console_open(struct console *console, const struct run_options *options,
                  struct error *error)
{
    *console = (struct console){.seen = false};
    host_output_stdout(&console->standard);
    if (options->stop_on &&
        !text_pattern_init(&console->stop_on, options->stop_on,
                           strlen(options->stop_on)))
        return error_set(error, "out of memory");
    return open_sink(console, &options->serial, &console->serial_file,
                     &console->serial, error) &&
           open_sink(console, &options->debugcon, &console->debug_file,
                     &console->debug, error);
}

bool console_flush(struct console *console, struct error *error)
{
    return host_output_flush(&console->standard, error) &&
           host_output_flush(console->serial, error) &&
           host_output_flush(console->debug, error);
}

bool console_close(struct console *console, struct error *error)
{
    bool ok = true;

    if (console->standard.used > 0)
        ok = host_output_flush(&console->standard, error);
    if (console->serial_file.owned)
        ok = host_output_close(&console->serial_file, error) && ok;
    if (console->debug_file.owned)
        ok = host_output_close(&console->debug_file, error) && ok;
    text_pattern_release(&console->stop_on);
    return ok;
}

static void put(struct console *console, struct host_output *output,
                struct text_watch *watch, uint8_t byte)
{
    host_output_put(output, byte);
    if (text_watch_byte(watch, &console->stop_on, byte)) {
        console->seen = true;
        console->on_seen(console->context);
    }
}

void console_serial_out(void *context, uint8_t byte)
{
    struct console *console = context;

    put(console, console->serial, &console->serial_watch, byte);
    if (console->listener)
        input_player_hear(console->listener, INPUT_FROM_SERIAL, byte);
}

void console_debug_out(void *context, uint8_t byte)
{
    struct console *console = context;

    put(console, console->debug, &console->debug_watch, byte);
    if (console->listener)
        input_player_hear(console->listener, INPUT_FROM_DEBUGCON, byte);
}
