/* SPDX-License-Identifier: MIT */
#include "devices/pci.h"

#include <string.h>

#include "bus/bus.h"
#include "bus/ports.h"
#include "tests/unit/run_tests.h"
#include "trace/trace.h"

enum {
    CF8 = 0,
    CF9 = 1,
    CFC = 4,
    SLOT = 5,
    MEMORY_BAR = 1,
    PORT_BAR = 4,
    MEMORY_BYTES = 0x10000,
    PORTS = 16
};

struct fixture {
    struct trace trace;
    struct bus bus;
    struct ports ports;
    struct memory_chip chip;
    struct pci pci;
    struct pci_function first;
    struct pci_function second;
    unsigned written;
    unsigned written_offset;
    unsigned written_size;
    unsigned pin_calls;
    unsigned pin_slot;
    unsigned pin;
    bool pin_level;
    uint8_t reset_control;
};

static void take_written(void *context, unsigned offset, unsigned size)
{
    struct fixture *f = context;

    f->written++;
    f->written_offset = offset;
    f->written_size = size;
}

static void take_pin(void *context, unsigned slot, unsigned pin, bool level)
{
    struct fixture *f = context;

    f->pin_calls++;
    f->pin_slot = slot;
    f->pin = pin;
    f->pin_level = level;
}

static uint32_t reset_read(void *context)
{
    const struct fixture *f = context;

    return f->reset_control;
}

static void reset_write(void *context, uint8_t value)
{
    struct fixture *f = context;

    f->reset_control = value;
}

static void add_bars(struct fixture *f)
{
    const struct bus_range memory = {.name = "card memory",
                                     .kind = BUS_RAM,
                                     .size = MEMORY_BYTES,
                                     .chip = &f->chip};
    const struct port_range ports = {.name = "card ports", .count = PORTS};
    struct error error = {{0}};

    EXPECT(memory_chip_init(&f->chip, "card", MEMORY_BYTES, &error));
    EXPECT(pci_add_memory(&f->pci, &f->first, MEMORY_BAR, &memory, &error));
    EXPECT(pci_add_ports(&f->pci, &f->first, PORT_BAR, &ports, &error));
}

static struct fixture *fixture_create(void)
{
    static const struct pci_identity first = {0x1234, 0x1111, 2, 0x030000, 3};
    static const struct pci_identity second = {0x8086, 0x7010, 0, 0x010180, 0};
    struct fixture *f = calloc(1, sizeof *f);
    struct error error;

    ck_assert_ptr_nonnull(f);
    EXPECT(bus_init(&f->bus, &f->trace, &error));
    ports_init(&f->ports, &f->trace);
    pci_init(&f->pci, &f->bus, &f->ports);
    f->pci.pin = take_pin;
    f->pci.pin_context = f;
    f->pci.reset_read = reset_read;
    f->pci.reset_write = reset_write;
    f->pci.reset_context = f;
    pci_function_init(&f->first, &first);
    pci_function_init(&f->second, &second);
    f->first.written = take_written;
    f->first.context = f;
    f->first.config[0x40] = 0xa5;
    f->first.writable[0x40] = 0x3c;
    f->first.clears[0x40] = 0x81;
    add_bars(f);
    pci_add(&f->pci, &f->first, SLOT, 0);
    pci_add(&f->pci, &f->second, SLOT, 1);
    return f;
}

static void fixture_destroy(struct fixture *f)
{
    memory_chip_release(&f->chip);
    bus_release(&f->bus);
    free(f);
}

static uint32_t address(unsigned slot, unsigned number, unsigned offset)
{
    return 0x80000000u | slot << 11 | number << 8 | offset;
}

static void configure(struct fixture *f, unsigned offset, unsigned size,
                      uint32_t value)
{
    pci_write(&f->pci, CF8, 4, address(SLOT, 0, offset & 0xfcu));
    pci_write(&f->pci, CFC + (offset & 3), size, value);
}

static uint32_t look(struct fixture *f, unsigned offset, unsigned size)
{
    pci_write(&f->pci, CF8, 4, address(SLOT, 0, offset & 0xfcu));
    return pci_read(&f->pci, CFC + (offset & 3), size);
}

START_TEST(only_functions_that_are_there_answer)
{
    struct fixture *f = fixture_create();

    for (unsigned slot = 0; slot < PCI_SLOTS; slot++) {
        for (unsigned number = 0; number < PCI_FUNCTIONS; number++) {
            uint32_t expected = UINT32_MAX;

            if (slot == SLOT && number == 0)
                expected = 0x11111234;
            if (slot == SLOT && number == 1)
                expected = 0x70108086;
            pci_write(&f->pci, CF8, 4, address(slot, number, 0));
            EXPECT_EQ(pci_read(&f->pci, CFC, 4), expected);
        }
    }
    pci_write(&f->pci, CF8, 4, address(SLOT, 0, 0) | 1u << 16);
    EXPECT_EQ(pci_read(&f->pci, CFC, 4), UINT32_MAX);
    pci_write(&f->pci, CF8, 4, address(SLOT, 0, 0) & ~0x80000000u);
    EXPECT_EQ(pci_read(&f->pci, CFC, 4), UINT32_MAX);
    fixture_destroy(f);
}
END_TEST

