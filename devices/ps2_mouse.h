/* SPDX-License-Identifier: MIT */
/*
 * A mouse on a PS/2 cable: two or three buttons, and a wheel for drivers that
 * know how to ask for it.
 *
 *   in    movements, buttons, command bytes     out   packets, in the port
 *
 * "IBM Personal System/2 Hardware Interface Technical Reference", "Mouse"; the
 * wheel as in Microsoft, "Device Support for Intelligent Mice".
 */
#ifndef DEVICES_PS2_MOUSE_H
#define DEVICES_PS2_MOUSE_H

#include "devices/ps2_port.h"

enum { PS2_MOUSE_LEFT = 1, PS2_MOUSE_RIGHT = 2, PS2_MOUSE_MIDDLE = 4 };

struct ps2_mouse {
    struct ps2_port port;
    int32_t x; /**< moved since the last packet, right is positive */
    int32_t y; /**< up is positive */
    int32_t z; /**< wheel, towards the user is positive */
    uint8_t buttons;
    bool changed; /**< something has to be told */
    bool reporting;
    bool remote;  /**< packets only when they are asked for */
    bool wrap;    /**< every byte is echoed */
    bool scaling; /**< 2:1 */
    uint8_t resolution;
    uint8_t rate;     /**< samples per second; it is kept, not obeyed */
    uint8_t rates[2]; /**< the two before, by which a wheel is asked for */
    uint8_t identity; /**< 0 without, 3 with wheel */
    uint8_t pending;  /**< command that waits for its parameter, or 0 */
};

/** As after power on; nothing is sent. */
void ps2_mouse_reset(struct ps2_mouse *mouse);

/** It was moved, right and down being positive; `buttons` as they now are. */
void ps2_mouse_move(struct ps2_mouse *mouse, int dx, int dy, int dz,
                    uint8_t buttons);

/** A command or parameter byte from the other end. */
void ps2_mouse_write(struct ps2_mouse *mouse, uint8_t byte);

/** The port has sent bytes: there may be room for another packet. */
void ps2_mouse_sent(struct ps2_mouse *mouse);

#endif
