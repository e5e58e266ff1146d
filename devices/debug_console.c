/* SPDX-License-Identifier: MIT */
#include "devices/debug_console.h"

enum { SIGNATURE = 0xe9 };

uint32_t debug_console_read(void *context, uint32_t offset, unsigned size)
{
    (void)context;
    (void)offset;
    (void)size;
    return SIGNATURE;
}

void debug_console_write(void *context, uint32_t offset, unsigned size,
                         uint32_t value)
{
    const struct debug_console *console = context;

    (void)offset;
    (void)size;
    if (console->write)
        console->write(console->context, (uint8_t)value);
}
