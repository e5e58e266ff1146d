/* SPDX-License-Identifier: MIT */
#include "devices/coprocessor_port.h"

uint32_t coprocessor_port_read(void *context, uint32_t offset, unsigned size)
{
    (void)context;
    (void)offset;
    (void)size;
    return 0xff;
}

void coprocessor_port_write(void *context, uint32_t offset, unsigned size,
                            uint32_t value)
{
    const struct coprocessor_port *port = context;

    (void)offset;
    (void)size;
    (void)value;
    if (port->clear)
        port->clear(port->context);
}
