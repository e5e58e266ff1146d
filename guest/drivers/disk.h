/* SPDX-License-Identifier: MIT */
/*
 * The first disk of the first IDE channel, by bus master DMA: the controller
 * reads a list of pieces of memory, and moves them itself. "Programming
 * Interface for Bus Master IDE Controller", 1.0; ATA-4, sections 7 and 8.
 */
#ifndef DRIVERS_DISK_H
#define DRIVERS_DISK_H

#include "drivers/block.h"
#include "mm/dma.h"

#define SECTOR_BYTES 512u
#define DISK_MOST_SG 32u

/** Find controller and disk; 0 if one of them is missing. */
struct block_device *disk_probe(void);

/** For the mapping calls. */
extern const struct device disk_device;

/**
 * Move the pieces of a list that dma_map_sg() has mapped, from `sector` on.
 * Returns false if the disk reports an error, or does not answer.
 */
bool disk_transfer(unsigned long sector, const struct scatterlist *list,
                   unsigned int count, bool write);

/** Transfers so far, and how many ended with an interrupt. */
unsigned long disk_transfers(void);
unsigned long disk_interrupts(void);

#endif
