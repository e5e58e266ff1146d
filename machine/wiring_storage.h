/* SPDX-License-Identifier: MIT */
/*
 * The board's drives: two ATA channels with up to four disks, one of which
 * may be a CD-ROM drive instead, and two floppy drives.
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
#include "devices/i82077_fdc.h"
#include "devices/isa_dma.h"
#include "devices/medium.h"
#include "devices/pci.h"
#include "devices/piix_ide.h"

enum { BOARD_DISKS = 4, BOARD_FLOPPIES = 2 };

/** What lies in the drives; a size of 0 means that there is no drive. */
struct board_media {
    struct medium disk[BOARD_DISKS];
    struct medium cdrom; /**< takes the place of a disk */
    /** Each of the size of a format of devices/floppy_format.h. */
    struct medium floppy[BOARD_FLOPPIES];
};

struct board_storage {
    struct piix_ide ide;
    struct i82077_fdc fdc;
};

/** What the drives need of the rest of the board. */
struct storage_wiring {
    struct bus *bus;
    struct ports *ports;
    struct clock *clock;
    struct pci *pci;
    struct isa_dma *dma;
    struct irq_line ide_irq[PIIX_IDE_CHANNELS];
    struct irq_line floppy_irq;
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
