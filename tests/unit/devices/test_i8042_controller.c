/* SPDX-License-Identifier: MIT */
#include "devices/i8042_controller.h"

#include "tests/unit/run_tests.h"

enum {
    TICKS_PER_SECOND = 1000000,
    KEY_A = 0x04,
    BOTH_INTERRUPTS = 3,
    OUTPUT_FULL = 1,
    MOUSE = 0x20
};

struct fixture {
    struct clock clock;
    struct i8042 controller;
    bool irq[13];
    bool a20;
    unsigned resets;
};

static void take_irq(void *context, unsigned line, bool level)
{
    struct fixture *f = context;

    f->irq[line] = level;
}

static void set_a20(void *context, bool open)
{
    struct fixture *f = context;

    f->a20 = open;
}

static bool a20(void *context)
{
    const struct fixture *f = context;

    return f->a20;
}

static void take_reset(void *context)
{
    struct fixture *f = context;

    f->resets++;
}

static struct fixture *fixture_create(void)
{
    struct fixture *f = calloc(1, sizeof *f);

    ck_assert_ptr_nonnull(f);
    clock_init(&f->clock, TICKS_PER_SECOND);
    i8042_init(&f->controller, &f->clock, (struct irq_line){take_irq, f, 1},
               (struct irq_line){take_irq, f, 12});
    f->controller.set_a20 = set_a20;
    f->controller.a20 = a20;
    f->controller.reset = take_reset;
    f->controller.context = f;
    return f;
}

static void command(struct fixture *f, uint8_t byte)
{
    i8042_write_command(&f->controller, 0, 1, byte);
}

static void put(struct fixture *f, uint8_t byte)
{
    i8042_write_data(&f->controller, 0, 1, byte);
}

static unsigned status(struct fixture *f)
{
    return i8042_read_status(&f->controller, 0, 1);
}

static unsigned get(struct fixture *f)
{
    return i8042_read_data(&f->controller, 0, 1);
}

/* Let cables finish, then expect a byte at port 60, from where it says. */
static void expect_byte(struct fixture *f, unsigned byte, unsigned from)
{
    clock_advance(&f->clock, f->clock.now + TICKS_PER_SECOND / 100);
    EXPECT_EQ(status(f) & (OUTPUT_FULL | MOUSE), OUTPUT_FULL | from);
    EXPECT_EQ(get(f), byte);
}

static void expect_nothing(struct fixture *f)
{
    clock_advance(&f->clock, f->clock.now + TICKS_PER_SECOND);
    EXPECT_EQ(status(f) & OUTPUT_FULL, 0);
}

START_TEST(controller_answers_its_own_commands_at_once)
{
    static const uint8_t rows[][2] = {
        {0xa4, 0xf1}, {0xa9, 0x00}, {0xaa, 0x55}, {0xab, 0x00}, {0xc0, 0xb0}};
    struct fixture *f = fixture_create();

    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        command(f, rows[i][0]);
        EXPECT_EQ(status(f) & OUTPUT_FULL, OUTPUT_FULL);
        EXPECT_EQ(get(f), rows[i][1]);
        EXPECT_EQ(status(f) & OUTPUT_FULL, 0);
        EXPECT_EQ(get(f), rows[i][1]); /* it stays readable */
    }
    EXPECT_EQ(status(f), 0x1c); /* command, unlocked, tested */
    put(f, 0);
    EXPECT_EQ(status(f) & 8, 0);
    free(f);
}
END_TEST

START_TEST(ram_is_written_and_read_by_its_commands)
{
    struct fixture *f = fixture_create();

    for (unsigned i = 0; i < 32; i++) {
        command(f, (uint8_t)(0x60 + i));
        put(f, (uint8_t)(i * 3 + 0x30));
    }
    for (unsigned i = 0; i < 32; i++) {
        command(f, (uint8_t)(0x20 + i));
        EXPECT_EQ(get(f), i * 3 + 0x30);
    }
    free(f);
}
END_TEST

START_TEST(key_is_translated_or_not_and_interrupts)
{
    struct fixture *f = fixture_create();

    command(f, 0x60);
    put(f, BOTH_INTERRUPTS | I8042_TRANSLATE);
    ps2_keyboard_key(&f->controller.keyboard, KEY_A, true);
    EXPECT(!f->irq[1]); /* it is still on the cable */
    clock_advance(&f->clock, 1000);
    EXPECT(f->irq[1] && !f->irq[12]);
    expect_byte(f, 0x1e, 0);
    EXPECT(!f->irq[1]);
    ps2_keyboard_key(&f->controller.keyboard, KEY_A, false);
    expect_byte(f, 0x9e, 0);
    command(f, 0x60);
    put(f, 0);
    ps2_keyboard_key(&f->controller.keyboard, KEY_A, false);
    expect_byte(f, 0xf0, 0);
    EXPECT(!f->irq[1]);
    expect_byte(f, 0x1c, 0);
    expect_nothing(f);
    free(f);
}
END_TEST

START_TEST(bytes_of_one_cable_come_one_after_the_other)
{
    struct fixture *f = fixture_create();

    put(f, 0xf2);
    clock_advance(&f->clock, 1000);
    EXPECT_EQ(get(f), 0xfa);
    EXPECT_EQ(status(f) & OUTPUT_FULL, 0);
    clock_advance(&f->clock, 1999);
    EXPECT_EQ(status(f) & OUTPUT_FULL, 0);
    clock_advance(&f->clock, 2000);
    EXPECT_EQ(get(f), 0xab);
    expect_byte(f, 0x83, 0);
    expect_nothing(f);
    free(f);
}
END_TEST

