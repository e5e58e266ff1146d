/* SPDX-License-Identifier: MIT */
#include "devices/bochs_vbe.h"

#include "bus/bus.h"
#include "bus/ports.h"
#include "tests/unit/run_tests.h"
#include "trace/trace.h"

enum { INDEX_PORT = 0, DATA_PORT = 1 };
enum {
    ID,
    XRES,
    YRES,
    BPP,
    ENABLE,
    BANK,
    VIRT_WIDTH,
    VIRT_HEIGHT,
    X_OFFSET,
    Y_OFFSET,
    MEMORY_64K
};

#define WINDOW      0xa0000u
#define FRAMEBUFFER 0xe0000000u

struct fixture {
    struct trace trace;
    struct bus bus;
    struct clock clock;
    struct ports ports;
    struct pci pci;
    struct vga vga;
    struct bochs_vbe vbe;
};

/* What a firmware does with a PCI function. */
static void place(struct fixture *f, uint32_t address)
{
    pci_config_write(&f->vbe.function, PCI_BAR, 4, address);
    pci_config_write(&f->vbe.function, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
}

static struct fixture *fixture_create(void)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct error error;

    ck_assert_ptr_nonnull(f);
    EXPECT(bus_init(&f->bus, &f->trace, &error));
    clock_init(&f->clock, 100000000);
    EXPECT(vga_init(&f->vga, &f->clock, &f->bus, WINDOW, &error));
    ports_init(&f->ports, &f->trace);
    pci_init(&f->pci, &f->bus, &f->ports);
    EXPECT(bochs_vbe_init(&f->vbe, &f->vga, &f->pci, 2, &error));
    place(f, FRAMEBUFFER);
    return f;
}

static void fixture_destroy(struct fixture *f)
{
    bochs_vbe_release(&f->vbe);
    bus_release(&f->bus);
    free(f);
}

static void set(struct fixture *f, unsigned index, unsigned value)
{
    bochs_vbe_write(&f->vbe, INDEX_PORT, 2, index);
    bochs_vbe_write(&f->vbe, DATA_PORT, 2, value);
}

static unsigned get(struct fixture *f, unsigned index)
{
    bochs_vbe_write(&f->vbe, INDEX_PORT, 2, index);
    return bochs_vbe_read(&f->vbe, DATA_PORT, 2);
}

static void set_mode(struct fixture *f, unsigned width, unsigned height,
                     unsigned bpp, unsigned flags)
{
    set(f, ENABLE, 0);
    set(f, XRES, width);
    set(f, YRES, height);
    set(f, BPP, bpp);
    set(f, ENABLE, VBE_ENABLED | flags);
}

