/* SPDX-License-Identifier: MIT */
/*
 * The keyboard behind the 8042: what is typed goes to kernel/input.h. Scan
 * codes of set 1, a US layout.
 */
#ifndef DRIVERS_KEYBOARD_H
#define DRIVERS_KEYBOARD_H

/** Answer IRQ 1. */
void keyboard_init(void);

#endif
