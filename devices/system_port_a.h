/* SPDX-License-Identifier: MIT */
/*
 * System control port A of the PS/2, port 92: the fast way to the A20 gate
 * and to RESET. The gate's state is the processor's; the port asks for it.
 *
 * "IBM Personal System/2 Hardware Interface Technical Reference", "System
 * Control Port A".
 */
#ifndef DEVICES_SYSTEM_PORT_A_H
#define DEVICES_SYSTEM_PORT_A_H

#include "base/types.h"

struct system_port_a {
    uint8_t control; /**< bits that are only kept, and the reset bit */
    void (*set_a20)(void *context, bool open); /**< may be NULL */
    bool (*a20)(void *context);                /**< may be NULL: open */
    void (*reset)(void *context);              /**< may be NULL */
    void *context;                             /**< of all three */
};

/** RESET: the reset bit is 0. */
void system_port_a_reset(struct system_port_a *port);

uint32_t system_port_a_read(void *context, uint32_t offset, unsigned size);
void system_port_a_write(void *context, uint32_t offset, unsigned size,
                         uint32_t value);

#endif
