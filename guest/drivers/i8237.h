/* SPDX-License-Identifier: MIT */
/*
 * The 8237 that moves bytes, channels 0 to 3: "8237A High Performance
 * Programmable DMA Controller" data sheet. Its addresses have 16 bits; a page
 * register for each channel adds 8 more, so it reaches 16 MiB, and one
 * transfer never leaves 64 KiB.
 */
#ifndef DRIVERS_I8237_H
#define DRIVERS_I8237_H

#include "mm/dma.h"

/** For the mapping calls: what is on the ISA bus. */
extern const struct device isa_device;

/** Whether the chip's registers keep what is written to them. */
bool i8237_present(void);

/**
 * Let channels 0 and 1 copy from memory to memory. Returns false if the chip
 * does not do it, or if a bank of 64 KiB would be left.
 */
bool i8237_copy(dma_addr_t to, dma_addr_t from, unsigned int size);

#endif
