/* SPDX-License-Identifier: MIT */
/*
 * Direct memory access on the ISA bus, as an AT has it: an 8237A for bytes
 * (channels 0 to 3) behind channel 4 of one for words (5 to 7), and the page
 * registers that make 24-bit addresses of their 16 bits. They get the bus
 * when the present instruction is over; what they move within one request is
 * moved before the next instruction.
 *
 *   in    ports of both chips and of the page registers, requests 0 to 7
 *   out   cycles of master BUS_DMA; bytes, words and TC to devices
 *
 * "82371SB PCI ISA IDE Xcelerator (PIIX3)" data sheet, "DMA Controller".
 */
#ifndef DEVICES_ISA_DMA_H
#define DEVICES_ISA_DMA_H

#include "bus/clock.h"
#include "devices/i8237_dma.h"

enum { ISA_DMA_CHANNELS = 8, ISA_DMA_PAGES = 16 };

struct isa_dma {
    struct i8237_dma bytes;      /**< channels 0 to 3 */
    struct i8237_dma words;      /**< channels 4 to 7; 4 is the cascade */
    uint8_t page[ISA_DMA_PAGES]; /**< some are no channel's, but hold */
    struct clock *clock;
    struct clock_event hold; /**< when the processor lets the bus go */
};

/** Fill in; must not move afterwards. */
void isa_dma_init(struct isa_dma *dma, struct bus *bus, struct clock *clock);

/** RESET of both chips; the page registers have none. */
void isa_dma_reset(struct isa_dma *dma);

/** Connect what answers to channel 0 to 7, but not 4. */
void isa_dma_connect(struct isa_dma *dma, unsigned channel,
                     const struct i8237_device *device);

/** Drive DREQ `line`, 0 to 7 but not 4; fits struct irq_line. */
void isa_dma_set_request(void *context, unsigned line, bool level);

/** Chip for bytes: sixteen ports. */
uint32_t isa_dma_read_bytes(void *context, uint32_t offset, unsigned size);
void isa_dma_write_bytes(void *context, uint32_t offset, unsigned size,
                         uint32_t value);

/** Chip for words: 32 ports, a register at every second one. */
uint32_t isa_dma_read_words(void *context, uint32_t offset, unsigned size);
void isa_dma_write_words(void *context, uint32_t offset, unsigned size,
                         uint32_t value);

/** Page registers: sixteen ports. */
uint32_t isa_dma_read_page(void *context, uint32_t offset, unsigned size);
void isa_dma_write_page(void *context, uint32_t offset, unsigned size,
                        uint32_t value);

#endif
