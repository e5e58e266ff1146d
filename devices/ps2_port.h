/* SPDX-License-Identifier: MIT */
/*
 * The device's end of a PS/2 cable: bytes that wait to be sent, and the last
 * one, which the other end may ask for again.
 *
 *   in    bytes of a keyboard or a mouse
 *   next  devices/i8042_controller.h takes them
 */
#ifndef DEVICES_PS2_PORT_H
#define DEVICES_PS2_PORT_H

#include "base/types.h"

enum {
    PS2_QUEUE = 32, /**< a power of two */
    PS2_ACKNOWLEDGE = 0xfa,
    PS2_TEST_PASSED = 0xaa,
    PS2_RESEND = 0xfe
};

struct ps2_port {
    uint8_t byte[PS2_QUEUE];
    uint8_t first; /**< index of the next one */
    uint8_t count;
    uint8_t last;                 /**< the one that was sent before */
    void (*ready)(void *context); /**< there are bytes; may be NULL */
    void *context;
};

/** Bytes that still fit. */
static inline unsigned ps2_port_room(const struct ps2_port *port)
{
    return PS2_QUEUE - port->count;
}

/** Queue a byte; it is lost where there is no room. */
static inline void ps2_port_send(struct ps2_port *port, uint8_t byte)
{
    if (port->count == PS2_QUEUE)
        return;
    port->byte[(port->first + port->count) % PS2_QUEUE] = byte;
    port->count++;
    if (port->ready)
        port->ready(port->context);
}

/** Take the next byte; there must be one. */
static inline uint8_t ps2_port_take(struct ps2_port *port)
{
    port->last = port->byte[port->first];
    port->first = (uint8_t)((port->first + 1) % PS2_QUEUE);
    port->count--;
    return port->last;
}

/** Forget what waits. */
static inline void ps2_port_clear(struct ps2_port *port)
{
    port->count = 0;
}

#endif
