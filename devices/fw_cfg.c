/* SPDX-License-Identifier: MIT */
#include "devices/fw_cfg.h"

#include <assert.h>
#include <string.h>

#include "bus/bus.h"
#include "trace/trace.h"

enum {
    IDENTITY_PORTS = 1,
    IDENTITY_DMA = 2,
    DMA_ERROR = 0x01,
    DMA_READ = 0x02,
    DMA_SKIP = 0x04,
    DMA_SELECT = 0x08,
    DMA_WRITE = 0x10,
    DESCRIPTOR_BYTES = 16,
    DESCRIPTOR_LENGTH = 4,
    DESCRIPTOR_ADDRESS = 8,
    ENTRY_BYTES = 8 + FW_CFG_NAME_BYTES,
    ENTRY_KEY = 4,
    ENTRY_NAME = 8,
    FIRST_ENTRY = 4
};

/* "QEMU CFG", as the address register reads. */
#define DMA_SIGNATURE_HIGH 0x51454d55u
#define DMA_SIGNATURE_LOW  0x20434647u

static void put_big_endian(uint8_t *bytes, uint32_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> 8 * (size - 1 - i));
}

static uint32_t big_endian(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
           (uint32_t)bytes[2] << 8 | bytes[3];
}

/* --- Contents --- */

static struct fw_cfg_item *add(struct fw_cfg *fw_cfg, uint16_t key,
                               uint32_t size)
{
    struct fw_cfg_item *item = &fw_cfg->item[fw_cfg->item_count++];

    assert(fw_cfg->item_count <= sizeof fw_cfg->item / sizeof *item);
    *item = (struct fw_cfg_item){.key = key, .size = size};
    return item;
}

void fw_cfg_add_number(struct fw_cfg *fw_cfg, uint16_t key, uint64_t value,
                       unsigned size)
{
    struct fw_cfg_item *item = add(fw_cfg, key, size);

    assert(size <= FW_CFG_NUMBER_BYTES);
    for (unsigned i = 0; i < size; i++)
        item->number[i] = (uint8_t)(value >> 8 * i);
}

void fw_cfg_add_file(struct fw_cfg *fw_cfg, const char *name,
                     const uint8_t *bytes, uint32_t size)
{
    const unsigned index = fw_cfg->file_count++;
    const uint16_t key = (uint16_t)(FW_CFG_FIRST_FILE + index);
    uint8_t *entry = fw_cfg->directory + FIRST_ENTRY + index * ENTRY_BYTES;

    assert(fw_cfg->file_count <= FW_CFG_FILES_MAX);
    add(fw_cfg, key, size)->bytes = bytes;
    put_big_endian(fw_cfg->directory, fw_cfg->file_count, 4);
    put_big_endian(entry, size, 4);
    put_big_endian(entry + ENTRY_KEY, key, 2);
    for (unsigned i = 0; i < FW_CFG_NAME_BYTES - 1 && name[i]; i++)
        entry[ENTRY_NAME + i] = (uint8_t)name[i];
}

void fw_cfg_init(struct fw_cfg *fw_cfg, struct bus *bus)
{
    static const uint8_t signature[] = {'Q', 'E', 'M', 'U'};

    *fw_cfg = (struct fw_cfg){.bus = bus};
    add(fw_cfg, FW_CFG_SIGNATURE, sizeof signature)->bytes = signature;
    fw_cfg_add_number(fw_cfg, FW_CFG_ID, IDENTITY_PORTS | IDENTITY_DMA, 4);
    add(fw_cfg, FW_CFG_DIRECTORY, sizeof fw_cfg->directory)->bytes =
        fw_cfg->directory;
}

void fw_cfg_reset(struct fw_cfg *fw_cfg)
{
    fw_cfg->selected = 0;
    fw_cfg->position = 0;
    fw_cfg->dma_high = 0;
}

static const struct fw_cfg_item *selected(const struct fw_cfg *fw_cfg)
{
    for (unsigned i = 0; i < fw_cfg->item_count; i++) {
        if (fw_cfg->item[i].key == fw_cfg->selected)
            return &fw_cfg->item[i];
    }
    return NULL;
}

static void select_item(struct fw_cfg *fw_cfg, uint16_t key)
{
    fw_cfg->selected = key;
    fw_cfg->position = 0;
}

/* Behind the end, and where there is no item, all is zero. */
static uint32_t left(const struct fw_cfg *fw_cfg,
                     const struct fw_cfg_item *item)
{
    if (!item || fw_cfg->position >= item->size)
        return 0;
    return item->size - fw_cfg->position;
}

