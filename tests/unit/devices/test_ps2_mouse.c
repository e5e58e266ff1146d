/* SPDX-License-Identifier: MIT */
#include "devices/ps2_mouse.h"

#include <stdio.h>

#include "tests/unit/run_tests.h"

static struct ps2_mouse fresh(void)
{
    struct ps2_mouse mouse = {.x = 0};

    ps2_mouse_reset(&mouse);
    return mouse;
}

static void expect_sent(struct ps2_mouse *mouse, const char *expected)
{
    char text[3 * PS2_QUEUE + 1] = "";
    char *end = text;

    while (mouse->port.count > 0)
        end += snprintf(end, 4, "%s%02x", end == text ? "" : " ",
                        ps2_port_take(&mouse->port));
    ck_assert_str_eq(text, expected);
}

static void command(struct ps2_mouse *mouse, uint8_t byte, const char *expected)
{
    ps2_mouse_write(mouse, byte);
    expect_sent(mouse, expected);
}

START_TEST(commands_are_answered_as_the_manual_says)
{
    struct ps2_mouse mouse = fresh();

    command(&mouse, 0xff, "fa aa 00");
    command(&mouse, 0xf2, "fa 00");
    command(&mouse, 0xe9, "fa 00 02 64");
    command(&mouse, 0xe8, "fa");
    command(&mouse, 3, "fa");
    command(&mouse, 0xf3, "fa");
    command(&mouse, 40, "fa");
    command(&mouse, 0xe7, "fa");
    command(&mouse, 0xf4, "fa");
    command(&mouse, 0xe9, "fa 30 03 28");
    command(&mouse, 0xfe, "28");
    command(&mouse, 0xf0, "fa");
    command(&mouse, 0xe9, "fa 70 03 28");
    command(&mouse, 0xf6, "fa");
    command(&mouse, 0xe9, "fa 00 02 64");
    command(&mouse, 0x12, "fe");
    command(&mouse, 0xee, "fa");
    command(&mouse, 0xf2, "f2");
    command(&mouse, 0xec, "fa");
}
END_TEST

START_TEST(movement_is_told_once_it_is_asked_for)
{
    struct ps2_mouse mouse = fresh();

    ps2_mouse_move(&mouse, 5, 5, 0, 0);
    expect_sent(&mouse, "");
    command(&mouse, 0xf4, "fa");
    ps2_mouse_move(&mouse, 5, 3, 0, PS2_MOUSE_LEFT);
    expect_sent(&mouse, "29 05 fd"); /* down is negative */
    ps2_mouse_move(&mouse, -1, -2, 0, PS2_MOUSE_RIGHT | PS2_MOUSE_MIDDLE);
    expect_sent(&mouse, "1e ff 02");
    ps2_mouse_move(&mouse, 0, 0, 0, PS2_MOUSE_RIGHT | PS2_MOUSE_MIDDLE);
    expect_sent(&mouse, "");
    ps2_mouse_move(&mouse, 0, 0, 0, 0);
    expect_sent(&mouse, "08 00 00");
    command(&mouse, 0xf5, "fa");
    ps2_mouse_move(&mouse, 9, 9, 0, 0);
    expect_sent(&mouse, "");
}
END_TEST

START_TEST(unread_movement_adds_up)
{
    struct ps2_mouse mouse = fresh();

    command(&mouse, 0xf4, "fa");
    for (unsigned i = 0; i < 100; i++)
        ps2_mouse_move(&mouse, 4, 0, 0, 0);
    expect_sent(&mouse, "08 04 00");
    ps2_mouse_sent(&mouse);
    expect_sent(&mouse, "08 ff 00");
    ps2_mouse_sent(&mouse);
    expect_sent(&mouse, "08 8d 00"); /* 396 in all */
    ps2_mouse_sent(&mouse);
    expect_sent(&mouse, "");
    for (unsigned i = 0; i < 10000; i++)
        ps2_mouse_move(&mouse, INT32_MIN, INT32_MAX, INT32_MIN, 0xff);
    EXPECT_EQ(mouse.port.count, 3);
}
END_TEST

START_TEST(wheel_comes_with_the_three_sample_rates)
{
    static const uint8_t rates[] = {200, 100, 80};
    struct ps2_mouse mouse = fresh();

    for (unsigned i = 0; i < sizeof rates; i++) {
        command(&mouse, 0xf2, "fa 00");
        command(&mouse, 0xf3, "fa");
        command(&mouse, rates[i], "fa");
    }
    command(&mouse, 0xf2, "fa 03");
    command(&mouse, 0xf4, "fa");
    ps2_mouse_move(&mouse, 0, 0, -1, 0);
    expect_sent(&mouse, "08 00 00 ff");
    command(&mouse, 0xff, "fa aa 00");
    command(&mouse, 0xf2, "fa 00");
}
END_TEST

START_TEST(remote_mouse_speaks_when_it_is_asked)
{
    struct ps2_mouse mouse = fresh();

    command(&mouse, 0xf4, "fa");
    command(&mouse, 0xf0, "fa");
    ps2_mouse_move(&mouse, 7, 0, 0, 0);
    expect_sent(&mouse, "");
    command(&mouse, 0xeb, "fa 08 07 00");
    command(&mouse, 0xeb, "fa 08 00 00");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        commands_are_answered_as_the_manual_says,
        movement_is_told_once_it_is_asked_for,
        unread_movement_adds_up,
        wheel_comes_with_the_three_sample_rates,
        remote_mouse_speaks_when_it_is_asked,
    };

    return run_tests("PS/2 mouse", tests, sizeof tests / sizeof tests[0]);
}
