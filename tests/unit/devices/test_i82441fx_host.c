/* SPDX-License-Identifier: MIT */
#include "devices/i82441fx_host.h"

#include <string.h>

#include "bus/bus.h"
#include "bus/ports.h"
#include "tests/unit/run_tests.h"
#include "trace/trace.h"

enum { ROM_BYTES = 256 << 10, ROM_BYTE = 0xb0, RAM_BYTE = 0x7a };

struct fixture {
    struct trace trace;
    struct bus bus;
    struct ports ports;
    struct pci pci;
    struct memory_chip rom;
    struct i82441fx_host host;
};

static struct fixture *fixture_create(uint32_t rom_bytes)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct error error;

    ck_assert_ptr_nonnull(f);
    EXPECT(bus_init(&f->bus, &f->trace, &error));
    ports_init(&f->ports, &f->trace);
    pci_init(&f->pci, &f->bus, &f->ports);
    if (rom_bytes) {
        EXPECT(memory_chip_init(&f->rom, "ROM", rom_bytes, &error));
        memset(f->rom.bytes, ROM_BYTE, rom_bytes);
    }
    EXPECT(i82441fx_host_init(&f->host, &f->pci, rom_bytes ? &f->rom : NULL,
                              &error));
    memset(f->host.ram.bytes, RAM_BYTE, f->host.ram.size);
    return f;
}

static void fixture_destroy(struct fixture *f)
{
    i82441fx_host_release(&f->host);
    memory_chip_release(&f->rom);
    bus_release(&f->bus);
    free(f);
}

/* The data sheet's table: register, shift, first byte, bytes. */
static const struct {
    uint8_t offset;
    uint8_t shift;
    uint32_t first;
    uint32_t bytes;
} rows[] = {
    {0x59, 4, 0xf0000, 0x10000}, {0x5a, 0, 0xc0000, 0x4000},
    {0x5a, 4, 0xc4000, 0x4000},  {0x5b, 0, 0xc8000, 0x4000},
    {0x5b, 4, 0xcc000, 0x4000},  {0x5c, 0, 0xd0000, 0x4000},
    {0x5c, 4, 0xd4000, 0x4000},  {0x5d, 0, 0xd8000, 0x4000},
    {0x5d, 4, 0xdc000, 0x4000},  {0x5e, 0, 0xe0000, 0x4000},
    {0x5e, 4, 0xe4000, 0x4000},  {0x5f, 0, 0xe8000, 0x4000},
    {0x5f, 4, 0xec000, 0x4000},
};

/* What the byte at `physical` reads as, and what the RAM there holds after a
 * write, by the two bits. */
static void check_byte(struct fixture *f, uint32_t physical, unsigned bits)
{
    const unsigned pci_side = physical >= 0xe0000 ? ROM_BYTE : 0xff;
    uint8_t *ram = &f->host.ram.bytes[physical - 0xa0000];

    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, physical, 1),
              bits & 1 ? RAM_BYTE : pci_side);
    bus_write(&f->bus, BUS_CPU, physical, 1, 0x11);
    EXPECT_EQ(*ram, bits & 2 ? 0x11 : RAM_BYTE);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, physical, 1), bits == 3  ? 0x11
                                                       : bits & 1 ? RAM_BYTE
                                                                  : pci_side);
    *ram = RAM_BYTE;
}

