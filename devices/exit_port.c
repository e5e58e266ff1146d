/* SPDX-License-Identifier: MIT */
#include "devices/exit_port.h"

uint32_t exit_port_read(void *context, uint32_t offset, unsigned size)
{
    (void)context;
    (void)offset;
    (void)size;
    return 0;
}

void exit_port_write(void *context, uint32_t offset, unsigned size,
                     uint32_t value)
{
    const struct exit_port *port = context;

    (void)size;
    if (offset == 0 && port->leave)
        port->leave(port->context, value);
}
