/* SPDX-License-Identifier: MIT */
#include "devices/ps2_keyboard.h"

#include <linux/input-event-codes.h>
#include <stdio.h>

#include "devices/ps2_codes.h"
#include "tests/unit/run_tests.h"

/* Keys without a prefix, by usage. Linux numbers its first 88 keys by the
 * codes of set 1, which the keyboards of 1981 had. */
static const struct {
    uint8_t first;
    uint8_t last;
    uint8_t key[26];
} rows[] = {
    {0x04, 0x1d, {KEY_A, KEY_B, KEY_C, KEY_D, KEY_E, KEY_F, KEY_G, KEY_H, KEY_I,
                  KEY_J, KEY_K, KEY_L, KEY_M, KEY_N, KEY_O, KEY_P, KEY_Q, KEY_R,
                  KEY_S, KEY_T, KEY_U, KEY_V, KEY_W, KEY_X, KEY_Y, KEY_Z}},
    {0x1e,
     0x27,
     {KEY_1, KEY_2, KEY_3, KEY_4, KEY_5, KEY_6, KEY_7, KEY_8, KEY_9, KEY_0}},
    {0x28,
     0x31,
     {KEY_ENTER, KEY_ESC, KEY_BACKSPACE, KEY_TAB, KEY_SPACE, KEY_MINUS,
      KEY_EQUAL, KEY_LEFTBRACE, KEY_RIGHTBRACE, KEY_BACKSLASH}},
    {0x33,
     0x39,
     {KEY_SEMICOLON, KEY_APOSTROPHE, KEY_GRAVE, KEY_COMMA, KEY_DOT, KEY_SLASH,
      KEY_CAPSLOCK}},
    {0x3a,
     0x45,
     {KEY_F1, KEY_F2, KEY_F3, KEY_F4, KEY_F5, KEY_F6, KEY_F7, KEY_F8, KEY_F9,
      KEY_F10, KEY_F11, KEY_F12}},
    {0x47, 0x47, {KEY_SCROLLLOCK}},
    {0x53, 0x53, {KEY_NUMLOCK}},
    {0x55, 0x57, {KEY_KPASTERISK, KEY_KPMINUS, KEY_KPPLUS}},
    {0x59,
     0x63,
     {KEY_KP1, KEY_KP2, KEY_KP3, KEY_KP4, KEY_KP5, KEY_KP6, KEY_KP7, KEY_KP8,
      KEY_KP9, KEY_KP0, KEY_KPDOT}},
    {0x64, 0x64, {KEY_102ND}},
    {0xe0, 0xe2, {KEY_LEFTCTRL, KEY_LEFTSHIFT, KEY_LEFTALT}},
    {0xe5, 0xe5, {KEY_RIGHTSHIFT}},
};

/* Keys behind E0, by usage: their codes in set 1. */
static const struct {
    uint8_t usage;
    uint8_t code;
} prefixed[] = {
    {0x49, 0x52}, {0x4a, 0x47}, {0x4b, 0x49}, {0x4c, 0x53}, {0x4d, 0x4f},
    {0x4e, 0x51}, {0x4f, 0x4d}, {0x50, 0x4b}, {0x51, 0x50}, {0x52, 0x48},
    {0x54, 0x35}, {0x58, 0x1c}, {0x65, 0x5d}, {0xe3, 0x5b}, {0xe4, 0x1d},
    {0xe6, 0x38}, {0xe7, 0x5c},
};

static struct ps2_keyboard fresh(void)
{
    struct ps2_keyboard keyboard = {.leds = 0};

    ps2_keyboard_reset(&keyboard);
    return keyboard;
}

/* Expect exactly these bytes, in hexadecimal, as what waits in the port. */
static void expect_sent(struct ps2_keyboard *keyboard, const char *expected)
{
    char text[3 * PS2_QUEUE + 1] = "";
    char *end = text;

    while (keyboard->port.count > 0)
        end += snprintf(end, 4, "%s%02x", end == text ? "" : " ",
                        ps2_port_take(&keyboard->port));
    ck_assert_str_eq(text, expected);
}

static void command(struct ps2_keyboard *keyboard, uint8_t byte,
                    const char *expected)
{
    ps2_keyboard_write(keyboard, byte);
    expect_sent(keyboard, expected);
}

START_TEST(keys_of_the_83_key_board_send_their_codes_in_set_1)
{
    struct ps2_keyboard keyboard = fresh();

    command(&keyboard, 0xf0, "fa");
    command(&keyboard, 1, "fa");
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (unsigned usage = rows[i].first; usage <= rows[i].last; usage++) {
            const unsigned code = rows[i].key[usage - rows[i].first];

            ps2_keyboard_key(&keyboard, (uint8_t)usage, true);
            EXPECT_EQ(keyboard.port.count, 1);
            EXPECT_EQ(ps2_port_take(&keyboard.port), code);
            ps2_keyboard_key(&keyboard, (uint8_t)usage, false);
            EXPECT_EQ(ps2_port_take(&keyboard.port), code | 0x80);
            EXPECT_EQ(keyboard.port.count, 0);
        }
    }
}
END_TEST

