/* SPDX-License-Identifier: MIT */
/*
 * The power button of a board without ACPI: the word register that ACPI
 * calls PM1 control, of which only "sleep, type 0" is known, which is off.
 * Reads as zero. "82371AB (PIIX4)" data sheet, "PMCNTRL".
 */
#ifndef DEVICES_POWER_PORT_H
#define DEVICES_POWER_PORT_H

#include "base/types.h"

struct power_port {
    void (*power_off)(void *context); /**< may be NULL */
    void *context;
};

uint32_t power_port_read(void *context, uint32_t offset, unsigned size);
void power_port_write(void *context, uint32_t offset, unsigned size,
                      uint32_t value);

#endif
