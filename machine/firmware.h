/* SPDX-License-Identifier: MIT */
/*
 * Firmware: the ROMs that a machine starts from, and what the board tells them
 * about itself, in the CMOS and through fw_cfg, in the form that QEMU's boards
 * use and SeaBIOS reads.
 */
#ifndef MACHINE_FIRMWARE_H
#define MACHINE_FIRMWARE_H

#include "base/types.h"

struct board;

/** The ROMs. Their bytes must stay where they are. */
struct firmware {
    const uint8_t *bios;     /**< ends at 4 GiB; NULL: the machine has none */
    uint32_t bios_bytes;     /**< up to BOARD_BIOS_MAX */
    const uint8_t *vga_bios; /**< handed over through fw_cfg, or NULL */
    uint32_t vga_bios_bytes;
};

/** Where in the CMOS a PC keeps what. */
enum firmware_cmos {
    CMOS_FLOPPIES = 0x10, /**< types: drive A in the upper half */
    CMOS_EQUIPMENT = 0x14,
    CMOS_BASE_MEMORY = 0x15,     /**< KiB, word */
    CMOS_EXTENDED_MEMORY = 0x17, /**< KiB above 1 MiB, word */
    CMOS_EXTENDED_COPY = 0x30,
    CMOS_CENTURY = 0x32,
    CMOS_MEMORY_ABOVE_16M = 0x34, /**< in 64 KiB, word */
    CMOS_BOOT_THIRD = 0x38,       /**< upper half; bit 0: any floppy boots */
    CMOS_BOOT_FIRST = 0x3d        /**< lower half; the second in the upper */
};

/** Fill CMOS and fw_cfg of a board with `memory_bytes` of RAM. */
void firmware_tell(struct board *board, uint64_t memory_bytes);

#endif
