/* SPDX-License-Identifier: MIT */
#include "drivers/debugcon.h"

#include "arch/io.h"
#include "kernel/printk.h"

#define DEBUGCON_PORT 0xE9

static void debugcon_put(char character)
{
    outb((uint8_t)character, DEBUGCON_PORT);
}

static struct console debugcon = {.name = "debugcon", .put = debugcon_put};

void debugcon_init(void)
{
    console_register(&debugcon);
}