START_TEST(every_area_obeys_its_two_bits_and_no_others)
{
    struct fixture *f = fixture_create(ROM_BYTES);

    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (unsigned bits = 0; bits < 16; bits++) {
            pci_config_write(&f->host.function, rows[i].offset, 1,
                             bits << rows[i].shift);
            EXPECT_EQ(f->host.function.config[rows[i].offset],
                      (bits & 3) << rows[i].shift);
            for (unsigned k = 0; k < sizeof rows / sizeof rows[0]; k++) {
                const unsigned here = k == i ? bits & 3 : 0;

                check_byte(f, rows[k].first, here);
                check_byte(f, rows[k].first + rows[k].bytes - 1, here);
            }
        }
        pci_config_write(&f->host.function, rows[i].offset, 1, 0);
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(rom_is_copied_to_the_ram_behind_it_as_a_bios_does)
{
    struct fixture *f = fixture_create(ROM_BYTES);
    uint8_t bytes[64];

    memset(bytes, ROM_BYTE, sizeof bytes);
    pci_config_write(&f->host.function, 0x59, 1, 0x20);
    bus_read_block(&f->bus, BUS_CPU, 0xf0000, bytes, sizeof bytes);
    bus_write_block(&f->bus, BUS_CPU, 0xf0000, bytes, sizeof bytes);
    pci_config_write(&f->host.function, 0x59, 1, 0x10);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0xf003c, 4), 0xb0b0b0b0);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0xf0040, 1), RAM_BYTE);
    fixture_destroy(f);
}
END_TEST

START_TEST(smaller_rom_ends_at_one_megabyte)
{
    static const struct {
        uint32_t bytes;
        uint32_t first;
    } sizes[] = {{0, 0x100000}, {64 << 10, 0xf0000}, {128 << 10, 0xe0000}};

    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct fixture *f = fixture_create(sizes[i].bytes);

        for (uint32_t page = 0xc0000; page < 0x100000; page += PAGE_SIZE)
            EXPECT_EQ(bus_read(&f->bus, BUS_CPU, page, 1),
                      page >= sizes[i].first ? ROM_BYTE : 0xff);
        fixture_destroy(f);
    }
}
END_TEST

START_TEST(smram_is_seen_while_it_is_enabled_and_open)
{
    struct fixture *f = fixture_create(0);

    for (unsigned value = 0; value < 256; value++) {
        if (value & 0x10)
            continue;
        pci_config_write(&f->host.function, I82441FX_SMRAM, 1, value);
        EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0xa0000, 1),
                  (value & 0x48) == 0x48 ? RAM_BYTE : 0xff);
        EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0xbffff, 1),
                  (value & 0x48) == 0x48 ? RAM_BYTE : 0xff);
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(locked_smram_stays_closed_until_reset)
{
    struct fixture *f = fixture_create(0);

    pci_config_write(&f->host.function, I82441FX_SMRAM, 1, 0x5a);
    EXPECT_EQ(f->host.function.config[I82441FX_SMRAM], 0x1a);
    pci_config_write(&f->host.function, I82441FX_SMRAM, 1, 0x4a);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0xa0000, 1), 0xff);
    pci_reset(&f->pci);
    EXPECT_EQ(f->host.function.config[I82441FX_SMRAM], 0x02);
    pci_config_write(&f->host.function, I82441FX_SMRAM, 1, 0x4a);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0xa0000, 1), RAM_BYTE);
    fixture_destroy(f);
}
END_TEST

START_TEST(reset_shows_the_rom_again_and_keeps_the_ram)
{
    struct fixture *f = fixture_create(ROM_BYTES);

    pci_config_write(&f->host.function, 0x59, 1, 0x30);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0xffff0, 1), RAM_BYTE);
    pci_reset(&f->pci);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0xffff0, 1), ROM_BYTE);
    pci_config_write(&f->host.function, 0x59, 1, 0x30);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0xffff0, 1), RAM_BYTE);
    fixture_destroy(f);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_area_obeys_its_two_bits_and_no_others,
        rom_is_copied_to_the_ram_behind_it_as_a_bios_does,
        smaller_rom_ends_at_one_megabyte,
        smram_is_seen_while_it_is_enabled_and_open,
        locked_smram_stays_closed_until_reset,
        reset_shows_the_rom_again_and_keeps_the_ram,
    };

    return run_tests("82441FX", tests, sizeof tests / sizeof tests[0]);
}
