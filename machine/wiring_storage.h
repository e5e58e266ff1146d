/* SPDX-License-Identifier: MIT */
/*
 * The board's drives: two ATA channels with up to four disks, one of which
 * may be a CD-ROM drive instead.
 *
 *   in    media, bus, ports, clock and interrupt requests of the board
 *   out   controllers at their ports and on the PCI bus
 */
#ifndef MACHINE_WIRING_STORAGE_H
#define MACHINE_WIRING_STORAGE_H

#include "base/error.h"
#include "bus/bus.h"
#include "bus/clock.h"
#include "bus/irq.h"
#include "bus/ports.h"
#include "devices/medium.h"
#include "devices/pci.h"
#include "devices/piix_ide.h"

enum { BOARD_DISKS = 4 };

/** What lies in the drives; a size of 0 means that there is no drive. */
struct board_media {
    struct medium disk[BOARD_DISKS];
    struct medium cdrom; /**< takes the place of a disk */
};

struct board_storage {
    struct piix_ide ide;
};

/** What the drives need of the rest of the board. */
struct storage_wiring {
    struct bus *bus;
    struct ports *ports;
    struct clock *clock;
    struct pci *pci;
    struct irq_line ide_irq[PIIX_IDE_CHANNELS];
};

/**
 * Build the controllers. The CD-ROM drive is the first of the second channel;
 * disks take the other places in order, so that the fourth finds none beside
 * a CD-ROM drive: then this fails.
 */
bool board_storage_init(struct board_storage *storage,
                        const struct storage_wiring *wiring,
                        const struct board_media *media, struct error *error);

void board_storage_reset(struct board_storage *storage);

#endif
