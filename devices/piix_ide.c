/* SPDX-License-Identifier: MIT */
#include "devices/piix_ide.h"

#include "bus/ports.h"
#include "trace/trace.h"

enum { MASTER_COMMAND = 0, MASTER_STATUS = 2, MASTER_TABLE = 4 };

enum { COMMAND_START = 0x01, COMMAND_TO_MEMORY = 0x08 };

enum {
    STATUS_ACTIVE = 0x01,
    STATUS_ERROR = 0x02,     /* a written 1 clears */
    STATUS_INTERRUPT = 0x04, /* a written 1 clears */
    STATUS_DRIVES = 0x60     /* notes of the driver */
};

enum { REGION_MAX = 0x10000, CHUNK = 4096 };

#define DESCRIPTOR_LAST 0x80000000u

enum { IDE_TIMING = 0x40, IDE_TIMING_BYTES = 5 };

/* --- Moving data --- */

static void read_descriptor(struct piix_ide_master *master)
{
    struct bus *bus = master->ide->bus;
    uint32_t size;

    master->address = bus_read(bus, BUS_DMA, master->next, 4) & ~1u;
    size = bus_read(bus, BUS_DMA, master->next + 4, 4);
    master->last = (size & DESCRIPTOR_LAST) != 0;
    master->left = size & 0xfffe;
    if (master->left == 0)
        master->left = REGION_MAX;
    master->next += 8;
}

/* Move up to a chunk; returns how much the drive gave or took. */
static uint32_t move(struct piix_ide_master *master, enum ata_phase phase)
{
    struct bus *bus = master->ide->bus;
    uint32_t size = master->left < CHUNK ? master->left : CHUNK;
    uint8_t data[CHUNK];

    if (phase == ATA_DMA_IN) {
        size = ata_dma_take(master->channel, data, size);
        bus_write_block(bus, BUS_DMA, master->address, data, size);
    } else {
        bus_read_block(bus, BUS_DMA, master->address, data, size);
        size = ata_dma_give(master->channel, data, size);
    }
    master->address += size;
    master->left -= size;
    return size;
}

static bool may_run(const struct piix_ide_master *master)
{
    return (master->status & STATUS_ACTIVE) &&
           (pci_config_read(&master->ide->function, PCI_COMMAND, 2) &
            PCI_COMMAND_MASTER);
}

/*
 * Until the drive has enough or the table ends. A drive that wants the other
 * direction than the master was told waits, as on the chip, until its driver
 * gives up.
 */
static void run(void *context)
{
    struct piix_ide_master *master = context;
    const enum ata_phase wanted =
        master->command & COMMAND_TO_MEMORY ? ATA_DMA_IN : ATA_DMA_OUT;

    master->ide->bus->dma_holder = master->holder;
    while (may_run(master) && ata_dma_phase(master->channel) == wanted) {
        if (master->left == 0)
            read_descriptor(master);
        (void)move(master, wanted);
        if (master->left == 0 && master->last)
            master->status &= (uint8_t)~STATUS_ACTIVE;
    }
    master->ide->bus->dma_holder = NULL;
}

static void run_soon(void *context)
{
    struct piix_ide_master *master = context;

    if (may_run(master))
        clock_schedule(master->ide->clock, &master->run,
                       clock_now(master->ide->clock));
}

static void on_interrupt(void *context)
{
    struct piix_ide_master *master = context;

    master->status |= STATUS_INTERRUPT;
}

/* --- Registers --- */

static void write_command(struct piix_ide_master *master, uint8_t value)
{
    const bool was_on = (master->command & COMMAND_START) != 0;
    const bool on = (value & COMMAND_START) != 0;

    master->command = value & (COMMAND_START | COMMAND_TO_MEMORY);
    if (on && !was_on) {
        master->status |= STATUS_ACTIVE;
        master->next = master->table;
        master->left = 0;
        master->last = false;
        run_soon(master);
    } else if (!on) {
        master->status &= (uint8_t)~STATUS_ACTIVE;
        clock_cancel(master->ide->clock, &master->run);
    }
}

static void write_status(struct piix_ide_master *master, uint8_t value)
{
    const uint8_t cleared = value & (STATUS_ERROR | STATUS_INTERRUPT);

    master->status = (uint8_t)((master->status & ~STATUS_DRIVES & ~cleared) |
                               (value & STATUS_DRIVES));
}