START_TEST(mouse_speaks_through_its_own_interrupt)
{
    struct fixture *f = fixture_create();

    command(f, 0x60);
    put(f, BOTH_INTERRUPTS | I8042_TRANSLATE);
    command(f, 0xd4);
    put(f, 0xf4);
    clock_advance(&f->clock, 1000);
    EXPECT(f->irq[12] && !f->irq[1]);
    expect_byte(f, 0xfa, MOUSE);
    EXPECT(!f->irq[12]);
    ps2_mouse_move(&f->controller.mouse, 3, 0, 0, 1);
    ps2_mouse_move(&f->controller.mouse, 2, 0, 0, 1);
    expect_byte(f, 0x09, MOUSE);
    expect_byte(f, 0x03, MOUSE);
    expect_byte(f, 0x00, MOUSE);
    expect_byte(f, 0x09, MOUSE);
    expect_byte(f, 0x02, MOUSE);
    expect_byte(f, 0x00, MOUSE);
    expect_nothing(f);
    free(f);
}
END_TEST

START_TEST(device_that_is_switched_off_waits)
{
    struct fixture *f = fixture_create();

    command(f, 0xad);
    ps2_keyboard_key(&f->controller.keyboard, KEY_A, true);
    expect_nothing(f);
    command(f, 0x20);
    EXPECT_EQ(get(f), I8042_KEYBOARD_OFF);
    command(f, 0xae);
    expect_byte(f, 0x1c, 0);
    command(f, 0xa7);
    command(f, 0x20);
    EXPECT_EQ(get(f), I8042_MOUSE_OFF);
    command(f, 0xd4); /* which switches it on */
    put(f, 0xf2);
    expect_byte(f, 0xfa, MOUSE);
    expect_byte(f, 0x00, MOUSE);
    command(f, 0xad);
    put(f, 0xee);
    expect_byte(f, 0xee, 0);
    free(f);
}
END_TEST

START_TEST(written_buffers_look_like_the_devices)
{
    struct fixture *f = fixture_create();

    command(f, 0xd2);
    put(f, 0x77);
    expect_byte(f, 0x77, 0);
    command(f, 0xd3);
    put(f, 0x88);
    expect_byte(f, 0x88, MOUSE);
    free(f);
}
END_TEST

START_TEST(output_port_has_the_a20_gate_and_reset)
{
    struct fixture *f = fixture_create();

    for (unsigned value = 0; value < 256; value++) {
        f->resets = 0;
        command(f, 0xd1);
        put(f, (uint8_t)value);
        EXPECT(f->a20 == ((value & 2) != 0));
        EXPECT_EQ(f->resets, !(value & 1));
        command(f, 0xd0);
        EXPECT_EQ(get(f) & 0xcf, (value & 0xce) | 1);
    }
    command(f, 0xdd);
    EXPECT(!f->a20);
    command(f, 0xdf);
    EXPECT(f->a20);
    free(f);
}
END_TEST

START_TEST(pulse_on_the_lowest_line_is_reset)
{
    struct fixture *f = fixture_create();

    for (unsigned value = 0xf0; value < 0x100; value++) {
        f->resets = 0;
        command(f, (uint8_t)value);
        EXPECT_EQ(f->resets, !(value & 1));
    }
    free(f);
}
END_TEST

START_TEST(reset_forgets_all_that_was_on_its_way)
{
    struct fixture *f = fixture_create();

    command(f, 0x60);
    put(f, BOTH_INTERRUPTS);
    ps2_keyboard_key(&f->controller.keyboard, KEY_A, true);
    command(f, 0xaa);
    EXPECT(f->irq[1]);
    i8042_reset(&f->controller);
    EXPECT(!f->irq[1]);
    EXPECT_EQ(clock_next(&f->clock), CLOCK_NEVER);
    expect_nothing(f);
    free(f);
}
END_TEST

START_TEST(no_sequence_of_bytes_does_harm)
{
    struct fixture *f = fixture_create();

    for (unsigned first = 0; first < 256; first++) {
        for (unsigned second = 0; second < 256; second++) {
            command(f, (uint8_t)first);
            put(f, (uint8_t)second);
            put(f, (uint8_t)first);
            ps2_mouse_move(&f->controller.mouse, (int)first, 1, 1, 1);
            clock_advance(&f->clock, f->clock.now + 500);
            (void)get(f);
        }
    }
    EXPECT(f->controller.keyboard.port.count <= PS2_QUEUE);
    EXPECT(f->controller.mouse.port.count <= PS2_QUEUE);
    free(f);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        controller_answers_its_own_commands_at_once,
        ram_is_written_and_read_by_its_commands,
        key_is_translated_or_not_and_interrupts,
        bytes_of_one_cable_come_one_after_the_other,
        mouse_speaks_through_its_own_interrupt,
        device_that_is_switched_off_waits,
        written_buffers_look_like_the_devices,
        output_port_has_the_a20_gate_and_reset,
        pulse_on_the_lowest_line_is_reset,
        reset_forgets_all_that_was_on_its_way,
        no_sequence_of_bytes_does_harm,
    };

    return run_tests("8042", tests, sizeof tests / sizeof tests[0]);
}
