/* SPDX-License-Identifier: MIT */
#include "drivers/counters.h"

#include "arch/io.h"

#define COUNTER_INDEX 0x5C0 /* on a write */
#define COUNTER_LOW   0x5C0 /* on a read */
#define COUNTER_HIGH  0x5C4
#define MARKER_PORT   0x5CC

#define IDENTIFICATION 0x4B4C5750u /* "PWLK" */

bool counters_present(void)
{
    outl(COUNTER_IDENTIFICATION, COUNTER_INDEX);
    return inl(COUNTER_LOW) == IDENTIFICATION;
}

uint64_t counter_read(enum counter counter)
{
    uint32_t low;

    if (!counters_present())
        return 0;
    outl((uint32_t)counter, COUNTER_INDEX);
    low = inl(COUNTER_LOW);
    return ((uint64_t)inl(COUNTER_HIGH) << 32) | low;
}

struct counters counters_read(void)
{
    struct counters counters = {.present = counters_present()};
    unsigned int i;

    if (!counters.present)
        return counters;
    for (i = COUNTER_TICKS; i < COUNTERS; i++) {
        outl(i, COUNTER_INDEX);
        counters.value[i] = inl(COUNTER_LOW);
        counters.value[i] |= (uint64_t)inl(COUNTER_HIGH) << 32;
    }
    return counters;
}

struct counters counters_since(const struct counters *before)
{
    struct counters counters = counters_read();
    unsigned int i;

    for (i = 0; i < COUNTERS; i++)
        counters.value[i] -= before->value[i];
    return counters;
}

void marker(uint32_t number)
{
    outl(number, MARKER_PORT);
}
