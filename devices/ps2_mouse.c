/* SPDX-License-Identifier: MIT */
#include "devices/ps2_mouse.h"

enum {
    SCALING_1 = 0xe6,
    SCALING_2 = 0xe7,
    SET_RESOLUTION = 0xe8,
    STATUS = 0xe9,
    STREAM = 0xea,
    READ_PACKET = 0xeb,
    WRAP_OFF = 0xec,
    WRAP_ON = 0xee,
    REMOTE = 0xf0,
    IDENTIFY = 0xf2,
    SET_RATE = 0xf3,
    ENABLE = 0xf4,
    DISABLE = 0xf5,
    DEFAULTS = 0xf6,
    RESEND = 0xfe,
    RESET = 0xff
};

enum {
    PACKET_ALWAYS = 0x08,
    PACKET_X_SIGN = 0x10,
    PACKET_Y_SIGN = 0x20,
    BUTTON_BITS = 0x07,
    MOVE_MAX = 255,
    WHEEL_MAX = 7,
    IDENTITY_WHEEL = 3,
    RATE_DEFAULT = 100,
    RESOLUTION_DEFAULT = 2,
    /* Of unread movement more than this is forgotten. */
    MOVE_LIMIT = 1 << 20,
    STATUS_SCALING = 0x10,
    STATUS_ENABLED = 0x20,
    STATUS_REMOTE = 0x40
};

static int32_t between(int32_t value, int32_t low, int32_t high)
{
    if (value < low)
        return low;
    return value > high ? high : value;
}

static void answer(struct ps2_mouse *mouse, uint8_t byte)
{
    ps2_port_send(&mouse->port, byte);
}

/* --- Packets --- */

static void send_packet(struct ps2_mouse *mouse)
{
    const int32_t x = between(mouse->x, -MOVE_MAX, MOVE_MAX);
    const int32_t y = between(mouse->y, -MOVE_MAX, MOVE_MAX);
    const int32_t z = between(mouse->z, -WHEEL_MAX, WHEEL_MAX);
    unsigned first = PACKET_ALWAYS | mouse->buttons;

    if (x < 0)
        first |= PACKET_X_SIGN;
    if (y < 0)
        first |= PACKET_Y_SIGN;
    answer(mouse, (uint8_t)first);
    answer(mouse, (uint8_t)x);
    answer(mouse, (uint8_t)y);
    mouse->x -= x;
    mouse->y -= y;
    mouse->z -= z;
    if (mouse->identity == IDENTITY_WHEEL)
        answer(mouse, (uint8_t)z);
    else
        mouse->z = 0;
    mouse->changed = mouse->x || mouse->y || mouse->z;
}

void ps2_mouse_sent(struct ps2_mouse *mouse)
{
    if (mouse->changed && mouse->reporting && !mouse->remote && !mouse->wrap &&
        mouse->port.count == 0)
        send_packet(mouse);
}

void ps2_mouse_move(struct ps2_mouse *mouse, int dx, int dy, int dz,
                    uint8_t buttons)
{
    const int32_t limit = MOVE_LIMIT;

    mouse->x = between(mouse->x + between(dx, -limit, limit), -limit, limit);
    mouse->y = between(mouse->y - between(dy, -limit, limit), -limit, limit);
    mouse->z = between(mouse->z + between(dz, -limit, limit), -limit, limit);
    mouse->changed = mouse->changed || dx || dy || dz ||
                     mouse->buttons != (buttons & BUTTON_BITS);
    mouse->buttons = buttons & BUTTON_BITS;
    ps2_mouse_sent(mouse);
}

static void forget_movement(struct ps2_mouse *mouse)
{
    mouse->x = mouse->y = mouse->z = 0;
    mouse->changed = false;
}

/* --- Commands --- */

