/* SPDX-License-Identifier: MIT */
/*
 * Text by a format: the common part of the kernel's printk() and of the
 * printf() of the programs in user/.
 */
#ifndef KERNEL_FORMAT_H
#define KERNEL_FORMAT_H

#include "kernel/types.h"

/** Where the characters go. Put it first in a structure of your own. */
struct text_sink {
    void (*put)(struct text_sink *sink, char character);
};

/**
 * Put text by a format: %d %u %x %c %s %p %%, with `l`, the flags `-` and
 * `0`, and a width, which may be `*`.
 */
void format_text(struct text_sink *sink, const char *format, va_list arguments);

/**
 * The same into a buffer of `size` bytes, which always ends with a zero;
 * what does not fit is left out. Returns the length of what is in it.
 */
size_t format_buffer(char *buffer, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
