/* SPDX-License-Identifier: MIT */
/*
 * The few functions of <string.h> that a kernel needs; the compiler calls
 * the mem* ones on its own.
 */
#ifndef KERNEL_STRING_H
#define KERNEL_STRING_H

#include "kernel/types.h"

void *memcpy(void *dest, const void *src, size_t size);
void *memmove(void *dest, const void *src, size_t size);
void *memset(void *dest, int value, size_t size);
int memcmp(const void *left, const void *right, size_t size);

size_t strlen(const char *text);
int strcmp(const char *left, const char *right);
int strncmp(const char *left, const char *right, size_t size);

/** Copy at most `size` - 1 characters and always end with a zero. */
void strlcpy(char *dest, const char *src, size_t size);

#endif
