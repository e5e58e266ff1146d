/* SPDX-License-Identifier: MIT */
/*
 * One counter of the 8254 between two looks at it: what `pulses` clock pulses
 * do to it, and how many there are until its output changes. Knows no time
 * and no port.
 *
 * "8254 Programmable Interval Timer" data sheet, "Mode Definitions".
 */
#ifndef DEVICES_I8254_COUNTER_H
#define DEVICES_I8254_COUNTER_H

#include "devices/i8254_pit.h"

/** Let `pulses` clock pulses pass. */
void i8254_counter_advance(struct i8254_counter *counter, uint64_t pulses);

/** Pulses until OUT changes; CLOCK_NEVER if it stays as it is. */
uint64_t i8254_counter_next_edge(const struct i8254_counter *counter);

/** Take a control word for this counter, not a latch command. */
void i8254_counter_set_control(struct i8254_counter *counter, uint8_t control);

/** One byte of a count. */
void i8254_counter_write(struct i8254_counter *counter, uint8_t value);

/** One byte of latched status, latched count or the count itself. */
uint8_t i8254_counter_read(struct i8254_counter *counter);

/** Hold the count, or the status, for reading, unless one is held. */
void i8254_counter_latch_count(struct i8254_counter *counter);
void i8254_counter_latch_status(struct i8254_counter *counter);

/** Drive the GATE pin. */
void i8254_counter_set_gate(struct i8254_counter *counter, bool level);

#endif
