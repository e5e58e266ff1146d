/* SPDX-License-Identifier: MIT */
#include "devices/i8042_controller.h"

#include <string.h>

#include "devices/ps2_codes.h"

enum {
    STATUS_OUTPUT_FULL = 0x01,
    STATUS_SYSTEM = 0x04,
    STATUS_COMMAND = 0x08,
    STATUS_UNLOCKED = 0x10,
    STATUS_MOUSE = 0x20
};

enum {
    READ_RAM_FIRST = 0x20,
    READ_RAM_LAST = 0x3f,
    WRITE_RAM_FIRST = 0x60,
    WRITE_RAM_LAST = 0x7f,
    TEST_PASSWORD = 0xa4,
    MOUSE_OFF = 0xa7,
    MOUSE_ON = 0xa8,
    TEST_MOUSE = 0xa9,
    SELF_TEST = 0xaa,
    TEST_KEYBOARD = 0xab,
    KEYBOARD_OFF = 0xad,
    KEYBOARD_ON = 0xae,
    READ_INPUT_PORT = 0xc0,
    READ_OUTPUT_PORT = 0xd0,
    WRITE_OUTPUT_PORT = 0xd1,
    WRITE_KEYBOARD_BUFFER = 0xd2,
    WRITE_MOUSE_BUFFER = 0xd3,
    WRITE_MOUSE = 0xd4,
    A20_SHUT = 0xdd,
    A20_OPEN = 0xdf,
    READ_TEST_INPUTS = 0xe0,
    PULSE_FIRST = 0xf0
};

enum {
    REPLY_SELF_TEST = 0x55,
    REPLY_TEST_PASSED = 0x00,
    REPLY_NO_PASSWORD = 0xf1,
    /* No jumper set, and the key lock open. */
    INPUT_PORT = 0xb0,
    PORT_NO_RESET = 0x01, /* the line is active low */
    PORT_A20 = 0x02,
    PORT_KEYBOARD_IRQ = 0x10,
    PORT_MOUSE_IRQ = 0x20,
    PORT_KEPT = 0xcc,
    RAM_MASK = I8042_RAM - 1,
    /* Eleven bits at about 11 kHz. */
    BYTES_PER_SECOND = 1000
};

/* --- From the devices to port 60 --- */

static uint8_t command_byte(const struct i8042 *controller)
{
    return controller->ram[0];
}

static void update_interrupts(struct i8042 *controller)
{
    const uint8_t command = command_byte(controller);
    const bool full = controller->output_full;
    const bool mouse = controller->output_is_mouse;

    irq_set(&controller->keyboard_irq,
            full && !mouse && (command & I8042_KEYBOARD_INTERRUPT));
    irq_set(&controller->mouse_irq,
            full && mouse && (command & I8042_MOUSE_INTERRUPT));
}

static void put_output(struct i8042 *controller, uint8_t byte, bool mouse)
{
    controller->output = byte;
    controller->output_full = true;
    controller->output_is_mouse = mouse;
    update_interrupts(controller);
}

static bool keyboard_waits(const struct i8042 *controller)
{
    return controller->keyboard.port.count > 0 &&
           !(command_byte(controller) & I8042_KEYBOARD_OFF);
}

static bool mouse_waits(const struct i8042 *controller)
{
    return controller->mouse.port.count > 0 &&
           !(command_byte(controller) & I8042_MOUSE_OFF);
}

/* Make the output buffer busy again, now or when the next byte arrives. */
static void go_on(struct i8042 *controller)
{
    struct clock *clock = controller->clock;

    if (controller->output_full)
        return;
    if (controller->reply_waits) {
        controller->reply_waits = false;
        put_output(controller, controller->reply, controller->reply_is_mouse);
        return;
    }
    if ((keyboard_waits(controller) || mouse_waits(controller)) &&
        controller->arrival.when == CLOCK_NEVER)
        clock_schedule(clock, &controller->arrival,
                       clock_now(clock) +
                           clock_ticks_of(clock, 1, BYTES_PER_SECOND));
}

/* The byte that the keyboard's becomes. False: it is only a prefix, which
 * shows in the code that follows. */