START_TEST(address_register_takes_doublewords_only_and_keeps_its_bits)
{
    struct fixture *f = fixture_create();

    pci_write(&f->pci, CF8, 4, 0xffffffffu);
    EXPECT_EQ(pci_read(&f->pci, CF8, 4), 0x80fffffc);
    pci_write(&f->pci, CF8, 2, 0);
    pci_write(&f->pci, CF8, 1, 0);
    EXPECT_EQ(pci_read(&f->pci, CF8, 4), 0x80fffffc);
    pci_write(&f->pci, CF9, 1, 0x06);
    EXPECT_EQ(f->reset_control, 0x06);
    EXPECT_EQ(pci_read(&f->pci, CF9, 1), 0x06);
    EXPECT_EQ(pci_read(&f->pci, CF8, 4), 0x80fffffc);
    fixture_destroy(f);
}
END_TEST

START_TEST(every_byte_word_and_doubleword_of_the_space_is_reached)
{
    struct fixture *f = fixture_create();

    for (unsigned i = 0; i < PCI_CONFIG_BYTES; i++)
        f->second.config[i] = (uint8_t)(i ^ 0x5a);
    for (unsigned size = 1; size <= 4; size *= 2) {
        for (unsigned offset = 0; offset < PCI_CONFIG_BYTES; offset += size) {
            uint32_t expected = 0;

            for (unsigned i = 0; i < size; i++)
                expected |= ((offset + i) ^ 0x5au) << 8 * i;
            pci_write(&f->pci, CF8, 4, address(SLOT, 1, offset & 0xfcu));
            EXPECT_EQ(pci_read(&f->pci, CFC + (offset & 3), size), expected);
        }
    }
    /* Not beyond the data register. */
    EXPECT_EQ(pci_read(&f->pci, CFC + 3, 2), UINT32_MAX);
    fixture_destroy(f);
}
END_TEST

START_TEST(header_shows_the_identity)
{
    struct fixture *f = fixture_create();

    EXPECT_EQ(look(f, PCI_REVISION, 4), 0x03000002);
    EXPECT_EQ(look(f, PCI_CLASS, 2), 0x0300);
    EXPECT_EQ(look(f, PCI_INTERRUPT_PIN, 1), 3);
    EXPECT_EQ(look(f, PCI_HEADER_TYPE, 1), 0x80); /* there is a second */
    EXPECT_EQ(look(f, PCI_COMMAND, 2), 0);
    fixture_destroy(f);
}
END_TEST

START_TEST(writable_bits_take_and_status_bits_are_cleared_by_ones)
{
    struct fixture *f = fixture_create();

    for (unsigned value = 0; value < 256; value++) {
        f->first.config[0x40] = 0xa5;
        configure(f, 0x40, 1, value);
        EXPECT_EQ(look(f, 0x40, 1),
                  ((0xa5u & ~0x3cu) | (value & 0x3cu)) & ~(value & 0x81u));
        EXPECT_EQ(f->written_offset, 0x40);
        EXPECT_EQ(f->written_size, 1);
    }
    configure(f, PCI_VENDOR, 4, 0);
    EXPECT_EQ(look(f, PCI_VENDOR, 4), 0x11111234);
    fixture_destroy(f);
}
END_TEST

