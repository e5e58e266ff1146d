/* SPDX-License-Identifier: MIT */
/*
 * The host bridge of the 440FX set: what is seen from C0000 to FFFFF, RAM or
 * the ROM on the PCI side, by the PAM registers, and the memory of system
 * management mode behind the video memory, by the SMRAM register.
 *
 *   in    configuration writes
 *   out   ranges of the bus from A0000 to FFFFF
 *   next  devices/pci.h
 *
 * "82441FX PCI and Memory Controller" data sheet, "PAM" and "SMRAM". DRAM
 * timing and row registers are kept and mean nothing.
 */
#ifndef DEVICES_I82441FX_HOST_H
#define DEVICES_I82441FX_HOST_H

#include "bus/memory_chip.h"
#include "devices/pci.h"

enum {
    I82441FX_PAM = 0x59,   /**< the first of seven registers */
    I82441FX_SMRAM = 0x72, /**< control of A0000 to BFFFF */
    I82441FX_PAM_REGISTERS = 7,
    I82441FX_SEGMENTS = 13 /**< twelve of 16 KiB, the last of 64 KiB */
};

/** One of the areas that a half of a PAM register rules. */
struct pam_segment {
    struct i82441fx_host *host;
    uint32_t ram_offset; /**< in the RAM from A0000 on */
    unsigned number;     /**< of its range */
};

struct i82441fx_host {
    struct pci_function function;
    struct memory_chip ram; /**< DRAM from A0000 to FFFFF */
    struct pam_segment segment[I82441FX_SEGMENTS];
    unsigned smram_number;         /**< range A0000 to BFFFF */
    const struct memory_chip *rom; /**< on the PCI side, or NULL */
    struct bus *bus;
};

/**
 * Add the ranges, in front of those that the bus has, and slot 0. `rom`, or
 * NULL, ends at 1 MiB; what exceeds 128 KiB is not seen here. Release in
 * either case.
 */
bool i82441fx_host_init(struct i82441fx_host *host, struct pci *pci,
                        const struct memory_chip *rom, struct error *error);
void i82441fx_host_release(struct i82441fx_host *host);

#endif