START_TEST(later_keys_have_a_prefix)
{
    struct ps2_keyboard keyboard = fresh();

    command(&keyboard, 0xf0, "fa");
    command(&keyboard, 1, "fa");
    for (unsigned i = 0; i < sizeof prefixed / sizeof prefixed[0]; i++) {
        for (unsigned up = 0; up < 2; up++) {
            ps2_keyboard_key(&keyboard, prefixed[i].usage, !up);
            EXPECT_EQ(keyboard.port.count, 2);
            EXPECT_EQ(ps2_port_take(&keyboard.port), 0xe0);
            EXPECT_EQ(ps2_port_take(&keyboard.port),
                      prefixed[i].code | (up ? 0x80u : 0));
        }
    }
}
END_TEST

START_TEST(translation_of_set_2_gives_set_1_for_every_key)
{
    for (unsigned usage = 0; usage < 256; usage++) {
        for (unsigned up = 0; up < 2; up++) {
            struct ps2_keyboard one = fresh();
            struct ps2_keyboard two = fresh();
            unsigned break_bit = 0;

            one.scan_code_set = 1;
            ps2_keyboard_key(&one, (uint8_t)usage, !up);
            ps2_keyboard_key(&two, (uint8_t)usage, !up);
            while (two.port.count > 0) {
                const uint8_t byte = ps2_port_take(&two.port);

                if (byte == 0xf0) {
                    break_bit = 0x80;
                    continue;
                }
                EXPECT(one.port.count > 0);
                EXPECT_EQ(ps2_port_take(&one.port),
                          ps2_code_translated[byte] | break_bit);
                break_bit = 0;
            }
            EXPECT_EQ(one.port.count, 0);
        }
    }
}
END_TEST

START_TEST(print_screen_and_pause_are_sequences)
{
    struct ps2_keyboard keyboard = fresh();

    ps2_keyboard_key(&keyboard, 0x46, true);
    expect_sent(&keyboard, "e0 12 e0 7c");
    ps2_keyboard_key(&keyboard, 0x46, false);
    expect_sent(&keyboard, "e0 f0 7c e0 f0 12");
    ps2_keyboard_key(&keyboard, 0x48, true);
    expect_sent(&keyboard, "e1 14 77 e1 f0 14 f0 77");
    ps2_keyboard_key(&keyboard, 0x48, false);
    expect_sent(&keyboard, "");
    ps2_keyboard_key(&keyboard, 0xe2, true);
    ps2_keyboard_key(&keyboard, 0x46, true);
    ps2_keyboard_key(&keyboard, 0x46, false);
    expect_sent(&keyboard, "11 84 f0 84");
}
END_TEST

START_TEST(commands_are_answered_as_the_manual_says)
{
    struct ps2_keyboard keyboard = fresh();

    command(&keyboard, 0xee, "ee");
    command(&keyboard, 0xf2, "fa ab 83");
    command(&keyboard, 0xed, "fa");
    command(&keyboard, 5, "fa");
    EXPECT_EQ(keyboard.leds, 5);
    command(&keyboard, 0xf3, "fa");
    command(&keyboard, 0x20, "fa");
    command(&keyboard, 0xf0, "fa");
    command(&keyboard, 0, "fa 02");
    command(&keyboard, 0xfe, "02");
    command(&keyboard, 0xf0, "fa");
    command(&keyboard, 3, "fe");
    command(&keyboard, 0xff, "fa aa");
    command(&keyboard, 0x00, "fe");
    command(&keyboard, 0xef, "fe");
    /* A command in the place of a parameter is obeyed. */
    command(&keyboard, 0xed, "fa");
    command(&keyboard, 0xf4, "fa");
    EXPECT_EQ(keyboard.leds, 0);
}
END_TEST

START_TEST(disabled_keyboard_sends_no_keys)
{
    struct ps2_keyboard keyboard = fresh();

    command(&keyboard, 0xf5, "fa");
    ps2_keyboard_key(&keyboard, 0x04, true);
    expect_sent(&keyboard, "");
    command(&keyboard, 0xf4, "fa");
    ps2_keyboard_key(&keyboard, 0x04, true);
    expect_sent(&keyboard, "1c");
}
END_TEST

START_TEST(full_queue_loses_whole_keys_only)
{
    struct ps2_keyboard keyboard = fresh();
    unsigned bytes = 0;

    for (unsigned i = 0; i < 100; i++)
        ps2_keyboard_key(&keyboard, 0x49, false);
    while (keyboard.port.count > 0) {
        static const uint8_t key[] = {0xe0, 0xf0, 0x70};

        EXPECT_EQ(ps2_port_take(&keyboard.port), key[bytes++ % 3]);
    }
    EXPECT_EQ(bytes % 3, 0);
    EXPECT(bytes > 15);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        keys_of_the_83_key_board_send_their_codes_in_set_1,
        later_keys_have_a_prefix,
        translation_of_set_2_gives_set_1_for_every_key,
        print_screen_and_pause_are_sequences,
        commands_are_answered_as_the_manual_says,
        disabled_keyboard_sends_no_keys,
        full_queue_loses_whole_keys_only,
    };

    return run_tests("PS/2 keyboard", tests, sizeof tests / sizeof tests[0]);
}
