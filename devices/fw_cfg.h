/* SPDX-License-Identifier: MIT */
/*
 * The firmware configuration device of QEMU's boards: numbered items and named
 * files that firmware reads, byte by byte through a port or as a whole by DMA.
 *
 *   in    items and files from machine/; ports 510, 511 and 514 to 51B
 *   out   bytes, to the ports or into memory as a bus master
 *
 * QEMU, "QEMU Firmware Configuration (fw_cfg) Device". Nothing is writable.
 */
#ifndef DEVICES_FW_CFG_H
#define DEVICES_FW_CFG_H

#include "base/types.h"

struct bus;

/** Keys of items that every firmware knows. */
enum {
    FW_CFG_SIGNATURE = 0x00,
    FW_CFG_ID = 0x01,
    FW_CFG_RAM_SIZE = 0x03, /**< 64 bits */
    FW_CFG_NO_GRAPHIC = 0x04,
    FW_CFG_CPU_COUNT = 0x05,
    FW_CFG_BOOT_MENU = 0x0e,
    FW_CFG_MAX_CPUS = 0x0f,
    FW_CFG_DIRECTORY = 0x19,
    FW_CFG_FIRST_FILE = 0x20,
    FW_CFG_IRQ0_OVERRIDE = 0x8002
};

enum {
    FW_CFG_ITEMS_MAX = 16,
    FW_CFG_FILES_MAX = 16,
    FW_CFG_NAME_BYTES = 56,
    FW_CFG_NUMBER_BYTES = 8,
    FW_CFG_DIRECTORY_BYTES = 4 + FW_CFG_FILES_MAX * (8 + FW_CFG_NAME_BYTES)
};

struct fw_cfg_item {
    uint16_t key;
    uint32_t size;
    const uint8_t *bytes; /**< NULL: those of `number` */
    uint8_t number[FW_CFG_NUMBER_BYTES];
};

struct fw_cfg {
    struct fw_cfg_item item[FW_CFG_ITEMS_MAX + FW_CFG_FILES_MAX];
    unsigned item_count;
    unsigned file_count;
    uint8_t directory[FW_CFG_DIRECTORY_BYTES];
    uint16_t selected;
    uint32_t position; /**< next byte of the selected item */
    uint32_t dma_high; /**< upper half of the DMA descriptor's address */
    struct bus *bus;
};

/** With signature, identity and an empty directory. */
void fw_cfg_init(struct fw_cfg *fw_cfg, struct bus *bus);

/** RESET: nothing is selected; the items stay. */
void fw_cfg_reset(struct fw_cfg *fw_cfg);

/** Add a number of `size` bytes, 1 to 8, least first. */
void fw_cfg_add_number(struct fw_cfg *fw_cfg, uint16_t key, uint64_t value,
                       unsigned size);

/**
 * Add a file, whose bytes must stay where they are. The name is cut to
 * FW_CFG_NAME_BYTES - 1 letters.
 */
void fw_cfg_add_file(struct fw_cfg *fw_cfg, const char *name,
                     const uint8_t *bytes, uint32_t size);

/** Ports 510 and 511: the selector, a word, and in its second byte data. */
uint32_t fw_cfg_read(void *context, uint32_t offset, unsigned size);
void fw_cfg_write(void *context, uint32_t offset, unsigned size,
                  uint32_t value);

/** Ports 514 to 51B: the descriptor's address, highest byte first. */
uint32_t fw_cfg_read_dma(void *context, uint32_t offset, unsigned size);
void fw_cfg_write_dma(void *context, uint32_t offset, unsigned size,
                      uint32_t value);

#endif
