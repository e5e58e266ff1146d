/* SPDX-License-Identifier: MIT */
/*
 * A VGA's memory as the chip has it: four planes of 64 KiB behind the same
 * addresses, A0000 and up. Ports say which of them a memory cycle reaches.
 * IBM, "PS/2 Hardware Interface Technical Reference: Video Subsystem".
 */
#ifndef DRIVERS_VGA_PLANES_H
#define DRIVERS_VGA_PLANES_H

#include "kernel/types.h"

#define VGA_PLANES_MEMORY 0xA0000u
#define VGA_PLANES        4u
#define VGA_REGISTERS     8u /* that must be changed, and put back */

/** The registers as they were. */
struct vga_registers {
    uint8_t value[VGA_REGISTERS];
};

/** Put the planes behind the addresses; returns what was there before. */
struct vga_registers vga_planes_begin(void);

/** As it was. */
void vga_planes_end(const struct vga_registers *before);

/** A write reaches the planes of `mask`, bit n for plane n. */
void vga_write_planes(uint8_t mask);

/** A read comes from this plane. */
void vga_read_plane(uint8_t plane);

#endif
