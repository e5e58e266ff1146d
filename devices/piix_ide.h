/* SPDX-License-Identifier: MIT */
/*
 * The IDE function of the PIIX3: two ATA channels, and for each a bus master
 * that moves a drive's data by a table of regions in memory.
 *
 *   in    sixteen ports at BAR 4, configuration space, drives that are ready
 *   out   cycles of master BUS_DMA
 *   next  devices/ata.h
 *
 * The channels' own ports answer whatever the IDE timing registers say.
 *
 * "82371SB PCI ISA IDE Xcelerator (PIIX3)" data sheet; "Programming Interface
 * for Bus Master IDE Controller", revision 1.0.
 */
#ifndef DEVICES_PIIX_IDE_H
#define DEVICES_PIIX_IDE_H

#include "bus/bus.h"
#include "bus/clock.h"
#include "devices/ata.h"
#include "devices/pci.h"

enum { PIIX_IDE_CHANNELS = 2, PIIX_IDE_PORTS = 16 };

struct piix_ide;

/** The bus master of one channel. */
struct piix_ide_master {
    struct piix_ide *ide;
    struct ata_channel *channel;
    const struct bus_holder *holder; /**< of the bus */
    uint8_t command;
    uint8_t status;
    uint32_t table;         /**< descriptor table pointer, as written */
    physical_addr next;     /**< descriptor to be read */
    physical_addr address;  /**< in the present region */
    uint32_t left;          /**< bytes of it to come */
    bool last;              /**< no descriptor follows it */
    struct clock_event run; /**< data can move */
};

struct piix_ide {
    struct pci_function function;
    struct ata_channel channel[PIIX_IDE_CHANNELS];
    struct piix_ide_master master[PIIX_IDE_CHANNELS];
    struct bus *bus;
    struct clock *clock;
};

/** Fill in, without drives; must not move afterwards. */
void piix_ide_init(struct piix_ide *ide, struct bus *bus, struct clock *clock,
                   const struct irq_line irq[PIIX_IDE_CHANNELS]);

/** Put the function on the PCI bus, as `number` of `slot`. */
bool piix_ide_add(struct piix_ide *ide, struct pci *pci, unsigned slot,
                  unsigned number, struct error *error);

/** The RESET pin; the configuration space is reset with the PCI bus. */
void piix_ide_reset(struct piix_ide *ide);

/** Ports of both bus masters, eight each. */
uint32_t piix_ide_read(void *context, uint32_t offset, unsigned size);
void piix_ide_write(void *context, uint32_t offset, unsigned size,
                    uint32_t value);

#endif
