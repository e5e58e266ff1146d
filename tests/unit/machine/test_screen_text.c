/* SPDX-License-Identifier: MIT */
#include "machine/screen_text.h"

#include "tests/unit/machine/loader_rig.h"

/* Register `index` of the CRTC. */
static void set_crtc(struct rig *rig, unsigned index, unsigned value)
{
    vga_write_crtc(&rig->machine->board.vga, 0, 1, index);
    vga_write_crtc(&rig->machine->board.vga, 1, 1, value);
}

static void write_text(struct rig *rig, unsigned row, unsigned column,
                       const char *text)
{
    for (unsigned i = 0; text[i]; i++)
        bus_store(&rig->machine->bus, 0xb8000 + 2 * (80 * row + column + i), 1,
                  (uint8_t)text[i]);
}

START_TEST(a_text_is_found_in_any_row_but_not_across_two)
{
    struct rig rig = rig_make();
    struct screen_text screen;

    for (unsigned row = 0; row < 25; row++) {
        write_text(&rig, row, 79 - row, "xyz");
        screen_text_read(&rig.machine->board, &screen);
        EXPECT_EQ(screen.rows, 25);
        EXPECT_EQ(screen.columns, 80);
        EXPECT_EQ(screen_text_has(&screen, "xyz", 3), row >= 2);
        EXPECT(!screen_text_has(&screen, "zyx", 3));
        write_text(&rig, row, 79 - row, "   ");
    }
    rig_free(&rig);
}
END_TEST

START_TEST(a_prompt_stands_right_in_front_of_the_cursor)
{
    struct rig rig = rig_make();
    struct screen_text screen;

    write_text(&rig, 3, 0, "$ ");
    for (unsigned cell = 0; cell < 0x10000; cell += 1 + cell / 2000) {
        set_crtc(&rig, 0x0e, cell >> 8);
        set_crtc(&rig, 0x0f, cell & 0xff);
        screen_text_read(&rig.machine->board, &screen);
        EXPECT_EQ(screen_text_prompts(&screen, "$ ", 2), cell == 3 * 80 + 2);
    }
    rig_free(&rig);
}
END_TEST

START_TEST(no_setting_of_the_controller_can_do_harm)
{
    static struct screen_text screen;
    struct rig rig = rig_make();

    for (unsigned index = 0; index < 25; index++) {
        for (unsigned value = 0; value < 256; value++) {
            set_crtc(&rig, 0x11, 0);
            set_crtc(&rig, index, value);
            screen_text_read(&rig.machine->board, &screen);
            EXPECT(screen.columns <= SCREEN_COLUMNS_MAX);
            EXPECT(screen.rows <= SCREEN_ROWS_MAX);
            (void)screen_text_has(&screen, "abc", 3);
            (void)screen_text_prompts(&screen, "abc", 3);
        }
    }
    rig_free(&rig);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_text_is_found_in_any_row_but_not_across_two,
        a_prompt_stands_right_in_front_of_the_cursor,
        no_setting_of_the_controller_can_do_harm,
    };

    return run_tests("screen text", tests, sizeof tests / sizeof tests[0]);
}
