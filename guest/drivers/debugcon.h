/* SPDX-License-Identifier: MIT */
/*
 * The debug console of emulators: what is written to port 0xE9 is shown.
 * The console `debugcon`.
 */
#ifndef DRIVERS_DEBUGCON_H
#define DRIVERS_DEBUGCON_H

/** Register the console, turned off. */
void debugcon_init(void);

#endif
