/* SPDX-License-Identifier: MIT */
/*
 * The kernel touches the memory of the current process, at addresses that
 * the process says, so that they may be wrong.
 *
 * A page that is promised but not there yet comes by a page fault on the way,
 * as in ring 3. At an address that is bad the copy ends, by the exception
 * table (arch/probe.h explains it), and the call says that it failed.
 */
#ifndef ARCH_UACCESS_H
#define ARCH_UACCESS_H

#include "kernel/types.h"

/** Copy between kernel and user. Returns false if not all was copied. */
bool copy_from_user(void *to, unsigned long from, size_t size);
bool copy_to_user(unsigned long to, const void *from, size_t size);

/** Fill with zeros. */
bool clear_user(unsigned long to, size_t size);

/** Copy a text of at most `size` - 1 characters, and end it with a zero. */
bool strncpy_from_user(char *to, unsigned long from, size_t size);

#endif