static bool translate(struct i8042 *controller, uint8_t *byte)
{
    if (!(command_byte(controller) & I8042_TRANSLATE))
        return true;
    if (*byte == PS2_BREAK_SET_2) {
        controller->key_goes_up = true;
        return false;
    }
    *byte = ps2_code_translated[*byte];
    if (controller->key_goes_up)
        *byte |= PS2_BREAK_SET_1;
    controller->key_goes_up = false;
    return true;
}

static void take_from_keyboard(struct i8042 *controller)
{
    while (keyboard_waits(controller)) {
        uint8_t byte = ps2_port_take(&controller->keyboard.port);

        if (translate(controller, &byte)) {
            put_output(controller, byte, false);
            return;
        }
    }
}

static void arrive(void *context)
{
    struct i8042 *controller = context;

    if (controller->output_full)
        return;
    if (keyboard_waits(controller)) {
        take_from_keyboard(controller);
    } else if (mouse_waits(controller)) {
        put_output(controller, ps2_port_take(&controller->mouse.port), true);
        ps2_mouse_sent(&controller->mouse);
    }
    go_on(controller);
}

static void device_ready(void *context)
{
    go_on(context);
}

/* The controller's own answer goes first. */
static void answer(struct i8042 *controller, uint8_t byte, bool mouse)
{
    controller->reply = byte;
    controller->reply_is_mouse = mouse;
    controller->reply_waits = true;
    go_on(controller);
}

uint32_t i8042_read_data(void *context, uint32_t offset, unsigned size)
{
    struct i8042 *controller = context;
    const uint8_t byte = controller->output;

    (void)offset;
    (void)size;
    controller->output_full = false;
    update_interrupts(controller);
    go_on(controller);
    return byte;
}

uint32_t i8042_read_status(void *context, uint32_t offset, unsigned size)
{
    const struct i8042 *controller = context;
    uint32_t status = STATUS_UNLOCKED;

    (void)offset;
    (void)size;
    if (controller->output_full)
        status |= STATUS_OUTPUT_FULL;
    if (controller->output_full && controller->output_is_mouse)
        status |= STATUS_MOUSE;
    if (command_byte(controller) & I8042_SYSTEM_FLAG)
        status |= STATUS_SYSTEM;
    if (controller->last_was_command)
        status |= STATUS_COMMAND;
    return status;
}

/* --- Output port --- */

static bool a20(const struct i8042 *controller)
{
    return !controller->a20 || controller->a20(controller->context);
}

static void set_a20(struct i8042 *controller, bool open)
{
    if (controller->set_a20)
        controller->set_a20(controller->context, open);
}

static void pull_reset(struct i8042 *controller)
{
    if (controller->reset)
        controller->reset(controller->context);
}

static uint8_t read_output_port(const struct i8042 *controller)
{
    unsigned port = controller->output_port | PORT_NO_RESET;

    if (a20(controller))
        port |= PORT_A20;
    if (controller->output_full)
        port |=
            controller->output_is_mouse ? PORT_MOUSE_IRQ : PORT_KEYBOARD_IRQ;
    return (uint8_t)port;
}

static void write_output_port(struct i8042 *controller, uint8_t byte)
{
    controller->output_port = byte & PORT_KEPT;
    set_a20(controller, (byte & PORT_A20) != 0);
    if (!(byte & PORT_NO_RESET))
        pull_reset(controller);
}

/* --- Commands and data --- */

static void set_command_byte(struct i8042 *controller, uint8_t byte)
{
    controller->ram[0] = byte;
    update_interrupts(controller);
    go_on(controller);
}

static void switch_device(struct i8042 *controller, uint8_t bit, bool off)
{
    const uint8_t byte = command_byte(controller);

    set_command_byte(controller, off ? byte | bit : byte & (uint8_t)~bit);
}

