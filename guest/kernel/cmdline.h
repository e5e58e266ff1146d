/* SPDX-License-Identifier: MIT */
/*
 * The kernel's command line: words such as `tour=kmalloc,vmalloc`, behind
 * the image's name, which multiboot loaders put first.
 */
#ifndef KERNEL_CMDLINE_H
#define KERNEL_CMDLINE_H

#include "kernel/types.h"

#define CMDLINE_BYTES 256

/** Keep a copy of `text`; what is longer than the room for it is cut off. */
void cmdline_save(const char *text);

/** The whole line. */
const char *cmdline(void);

/**
 * Copy the value of `key=value` to `value`.
 *
 * Returns false, and changes nothing, if no word is `key=...`.
 */
bool cmdline_get(const char *key, char *value, size_t size);

/** Whether `item` stands in `list`, whose items commas separate. */
bool list_contains(const char *list, const char *item);

#endif
