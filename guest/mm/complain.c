/* SPDX-License-Identifier: MIT */
#include "mm/complain.h"

#include "kernel/printk.h"

static enum complaint last;
static unsigned int count;
static bool silent;

void complain(enum complaint kind, const char *format, ...)
{
    va_list arguments;

    last = kind;
    count++;
    if (silent)
        return;
    printk("  refused: ");
    va_start(arguments, format);
    vprintk(format, arguments);
    va_end(arguments);
    printk("\n");
}

void complain_quietly(bool quiet)
{
    silent = quiet;
}

enum complaint take_complaint(void)
{
    const enum complaint kind = last;

    last = COMPLAINT_NONE;
    return kind;
}

unsigned int complaint_count(void)
{
    return count;
}
