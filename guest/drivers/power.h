/* SPDX-License-Identifier: MIT */
/*
 * The two ways to end an emulated machine.
 */
#ifndef DRIVERS_POWER_H
#define DRIVERS_POWER_H

#include "kernel/types.h"

/** All is well: turn the power off. */
void machine_power_off(void) __attribute__((noreturn));

/** Something failed: `status` goes to the exit port. */
void machine_exit(uint8_t status) __attribute__((noreturn));

#endif
