/* SPDX-License-Identifier: MIT */
/*
 * The bus masters of the PIIX3's IDE function, against "Programming Interface
 * for Bus Master IDE Controller".
 */
#include "devices/piix_ide.h"

#include "bus/ports.h"
#include "devices/ata_disk.h"
#include "tests/unit/devices/ata_rig.h"
#include "trace/trace.h"

enum {
    RAM_BYTES = 1 << 22,
    DISK_BYTES = 1024 * ATA_SECTOR,
    TABLE = 0x1000,
    BUFFER_AT = 0x100000,
    MASTER_PORTS = 0xc000,
    TO_MEMORY = 8,
    START = 1,
    ACTIVE = 1,
    INTERRUPT = 4
};

#define LAST 0x80000000u

struct fixture {
    struct trace trace;
    struct bus bus;
    struct ports ports;
    struct clock clock;
    struct pci pci;
    struct piix_ide ide;
    struct fake_medium medium;
    bool irq[PIIX_IDE_CHANNELS];
    const char *cycle_name;
    unsigned cycle_channel;
};

static void take_irq(void *context, unsigned line, bool level)
{
    struct fixture *f = context;

    f->irq[line] = level;
}

static void record(void *context, const struct trace_record *record)
{
    struct fixture *f = context;

    f->cycle_name = record->cycle.name;
    f->cycle_channel = record->cycle.channel;
}

static void locate(void *context, struct trace_record *record)
{
    (void)context;
    (void)record;
}

/* A disk at `channel`, the function placed and let onto the bus. */
static struct fixture *fixture_create(unsigned channel)
{
    struct fixture *f = calloc(1, sizeof *f);
    const struct bus_range ram = {
        .name = "RAM", .kind = BUS_RAM, .size = RAM_BYTES};
    const struct irq_line irq[] = {{take_irq, f, 0}, {take_irq, f, 1}};
    struct error error;
    struct medium medium;

    ck_assert_ptr_nonnull(f);
    f->trace.record = record;
    f->trace.locate = locate;
    f->trace.record_context = f;
    EXPECT(bus_init(&f->bus, &f->trace, &error));
    EXPECT(bus_add(&f->bus, &ram, &error) != 0);
    ports_init(&f->ports, &f->trace);
    clock_init(&f->clock, ATA_RIG_TICKS);
    pci_init(&f->pci, &f->bus, &f->ports);
    piix_ide_init(&f->ide, &f->bus, &f->clock, irq);
    medium = fake_medium_init(&f->medium, DISK_BYTES);
    ata_disk_attach(&f->ide.channel[channel].drive[0], &medium);
    EXPECT(piix_ide_add(&f->ide, &f->pci, 1, 1, &error));
    piix_ide_reset(&f->ide);
    pci_config_write(&f->ide.function, PCI_BAR + 16, 4, MASTER_PORTS);
    pci_config_write(&f->ide.function, PCI_COMMAND, 2,
                     PCI_COMMAND_IO | PCI_COMMAND_MASTER);
    return f;
}

static void fixture_destroy(struct fixture *f)
{
    free(f->medium.bytes);
    bus_release(&f->bus);
    free(f);
}

static void run(struct fixture *f)
{
    while (clock_next(&f->clock) != CLOCK_NEVER)
        clock_advance(&f->clock, clock_next(&f->clock));
}

static unsigned port(unsigned channel, unsigned offset)
{
    return MASTER_PORTS + 8 * channel + offset;
}

static unsigned status(struct fixture *f, unsigned channel)
{
    return ports_read(&f->ports, (uint16_t)port(channel, 2), 1);
}

static void master(struct fixture *f, unsigned channel, unsigned value)
{
    ports_write(&f->ports, (uint16_t)port(channel, 0), 1, value);
}

static void command(struct fixture *f, unsigned channel, unsigned code,
                    uint32_t lba, unsigned count)
{
    struct ata_channel *ata = &f->ide.channel[channel];

    ata_write(ata, DEVICE, 1, 0xe0);
    ata_write(ata, COUNT, 1, count);
    ata_write(ata, LOW, 1, lba & 0xff);
    ata_write(ata, MID, 1, lba >> 8);
    ata_write(ata, HIGH, 1, 0);
    ata_write(ata, COMMAND, 1, code);
}

