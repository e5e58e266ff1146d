/* SPDX-License-Identifier: MIT */
#include "kernel/printk.h"

#include "kernel/cmdline.h"
#include "kernel/format.h"
#include "kernel/preempt.h"

static struct console *consoles;

void console_register(struct console *console)
{
    console->next = consoles;
    consoles = console;
}

void console_select(const char *names)
{
    struct console *console;
    bool found = false;

    for (console = consoles; console; console = console->next)
        found = found || list_contains(names, console->name);
    if (!found)
        return;
    for (console = consoles; console; console = console->next)
        console->enabled = list_contains(names, console->name);
}

void console_put(char character)
{
    struct console *console;

    for (console = consoles; console; console = console->next) {
        if (console->enabled)
            console->put(character);
    }
}

static void put_on_consoles(struct text_sink *sink, char character)
{
    (void)sink;
    console_put(character);
}

/* One call's text stays in one piece: nobody is preempted in between. */
void vprintk(const char *format, va_list arguments)
{
    struct text_sink sink = {put_on_consoles};

    preempt_disable();
    format_text(&sink, format, arguments);
    preempt_enable();
}

void printk(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vprintk(format, arguments);
    va_end(arguments);
}
