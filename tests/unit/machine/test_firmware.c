/* SPDX-License-Identifier: MIT */
/* What the board tells firmware, and what stands in for it. */
#include "machine/firmware.h"

#include <string.h>

#include "machine/wiring.h"
#include "tests/unit/run_tests.h"
#include "trace/trace.h"

enum { ROM_BYTES = 0x20000 };

struct fixture {
    struct trace trace;
    struct bus bus;
    struct ports ports;
    struct clock clock;
    struct board board;
    uint8_t rom[ROM_BYTES];
    uint8_t vga_rom[512];
    bool a20;
    unsigned resets;
    bool intr;
};

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

static void take_intr(void *context, bool level)
{
    struct fixture *f = context;

    f->intr = level;
}

static struct fixture *fixture_create(uint64_t memory_bytes, bool with_bios)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct board_options options = {.intr = take_intr,
                                    .set_a20 = set_a20,
                                    .a20 = a20,
                                    .reset = take_reset,
                                    .context = f,
                                    .clock_start = 1704067200};
    struct error error = {{0}};

    ck_assert_ptr_nonnull(f);
    memset(f->rom, 0xb1, sizeof f->rom);
    memset(f->vga_rom, 0x55, sizeof f->vga_rom);
    if (with_bios)
        options.firmware = (struct firmware){f->rom, sizeof f->rom, f->vga_rom,
                                             sizeof f->vga_rom};
    EXPECT(bus_init(&f->bus, &f->trace, &error));
    ports_init(&f->ports, &f->trace);
    clock_init(&f->clock, 1000000);
    ck_assert_msg(board_init(&f->board, &f->bus, &f->ports, &f->clock,
                             &f->trace, &options, &error) &&
                      board_map_memory(&f->board, memory_bytes, &error),
                  "%s", error.text);
    return f;
}

static void fixture_destroy(struct fixture *f)
{
    board_release(&f->board);
    bus_release(&f->bus);
    free(f);
}

static unsigned in8(struct fixture *f, uint16_t port)
{
    return ports_read(&f->ports, port, 1);
}

static void out8(struct fixture *f, uint16_t port, unsigned value)
{
    ports_write(&f->ports, port, 1, value);
}

static unsigned cmos(struct fixture *f, unsigned index)
{
    out8(f, 0x70, index);
    return in8(f, 0x71);
}

static unsigned cmos_word(struct fixture *f, unsigned index)
{
    return cmos(f, index) | cmos(f, index + 1) << 8;
}

START_TEST(cmos_tells_the_memory_in_its_three_units)
{
    static const struct {
        uint64_t bytes;
        unsigned extended; /* KiB above 1 MiB */
        unsigned above;    /* 64 KiB above 16 MiB */
    } rows[] = {
        {1u << 20, 0, 0},          {2u << 20, 1024, 0},
        {16u << 20, 15360, 0},     {17u << 20, 16384, 16},
        {160u << 20, 65535, 2304}, {3ull << 30, 65535, 48896},
    };

    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fixture *f = fixture_create(rows[i].bytes, true);

        EXPECT_EQ(cmos_word(f, 0x15), 640);
        EXPECT_EQ(cmos_word(f, 0x17), rows[i].extended);
        EXPECT_EQ(cmos_word(f, 0x30), rows[i].extended);
        EXPECT_EQ(cmos_word(f, 0x34), rows[i].above);
        EXPECT_EQ(cmos(f, 0x14) & 0x06, 0x06); /* x87 and mouse */
        EXPECT_EQ(cmos(f, 0x3d), 0x31);        /* floppy, CD, */
        EXPECT_EQ(cmos(f, 0x38), 0x21);        /* disk */
        EXPECT_EQ(cmos(f, 0x32), 0x20);
        EXPECT_EQ(cmos(f, 0x09), 0x24);
        fixture_destroy(f);
    }
}
END_TEST

/* The file of that name by its directory entry: its size, selected. */
static unsigned open_file(struct fixture *f, const char *name)
{
    char entry[64];
    unsigned count = 0;

    ports_write(&f->ports, 0x510, 2, 0x19);
    for (unsigned i = 0; i < 4; i++)
        count = count << 8 | in8(f, 0x511);
    for (unsigned file = 0; file < count; file++) {
        for (unsigned i = 0; i < sizeof entry; i++)
            entry[i] = (char)in8(f, 0x511);
        if (strcmp(entry + 8, name) == 0) {
            ports_write(&f->ports, 0x510, 2,
                        (uint8_t)entry[4] << 8 | (uint8_t)entry[5]);
            return (unsigned)(uint8_t)entry[2] << 8 | (uint8_t)entry[3];
        }
    }
    ck_abort_msg("no file %s", name);
    return 0;
}

START_TEST(fw_cfg_has_the_memory_map_and_the_vga_rom)
{
    struct fixture *f = fixture_create(160u << 20, true);
    static const uint8_t map[20] = {[11] = 0x0a, [16] = 1};

    EXPECT_EQ(open_file(f, "etc/e820"), sizeof map);
    for (unsigned i = 0; i < sizeof map; i++)
        EXPECT_EQ(in8(f, 0x511), map[i]);
    EXPECT_EQ(open_file(f, "pci1234,1111.rom"), sizeof f->vga_rom);
    EXPECT_EQ(in8(f, 0x511), 0x55);
    EXPECT_EQ(open_file(f, "etc/table-loader"), 0);
    fixture_destroy(f);
}
END_TEST

