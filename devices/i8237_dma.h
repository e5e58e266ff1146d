/* SPDX-License-Identifier: MIT */
/*
 * 8237A direct memory access controller: four channels that move bytes
 * between a device and memory, or from memory to memory, as master of the
 * bus. No page table, no TLB and no A20 gate stand in its way. A second chip
 * hangs on a channel in cascade mode.
 *
 *   in    sixteen registers, DREQ lines, the page bits of an address
 *   out   HRQ, bus cycles, bytes and TC to the device on the channel
 *   next  devices/isa_dma.h makes the pair of a PC of it
 *
 * "8237A High Performance Programmable DMA Controller" data sheet.
 */
#ifndef DEVICES_I8237_DMA_H
#define DEVICES_I8237_DMA_H

#include "bus/bus.h"
#include "bus/irq.h"
#include "trace/lines.h"

enum { I8237_CHANNELS = 4 };

/**
 * What answers to a channel's DACK. Any callback may be NULL: reads give
 * ones, writes are lost. A transfer that only verifies reads from the device
 * and drops the value.
 */
struct i8237_device {
    uint32_t (*read)(void *context); /**< a byte or word for memory */
    void (*write)(void *context, uint32_t value); /**< one from memory */
    void (*terminal_count)(void *context); /**< behind the last of them */
    /** Takes the bus while the channel is in cascade mode, and says how many
     * transfers it made. Without it such a channel never gets the bus. */
    unsigned (*cascade)(void *context);
    void *context;
};

/** How a chip stands on the board. */
struct i8237_wiring {
    struct bus *bus;
    unsigned width; /**< bytes of a transfer: 1, or 2 with shifted addresses */
    const uint8_t *page[I8237_CHANNELS]; /**< address bits 16 to 23 */
    const struct bus_holder *holder[I8237_CHANNELS]; /**< of the bus */
    struct trace_lines traced; /**< DREQ and DACK, or nobody is told */
    struct irq_line hrq;
};

struct i8237_channel {
    uint16_t base_address;
    uint16_t base_count;
    uint16_t current_address;
    uint16_t current_count; /**< transfers to come, less one */
    uint8_t mode;
    struct i8237_device device;
};

struct i8237_dma {
    struct i8237_channel channel[I8237_CHANNELS];
    uint8_t command;
    uint8_t terminal_counts; /**< low half of the status register */
    uint8_t lines;           /**< levels at the DREQ pins */
    uint8_t requests;        /**< by software */
    uint8_t masks;
    uint8_t temporary;
    uint8_t lowest_priority;
    bool high_byte_next; /**< the byte pointer flip-flop */
    bool in_service;     /**< between HLDA and the fall of HRQ */
    bool hrq;
    struct i8237_wiring wiring;
};

/** Fill in; the chip is in RESET, with no device on any channel. */
void i8237_dma_init(struct i8237_dma *dma, const struct i8237_wiring *wiring);

/** The RESET pin: what a master clear does. */
void i8237_dma_reset(struct i8237_dma *dma);

/** Connect what answers to `channel`. */
void i8237_dma_connect(struct i8237_dma *dma, unsigned channel,
                       const struct i8237_device *device);

/** Drive the DREQ pin of channel `line`; fits struct irq_line. */
void i8237_dma_set_request(void *context, unsigned line, bool level);

/**
 * The HLDA pin: the bus is the chip's until it lets HRQ go. Serves the
 * channel of highest priority: one transfer in single mode, else to the end
 * of the request. Returns the number of transfers, 0 if nobody asked.
 */
unsigned i8237_dma_grant(struct i8237_dma *dma);

/** Registers at offsets 0 to 15. */
uint32_t i8237_dma_read(void *context, uint32_t offset, unsigned size);
void i8237_dma_write(void *context, uint32_t offset, unsigned size,
                     uint32_t value);

#endif