START_TEST(bar_shows_its_size_to_a_write_of_ones)
{
    struct fixture *f = fixture_create();

    for (unsigned bar = 0; bar < PCI_BARS; bar++) {
        uint32_t expected = 0;

        if (bar == MEMORY_BAR)
            expected = ~(uint32_t)(MEMORY_BYTES - 1);
        if (bar == PORT_BAR)
            expected = ~(uint32_t)(PORTS - 1) | 1;
        configure(f, PCI_BAR + 4 * bar, 4, 0xffffffffu);
        EXPECT_EQ(look(f, PCI_BAR + 4 * bar, 4), expected);
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(memory_decodes_where_the_bar_says_while_the_command_allows)
{
    static const uint32_t places[] = {0xe0000000u, 0x00010000u, 0xffff0000u};
    struct fixture *f = fixture_create();

    f->chip.bytes[5] = 0x77;
    for (unsigned i = 0; i < sizeof places / sizeof places[0]; i++) {
        configure(f, PCI_BAR + 4 * MEMORY_BAR, 4, places[i]);
        EXPECT_EQ(bus_read(&f->bus, BUS_CPU, places[i] + 5, 1), 0xff);
        EXPECT_EQ(pci_bar_address(&f->first, MEMORY_BAR), 0);
        configure(f, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
        EXPECT_EQ(bus_read(&f->bus, BUS_CPU, places[i] + 5, 1), 0x77);
        EXPECT_EQ(pci_bar_address(&f->first, MEMORY_BAR), places[i]);
        EXPECT_EQ(bus_read(&f->bus, BUS_CPU, places[0] + 5, 1),
                  i == 0 ? 0x77 : 0xff);
        configure(f, PCI_COMMAND, 2, PCI_COMMAND_IO);
        EXPECT_EQ(bus_read(&f->bus, BUS_CPU, places[i] + 5, 1), 0xff);
    }
    fixture_destroy(f);
}
END_TEST

START_TEST(ports_decode_where_the_bar_says_while_the_command_allows)
{
    struct fixture *f = fixture_create();

    configure(f, PCI_COMMAND, 2, PCI_COMMAND_IO);
    for (uint32_t base = PORTS; base < PORT_COUNT; base += 16 * PORTS) {
        configure(f, PCI_BAR + 4 * PORT_BAR, 4, base);
        ck_assert_ptr_nonnull(ports_name(&f->ports, (uint16_t)base));
        ck_assert_ptr_null(ports_name(&f->ports, (uint16_t)(base - 1)));
        ck_assert_ptr_null(ports_name(&f->ports, (uint16_t)(base + PORTS)));
    }
    configure(f, PCI_BAR + 4 * PORT_BAR, 4, 0xffffffffu);
    ck_assert_ptr_null(ports_name(&f->ports, 0xfff0));
    configure(f, PCI_BAR + 4 * PORT_BAR, 4, 0xc000);
    configure(f, PCI_COMMAND, 2, 0);
    ck_assert_ptr_null(ports_name(&f->ports, 0xc000));
    fixture_destroy(f);
}
END_TEST

START_TEST(reset_gives_the_first_values_back_and_hides_the_bars)
{
    struct fixture *f = fixture_create();

    configure(f, PCI_BAR + 4 * MEMORY_BAR, 4, 0xe0000000u);
    configure(f, PCI_COMMAND, 2, PCI_COMMAND_MEMORY);
    configure(f, 0x40, 1, 0xff);
    pci_set_interrupt(&f->first, true);
    pci_reset(&f->pci);
    EXPECT(!f->pin_level);
    EXPECT_EQ(f->pci.address, 0);
    EXPECT_EQ(f->written_size, PCI_CONFIG_BYTES);
    EXPECT_EQ(look(f, 0x40, 1), 0xa5);
    EXPECT_EQ(look(f, PCI_BAR + 4 * MEMORY_BAR, 4), 0);
    EXPECT_EQ(look(f, PCI_HEADER_TYPE, 1), 0x80);
    EXPECT_EQ(bus_read(&f->bus, BUS_CPU, 0xe0000005, 1), 0xff);
    fixture_destroy(f);
}
END_TEST

START_TEST(interrupt_pin_tells_its_changes)
{
    struct fixture *f = fixture_create();

    pci_set_interrupt(&f->first, true);
    pci_set_interrupt(&f->first, true);
    EXPECT_EQ(f->pin_calls, 1);
    EXPECT_EQ(f->pin_slot, SLOT);
    EXPECT_EQ(f->pin, 2); /* INTC# */
    EXPECT(f->pin_level);
    pci_set_interrupt(&f->first, false);
    EXPECT_EQ(f->pin_calls, 2);
    EXPECT(!f->pin_level);
    pci_set_interrupt(&f->second, true); /* has no pin */
    EXPECT_EQ(f->pin_calls, 2);
    fixture_destroy(f);
}
END_TEST

START_TEST(bars_must_be_powers_of_two)
{
    struct fixture *f = fixture_create();
    const struct bus_range memory = {
        .name = "odd", .kind = BUS_RAM, .size = 3 * PAGE_SIZE};
    struct port_range ports = {.name = "odd"};
    struct error error = {{0}};

    EXPECT(!pci_add_memory(&f->pci, &f->second, 0, &memory, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "odd"));
    for (unsigned count = 0; count <= 300; count++) {
        ports.count = (uint16_t)count;
        EXPECT(pci_add_ports(&f->pci, &f->second, 0, &ports, &error) ==
               (count == 4 || count == 8 || count == 16 || count == 32 ||
                count == 64 || count == 128 || count == 256));
    }
    fixture_destroy(f);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        only_functions_that_are_there_answer,
        address_register_takes_doublewords_only_and_keeps_its_bits,
        every_byte_word_and_doubleword_of_the_space_is_reached,
        header_shows_the_identity,
        writable_bits_take_and_status_bits_are_cleared_by_ones,
        bar_shows_its_size_to_a_write_of_ones,
        memory_decodes_where_the_bar_says_while_the_command_allows,
        ports_decode_where_the_bar_says_while_the_command_allows,
        reset_gives_the_first_values_back_and_hides_the_bars,
        interrupt_pin_tells_its_changes,
        bars_must_be_powers_of_two,
    };

    return run_tests("PCI", tests, sizeof tests / sizeof tests[0]);
}
