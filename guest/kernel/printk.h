/* SPDX-License-Identifier: MIT */
/*
 * Text for people: formatted here, shown on every console that is on.
 *
 * Lines whose figures depend on the machine (processor, counters, TLB, time)
 * begin with "machine: ", so that the rest of two runs on two machines can
 * be compared.
 */
#ifndef KERNEL_PRINTK_H
#define KERNEL_PRINTK_H

#include "kernel/types.h"

/** A place where characters go. Linked in by console_register(). */
struct console {
    const char *name;
    void (*put)(char character);
    bool enabled;
    struct console *next;
};

/** Make a console known; it prints once `enabled` is set. */
void console_register(struct console *console);

/**
 * Turn on the consoles in `names`, a list with commas, and no others. If
 * none of them is known, all stay as they were.
 */
void console_select(const char *names);

/** Show one character on every console that is on. */
void console_put(char character);

/** Print by a format; kernel/format.h says which. */
void printk(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** The same with the arguments as a list. */
void vprintk(const char *format, va_list arguments)
    __attribute__((format(printf, 1, 0)));

#endif
