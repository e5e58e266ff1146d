/* SPDX-License-Identifier: MIT */
/*
 * One 32-bit instruction on the processor that this program runs on: the
 * process jumps to the kernel's 32-bit user segment and comes back behind the
 * instruction, or by the signal that it raised.
 *
 *   in    registers, EFLAGS, bytes at HOST32_CODE, data in the same area
 *   out   registers, EFLAGS, whether a branch was taken, or the exception
 */
#ifndef TESTS_HOST_HOST32_H
#define TESTS_HOST_HOST32_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An area of low memory, mapped where its addresses say. */
enum {
    HOST32_AREA = 0x600000,
    HOST32_AREA_SIZE = 0x8000,
    HOST32_CODE = HOST32_AREA + 0x3100,
    HOST32_TARGET = HOST32_CODE + 0x40, /**< where branches lead */
    HOST32_DATA = HOST32_AREA + 0x4800,
    HOST32_STACK = HOST32_AREA + 0x6800
};

enum { HOST32_NO_VECTOR = -1 };

struct host32_state {
    uint32_t gpr[8]; /**< as encoded */
    uint32_t eflags;
    bool taken; /**< out: went to HOST32_TARGET */
    int vector; /**< out: of the exception, or HOST32_NO_VECTOR */
};

/** Map the area. NULL, or the reason why it cannot be done here. */
const char *host32_init(void);

/** Byte of the area at a 32-bit address. */
static inline uint8_t *host32_memory(uint32_t address)
{
    return (uint8_t *)(uintptr_t)address;
}

/** Put an instruction at HOST32_CODE and run it. */
void host32_run(const uint8_t *code, size_t length, struct host32_state *state);

#endif
