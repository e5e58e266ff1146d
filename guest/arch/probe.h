/* SPDX-License-Identifier: MIT */
/*
 * Access to addresses that may be bad: the access either works or comes back
 * with `false`, and last_caught_fault() says why.
 *
 * The one instruction that may fault has a row in the exception table that
 * names where to go on; Linux guards its copy_from_user() the same way.
 */
#ifndef ARCH_PROBE_H
#define ARCH_PROBE_H

#include "kernel/types.h"

/** Read a doubleword. On failure `*value` stays as it was. */
bool probe_read(const volatile void *address, uint32_t *value);

/** Write a doubleword. */
bool probe_write(volatile void *address, uint32_t value);

#endif
