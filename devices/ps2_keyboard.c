/* SPDX-License-Identifier: MIT */
#include "devices/ps2_keyboard.h"

#include "devices/ps2_codes.h"

enum {
    SET_LEDS = 0xed,
    ECHO = 0xee,
    SCAN_CODE_SET = 0xf0,
    IDENTIFY = 0xf2,
    SET_RATE = 0xf3,
    ENABLE = 0xf4,
    DISABLE = 0xf5,
    DEFAULTS = 0xf6,
    RESEND = 0xfe,
    RESET = 0xff,
    /* Commands of scan code set 3, which concern its keys only. */
    ALL_KEYS_FIRST = 0xf7,
    ALL_KEYS_LAST = 0xfa,
    ONE_KEY_FIRST = 0xfb,
    ONE_KEY_LAST = 0xfd,
    LED_BITS = 0x07,
    IDENTITY_FIRST = 0xab,
    IDENTITY_SECOND = 0x83
};

enum {
    USAGE_PRINT_SCREEN = 0x46,
    USAGE_PAUSE = 0x48,
    USAGE_LEFT_ALT = 0xe2,
    USAGE_RIGHT_ALT = 0xe6,
    CODE_SYSRQ = 0x84,
    CODE_PRINT_SCREEN = 0x7c,
    CODE_LEFT_SHIFT = 0x12,
    LONGEST_KEY = 8 /* bytes, of Pause */
};

/* --- Keys --- */

static void send_code(struct ps2_keyboard *keyboard, uint8_t code, bool down)
{
    struct ps2_port *port = &keyboard->port;

    if (keyboard->scan_code_set == 1) {
        code = ps2_code_translated[code];
        ps2_port_send(port, down ? code : code | PS2_BREAK_SET_1);
        return;
    }
    if (!down)
        ps2_port_send(port, PS2_BREAK_SET_2);
    ps2_port_send(port, code);
}

static void send_prefixed(struct ps2_keyboard *keyboard, uint8_t code,
                          bool down)
{
    ps2_port_send(&keyboard->port, PS2_PREFIX);
    send_code(keyboard, code, down);
}

/* Print Screen is a shifted key, undone in the opposite order. */
static void send_print_screen(struct ps2_keyboard *keyboard, bool down)
{
    if (keyboard->alt) {
        send_code(keyboard, CODE_SYSRQ, down);
    } else if (down) {
        send_prefixed(keyboard, CODE_LEFT_SHIFT, true);
        send_prefixed(keyboard, CODE_PRINT_SCREEN, true);
    } else {
        send_prefixed(keyboard, CODE_PRINT_SCREEN, false);
        send_prefixed(keyboard, CODE_LEFT_SHIFT, false);
    }
}

/* Pause goes down and up at once. */
static void send_pause(struct ps2_keyboard *keyboard)
{
    static const uint8_t codes[] = {0x14, 0x77};

    for (unsigned up = 0; up < 2; up++) {
        ps2_port_send(&keyboard->port, PS2_PAUSE_PREFIX);
        for (unsigned i = 0; i < sizeof codes; i++)
            send_code(keyboard, codes[i], !up);
    }
}

void ps2_keyboard_key(struct ps2_keyboard *keyboard, uint8_t usage, bool down)
{
    const uint16_t code = ps2_code_of_usage[usage];

    if (usage == USAGE_LEFT_ALT || usage == USAGE_RIGHT_ALT)
        keyboard->alt = down;
    if (!keyboard->scanning || ps2_port_room(&keyboard->port) < LONGEST_KEY)
        return;
    if (usage == USAGE_PRINT_SCREEN)
        send_print_screen(keyboard, down);
    else if (usage == USAGE_PAUSE && down)
        send_pause(keyboard);
    else if (code & PS2_CODE_PREFIXED)
        send_prefixed(keyboard, (uint8_t)code, down);
    else if (code)
        send_code(keyboard, (uint8_t)code, down);
}

/* --- Commands --- */

static void set_defaults(struct ps2_keyboard *keyboard)
{
    ps2_port_clear(&keyboard->port);
    keyboard->scan_code_set = 2;
    keyboard->pending = 0;
}

void ps2_keyboard_reset(struct ps2_keyboard *keyboard)
{
    set_defaults(keyboard);
    keyboard->scanning = true;
    keyboard->leds = 0;
    keyboard->alt = false;
}

static void answer(struct ps2_keyboard *keyboard, uint8_t byte)
{
    ps2_port_send(&keyboard->port, byte);
}

static void choose_set(struct ps2_keyboard *keyboard, uint8_t set)
{
    if (set > 2) {
        answer(keyboard, PS2_RESEND);
        return;
    }
    answer(keyboard, PS2_ACKNOWLEDGE);
    if (set == 0)
        answer(keyboard, keyboard->scan_code_set);
    else
        keyboard->scan_code_set = set;
}

/* A parameter; what is a command instead takes its place. */
static bool take_parameter(struct ps2_keyboard *keyboard, uint8_t byte)
{
    const uint8_t command = keyboard->pending;

    keyboard->pending = 0;
    if (!command || byte >= SET_LEDS)
        return false;
    if (command == SCAN_CODE_SET) {
        choose_set(keyboard, byte);
        return true;
    }
    if (command == SET_LEDS)
        keyboard->leds = byte & LED_BITS;
    answer(keyboard, PS2_ACKNOWLEDGE);
    return true;
}

/* Commands that are acknowledged first. False: there is no such command. */
static bool obey(struct ps2_keyboard *keyboard, uint8_t command)
{
    switch (command) {
    case SET_LEDS:
    case SCAN_CODE_SET:
    case SET_RATE: keyboard->pending = command; break;
    case IDENTIFY:
    case ALL_KEYS_FIRST:
    case ALL_KEYS_FIRST + 1:
    case ALL_KEYS_FIRST + 2:
    case ALL_KEYS_LAST: break;
    case ONE_KEY_FIRST:
    case ONE_KEY_FIRST + 1:
    case ONE_KEY_LAST: keyboard->pending = command; break;
    case ENABLE:
        ps2_port_clear(&keyboard->port);
        keyboard->scanning = true;
        break;
    case DISABLE:
    case DEFAULTS:
        set_defaults(keyboard);
        keyboard->scanning = command == DEFAULTS;
        break;
    case RESET: ps2_keyboard_reset(keyboard); break;
    default: return false;
    }
    return true;
}

void ps2_keyboard_write(struct ps2_keyboard *keyboard, uint8_t byte)
{
    if (take_parameter(keyboard, byte))
        return;
    if (byte == ECHO) {
        answer(keyboard, ECHO);
    } else if (byte == RESEND) {
        answer(keyboard, keyboard->port.last);
    } else if (!obey(keyboard, byte)) {
        answer(keyboard, PS2_RESEND);
    } else {
        answer(keyboard, PS2_ACKNOWLEDGE);
        if (byte == RESET)
            answer(keyboard, PS2_TEST_PASSED);
        if (byte == IDENTIFY) {
            answer(keyboard, IDENTITY_FIRST);
            answer(keyboard, IDENTITY_SECOND);
        }
    }
}
