/* SPDX-License-Identifier: MIT */
#include "drivers/power.h"

#include "arch/cpu.h"
#include "arch/io.h"

#define ACPI_PM1_CONTROL 0x604 /* where QEMU's boards have it */
#define ACPI_SLEEP_S5    0x2000
#define EXIT_PORT        0xF4 /* the emulator ends with 2 * value + 1 */

/* Where neither port does anything, stand still for good. */
static void __attribute__((noreturn)) halt_forever(void)
{
    for (;;) {
        local_irq_disable();
        cpu_halt();
    }
}

void machine_power_off(void)
{
    outw(ACPI_SLEEP_S5, ACPI_PM1_CONTROL);
    halt_forever();
}

void machine_exit(uint8_t status)
{
    outb(status, EXIT_PORT);
    halt_forever();
}
