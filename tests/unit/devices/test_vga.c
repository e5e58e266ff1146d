/* SPDX-License-Identifier: MIT */
#include "devices/vga.h"
#include "devices/vga_registers.h"

#include "tests/unit/devices/vga_card.h"

START_TEST(indexed_registers_keep_what_is_written)
{
    static const struct {
        unsigned port;
        unsigned registers;
        unsigned index_mask;
    } groups[] = {{PORT_SEQUENCER, 5, 7}, {PORT_GRAPHICS, 9, 15}};
    struct card *f = card_create();

    for (unsigned group = 0; group < 2; group++) {
        const unsigned port = groups[group].port;

        for (unsigned index = 0; index < 256; index++) {
            card_out(f, port, index);
            EXPECT_EQ(card_in(f, port), index & groups[group].index_mask);
        }
        for (unsigned index = 0; index <= groups[group].index_mask; index++) {
            for (unsigned value = 0; value < 256; value++) {
                card_out(f, port, index);
                card_out(f, port + 1, value);
                EXPECT_EQ(card_in(f, port + 1),
                          index < groups[group].registers ? value : 0);
            }
        }
    }
    for (unsigned index = 0; index < 64; index++) {
        set_crtc(f, 0x11, 0); /* no protection */
        set_crtc(f, index, 0x5a);
        EXPECT_EQ(get_crtc(f, index), index < 25 ? 0x5a : 0);
    }
    card_destroy(f);
}
END_TEST

START_TEST(protected_crtc_registers_keep_all_but_line_compare)
{
    struct card *f = card_create();

    set_crtc(f, 0x11, 0x0e);
    for (unsigned index = 0; index < 8; index++)
        set_crtc(f, index, 0x00);
    set_crtc(f, 0x11, 0x8e);
    for (unsigned index = 0; index < 16; index++) {
        set_crtc(f, index, 0xff);
        EXPECT_EQ(get_crtc(f, index), index < 7    ? 0u
                                      : index == 7 ? 0x10u
                                                   : 0xffu);
    }
    card_destroy(f);
}
END_TEST

START_TEST(attribute_port_alternates_until_status_is_read)
{
    struct card *f = card_create();

    for (unsigned index = 0; index < 21; index++) {
        (void)card_status(f);
        card_out(f, PORT_ATTRIBUTE, index);
        card_out(f, PORT_ATTRIBUTE, 0x15);
        (void)card_status(f);
        card_out(f, PORT_ATTRIBUTE, index);
        EXPECT_EQ(card_in(f, PORT_ATTRIBUTE_READ), 0x15);
        (void)card_status(f);
        EXPECT_EQ(card_in(f, PORT_ATTRIBUTE), index);
    }
    /* While the palette is on the screen it cannot be written. */
    (void)card_status(f);
    card_out(f, PORT_ATTRIBUTE, 0x20 | 3);
    card_out(f, PORT_ATTRIBUTE, 0x01);
    EXPECT_EQ(card_in(f, PORT_ATTRIBUTE_READ), 0x15);
    card_destroy(f);
}
END_TEST

START_TEST(dac_takes_red_green_blue_and_goes_on_to_the_next_entry)
{
    struct card *f = card_create();

    card_out(f, PORT_DAC_WRITE_INDEX, 0);
    for (unsigned i = 0; i < 768; i++)
        card_out(f, PORT_DAC_DATA, i * 7);
    EXPECT_EQ(card_in(f, PORT_DAC_READ_INDEX), 0);
    card_out(f, PORT_DAC_READ_INDEX, 0);
    EXPECT_EQ(card_in(f, PORT_DAC_READ_INDEX), 3);
    for (unsigned i = 0; i < 768; i++)
        EXPECT_EQ(card_in(f, PORT_DAC_DATA), (i * 7) & 0x3f);
    card_out(f, PORT_DAC_READ_INDEX, 255);
    for (unsigned i = 0; i < 3; i++)
        EXPECT_EQ(card_in(f, PORT_DAC_DATA), ((765 + i) * 7) & 0x3f);
    EXPECT_EQ(card_in(f, PORT_DAC_DATA), 0);
    f->vga.dac_8_bits = true;
    card_out(f, PORT_DAC_WRITE_INDEX, 9);
    card_out(f, PORT_DAC_DATA, 0xfe);
    card_out(f, PORT_DAC_READ_INDEX, 9);
    EXPECT_EQ(card_in(f, PORT_DAC_DATA), 0xfe);
    card_out(f, PORT_DAC_MASK, 0x0f);
    EXPECT_EQ(card_in(f, PORT_DAC_MASK), 0x0f);
    card_destroy(f);
}
END_TEST

