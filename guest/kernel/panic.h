/* SPDX-License-Identifier: MIT */
/*
 * The ends of the kernel.
 */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

#include "kernel/types.h"

/** What the exit port gets when no chapter is to blame. */
#define EXIT_PANIC 0x7F

/** Say why, and leave through the exit port with the current blame. */
void panic(const char *format, ...)
    __attribute__((noreturn, format(printf, 1, 2)));

/** Let a later panic() write `status`, not EXIT_PANIC, to the exit port. */
void panic_blames(uint8_t status);

#endif
