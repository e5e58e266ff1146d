/* SPDX-License-Identifier: MIT */
/*
 * A 102-key keyboard on a PS/2 cable, with scan code sets 1 and 2. Keys are
 * named by their usages on page 7 of the "HID Usage Tables". Keys that are
 * held down do not repeat: there is nobody who holds them.
 *
 *   in    keys, command bytes     out   scan codes and answers, in the port
 *
 * "IBM Personal System/2 Hardware Interface Technical Reference", "Keyboards
 * (101- and 102-Key)".
 */
#ifndef DEVICES_PS2_KEYBOARD_H
#define DEVICES_PS2_KEYBOARD_H

#include "devices/ps2_port.h"

struct ps2_keyboard {
    struct ps2_port port;
    uint8_t scan_code_set; /**< 1 or 2 */
    bool scanning;
    uint8_t leds;    /**< bit 0 scroll, 1 number, 2 capitals lock */
    uint8_t pending; /**< command that waits for its parameter, or 0 */
    bool alt;        /**< an Alt key is down: Print Screen is SysRq */
};

/** As after power on: scan code set 2, scanning; nothing is sent. */
void ps2_keyboard_reset(struct ps2_keyboard *keyboard);

/** A key goes down or up. Usages that no such key has are ignored. */
void ps2_keyboard_key(struct ps2_keyboard *keyboard, uint8_t usage, bool down);

/** A command or parameter byte from the other end. */
void ps2_keyboard_write(struct ps2_keyboard *keyboard, uint8_t byte);

#endif
