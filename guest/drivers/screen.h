/* SPDX-License-Identifier: MIT */
/*
 * The text screen of a VGA: 80 columns, 25 rows, a character and its colours
 * in two bytes at physical B8000. The console `screen`.
 */
#ifndef DRIVERS_SCREEN_H
#define DRIVERS_SCREEN_H

/** Register the console, turned off. Needs no memory yet. */
void screen_init(void);

/** Map its memory, clear it, and turn the console on. */
void screen_turn_on(void);

#endif
