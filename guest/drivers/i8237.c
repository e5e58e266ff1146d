/* SPDX-License-Identifier: MIT */
#include "drivers/i8237.h"

#include "arch/io.h"

#define ADDRESS(channel) ((uint16_t)((channel)*2))
#define COUNT(channel)   ((uint16_t)((channel)*2 + 1))
#define COMMAND_STATUS   0x08
#define REQUEST          0x09
#define MODE             0x0B
#define CLEAR_FLIP_FLOP  0x0C
#define MASTER_CLEAR     0x0D
#define PAGE_CHANNEL_0   0x87
#define PAGE_CHANNEL_1   0x83

#define COMMAND_MEMORY_TO_MEMORY 0x01
#define MODE_BLOCK               0x80
#define MODE_WRITE_MEMORY        0x04
#define MODE_READ_MEMORY         0x08
#define REQUEST_SET              0x04
#define STATUS_TC_1              0x02 /* channel 1 has come to its end */

#define BANK     0x10000u
#define PATIENCE 100000u

const struct device isa_device = {
    .name = "isa",
    .dma_mask = DMA_24BIT_MASK,
};

/* Registers have 16 bits, and a port of 8: low byte first. */
static void write_register(uint16_t port, uint32_t value)
{
    outb(0, CLEAR_FLIP_FLOP);
    outb((uint8_t)value, port);
    outb((uint8_t)(value >> 8), port);
}

static uint32_t read_register(uint16_t port)
{
    uint32_t low;

    outb(0, CLEAR_FLIP_FLOP);
    low = inb(port);
    return low | (uint32_t)inb(port) << 8;
}

bool i8237_present(void)
{
    write_register(ADDRESS(1), 0x5AA5);
    return read_register(ADDRESS(1)) == 0x5AA5;
}

static bool within_a_bank(dma_addr_t address, unsigned int size)
{
    return address / BANK == (address + size - 1) / BANK;
}

static bool has_finished(void)
{
    unsigned int look;

    for (look = 0; look < PATIENCE; look++) {
        if (inb(COMMAND_STATUS) & STATUS_TC_1)
            return true;
    }
    return false;
}

bool i8237_copy(dma_addr_t to, dma_addr_t from, unsigned int size)
{
    bool done;

    if (size == 0 || size > BANK || !within_a_bank(to, size) ||
        !within_a_bank(from, size))
        return false;
    outb(0, MASTER_CLEAR);
    outb(MODE_BLOCK | MODE_READ_MEMORY | 0, MODE);
    outb(MODE_BLOCK | MODE_WRITE_MEMORY | 1, MODE);
    write_register(ADDRESS(0), from);
    write_register(COUNT(0), size - 1);
    outb((uint8_t)(from >> 16), PAGE_CHANNEL_0);
    write_register(ADDRESS(1), to);
    write_register(COUNT(1), size - 1);
    outb((uint8_t)(to >> 16), PAGE_CHANNEL_1);
    outb(COMMAND_MEMORY_TO_MEMORY, COMMAND_STATUS);
    outb(REQUEST_SET | 0, REQUEST);
    done = has_finished();
    outb(0, MASTER_CLEAR);
    return done;
}
