/* SPDX-License-Identifier: MIT */
#include "machine/wiring_storage.h"

#include "devices/ata_disk.h"
#include "devices/atapi.h"

enum {
    PLACES = PIIX_IDE_CHANNELS * ATA_DRIVES,
    PLACE_CDROM = 2, /* the first drive of the second channel */
    SLOT_PIIX3 = 1,
    FUNCTION_IDE = 1
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
        {"primary ATA control", 0x3f6, 1, 1,
         ata_read_control, ata_write_control, &channel[0]},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!ports_add(ports, &rows[i], error))
            return false;
    }
    return true;
}

bool board_storage_init(struct board_storage *storage,
                        const struct storage_wiring *wiring,
                        const struct board_media *media, struct error *error)
{
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
}
