/* SPDX-License-Identifier: MIT */
/*
 * Just enough PCI to find a device by its class: configuration mechanism 1,
 * bus 0. "PCI Local Bus Specification" 2.1, section 3.7.4.
 */
#ifndef DRIVERS_PCI_H
#define DRIVERS_PCI_H

#include "kernel/types.h"

#define PCI_CLASS_DISPLAY 0x03
#define PCI_CLASS_IDE     0x0101 /* class and subclass */

/** Whether there is a PCI bus at all. */
bool pci_present(void);

/**
 * The first base address register of the first function on bus 0 with base
 * class `base_class`, without its flag bits; 0 if there is none.
 */
phys_addr_t pci_find_bar0(uint8_t base_class);

/**
 * Let the first function of this class and subclass be master of the bus and
 * answer at its ports. Returns the first port of its fifth base address
 * register, where bus masters of disks are; 0 if there is none.
 */
uint16_t pci_enable_bus_master(uint16_t class_and_subclass);

#endif
