/* SPDX-License-Identifier: MIT */
/*
 * The ISA bridge of the PIIX3: routes the four PCI interrupt lines to
 * interrupt requests, and has the reset control register at port CF9.
 *
 *   in    pins of PCI slots, configuration writes
 *   out   interrupt requests, RESET
 *   next  devices/i8259_pic.h
 *
 * "82371SB PCI ISA IDE Xcelerator (PIIX3)" data sheet. Which pin of a slot is
 * soldered to which line is the board's choice: here as on QEMU's.
 */
#ifndef DEVICES_PIIX3_ISA_H
#define DEVICES_PIIX3_ISA_H

#include "bus/irq.h"
#include "devices/pci.h"

enum {
    PIIX3_PIRQ_ROUTE = 0x60, /**< four registers, PIRQA# to PIRQD# */
    PIIX3_REQUESTS = 16
};

struct piix3_isa {
    struct pci_function function;
    uint8_t reset_control;    /**< CF9 */
    uint16_t asked[PCI_PINS]; /**< how many pins pull each line */
    bool sci;                 /**< power management asks for its request */
    uint16_t levels;          /**< requests as they are driven, by bit */
    struct irq_line request[PIIX3_REQUESTS];
    void (*reset)(void *context); /**< may be NULL */
    void *context;
};

/** Put it on the bus as function 0 of `slot`, and take the pins. */
void piix3_isa_init(struct piix3_isa *bridge, struct pci *pci, unsigned slot);

/** What power management asks on request 9, together with PCI lines. */
void piix3_isa_set_sci(struct piix3_isa *bridge, bool level);

#endif