static void write_table(struct piix_ide_master *master, unsigned byte,
                        uint8_t value)
{
    const unsigned shift = 8 * byte;

    master->table &= ~(0xffu << shift);
    master->table |= (uint32_t)value << shift;
    master->table &= ~3u;
}

uint32_t piix_ide_read(void *context, uint32_t offset, unsigned size)
{
    const struct piix_ide *ide = context;
    const struct piix_ide_master *master = &ide->master[offset >> 3 & 1];
    const uint32_t inside = offset & 7;

    (void)size;
    if (inside >= MASTER_TABLE)
        return master->table >> 8 * (inside - MASTER_TABLE) & 0xff;
    if (inside == MASTER_COMMAND)
        return master->command;
    return inside == MASTER_STATUS ? master->status : 0;
}

void piix_ide_write(void *context, uint32_t offset, unsigned size,
                    uint32_t value)
{
    struct piix_ide *ide = context;
    struct piix_ide_master *master = &ide->master[offset >> 3 & 1];
    const uint32_t inside = offset & 7;

    (void)size;
    if (inside >= MASTER_TABLE)
        write_table(master, inside - MASTER_TABLE, (uint8_t)value);
    else if (inside == MASTER_COMMAND)
        write_command(master, (uint8_t)value);
    else if (inside == MASTER_STATUS)
        write_status(master, (uint8_t)value);
}

/* The driver may let the function onto the bus after it has started it. */
static void config_written(void *context, unsigned offset, unsigned size)
{
    struct piix_ide *ide = context;

    (void)offset;
    (void)size;
    for (unsigned i = 0; i < PIIX_IDE_CHANNELS; i++)
        run_soon(&ide->master[i]);
}

/* --- Life --- */

void piix_ide_init(struct piix_ide *ide, struct bus *bus, struct clock *clock,
                   const struct irq_line irq[PIIX_IDE_CHANNELS])
{
    static const struct bus_holder holders[PIIX_IDE_CHANNELS] = {
        {"PIIX3 IDE primary", TRACE_NO_CHANNEL},
        {"PIIX3 IDE secondary", TRACE_NO_CHANNEL}};

    *ide = (struct piix_ide){.bus = bus, .clock = clock};
    for (unsigned i = 0; i < PIIX_IDE_CHANNELS; i++) {
        struct piix_ide_master *master = &ide->master[i];
        struct ata_channel *channel = &ide->channel[i];

        ata_channel_init(channel, clock, irq[i]);
        channel->number = (uint8_t)i;
        channel->dma_ready = run_soon;
        channel->interrupt = on_interrupt;
        channel->master = master;
        master->ide = ide;
        master->channel = channel;
        master->holder = &holders[i];
        master->run = (struct clock_event){.name = holders[i].name,
                                           .callback = run,
                                           .context = master,
                                           .when = CLOCK_NEVER};
    }
}

bool piix_ide_add(struct piix_ide *ide, struct pci *pci, unsigned slot,
                  unsigned number, struct error *error)
{
    const struct pci_identity identity = {
        .vendor = 0x8086, .device = 0x7010, .class_code = 0x010180};
    const struct port_range ports = {.name = "IDE bus master",
                                     .count = PIIX_IDE_PORTS,
                                     .sizes = 1,
                                     .read = piix_ide_read,
                                     .write = piix_ide_write,
                                     .context = ide};

    pci_function_init(&ide->function, &identity);
    for (unsigned i = 0; i < IDE_TIMING_BYTES; i++)
        ide->function.writable[IDE_TIMING + i] = 0xff;
    ide->function.written = config_written;
    ide->function.context = ide;
    if (!pci_add_ports(pci, &ide->function, 4, &ports, error))
        return false;
    pci_add(pci, &ide->function, slot, number);
    return true;
}

void piix_ide_reset(struct piix_ide *ide)
{
    for (unsigned i = 0; i < PIIX_IDE_CHANNELS; i++) {
        struct piix_ide_master *master = &ide->master[i];

        clock_cancel(ide->clock, &master->run);
        master->command = 0;
        master->status = 0;
        master->table = 0;
        ata_channel_reset(&ide->channel[i]);
    }
}