static void put_descriptor(struct fixture *f, unsigned index, uint32_t address,
                           uint32_t size)
{
    bus_store(&f->bus, TABLE + 8 * index, 4, address);
    bus_store(&f->bus, TABLE + 8 * index + 4, 4, size);
}

/* Regions of `piece` bytes, 3 * piece apart, for `total` bytes in all. */
static void put_table(struct fixture *f, uint32_t piece, uint32_t total)
{
    uint32_t left = total;

    for (unsigned i = 0; left > 0; i++) {
        const uint32_t size = left < piece ? left : piece;

        left -= size;
        put_descriptor(f, i, BUFFER_AT + 3 * piece * i,
                       (size & 0xffff) | (left ? 0 : LAST));
    }
}

static uint8_t *region_byte(struct fixture *f, uint32_t piece, uint32_t i)
{
    return f->bus.memory + BUFFER_AT + i / piece * 3 * piece + i % piece;
}

/* Both orders of starting drive and master, both directions and channels. */
START_TEST(scattered_regions_are_filled_and_gathered)
{
    static const uint32_t pieces[] = {2, 14, 512, 4096, 65534, 65536};
    enum { COUNT_OF_SECTORS = 200, LBA = 300 };
    const uint32_t total = COUNT_OF_SECTORS * ATA_SECTOR;

    for (unsigned i = 0; i < 6 * 8; i++) {
        const uint32_t piece = pieces[i / 8];
        const unsigned channel = i & 1;
        const bool write = (i & 2) != 0;
        const unsigned direction = write ? 0 : TO_MEMORY;
        struct fixture *f = fixture_create(channel);

        /* A table of two-byte regions would reach the buffer. */
        const uint32_t size = piece == 2 ? 4 * ATA_SECTOR : total;

        put_table(f, piece, size);
        for (uint32_t at = 0; write && at < size; at++)
            *region_byte(f, piece, at) = (uint8_t)(at * 13 + i);
        ports_write(&f->ports, (uint16_t)port(channel, 4), 4, TABLE | 3);
        EXPECT_EQ(ports_read(&f->ports, (uint16_t)port(channel, 4), 4), TABLE);
        if (i & 4)
            master(f, channel, direction | START);
        command(f, channel, write ? 0xca : 0xc8, LBA, size / ATA_SECTOR);
        if (!(i & 4))
            run(f);
        if (!(i & 4))
            master(f, channel, direction | START);
        EXPECT_EQ(status(f, channel), ACTIVE);
        run(f);
        EXPECT_EQ(status(f, channel), INTERRUPT);
        EXPECT(f->irq[channel]);
        for (uint32_t at = 0; at < size; at++)
            EXPECT_EQ(*region_byte(f, piece, at),
                      f->medium.bytes[LBA * ATA_SECTOR + at]);
        if (piece < 65536) /* nothing between the regions */
            EXPECT_EQ(*(region_byte(f, piece, 0) + piece), 0);
        ports_write(&f->ports, (uint16_t)port(channel, 2), 1, 0x64);
        EXPECT_EQ(status(f, channel), 0x60);
        fixture_destroy(f);
    }
}
END_TEST

START_TEST(table_longer_than_the_transfer_leaves_the_master_active)
{
    struct fixture *f = fixture_create(0);

    put_descriptor(f, 0, BUFFER_AT, 4096 | LAST);
    ports_write(&f->ports, MASTER_PORTS + 4, 4, TABLE);
    command(f, 0, 0xc8, 0, 2);
    master(f, 0, TO_MEMORY | START);
    run(f);
    EXPECT_EQ(status(f, 0), ACTIVE | INTERRUPT);
    master(f, 0, 0);
    EXPECT_EQ(status(f, 0), INTERRUPT);
    fixture_destroy(f);
}
END_TEST

