/* SPDX-License-Identifier: MIT */
/*
 * Characters that somebody types, on the serial line or on the keyboard.
 */
#ifndef KERNEL_INPUT_H
#define KERNEL_INPUT_H

#include "kernel/types.h"

/** From a driver's interrupt handler; lost when nobody reads for long. */
void input_put(char character);

/** The next character. Sleeps until there is one. */
char input_get(void);

/**
 * Read a line and show it meanwhile; backspace works. What does not fit is
 * left out. Returns its length.
 */
size_t input_line(char *line, size_t size);

#endif
