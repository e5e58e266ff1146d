/* SPDX-License-Identifier: MIT */
#include "machine/wiring_storage.h"

#include "devices/ata_disk.h"
#include "devices/atapi.h"

enum {
    PLACES = PIIX_IDE_CHANNELS * ATA_DRIVES,
    PLACE_CDROM = 2, /* the first drive of the second channel */
    SLOT_PIIX3 = 1,
    FUNCTION_IDE = 1,
    DMA_FLOPPY = 2
};

static struct ata_drive *drive_at(struct board_storage *storage, unsigned place)
{
    return &storage->ide.channel[place / ATA_DRIVES].drive[place % ATA_DRIVES];
}

static bool attach_drives(struct board_storage *storage,
                          const struct board_media *media, struct error *error)
{
    unsigned place = 0;

    if (media->cdrom.size > 0)
        atapi_attach(drive_at(storage, PLACE_CDROM), &media->cdrom);
    for (unsigned i = 0; i < BOARD_DISKS; i++) {
        if (media->disk[i].size == 0)
            continue;
        while (place < PLACES && drive_at(storage, place)->protocol)
            place++;
        if (place == PLACES)
            return error_set(error,
                             "no place for disk %u: with a CD-ROM "
                             "drive there are three",
                             i + 1);
        ata_disk_attach(drive_at(storage, place), &media->disk[i]);
    }
    return true;
}

/* The chip's last port, behind one that is the ATA channel's. */
enum { FLOPPY_LAST_PORT = 7 };

static uint32_t read_disk_change(void *context, uint32_t offset, unsigned size)
{
    return i82077_fdc_read(context, FLOPPY_LAST_PORT + offset, size);
}

static void write_rate(void *context, uint32_t offset, unsigned size,
                       uint32_t value)
{
    i82077_fdc_write(context, FLOPPY_LAST_PORT + offset, size, value);
}

static bool add_ports(struct board_storage *storage, struct ports *ports,
                      struct error *error)
{
    struct ata_channel *channel = storage->ide.channel;
    /* clang-format off */
    const struct port_range rows[] = {
        /* name, first, count, sizes, read, write, context */
        {"secondary ATA", 0x170, 8, 1 | 2 | 4,
         ata_read, ata_write, &channel[1]},
        {"primary ATA", 0x1f0, 8, 1 | 2 | 4,
         ata_read, ata_write, &channel[0]},
        {"secondary ATA control", 0x376, 1, 1,
         ata_read_control, ata_write_control, &channel[1]},
        {"82077AA floppy", 0x3f0, 6, 1,
         i82077_fdc_read, i82077_fdc_write, &storage->fdc},
        {"primary ATA control", 0x3f6, 1, 1,
         ata_read_control, ata_write_control, &channel[0]},
        {"82077AA disk change", 0x3f7, 1, 1,
         read_disk_change, write_rate, &storage->fdc},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!ports_add(ports, &rows[i], error))
            return false;
    }
    return true;
}

static void init_floppy(struct board_storage *storage,
                        const struct storage_wiring *wiring,
                        const struct board_media *media)
{
    struct i82077_fdc *fdc = &storage->fdc;
    const struct irq_line dreq = {isa_dma_set_request, wiring->dma, DMA_FLOPPY};
    const struct i8237_device device = i82077_fdc_dma(fdc);

    i82077_fdc_init(fdc, wiring->clock, wiring->floppy_irq, dreq);
    isa_dma_connect(wiring->dma, DMA_FLOPPY, &device);
    for (unsigned i = 0; i < BOARD_FLOPPIES; i++) {
        const struct medium *medium = &media->floppy[i];

        if (medium->size > 0)
            i82077_fdc_insert(fdc, i, medium, floppy_format_of(medium->size));
    }
}

bool board_storage_init(struct board_storage *storage,
                        const struct storage_wiring *wiring,
                        const struct board_media *media, struct error *error)
{
    init_floppy(storage, wiring, media);
    piix_ide_init(&storage->ide, wiring->bus, wiring->clock, wiring->ide_irq);
    if (!attach_drives(storage, media, error) ||
        !piix_ide_add(&storage->ide, wiring->pci, SLOT_PIIX3, FUNCTION_IDE,
                      error) ||
        !add_ports(storage, wiring->ports, error))
        return false;
    board_storage_reset(storage);
    return true;
}

void board_storage_reset(struct board_storage *storage)
{
    piix_ide_reset(&storage->ide);
    i82077_fdc_reset(&storage->fdc);
}