static const uint8_t *next_bytes(const struct fw_cfg *fw_cfg,
                                 const struct fw_cfg_item *item)
{
    return (item->bytes ? item->bytes : item->number) + fw_cfg->position;
}

static void advance(struct fw_cfg *fw_cfg, uint32_t size)
{
    if (size <= UINT32_MAX - fw_cfg->position)
        fw_cfg->position += size;
}

/* --- Ports --- */

static uint8_t read_data(struct fw_cfg *fw_cfg)
{
    const struct fw_cfg_item *item = selected(fw_cfg);
    uint8_t byte;

    if (!left(fw_cfg, item))
        return 0;
    byte = *next_bytes(fw_cfg, item);
    advance(fw_cfg, 1);
    return byte;
}

uint32_t fw_cfg_read(void *context, uint32_t offset, unsigned size)
{
    return size == 1 && offset == 1 ? read_data(context) : UINT32_MAX;
}

void fw_cfg_write(void *context, uint32_t offset, unsigned size, uint32_t value)
{
    if (size == 2 && offset == 0)
        select_item(context, (uint16_t)value);
}

/* --- DMA --- */

/* Copy what is left of the item, then zeroes. */
static void dma_read(struct fw_cfg *fw_cfg, physical_addr to, uint32_t size)
{
    static const uint8_t zeroes[PAGE_SIZE];
    const struct fw_cfg_item *item = selected(fw_cfg);
    const uint32_t rest = left(fw_cfg, item);
    uint32_t part = size < rest ? size : rest;

    if (part)
        bus_write_block(fw_cfg->bus, BUS_DMA, to, next_bytes(fw_cfg, item),
                        part);
    advance(fw_cfg, size);
    while (size > part) {
        to += part;
        size -= part;
        part = size < sizeof zeroes ? size : sizeof zeroes;
        bus_write_block(fw_cfg->bus, BUS_DMA, to, zeroes, part);
    }
}

/* What the descriptor asks. Returns what its control word becomes. */
static uint32_t carry_out(struct fw_cfg *fw_cfg, const uint8_t *descriptor)
{
    const uint32_t control = big_endian(descriptor);
    const uint32_t length = big_endian(descriptor + DESCRIPTOR_LENGTH);
    const uint32_t high = big_endian(descriptor + DESCRIPTOR_ADDRESS);
    const uint32_t low = big_endian(descriptor + DESCRIPTOR_ADDRESS + 4);

    if (control & DMA_SELECT)
        select_item(fw_cfg, (uint16_t)(control >> 16));
    if (control & DMA_READ) {
        if (high)
            return DMA_ERROR;
        dma_read(fw_cfg, low, length);
    } else if (control & DMA_WRITE) {
        return DMA_ERROR;
    } else if (control & DMA_SKIP) {
        advance(fw_cfg, length);
    }
    return 0;
}

static void start_dma(struct fw_cfg *fw_cfg, physical_addr at)
{
    static const struct bus_holder holder = {"fw_cfg", TRACE_NO_CHANNEL};
    uint8_t descriptor[DESCRIPTOR_BYTES];
    uint8_t answer[4];

    if (fw_cfg->dma_high) {
        fw_cfg->dma_high = 0;
        return;
    }
    fw_cfg->bus->dma_holder = &holder;
    bus_read_block(fw_cfg->bus, BUS_DMA, at, descriptor, sizeof descriptor);
    put_big_endian(answer, carry_out(fw_cfg, descriptor), sizeof answer);
    bus_write_block(fw_cfg->bus, BUS_DMA, at, answer, sizeof answer);
    fw_cfg->bus->dma_holder = NULL;
}

static uint32_t swap(uint32_t value)
{
    return __builtin_bswap32(value);
}

uint32_t fw_cfg_read_dma(void *context, uint32_t offset, unsigned size)
{
    (void)context;
    if (size != 4)
        return UINT32_MAX;
    return swap(offset == 0 ? DMA_SIGNATURE_HIGH : DMA_SIGNATURE_LOW);
}

void fw_cfg_write_dma(void *context, uint32_t offset, unsigned size,
                      uint32_t value)
{
    struct fw_cfg *fw_cfg = context;

    if (size != 4)
        return;
    if (offset == 0)
        fw_cfg->dma_high = swap(value);
    else if (offset == 4)
        start_dma(fw_cfg, swap(value));
}
