/* SPDX-License-Identifier: MIT */
/*
 * System control port B of the AT: gate and output of the timer's counter 2,
 * the speaker's enable, the refresh toggle, and the switches of the two
 * sources of NMI, which never raise one here.
 *
 * "82371SB (PIIX3)" data sheet, "NMI Status and Control Register".
 */
#ifndef DEVICES_SYSTEM_PORT_B_H
#define DEVICES_SYSTEM_PORT_B_H

#include "devices/i8254_pit.h"

struct system_port_b {
    uint8_t control; /**< the four bits that can be written */
    struct clock *clock;
    struct i8254_pit *pit;
};

/** Fill in; the speaker and its counter are off. */
void system_port_b_init(struct system_port_b *port, struct clock *clock,
                        struct i8254_pit *pit);

void system_port_b_reset(struct system_port_b *port);

uint32_t system_port_b_read(void *context, uint32_t offset, unsigned size);
void system_port_b_write(void *context, uint32_t offset, unsigned size,
                         uint32_t value);

#endif
