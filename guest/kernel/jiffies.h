/* SPDX-License-Identifier: MIT */
/*
 * The kernel's clock: one tick is one interrupt of the timer.
 */
#ifndef KERNEL_JIFFIES_H
#define KERNEL_JIFFIES_H

#include "kernel/types.h"

#define HZ 100 /* ticks in a second */

/** Ticks since the timer was started. */
extern volatile unsigned long jiffies;

/** Start the timer and wait for its first tick; false if none comes. */
bool timer_init(void);

#endif
