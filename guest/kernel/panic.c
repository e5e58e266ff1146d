/* SPDX-License-Identifier: MIT */
#include "kernel/panic.h"

#include "arch/cpu.h"
#include "drivers/power.h"
#include "kernel/printk.h"

static uint8_t exit_status = EXIT_PANIC;

void panic_blames(uint8_t status)
{
    exit_status = status;
}

void panic(const char *format, ...)
{
    va_list arguments;

    local_irq_disable();
    printk("\npanic: ");
    va_start(arguments, format);
    vprintk(format, arguments);
    va_end(arguments);
    printk("\n");
    machine_exit(exit_status);
}
