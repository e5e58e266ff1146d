/* SPDX-License-Identifier: MIT */
#include "devices/power_port.h"

enum {
    PMCNTRL_SUS_TYP = 0x1c00, /* 0: soft off */
    PMCNTRL_SUS_EN = 0x2000
};

uint32_t power_port_read(void *context, uint32_t offset, unsigned size)
{
    (void)context;
    (void)offset;
    (void)size;
    return 0;
}

void power_port_write(void *context, uint32_t offset, unsigned size,
                      uint32_t value)
{
    const struct power_port *port = context;

    if (offset != 0 || size != 2)
        return;
    if ((value & (PMCNTRL_SUS_EN | PMCNTRL_SUS_TYP)) == PMCNTRL_SUS_EN &&
        port->power_off)
        port->power_off(port->context);
}
