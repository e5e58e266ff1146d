/* SPDX-License-Identifier: MIT */
/*
 * COM1, a 16550: 115200 bits per second, 8 bits, no parity, 1 stop bit;
 * polled. The console `serial`.
 */
#ifndef DRIVERS_SERIAL_H
#define DRIVERS_SERIAL_H

/** Set the chip up, if there is one, and register the console, turned on. */
void serial_init(void);

/** Let what comes in go to kernel/input.h, by IRQ 4. */
void serial_listen(void);

#endif
