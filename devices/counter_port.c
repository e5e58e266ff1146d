/* SPDX-License-Identifier: MIT */
#include "devices/counter_port.h"

enum { OFFSET_LOW = 0, OFFSET_HIGH = 4 };

uint32_t counter_port_read(void *context, uint32_t offset, unsigned size)
{
    const struct counter_port *port = context;

    if (size == 4 && offset == OFFSET_LOW)
        return (uint32_t)port->latched;
    if (size == 4 && offset == OFFSET_HIGH)
        return (uint32_t)(port->latched >> 32);
    return UINT32_MAX;
}

void counter_port_write(void *context, uint32_t offset, unsigned size,
                        uint32_t value)
{
    struct counter_port *port = context;

    if (size != 4 || offset != OFFSET_LOW)
        return;
    if (value == COUNTER_IDENTITY)
        port->latched = COUNTER_IDENTITY_VALUE;
    else if (value < COUNTER_COUNT && port->counter)
        port->latched = port->counter(port->context, value);
    else
        port->latched = 0;
}
