/* SPDX-License-Identifier: MIT */
#include "tools/console.h"

#include <stdlib.h>
#include <string.h>

/*
 * The text found however it overlaps itself: after Knuth, Morris and Pratt,
 * "Fast Pattern Matching in Strings".
 */
static bool watch_init(struct text_watch *watch, const char *text,
                       struct error *error)
{
    size_t prefix = 0;

    *watch = (struct text_watch){.text = text};
    if (!text)
        return true;
    watch->length = strlen(text);
    watch->shorter = calloc(watch->length + 1, sizeof *watch->shorter);
    if (!watch->shorter)
        return error_set(error, "out of memory");
    for (size_t i = 1; i < watch->length; i++) {
        while (prefix > 0 && text[i] != text[prefix])
            prefix = watch->shorter[prefix];
        if (text[i] == text[prefix])
            prefix++;
        watch->shorter[i + 1] = prefix;
    }
    return true;
}

/* True when `byte` completes the text. */
static bool watch_byte(struct text_watch *watch, uint8_t byte)
{
    if (!watch->text)
        return false;
    while (watch->matched > 0 && (uint8_t)watch->text[watch->matched] != byte)
        watch->matched = watch->shorter[watch->matched];
    if ((uint8_t)watch->text[watch->matched] == byte)
        watch->matched++;
    if (watch->matched < watch->length)
        return false;
    watch->matched = watch->shorter[watch->matched];
    return true;
}

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
    return watch_init(&console->serial_watch, options->stop_on, error) &&
           watch_init(&console->debug_watch, options->stop_on, error) &&
           open_sink(console, &options->serial, &console->serial_file,
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
    free(console->serial_watch.shorter);
    free(console->debug_watch.shorter);
    console->serial_watch.shorter = NULL;
    console->debug_watch.shorter = NULL;
    return ok;
}

static void put(struct console *console, struct host_output *output,
                struct text_watch *watch, uint8_t byte)
{
    host_output_put(output, byte);
    if (watch_byte(watch, byte)) {
        console->seen = true;
        console->on_seen(console->context);
    }
}

void console_serial_out(void *context, uint8_t byte)
{
    struct console *console = context;

    put(console, console->serial, &console->serial_watch, byte);
}

void console_debug_out(void *context, uint8_t byte)
{
    struct console *console = context;

    put(console, console->debug, &console->debug_watch, byte);
}
