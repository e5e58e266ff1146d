/* SPDX-License-Identifier: MIT */
#include "drivers/pit.h"

#include "arch/io.h"

#define PIT_CHANNEL_0 0x40
#define PIT_CONTROL   0x43

#define PIT_INPUT_HZ       1193182u
#define CHANNEL_0_RATE_GEN 0x34 /* low byte, high byte; mode 2; binary */

void pit_start(unsigned int hertz)
{
    const unsigned int divisor = (PIT_INPUT_HZ + hertz / 2) / hertz;

    outb(CHANNEL_0_RATE_GEN, PIT_CONTROL);
    outb((uint8_t)divisor, PIT_CHANNEL_0);
    outb((uint8_t)(divisor >> 8), PIT_CHANNEL_0);
}