START_TEST(table_shorter_than_the_transfer_leaves_the_drive_waiting)
{
    struct fixture *f = fixture_create(0);

    put_descriptor(f, 0, BUFFER_AT, 512 | LAST);
    ports_write(&f->ports, MASTER_PORTS + 4, 4, TABLE);
    command(f, 0, 0xc8, 0, 2);
    master(f, 0, TO_MEMORY | START);
    run(f);
    EXPECT_EQ(status(f, 0), 0);
    EXPECT(!f->irq[0]);
    EXPECT_EQ(ata_dma_phase(&f->ide.channel[0]), ATA_DMA_IN);
    fixture_destroy(f);
}
END_TEST

START_TEST(wrong_direction_moves_nothing)
{
    struct fixture *f = fixture_create(0);

    put_descriptor(f, 0, BUFFER_AT, 512 | LAST);
    ports_write(&f->ports, MASTER_PORTS + 4, 4, TABLE);
    command(f, 0, 0xc8, 1, 1);
    master(f, 0, START);
    run(f);
    EXPECT_EQ(status(f, 0), ACTIVE);
    EXPECT_EQ(f->bus.dma_cycles, 0);
    fixture_destroy(f);
}
END_TEST

START_TEST(function_waits_until_it_may_be_master)
{
    struct fixture *f = fixture_create(1);

    pci_config_write(&f->ide.function, PCI_COMMAND, 2, PCI_COMMAND_IO);
    put_descriptor(f, 0, BUFFER_AT, 512 | LAST);
    ports_write(&f->ports, MASTER_PORTS + 12, 4, TABLE);
    command(f, 1, 0xc8, 1, 1);
    master(f, 1, TO_MEMORY | START);
    run(f);
    EXPECT_EQ(f->bus.dma_cycles, 0);
    pci_config_write(&f->ide.function, PCI_COMMAND, 2,
                     PCI_COMMAND_IO | PCI_COMMAND_MASTER);
    run(f);
    EXPECT_EQ(status(f, 1), INTERRUPT);
    fixture_destroy(f);
}
END_TEST

START_TEST(cycles_are_recorded_as_the_channels)
{
    struct fixture *f = fixture_create(1);

    f->trace.enabled = 1u << TRACE_DMA;
    put_descriptor(f, 0, BUFFER_AT + 0xf00, 1024 | LAST);
    ports_write(&f->ports, MASTER_PORTS + 12, 4, TABLE);
    command(f, 1, 0xc8, 1, 2);
    master(f, 1, TO_MEMORY | START);
    run(f);
    ck_assert_str_eq(f->cycle_name, "PIIX3 IDE secondary");
    EXPECT_EQ(f->cycle_channel, TRACE_NO_CHANNEL);
    EXPECT_EQ(f->bus.dma_cycles, 4); /* descriptor, two pages */
    ck_assert_ptr_null(f->bus.dma_holder);
    fixture_destroy(f);
}
END_TEST

START_TEST(function_is_the_one_of_the_piix3)
{
    struct fixture *f = fixture_create(0);
    const struct pci_function *function = &f->ide.function;

    EXPECT_EQ(pci_config_read(function, 0, 4), 0x70108086);
    EXPECT_EQ(pci_config_read(function, 8, 4) >> 8, 0x010180);
    EXPECT_EQ(pci_config_read(function, PCI_BAR + 16, 4), MASTER_PORTS | 1);
    pci_config_write(&f->ide.function, 0x40, 4, 0x80008000);
    EXPECT_EQ(pci_config_read(function, 0x40, 4), 0x80008000);
    fixture_destroy(f);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        scattered_regions_are_filled_and_gathered,
        table_longer_than_the_transfer_leaves_the_master_active,
        table_shorter_than_the_transfer_leaves_the_drive_waiting,
        wrong_direction_moves_nothing,
        function_waits_until_it_may_be_master,
        cycles_are_recorded_as_the_channels,
        function_is_the_one_of_the_piix3,
    };

    return run_tests("piix_ide", tests, sizeof tests / sizeof tests[0]);
}