START_TEST(misc_output_reads_back_at_another_port)
{
    struct card *f = card_create();

    EXPECT_EQ(card_in(f, PORT_MISC_READ), 0x67);
    card_out(f, PORT_MISC_WRITE, 0xe3);
    EXPECT_EQ(card_in(f, PORT_MISC_READ), 0xe3);
    card_destroy(f);
}
END_TEST

/* The sixteen colours that a PC shows in text mode, in hexadecimal RGB. */
START_TEST(reset_shows_text_mode_3_in_its_sixteen_colours)
{
    static const uint32_t colours[16] = {
        0x000000, 0x0000aa, 0x00aa00, 0x00aaaa, 0xaa0000, 0xaa00aa,
        0xaa5500, 0xaaaaaa, 0x555555, 0x5555ff, 0x55ff55, 0x55ffff,
        0xff5555, 0xff55ff, 0xffff55, 0xffffff};
    struct card *f = card_create();
    struct vga_text text;

    text = vga_text_screen(&f->vga);
    EXPECT_EQ(text.columns, 80);
    EXPECT_EQ(text.rows, 25);
    EXPECT_EQ(text.pitch_bytes, 160);
    EXPECT_EQ(text.start_byte, 0);
    EXPECT_EQ(text.cell_width, 9);
    EXPECT_EQ(text.cell_height, 16);
    EXPECT(text.blink);
    EXPECT(text.cursor_on);
    EXPECT_EQ(text.cursor_first, 13);
    EXPECT_EQ(text.cursor_last, 14);
    for (unsigned i = 0; i < 16; i++)
        EXPECT_EQ(vga_dac_colour(&f->vga, vga_attribute_entry(&f->vga, i)),
                  colours[i]);
    card_destroy(f);
}
END_TEST

START_TEST(cursor_and_start_follow_the_crtc)
{
    struct card *f = card_create();

    set_crtc(f, 0x0c, 0x12);
    set_crtc(f, 0x0d, 0x34);
    set_crtc(f, 0x0e, 0x05);
    set_crtc(f, 0x0f, 0x67);
    set_crtc(f, 0x0a, 0x20);
    EXPECT_EQ(vga_text_screen(&f->vga).start_byte, 2 * 0x1234);
    EXPECT_EQ(vga_text_screen(&f->vga).cursor_cell, 0x567);
    EXPECT(!vga_text_screen(&f->vga).cursor_on);
    card_destroy(f);
}
END_TEST

/*
 * Mode 3: 28.322 MHz, 900 dots a line, 449 lines; 720 x 400 of them are seen,
 * and lines 412 and 413 are vertical retrace.
 */
START_TEST(status_bits_follow_the_beam)
{
    struct card *f = card_create();
    unsigned frames_seen = 0;
    bool was_retrace = false;

    for (uint64_t tick = 0; tick < TICKS_PER_SECOND / 10; tick += 13) {
        const uint64_t dot = tick * 28322 / 100000 % (900 * 449);
        const uint64_t line = dot / 900;
        const bool retrace = line == 412 || line == 413;
        const bool blank = line >= 400 || dot % 900 >= 720;

        clock_advance(&f->clock, tick);
        EXPECT_EQ(card_status(f), (retrace ? 8u : 0u) | (blank ? 1u : 0u));
        frames_seen += retrace && !was_retrace;
        was_retrace = retrace;
    }
    EXPECT_EQ(frames_seen, 7); /* 70 Hz */
    card_destroy(f);
}
END_TEST

START_TEST(status_survives_every_timing_a_guest_can_set)
{
    struct card *f = card_create();

    clock_advance(&f->clock, 123456789);
    for (unsigned value = 0; value < 256; value++) {
        for (unsigned index = 0; index < 25; index++)
            f->vga.crtc[index] = (uint8_t)(value * (index + 1));
        f->vga.sequencer[1] = (uint8_t)value;
        f->vga.misc_output = (uint8_t)(value * 3);
        EXPECT_EQ(card_status(f) & ~9u, 0);
        (void)vga_text_screen(&f->vga);
    }
    card_destroy(f);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        indexed_registers_keep_what_is_written,
        protected_crtc_registers_keep_all_but_line_compare,
        attribute_port_alternates_until_status_is_read,
        dac_takes_red_green_blue_and_goes_on_to_the_next_entry,
        misc_output_reads_back_at_another_port,
        reset_shows_text_mode_3_in_its_sixteen_colours,
        cursor_and_start_follow_the_crtc,
        status_bits_follow_the_beam,
        status_survives_every_timing_a_guest_can_set,
    };

    return run_tests("vga", tests, sizeof tests / sizeof tests[0]);
}