static void set_defaults(struct ps2_mouse *mouse)
{
    ps2_port_clear(&mouse->port);
    forget_movement(mouse);
    mouse->reporting = mouse->remote = mouse->wrap = mouse->scaling = false;
    mouse->resolution = RESOLUTION_DEFAULT;
    mouse->rate = RATE_DEFAULT;
    mouse->rates[0] = mouse->rates[1] = 0;
    mouse->pending = 0;
}

void ps2_mouse_reset(struct ps2_mouse *mouse)
{
    set_defaults(mouse);
    mouse->identity = 0;
    mouse->buttons = 0;
}

/* 200, 100, 80 samples one after the other ask for the wheel. */
static void set_rate(struct ps2_mouse *mouse, uint8_t rate)
{
    if (mouse->rates[0] == 200 && mouse->rates[1] == 100 && rate == 80)
        mouse->identity = IDENTITY_WHEEL;
    mouse->rates[0] = mouse->rates[1];
    mouse->rates[1] = rate;
    mouse->rate = rate;
}

static void send_status(struct ps2_mouse *mouse)
{
    unsigned first = (mouse->buttons & PS2_MOUSE_LEFT ? 4u : 0) |
                     (mouse->buttons & PS2_MOUSE_MIDDLE ? 2u : 0) |
                     (mouse->buttons & PS2_MOUSE_RIGHT ? 1u : 0);

    if (mouse->scaling)
        first |= STATUS_SCALING;
    if (mouse->reporting)
        first |= STATUS_ENABLED;
    if (mouse->remote)
        first |= STATUS_REMOTE;
    answer(mouse, (uint8_t)first);
    answer(mouse, mouse->resolution);
    answer(mouse, mouse->rate);
}

/* What a command changes, before it is acknowledged. False: no command. */
static bool obey(struct ps2_mouse *mouse, uint8_t command)
{
    switch (command) {
    case SCALING_1:
    case SCALING_2: mouse->scaling = command == SCALING_2; break;
    case SET_RESOLUTION:
    case SET_RATE: mouse->pending = command; break;
    case STREAM:
    case REMOTE: mouse->remote = command == REMOTE; break;
    case WRAP_OFF:
    case WRAP_ON: mouse->wrap = command == WRAP_ON; break;
    case ENABLE:
        forget_movement(mouse);
        mouse->reporting = true;
        break;
    case DISABLE: mouse->reporting = false; break;
    case DEFAULTS: set_defaults(mouse); break;
    case RESET: ps2_mouse_reset(mouse); break;
    case STATUS:
    case READ_PACKET:
    case IDENTIFY: break;
    default: return false;
    }
    return true;
}

static void carry_out(struct ps2_mouse *mouse, uint8_t command)
{
    if (!obey(mouse, command)) {
        answer(mouse, PS2_RESEND);
        return;
    }
    answer(mouse, PS2_ACKNOWLEDGE);
    switch (command) {
    case STATUS: send_status(mouse); break;
    case READ_PACKET: send_packet(mouse); break;
    case IDENTIFY: answer(mouse, mouse->identity); break;
    case RESET:
        answer(mouse, PS2_TEST_PASSED);
        answer(mouse, mouse->identity);
        break;
    default: break;
    }
}

static void take_parameter(struct ps2_mouse *mouse, uint8_t byte)
{
    if (mouse->pending == SET_RATE)
        set_rate(mouse, byte);
    else
        mouse->resolution = byte;
    mouse->pending = 0;
    answer(mouse, PS2_ACKNOWLEDGE);
}

/* A command stops what is being sent. */
void ps2_mouse_write(struct ps2_mouse *mouse, uint8_t byte)
{
    if (mouse->wrap && byte != WRAP_OFF && byte != RESET) {
        answer(mouse, byte);
    } else if (byte == RESEND) {
        answer(mouse, mouse->port.last);
    } else {
        ps2_port_clear(&mouse->port);
        if (mouse->pending)
            take_parameter(mouse, byte);
        else
            carry_out(mouse, byte);
    }
}