/* Commands that are done at once. */
static void obey(struct i8042 *controller, uint8_t command)
{
    switch (command) {
    case TEST_PASSWORD: answer(controller, REPLY_NO_PASSWORD, false); break;
    case MOUSE_OFF:
    case MOUSE_ON:
        switch_device(controller, I8042_MOUSE_OFF, command == MOUSE_OFF);
        break;
    case KEYBOARD_OFF:
    case KEYBOARD_ON:
        switch_device(controller, I8042_KEYBOARD_OFF, command == KEYBOARD_OFF);
        break;
    case TEST_MOUSE:
    case TEST_KEYBOARD: answer(controller, REPLY_TEST_PASSED, false); break;
    case SELF_TEST:
        controller->ram[0] |= I8042_SYSTEM_FLAG;
        answer(controller, REPLY_SELF_TEST, false);
        break;
    case READ_INPUT_PORT: answer(controller, INPUT_PORT, false); break;
    case READ_OUTPUT_PORT:
        answer(controller, read_output_port(controller), false);
        break;
    case A20_SHUT:
    case A20_OPEN: set_a20(controller, command == A20_OPEN); break;
    case READ_TEST_INPUTS: answer(controller, 0, false); break;
    default:
        /* The low bits are the lines that are not pulsed. */
        if (command >= PULSE_FIRST && !(command & PORT_NO_RESET))
            pull_reset(controller);
        break;
    }
}

void i8042_write_command(void *context, uint32_t offset, unsigned size,
                         uint32_t value)
{
    struct i8042 *controller = context;
    const uint8_t command = (uint8_t)value;

    (void)offset;
    (void)size;
    controller->last_was_command = true;
    controller->pending = 0;
    if (command >= READ_RAM_FIRST && command <= READ_RAM_LAST)
        answer(controller, controller->ram[command & RAM_MASK], false);
    else if ((command >= WRITE_RAM_FIRST && command <= WRITE_RAM_LAST) ||
             (command >= WRITE_OUTPUT_PORT && command <= WRITE_MOUSE))
        controller->pending = command;
    else
        obey(controller, command);
}

/* The byte that a command has waited for. */
static void take_parameter(struct i8042 *controller, uint8_t command,
                           uint8_t byte)
{
    switch (command) {
    case WRITE_RAM_FIRST: set_command_byte(controller, byte); break;
    case WRITE_OUTPUT_PORT: write_output_port(controller, byte); break;
    case WRITE_KEYBOARD_BUFFER: answer(controller, byte, false); break;
    case WRITE_MOUSE_BUFFER: answer(controller, byte, true); break;
    case WRITE_MOUSE:
        switch_device(controller, I8042_MOUSE_OFF, false);
        ps2_mouse_write(&controller->mouse, byte);
        break;
    default: controller->ram[command & RAM_MASK] = byte; break;
    }
}

/* A byte for the keyboard switches its cable on. */
void i8042_write_data(void *context, uint32_t offset, unsigned size,
                      uint32_t value)
{
    struct i8042 *controller = context;
    const uint8_t command = controller->pending;

    (void)offset;
    (void)size;
    controller->last_was_command = false;
    controller->pending = 0;
    if (command) {
        take_parameter(controller, command, (uint8_t)value);
        return;
    }
    switch_device(controller, I8042_KEYBOARD_OFF, false);
    ps2_keyboard_write(&controller->keyboard, (uint8_t)value);
}

/* --- Life --- */

void i8042_init(struct i8042 *controller, struct clock *clock,
                struct irq_line keyboard_irq, struct irq_line mouse_irq)
{
    *controller = (struct i8042){
        .clock = clock, .keyboard_irq = keyboard_irq, .mouse_irq = mouse_irq};
    controller->arrival = (struct clock_event){.name = "PS/2 byte",
                                               .callback = arrive,
                                               .context = controller,
                                               .when = CLOCK_NEVER};
    controller->keyboard.port.ready = device_ready;
    controller->keyboard.port.context = controller;
    controller->mouse.port.ready = device_ready;
    controller->mouse.port.context = controller;
    i8042_reset(controller);
}

void i8042_reset(struct i8042 *controller)
{
    ps2_keyboard_reset(&controller->keyboard);
    ps2_mouse_reset(&controller->mouse);
    memset(controller->ram, 0, sizeof controller->ram);
    controller->output = 0;
    controller->output_full = controller->output_is_mouse = false;
    controller->last_was_command = controller->reply_waits = false;
    controller->pending = 0;
    controller->output_port = PORT_KEPT;
    controller->key_goes_up = false;
    clock_cancel(controller->clock, &controller->arrival);
    update_interrupts(controller);
}
