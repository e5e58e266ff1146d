/* SPDX-License-Identifier: MIT */
#include "devices/system_port_a.h"

enum {
    FAST_RESET = 0x01, /* a pulse comes with its change from 0 to 1 */
    A20_OPEN = 0x02,
    KEPT = 0xd9 /* the rest: lock, fixed disk lamps, watchdog */
};

void system_port_a_reset(struct system_port_a *port)
{
    port->control = 0;
}

uint32_t system_port_a_read(void *context, uint32_t offset, unsigned size)
{
    const struct system_port_a *port = context;
    const bool open = !port->a20 || port->a20(port->context);

    (void)offset;
    (void)size;
    return port->control | (open ? A20_OPEN : 0u);
}

void system_port_a_write(void *context, uint32_t offset, unsigned size,
                         uint32_t value)
{
    struct system_port_a *port = context;
    const bool pulse = (value & FAST_RESET) && !(port->control & FAST_RESET);

    (void)offset;
    (void)size;
    port->control = value & KEPT;
    if (port->set_a20)
        port->set_a20(port->context, (value & A20_OPEN) != 0);
    if (pulse && port->reset)
        port->reset(port->context);
}
