/* SPDX-License-Identifier: MIT */
/*
 * Memory that has no address of its own: a ROM, a card's video memory, the
 * RAM that lies behind ROM. Ranges of the bus show it, each at its place, and
 * more than one of them may show the same bytes.
 *
 *   in    a size
 *   out   bytes that the owner reads and writes, and that bus_add() can show
 */
#ifndef BUS_MEMORY_CHIP_H
#define BUS_MEMORY_CHIP_H

#include "base/error.h"
#include "base/types.h"

struct memory_chip {
    uint8_t *bytes; /**< `size` of them; NULL: there is no chip */
    uint32_t size;  /**< multiple of PAGE_SIZE */
    int file;       /**< of the host, by which the bytes are shown again */
};

/**
 * Zeroes, backed lazily. `size` is rounded up to whole pages, and is not 0.
 * Fails, naming the chip, when the host has no memory for it.
 */
bool memory_chip_init(struct memory_chip *chip, const char *name, uint32_t size,
                      struct error *error);

/** Give the host its memory back; harmless where there is no chip. */
void memory_chip_release(struct memory_chip *chip);

#endif
