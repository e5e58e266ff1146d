/* SPDX-License-Identifier: MIT */
/*
 * What firmware leaves behind, for images that are loaded without one: RAM
 * where ROM would be, PCI functions with addresses and interrupt requests,
 * power management at its usual ports, the cascade between the two chips for
 * direct memory access. docs/board.md has the values.
 */
#ifndef MACHINE_STAND_IN_H
#define MACHINE_STAND_IN_H

struct board;

/** Set a board up that has just been reset. */
void stand_in_for_firmware(struct board *board);

#endif
