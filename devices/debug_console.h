/* SPDX-License-Identifier: MIT */
/*
 * The debug console of Bochs: a port whose bytes go straight to the user.
 * Reading it gives 0xE9, by which a guest knows that it is there. Bochs User
 * Manual, "The port E9 hack".
 */
#ifndef DEVICES_DEBUG_CONSOLE_H
#define DEVICES_DEBUG_CONSOLE_H

#include "base/types.h"

struct debug_console {
    void (*write)(void *context, uint8_t byte); /**< may be NULL */
    void *context;
};

uint32_t debug_console_read(void *context, uint32_t offset, unsigned size);
void debug_console_write(void *context, uint32_t offset, unsigned size,
                         uint32_t value);

#endif
