/* SPDX-License-Identifier: MIT */
/*
 * The keyboard controller of the PS/2: a microcomputer between two cables, for
 * keyboard and mouse, and ports 60 and 64. It translates scan codes, and by
 * its output port it turns the A20 gate and pulls RESET.
 *
 *   in    command and data bytes, bytes of the two devices
 *   out   bytes, interrupt requests 1 and 12, A20, RESET
 *   next  devices/ps2_keyboard.h, devices/ps2_mouse.h
 *
 * "IBM Personal System/2 Hardware Interface Technical Reference", "Keyboard
 * and Auxiliary Device Controller". A byte takes its time on the cable; the
 * controller itself answers at once.
 */
#ifndef DEVICES_I8042_CONTROLLER_H
#define DEVICES_I8042_CONTROLLER_H

#include "bus/clock.h"
#include "bus/irq.h"
#include "devices/ps2_keyboard.h"
#include "devices/ps2_mouse.h"

enum { I8042_RAM = 32 };

/** Bits of the command byte, the first of its RAM. */
enum {
    I8042_KEYBOARD_INTERRUPT = 0x01,
    I8042_MOUSE_INTERRUPT = 0x02,
    I8042_SYSTEM_FLAG = 0x04,
    I8042_KEYBOARD_OFF = 0x10,
    I8042_MOUSE_OFF = 0x20,
    I8042_TRANSLATE = 0x40
};

struct i8042 {
    struct ps2_keyboard keyboard;
    struct ps2_mouse mouse;
    uint8_t ram[I8042_RAM]; /**< [0] is the command byte */
    uint8_t output;         /**< the byte at port 60 */
    bool output_full;
    bool output_is_mouse;
    bool last_was_command; /**< what was written last */
    uint8_t pending;       /**< command that waits for its byte, or 0 */
    bool reply_waits;      /**< until the output buffer is empty */
    bool reply_is_mouse;
    uint8_t reply;
    uint8_t output_port; /**< but for A20 and the interrupt lines */
    bool key_goes_up;    /**< translation has seen the prefix */
    struct clock *clock;
    struct clock_event arrival; /**< of the next byte from a cable */
    struct irq_line keyboard_irq;
    struct irq_line mouse_irq;
    void (*set_a20)(void *context, bool open); /**< may be NULL */
    bool (*a20)(void *context);                /**< may be NULL: open */
    void (*reset)(void *context);              /**< may be NULL */
    void *context;                             /**< of all three */
};

/** Connect. The callbacks are filled in afterwards. */
void i8042_init(struct i8042 *controller, struct clock *clock,
                struct irq_line keyboard_irq, struct irq_line mouse_irq);

/** Power on: both cables on, nothing translated, no interrupts. */
void i8042_reset(struct i8042 *controller);

/** Port 60 at offset 0. */
uint32_t i8042_read_data(void *context, uint32_t offset, unsigned size);
void i8042_write_data(void *context, uint32_t offset, unsigned size,
                      uint32_t value);

/** Port 64 at offset 0. */
uint32_t i8042_read_status(void *context, uint32_t offset, unsigned size);
void i8042_write_command(void *context, uint32_t offset, unsigned size,
                         uint32_t value);

#endif
