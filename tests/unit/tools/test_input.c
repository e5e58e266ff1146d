/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tests/unit/random.h"
#include "tests/unit/run_tests.h"
#include "tools/input_keys.h"
#include "tools/input_script.h"
#include "tools/text_watch.h"

static bool parse(struct input_script *script, const char *text,
                  struct error *error)
{
    uint8_t bytes[256];
    const struct host_file file = {bytes, strlen(text)};

    EXPECT(strlen(text) <= sizeof bytes);
    memcpy(bytes, text, strlen(text));
    return input_script_parse(script, "keys.txt", &file, error);
}

START_TEST(every_printable_character_has_a_key)
{
    bool seen[256][2] = {{false}};

    for (int character = ' '; character <= '~'; character++) {
        bool shift = false;
        const uint8_t usage = input_key_typing((char)character, &shift);

        EXPECT(usage != 0);
        EXPECT(!seen[usage][shift]);
        seen[usage][shift] = true;
    }
}
END_TEST

/* "HID Usage Tables", 1.12, page 7. */
START_TEST(keys_have_their_usb_numbers)
{
    static const struct {
        char character;
        uint8_t usage;
        bool shift;
    } typed[] = {{'a', 0x04, false}, {'z', 0x1d, false},  {'1', 0x1e, false},
                 {'0', 0x27, false}, {'\n', 0x28, false}, {'\t', 0x2b, false},
                 {' ', 0x2c, false}, {'-', 0x2d, false},  {'\\', 0x31, false},
                 {';', 0x33, false}, {'/', 0x38, false},  {'A', 0x04, true},
                 {'!', 0x1e, true},  {')', 0x27, true},   {'_', 0x2d, true},
                 {'|', 0x31, true},  {':', 0x33, true},   {'?', 0x38, true},
                 {'~', 0x35, true},  {'"', 0x34, true}};
    bool shift = false;

    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
        EXPECT_EQ(input_key_typing(typed[i].character, &shift), typed[i].usage);
        EXPECT_EQ(shift, typed[i].shift);
    }
    EXPECT_EQ(input_key_named("enter", 5), 0x28);
    EXPECT_EQ(input_key_named("f1", 2), 0x3a);
    EXPECT_EQ(input_key_named("f12", 3), 0x45);
    EXPECT_EQ(input_key_named("delete", 6), 0x4c);
    EXPECT_EQ(input_key_named("up", 2), 0x52);
    EXPECT_EQ(input_key_named("rightgui", 8), 0xe7);
    EXPECT_EQ(input_key_named("q", 1), 0x14);
    EXPECT_EQ(input_key_named("Q", 1), 0);
    EXPECT_EQ(input_key_named("", 0), 0);
    EXPECT_EQ(input_key_typing('\001', &shift), 0);
    EXPECT_EQ(input_key_typing('\0', &shift), 0);
}
END_TEST

START_TEST(keys_of_a_chord_are_released_in_reverse)
{
    static const struct input_key expected[] = {
        {0xe0, true},  {0xe2, true},  {0x4c, true}, {0x4c, false},
        {0xe2, false}, {0xe0, false}, {0xe1, true}, {0x04, true},
        {0x04, false}, {0xe1, false}, {0x05, true}, {0x05, false}};
    struct input_script script;
    struct error error;

    EXPECT(parse(&script, "keys ctrl+alt+delete \"Ab\"", &error));
    EXPECT_EQ(script.count, 1);
    EXPECT_EQ(script.steps[0].key_count, 12);
    for (size_t i = 0; i < 12; i++) {
        EXPECT_EQ(script.steps[0].keys[i].usage, expected[i].usage);
        EXPECT_EQ(script.steps[0].keys[i].down, expected[i].down);
    }
    input_script_release(&script);
}
END_TEST

START_TEST(steps_stand_on_one_line_or_on_many)
{
    static const enum input_step_kind kinds[] = {
        INPUT_AT,   INPUT_AFTER,  INPUT_KEYS,  INPUT_WAIT,
        INPUT_PACE, INPUT_SERIAL, INPUT_POWER, INPUT_STOP};
    struct input_script script;
    struct error error;

    EXPECT(parse(&script,
                 "at 5k after prompt \"# \" keys \"ls\" enter wait 2M# now\n"
                 "\r\n\t pace 3\nserial \"\\x00\\e\"\npower stop",
                 &error));
    EXPECT_EQ(script.count, 8);
    for (size_t i = 0; i < 8; i++)
        EXPECT_EQ(script.steps[i].kind, kinds[i]);
    EXPECT_EQ(script.steps[0].ticks, 5000);
    EXPECT_EQ(script.steps[1].sources, INPUT_FROM_PROMPT);
    EXPECT_EQ(script.steps[3].ticks, 2000000);
    EXPECT_EQ(script.steps[4].line, 3);
    EXPECT_EQ(script.steps[5].length, 2);
    EXPECT(memcmp(script.steps[5].text, "\0\033", 2) == 0);
    input_script_release(&script);
}
END_TEST

START_TEST(no_script_can_do_harm)
{
    static const char *const words[] = {
        "at ",   "after ", "wait ",  "pace ",  "keys ", "serial ",
        "stop ", "power ", "\"a\"",  "\"",     "\\",    "\n",
        "#",     "ctrl+",  "enter ", "5M ",    "x",     "\\x",
        "+",     "\t",     "\r",     "prompt "};
    struct random random = random_seeded(1);

    for (unsigned i = 0; i < 200000; i++) {
        struct input_script script;
        struct error error = {""};
        char text[160] = "";

        for (uint32_t left = random_below(&random, 16); left > 0; left--)
            strcat(text, words[random_below(&random, 22)]);
        if (!parse(&script, text, &error))
            EXPECT(strncmp(error.text, "keys.txt:", 9) == 0);
        input_script_release(&script);
    }
}
END_TEST

/* Against looking at the last bytes each time. */
START_TEST(a_text_is_found_however_it_overlaps_itself)
{
    static const char *const texts[] = {"a",    "ab",    "aa",     "aab",
                                        "abab", "aabaa", "abaabab"};
    struct random random = random_seeded(2);

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const size_t length = strlen(texts[i]);
        struct text_watch watch = {0};
        struct text_pattern pattern;
        char bytes[2000];

        EXPECT(text_pattern_init(&pattern, texts[i], length));
        for (size_t at = 0; at < sizeof bytes; at++) {
            bytes[at] = (char)('a' + random_below(&random, 2));
            EXPECT_EQ(text_watch_byte(&watch, &pattern, (uint8_t)bytes[at]),
                      at + 1 >= length && memcmp(bytes + at + 1 - length,
                                                 texts[i], length) == 0);
        }
        text_pattern_release(&pattern);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_printable_character_has_a_key,
        keys_have_their_usb_numbers,
        keys_of_a_chord_are_released_in_reverse,
        steps_stand_on_one_line_or_on_many,
        no_script_can_do_harm,
        a_text_is_found_however_it_overlaps_itself,
    };

    return run_tests("input", tests, sizeof tests / sizeof tests[0]);
}