START_TEST(rom_is_seen_at_both_ends_and_nothing_is_set_up)
{
    struct fixture *f = fixture_create(16u << 20, true);

    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0xfffffff0, 4), 0xb1b1b1b1);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0xfffe0000, 4), 0xb1b1b1b1);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0xe0000, 4), 0xb1b1b1b1);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0xd0000, 4), 0xffffffff);
    EXPECT(!bus_is_ram(&f->bus, 0xf0000));
    EXPECT(!bus_is_ram(&f->bus, BOARD_LINEAR_FRAMEBUFFER));
    EXPECT_EQ(ports_read(&f->ports, 0x604, 2), 0xffff);
    fixture_destroy(f);
}
END_TEST

START_TEST(without_firmware_the_board_is_as_firmware_leaves_it)
{
    struct fixture *f = fixture_create(16u << 20, false);
    const struct board *board = &f->board;

    for (unsigned round = 0; round < 2; round++) {
        EXPECT(bus_is_ram(&f->bus, 0xc0000) && bus_is_ram(&f->bus, 0xf0000));
        EXPECT(bus_is_ram(&f->bus, BOARD_LINEAR_FRAMEBUFFER));
        EXPECT_EQ(ports_read(&f->ports, 0x604, 2), 0);
        for (unsigned line = 0; line < 4; line++)
            EXPECT_EQ(board->isa_bridge.function.config[0x60 + line],
                      line < 2 ? 10 : 11);
        EXPECT_EQ(in8(f, 0x4d1), 0x0c);
        EXPECT_EQ(board->power.function.config[PCI_INTERRUPT_LINE], 9);
        out8(f, 0x64, 0x20);
        EXPECT_EQ(in8(f, 0x60), 0x65);
        board_reset(&f->board);
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(bars_are_aligned_apart_and_decoded)
{
    struct fixture *f = fixture_create(16u << 20, false);
    const struct pci *pci = &f->board.pci;
    uint64_t memory_end = BOARD_LINEAR_FRAMEBUFFER;
    uint64_t ports_end = 0xc000;

    for (unsigned slot = 0; slot < PCI_SLOTS; slot++) {
        for (unsigned i = 0; i < PCI_FUNCTIONS * PCI_BARS; i++) {
            const struct pci_function *function =
                pci->function[slot][i / PCI_BARS];
            const struct pci_bar *bar =
                function ? &function->bar[i % PCI_BARS] : NULL;
            uint64_t *end = &memory_end;
            uint32_t address;

            if (!bar || bar->kind == PCI_BAR_NONE)
                continue;
            if (bar->kind == PCI_BAR_PORTS)
                end = &ports_end;
            address = pci_bar_address(function, i % PCI_BARS);
            EXPECT(address >= *end && address % bar->size == 0);
            *end = (uint64_t)address + bar->size;
        }
    }
    EXPECT(memory_end > BOARD_LINEAR_FRAMEBUFFER && memory_end <= 1ull << 32);
    EXPECT(ports_end <= 0x10000);
    fixture_destroy(f);
}
END_TEST

START_TEST(gate_and_reset_leave_the_board)
{
    struct fixture *f = fixture_create(16u << 20, false);

    out8(f, 0x92, 0x02);
    EXPECT(f->a20);
    out8(f, 0x64, 0xdd);
    EXPECT(!f->a20);
    EXPECT_EQ(in8(f, 0x92), 0);
    EXPECT_EQ(f->resets, 0);
    out8(f, 0x92, 0x01);
    EXPECT_EQ(f->resets, 1);
    out8(f, 0x64, 0xfe);
    EXPECT_EQ(f->resets, 2);
    out8(f, 0xcf9, 0x06);
    EXPECT_EQ(f->resets, 3);
    fixture_destroy(f);
}
END_TEST

/* Vectors 20 to 2F; the slave's requests too. */
static void program_pics(struct fixture *f)
{
    static const uint8_t words[][2] = {
        {0x20, 0x11}, {0x21, 0x20}, {0x21, 4}, {0x21, 1}, {0xa0, 0x11},
        {0xa1, 0x28}, {0xa1, 2},    {0xa1, 1}, {0x21, 0}, {0xa1, 0}};

    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++)
        out8(f, words[i][0], words[i][1]);
}

START_TEST(keyboard_mouse_and_clock_have_their_requests)
{
    struct fixture *f = fixture_create(16u << 20, false);

    program_pics(f);
    board_key(&f->board, 0x04, true);
    clock_advance(&f->clock, f->clock.now + 10000);
    EXPECT(f->intr);
    EXPECT_EQ(board_acknowledge(&f->board), 0x21);
    EXPECT_EQ(in8(f, 0x60), 0x1e);
    out8(f, 0x20, 0x20);
    out8(f, 0x64, 0x60);
    out8(f, 0x60, 0x47);
    out8(f, 0x64, 0xd4);
    out8(f, 0x60, 0xf4);
    clock_advance(&f->clock, f->clock.now + 10000);
    EXPECT_EQ(board_acknowledge(&f->board), 0x2c);
    EXPECT_EQ(in8(f, 0x60), 0xfa);
    out8(f, 0xa0, 0x20);
    out8(f, 0x20, 0x20);
    out8(f, 0x70, 0x0b);
    out8(f, 0x71, 0x12);
    clock_advance(&f->clock, f->clock.now + 1000000);
    EXPECT_EQ(board_acknowledge(&f->board), 0x28);
    fixture_destroy(f);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        cmos_tells_the_memory_in_its_three_units,
        fw_cfg_has_the_memory_map_and_the_vga_rom,
        rom_is_seen_at_both_ends_and_nothing_is_set_up,
        without_firmware_the_board_is_as_firmware_leaves_it,
        bars_are_aligned_apart_and_decoded,
        gate_and_reset_leave_the_board,
        keyboard_mouse_and_clock_have_their_requests,
    };

    return run_tests("firmware", tests, sizeof tests / sizeof tests[0]);
}