START_TEST(id_takes_the_six_known_versions_and_no_other)
{
    struct fixture *f = fixture_create();

    EXPECT_EQ(get(f, ID), 0xb0c5);
    for (unsigned value = 0; value < 0x10000; value++) {
        set(f, ID, 0xb0c2);
        set(f, ID, value);
        EXPECT_EQ(get(f, ID),
                  value >= 0xb0c0 && value <= 0xb0c5 ? value : 0xb0c2);
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(mode_takes_what_is_possible_and_only_while_off)
{
    struct fixture *f = fixture_create();

    for (unsigned value = 0; value < 0x10000; value += value < 3000 ? 1 : 251) {
        set(f, XRES, 640);
        set(f, XRES, value);
        EXPECT_EQ(get(f, XRES), value >= 1 && value <= 2560 ? value : 640);
        set(f, YRES, 480);
        set(f, YRES, value);
        EXPECT_EQ(get(f, YRES), value >= 1 && value <= 1600 ? value : 480);
        set(f, BPP, 24);
        set(f, BPP, value);
        EXPECT_EQ(get(f, BPP),
                  value == 0 ? 8
                  : value == 8 || value == 15 || value == 16 || value == 32
                      ? value
                      : 24);
    }
    set_mode(f, 800, 600, 32, VBE_LINEAR);
    set(f, XRES, 1024);
    set(f, YRES, 768);
    set(f, BPP, 8);
    EXPECT_EQ(get(f, XRES), 800);
    EXPECT_EQ(get(f, YRES), 600);
    EXPECT_EQ(get(f, BPP), 32);
    fixture_destroy(f);
}
END_TEST

START_TEST(switching_on_clears_the_screen_unless_told_otherwise)
{
    struct fixture *f = fixture_create();
    uint8_t *memory = f->bus.memory + FRAMEBUFFER;
    const uint32_t screen = 800 * 600 * 4;

    for (unsigned keep = 0; keep < 2; keep++) {
        memset(memory, 0xcc, screen + 1);
        set_mode(f, 800, 600, 32, keep ? VBE_NO_CLEAR : 0);
        EXPECT_EQ(memory[0], keep ? 0xcc : 0);
        EXPECT_EQ(memory[screen - 1], keep ? 0xcc : 0);
        EXPECT_EQ(memory[screen], 0xcc);
        /* Already on: nothing happens to the picture. */
        memory[5] = 0x77;
        set(f, ENABLE, VBE_ENABLED);
        EXPECT_EQ(memory[5], 0x77);
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(virtual_size_and_offsets_stay_inside_the_memory)
{
    static const unsigned depths[] = {8, 15, 16, 24, 32};
    struct fixture *f = fixture_create();

    for (unsigned depth = 0; depth < 5; depth++) {
        const unsigned bytes = (depths[depth] + 7) / 8;

        set_mode(f, 1024, 768, depths[depth], VBE_NO_CLEAR);
        EXPECT_EQ(get(f, VIRT_WIDTH), 1024);
        for (unsigned width = 0; width < 0x10000; width += 97) {
            unsigned virtual_width;
            unsigned lines;

            set(f, VIRT_WIDTH, width);
            set(f, X_OFFSET, width);
            set(f, Y_OFFSET, width * 3 & 0xffff);
            virtual_width = get(f, VIRT_WIDTH);
            lines = get(f, VIRT_HEIGHT);
            EXPECT(virtual_width >= 1024 && lines >= 768);
            EXPECT((uint64_t)virtual_width * bytes * lines <= 16u << 20);
            EXPECT(get(f, X_OFFSET) + 1024 <= virtual_width);
            EXPECT(get(f, Y_OFFSET) + 768 <= lines);
            EXPECT_EQ(bochs_vbe_pitch(&f->vbe), virtual_width * bytes);
            if (width >= 1024 && width * bytes * 768 <= 16u << 20)
                EXPECT_EQ(virtual_width, width);
        }
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(narrower_memory_pulls_the_offset_back)
{
    struct fixture *f = fixture_create();

    set_mode(f, 640, 480, 8, VBE_LINEAR);
    set(f, VIRT_WIDTH, 2000);
    set(f, X_OFFSET, 1300);
    EXPECT_EQ(get(f, X_OFFSET), 1300);
    set(f, VIRT_WIDTH, 800);
    EXPECT_EQ(get(f, X_OFFSET), 160);
    fixture_destroy(f);
}
END_TEST

START_TEST(largest_mode_fits)
{
    struct fixture *f = fixture_create();

    set_mode(f, 2560, 1600, 32, VBE_LINEAR);
    EXPECT_EQ(get(f, VIRT_WIDTH), 2560);
    ck_assert_uint_ge(get(f, VIRT_HEIGHT), 1600);
    fixture_destroy(f);
}
END_TEST

START_TEST(capabilities_read_as_the_limits)
{
    struct fixture *f = fixture_create();

    set(f, ENABLE, VBE_GET_CAPABILITIES);
    EXPECT_EQ(get(f, XRES), 2560);
    EXPECT_EQ(get(f, YRES), 1600);
    EXPECT_EQ(get(f, BPP), 32);
    set(f, ENABLE, 0);
    EXPECT_EQ(get(f, XRES), 640);
    EXPECT_EQ(get(f, MEMORY_64K), 256);
    fixture_destroy(f);
}
END_TEST

START_TEST(enable_keeps_its_bits_and_widens_the_dac)
{
    struct fixture *f = fixture_create();

    for (unsigned value = 0; value < 0x100; value++) {
        set(f, ENABLE, value | VBE_NO_CLEAR);
        EXPECT_EQ(get(f, ENABLE), (value & 0x63) | VBE_NO_CLEAR);
        EXPECT_EQ(f->vga.dac_8_bits, value >> 5 & 1);
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(bank_is_kept_while_it_exists)
{
    struct fixture *f = fixture_create();

    set(f, BANK, 255);
    EXPECT_EQ(get(f, BANK), 255);
    set(f, BANK, 256);
    EXPECT_EQ(get(f, BANK), 255);
    fixture_destroy(f);
}
END_TEST

START_TEST(window_shows_the_bank_while_it_is_on)
{
    struct fixture *f = fixture_create();

    set_mode(f, 1024, 768, 8, 0);
    for (unsigned bank = 0; bank < 256; bank++) {
        const uint32_t place = bank << 16 | (bank * 251 & 0xfffc);

        set(f, BANK, bank);
        bus_write(&f->bus, BUS_CPU, WINDOW + (place & 0xffff), 4, place);
        EXPECT_EQ(bus_read(&f->bus, BUS_CPU, FRAMEBUFFER + place, 4), place);
        bus_write(&f->bus, BUS_CPU, FRAMEBUFFER + place, 4, ~place);
        EXPECT_EQ(bus_read(&f->bus, BUS_CPU, WINDOW + (place & 0xffff), 4),
                  (uint32_t)~place);
    }
    set(f, ENABLE, 0);
    bus_write(&f->bus, BUS_CPU, 0xb8000, 2, 0x1234);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0xb8000, 2), 0x1234);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, FRAMEBUFFER + 0x18000, 2), 0);
    fixture_destroy(f);
}
END_TEST

/* A colour at each depth, and where it must be seen. */
START_TEST(picture_has_the_colours_of_every_depth)
{
    static const struct {
        unsigned bpp;
        uint32_t pixel;
        uint32_t colour;
    } rows[] = {{8, 0x2a, 0x123456},       {15, 0x7c00, 0xff0000},
                {15, 0x03e0, 0x00ff00},    {15, 0x001f, 0x0000ff},
                {15, 0x4210, 0x848484},    {16, 0xf800, 0xff0000},
                {16, 0x07e0, 0x00ff00},    {16, 0x001f, 0x0000ff},
                {16, 0x0020, 0x000400},    {24, 0x89abcd, 0x89abcd},
                {32, 0xff89abcd, 0x89abcd}};
    struct fixture *f = fixture_create();
    struct picture picture = {calloc(PICTURE_PIXELS_MAX, 4), 0, 0};

    ck_assert_ptr_nonnull(picture.pixels);
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const unsigned bytes = (rows[i].bpp + 7) / 8;

        set_mode(f, 320, 200, rows[i].bpp, VBE_LINEAR | VBE_8_BIT_DAC);
        vga_write(&f->vga, 8, 1, 0x2a);
        vga_write(&f->vga, 9, 1, 0x12);
        vga_write(&f->vga, 9, 1, 0x34);
        vga_write(&f->vga, 9, 1, 0x56);
        set(f, VIRT_WIDTH, 500);
        set(f, X_OFFSET, 7);
        set(f, Y_OFFSET, 11);
        for (unsigned byte = 0; byte < bytes; byte++)
            bus_write(&f->bus, BUS_CPU,
                      FRAMEBUFFER + ((11 + 199) * 500 + 7 + 319) * bytes + byte,
                      1, rows[i].pixel >> 8 * byte);
        bochs_vbe_render(&f->vbe, &picture);
        EXPECT_EQ(picture.width, 320);
        EXPECT_EQ(picture.height, 200);
        EXPECT_EQ(picture.pixels[320 * 200 - 1], rows[i].colour);
        EXPECT_EQ(picture.pixels[320 * 200 - 2], 0);
    }
    free(picture.pixels);
    fixture_destroy(f);
}
END_TEST

START_TEST(framebuffer_lies_where_its_base_address_says)
{
    struct fixture *f = fixture_create();

    EXPECT_EQ(pci_config_read(&f->vbe.function, PCI_VENDOR, 4), 0x11111234);
    EXPECT_EQ(pci_config_read(&f->vbe.function, PCI_CLASS, 2), 0x0300);
    pci_config_write(&f->vbe.function, PCI_BAR, 4, UINT32_MAX);
    EXPECT_EQ(pci_config_read(&f->vbe.function, PCI_BAR, 4) & ~15u,
              0u - (16u << 20));
    for (unsigned i = 0; i < 16; i++) {
        const uint32_t base = 0xd0000000u + (i << 24);

        place(f, base);
        bus_write(&f->bus, BUS_CPU, base + 4 * i, 4, 0x1000 + i);
        for (unsigned n = 0; n <= i; n++)
            EXPECT_EQ(bus_read(&f->bus, BUS_CPU, base + 4 * n, 4), 0x1000 + n);
        EXPECT(i == 15 || !bus_is_ram(&f->bus, base + (16u << 20)));
        EXPECT(!bus_is_ram(&f->bus, base - 1));
    }
    pci_config_write(&f->vbe.function, PCI_COMMAND, 2, 0);
    EXPECT(!bus_is_ram(&f->bus, 0xdf000000));
    fixture_destroy(f);
}
END_TEST

START_TEST(ports_answer_words_only)
{
    struct fixture *f = fixture_create();

    bochs_vbe_write(&f->vbe, INDEX_PORT, 2, XRES);
    bochs_vbe_write(&f->vbe, INDEX_PORT, 1, YRES);
    EXPECT_EQ(bochs_vbe_read(&f->vbe, INDEX_PORT, 2), XRES);
    EXPECT_EQ(bochs_vbe_read(&f->vbe, DATA_PORT, 1), UINT32_MAX);
    EXPECT_EQ(bochs_vbe_read(&f->vbe, DATA_PORT + 1, 2), 640);
    fixture_destroy(f);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        id_takes_the_six_known_versions_and_no_other,
        mode_takes_what_is_possible_and_only_while_off,
        switching_on_clears_the_screen_unless_told_otherwise,
        virtual_size_and_offsets_stay_inside_the_memory,
        narrower_memory_pulls_the_offset_back,
        largest_mode_fits,
        capabilities_read_as_the_limits,
        enable_keeps_its_bits_and_widens_the_dac,
        bank_is_kept_while_it_exists,
        window_shows_the_bank_while_it_is_on,
        picture_has_the_colours_of_every_depth,
        framebuffer_lies_where_its_base_address_says,
        ports_answer_words_only,
    };

    return run_tests("bochs_vbe", tests, sizeof tests / sizeof tests[0]);
}
