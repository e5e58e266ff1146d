/* SPDX-License-Identifier: MIT */
/*
 * The 8254 interval timer: its channel 0 asks for IRQ 0.
 */
#ifndef DRIVERS_PIT_H
#define DRIVERS_PIT_H

/** Let channel 0 tick `hertz` times a second; 19 or more. */
void pit_start(unsigned int hertz);

#endif
