/* SPDX-License-Identifier: MIT */
/*
 * Words that every room of the guest uses. No state.
 *
 * A linear address is an `unsigned long` or a pointer, a physical one a
 * `phys_addr_t`: C does not keep them apart, so names must.
 */
#ifndef KERNEL_TYPES_H
#define KERNEL_TYPES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A physical address: what the processor puts on its bus. */
typedef uint32_t phys_addr_t;

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/** Round up or down to a multiple of `unit`, a power of two. */
#define ALIGN_DOWN(value, unit) ((value) & ~((unit)-1))
#define ALIGN_UP(value, unit)   (((value) + (unit)-1) & ~((unit)-1))

/** The structure that has `member` at `pointer`. */
#define container_of(pointer, type, member) \
    ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#endif
