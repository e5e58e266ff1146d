/* SPDX-License-Identifier: MIT */
/*
 * Power management of the PIIX4: the ACPI registers behind a movable block of
 * ports (power button and timer events, soft off, the 3.58 MHz timer), the
 * general purpose events, and the two APM ports by which an operating system
 * asks a BIOS to hand over or take back power management. There is no system
 * management mode: what its handler would do for ACPI, the chip does.
 *
 *   in    ports, virtual time
 *   out   the system control interrupt, power off
 *
 * "82371AB PCI-TO-ISA / IDE XCELERATOR (PIIX4)" data sheet, chapter 7; "ACPI
 * Specification", 1.0, 4.7.
 */
#ifndef DEVICES_PIIX4_PM_H
#define DEVICES_PIIX4_PM_H

#include "bus/clock.h"
#include "devices/pci.h"

enum {
    PIIX4_PM_TIMER_HERTZ = 3579545,
    PIIX4_PM_PORTS = 64,
    PIIX4_PM_BASE = 0x40, /**< configuration: where the ports are */
    PIIX4_PM_MISC = 0x80, /**< bit 0: they are decoded */
    PIIX4_PM_DEVACTB = 0x58
};

struct piix4_pm {
    struct pci_function function;
    uint16_t status;               /**< PMSTS, but for the timer's bit */
    uint16_t enable;               /**< PMEN */
    uint16_t control;              /**< PMCNTRL */
    uint16_t gpe_status;           /**< GPSTS */
    uint16_t gpe_enable;           /**< GPEN */
    uint8_t apm[2];                /**< control and status ports */
    uint8_t block[PIIX4_PM_PORTS]; /**< registers that are only kept */
    uint64_t timer_seen;  /**< count when the timer's status was cleared */
    unsigned port_number; /**< of the range on the ports */
    struct clock *clock;
    struct clock_event overflow;            /**< the timer's bit 23 changes */
    void (*sci)(void *context, bool level); /**< may be NULL */
    void (*power_off)(void *context);       /**< may be NULL */
    void *context;                          /**< of both */
};

/** Put it on the bus as `number` of `slot`. Fails for want of port ranges. */
bool piix4_pm_init(struct piix4_pm *pm, struct pci *pci, struct clock *clock,
                   unsigned slot, unsigned number, struct error *error);

/** The power button: an event for the guest, if it has asked for them. */
void piix4_pm_press_button(struct piix4_pm *pm);

/** The block of ports, by the offset in it. */
uint32_t piix4_pm_read(void *context, uint32_t offset, unsigned size);
void piix4_pm_write(void *context, uint32_t offset, unsigned size,
                    uint32_t value);

/** GPSTS and GPEN of two bytes each, where QEMU's boards have them too. */
uint32_t piix4_pm_read_gpe(void *context, uint32_t offset, unsigned size);
void piix4_pm_write_gpe(void *context, uint32_t offset, unsigned size,
                        uint32_t value);

/** APM control at offset 0, APM status at offset 1. */
uint32_t piix4_pm_read_apm(void *context, uint32_t offset, unsigned size);
void piix4_pm_write_apm(void *context, uint32_t offset, unsigned size,
                        uint32_t value);

#endif
