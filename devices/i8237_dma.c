/* SPDX-License-Identifier: MIT */
#include "devices/i8237_dma.h"

/* 8237A data sheet, "Software Command Codes" and "Register Addresses". */
enum {
    REGISTER_COMMAND = 8, /* read: status */
    REGISTER_REQUEST = 9,
    REGISTER_MASK = 10,
    REGISTER_MODE = 11,
    REGISTER_CLEAR_FLIP_FLOP = 12,
    REGISTER_MASTER_CLEAR = 13, /* read: temporary */
    REGISTER_CLEAR_MASKS = 14,
    REGISTER_ALL_MASKS = 15
};

enum {
    COMMAND_MEMORY_TO_MEMORY = 0x01,
    COMMAND_HOLD_CHANNEL_0 = 0x02,
    COMMAND_DISABLE = 0x04,
    COMMAND_ROTATE = 0x10,
    COMMAND_DREQ_LOW = 0x40 /* requests are low, not high */
};

enum {
    MODE_TYPE = 0x0c,
    MODE_TYPE_WRITE = 0x04, /* to memory */
    MODE_TYPE_READ = 0x08,  /* from memory */
    MODE_AUTOINITIALIZE = 0x10,
    MODE_DECREMENT = 0x20,
    MODE_KIND = 0xc0,
    MODE_DEMAND = 0x00,
    MODE_SINGLE = 0x40,
    MODE_CASCADE = 0xc0
};

enum {
    SELECT = 0x03,     /* channel in request, mask and mode writes */
    SELECT_SET = 0x04, /* set, not clear, the channel's bit */
    ALL_CHANNELS = 0x0f,
    NO_CHANNEL = I8237_CHANNELS
};

enum { SOURCE = 0, DESTINATION = 1 }; /* channels of memory-to-memory */

static uint8_t bit(unsigned channel)
{
    return (uint8_t)(1u << channel);
}

/* Channels whose DREQ pin is active. */
static uint8_t requesting(const struct i8237_dma *dma)
{
    const uint8_t lines =
        dma->command & COMMAND_DREQ_LOW ? (uint8_t)~dma->lines : dma->lines;

    return lines & ALL_CHANNELS;
}

static bool is_cascade(const struct i8237_channel *channel)
{
    return (channel->mode & MODE_KIND) == MODE_CASCADE;
}

/*
 * The channel to serve, or NO_CHANNEL. Requests by software pass the mask.
 * A channel in cascade mode without a second master would hold the bus for
 * ever; here it does not get it.
 */
static unsigned chosen_channel(const struct i8237_dma *dma)
{
    const uint8_t pending =
        (uint8_t)((requesting(dma) & ~dma->masks) | dma->requests);

    if (dma->command & COMMAND_DISABLE)
        return NO_CHANNEL;
    for (unsigned rank = 1; rank <= I8237_CHANNELS; rank++) {
        const unsigned index = (dma->lowest_priority + rank) % I8237_CHANNELS;
        const struct i8237_channel *channel = &dma->channel[index];

        if ((pending & bit(index)) &&
            !(is_cascade(channel) && !channel->device.cascade))
            return index;
    }
    return NO_CHANNEL;
}

static void update_hrq(struct i8237_dma *dma)
{
    const bool level = chosen_channel(dma) != NO_CHANNEL;

    if (dma->in_service || dma->hrq == level)
        return;
    dma->hrq = level;
    irq_set(&dma->wiring.hrq, level);
}

void i8237_dma_init(struct i8237_dma *dma, const struct i8237_wiring *wiring)
{
    *dma = (struct i8237_dma){.wiring = *wiring};
    i8237_dma_reset(dma);
}

void i8237_dma_reset(struct i8237_dma *dma)
{
    dma->command = 0;
    dma->terminal_counts = 0;
    dma->requests = 0;
    dma->temporary = 0;
    dma->high_byte_next = false;
    dma->masks = ALL_CHANNELS;
    dma->lowest_priority = I8237_CHANNELS - 1;
    update_hrq(dma);
}

void i8237_dma_connect(struct i8237_dma *dma, unsigned channel,
                       const struct i8237_device *device)
{
    dma->channel[channel % I8237_CHANNELS].device = *device;
}

void i8237_dma_set_request(void *context, unsigned line, bool level)
{
    struct i8237_dma *dma = context;
    const uint8_t mask = bit(line % I8237_CHANNELS);

    if (level != ((dma->lines & mask) != 0))
        trace_lines_dma(&dma->wiring.traced, line % I8237_CHANNELS, false,
                        level);
    dma->lines = (uint8_t)(level ? dma->lines | mask : dma->lines & ~mask);
    update_hrq(dma);
}

/* --- Transfers --- */

/* A 16-bit channel counts words within 128 KiB, and the page's lowest bit
 * does not reach the bus. 82371SB (PIIX3) data sheet, "DMA Controller". */
static physical_addr address_of(const struct i8237_dma *dma, unsigned index)
{
    const uint32_t address = dma->channel[index].current_address;
    const uint32_t page = *dma->wiring.page[index];

    if (dma->wiring.width == 1)
        return page << 16 | address;
    return (page & 0xfe) << 16 | address << 1;
}

static void step_address(struct i8237_channel *channel)
{
    channel->current_address = (uint16_t)(channel->mode & MODE_DECREMENT
                                              ? channel->current_address - 1
                                              : channel->current_address + 1);
}

/* True when the count runs out. */
static bool step_count(struct i8237_channel *channel)
{
    return channel->current_count-- == 0;
}

static void reload(struct i8237_channel *channel)
{
    channel->current_address = channel->base_address;
    channel->current_count = channel->base_count;
}

/* What an EOP does to a channel: it starts anew or gets masked. */
static void end_channel(struct i8237_dma *dma, unsigned index)
{
    struct i8237_channel *channel = &dma->channel[index];

    dma->requests &= (uint8_t)~bit(index);
    if (channel->mode & MODE_AUTOINITIALIZE)
        reload(channel);
    else
        dma->masks |= bit(index);
}

static void to_memory(struct i8237_dma *dma, unsigned index)
{
    const struct i8237_device *device = &dma->channel[index].device;
    const uint32_t value =
        device->read ? device->read(device->context) : UINT32_MAX;

    bus_write(dma->wiring.bus, BUS_DMA, address_of(dma, index),
              dma->wiring.width, value);
}

static void from_memory(struct i8237_dma *dma, unsigned index)
{
    const struct i8237_device *device = &dma->channel[index].device;
    const uint32_t value = bus_read(dma->wiring.bus, BUS_DMA,
                                    address_of(dma, index), dma->wiring.width);

    if (device->write)
        device->write(device->context, value);
}

/* One transfer of a device's channel; true at terminal count. The reserved
 * type 3 moves nothing. Unverified: what the chip does with it. */
static bool transfer(struct i8237_dma *dma, unsigned index)
{
    struct i8237_channel *channel = &dma->channel[index];
    const struct i8237_device *device = &channel->device;

    switch (channel->mode & MODE_TYPE) {
    case MODE_TYPE_WRITE: to_memory(dma, index); break;
    case MODE_TYPE_READ: from_memory(dma, index); break;
    default:
        if (device->read)
            (void)device->read(device->context);
    }
    step_address(channel);
    if (!step_count(channel))
        return false;
    dma->terminal_counts |= bit(index);
    end_channel(dma, index);
    if (device->terminal_count)
        device->terminal_count(device->context);
    return true;
}

/*
 * Single mode gives the bus back after each transfer, demand mode when the
 * device lets its request go. A block, or a request by software, runs to its
 * end.
 */
static unsigned serve_device(struct i8237_dma *dma, unsigned index)
{
    const uint8_t kind = dma->channel[index].mode & MODE_KIND;
    unsigned count = 1;

    while (!transfer(dma, index)) {
        if (kind == MODE_SINGLE)
            break;
        if (kind == MODE_DEMAND &&
            !((requesting(dma) | dma->requests) & bit(index)))
            break;
        count++;
    }
    return count;
}

/*
 * A byte at a time through the temporary register, until channel 1's count
 * runs out. Channel 0's count steps too, but ends nothing. 8237A data sheet,
 * "Memory-to-Memory". On a chip with shifted addresses the byte is that on
 * data lines 0 to 7. Unverified: that the EOP also masks channel 0; and the
 * pages, for no DACK selects one: each channel has its own here.
 */
static unsigned serve_memory_to_memory(struct i8237_dma *dma)
{
    struct bus *bus = dma->wiring.bus;
    struct i8237_channel *source = &dma->channel[SOURCE];
    struct i8237_channel *destination = &dma->channel[DESTINATION];
    unsigned count = 0;
    bool over;

    do {
        dma->temporary =
            (uint8_t)bus_read(bus, BUS_DMA, address_of(dma, SOURCE), 1);
        if (!(dma->command & COMMAND_HOLD_CHANNEL_0))
            step_address(source);
        if (step_count(source) && (source->mode & MODE_AUTOINITIALIZE))
            reload(source);
        bus->dma_holder = dma->wiring.holder[DESTINATION];
        bus_write(bus, BUS_DMA, address_of(dma, DESTINATION), 1,
                  dma->temporary);
        bus->dma_holder = dma->wiring.holder[SOURCE];
        step_address(destination);
        over = step_count(destination);
        count++;
    } while (!over);
    dma->terminal_counts |= bit(DESTINATION);
    end_channel(dma, SOURCE);
    end_channel(dma, DESTINATION);
    return count;
}

/* Under DACK, which memory-to-memory transfers do without. */
static unsigned serve(struct i8237_dma *dma, unsigned index)
{
    const struct i8237_channel *channel = &dma->channel[index];
    unsigned count;

    if (index == SOURCE && (dma->command & COMMAND_MEMORY_TO_MEMORY))
        return serve_memory_to_memory(dma);
    trace_lines_dma(&dma->wiring.traced, index, true, true);
    count = is_cascade(channel)
                ? channel->device.cascade(channel->device.context)
                : serve_device(dma, index);
    trace_lines_dma(&dma->wiring.traced, index, true, false);
    return count;
}

unsigned i8237_dma_grant(struct i8237_dma *dma)
{
    const unsigned index = chosen_channel(dma);
    unsigned count;

    if (index == NO_CHANNEL)
        return 0;
    dma->in_service = true;
    dma->wiring.bus->dma_holder = dma->wiring.holder[index];
    count = serve(dma, index);
    dma->wiring.bus->dma_holder = NULL;
    dma->in_service = false;
    if (dma->command & COMMAND_ROTATE)
        dma->lowest_priority = (uint8_t)index;
    update_hrq(dma);
    return count;
}

/* --- Registers --- */

static uint8_t read_half(struct i8237_dma *dma, uint16_t value)
{
    const bool high = dma->high_byte_next;

    dma->high_byte_next = !high;
    return (uint8_t)(high ? value >> 8 : value);
}

static void write_half(struct i8237_dma *dma, uint16_t *base, uint16_t *current,
                       uint8_t value)
{
    const unsigned shift = dma->high_byte_next ? 8 : 0;
    const uint16_t kept = (uint16_t)(0xff00u >> shift);

    dma->high_byte_next = !dma->high_byte_next;
    *base = (uint16_t)((*base & kept) | value << shift);
    *current = (uint16_t)((*current & kept) | value << shift);
}

static uint8_t read_status(struct i8237_dma *dma)
{
    const uint8_t status =
        (uint8_t)(requesting(dma) << I8237_CHANNELS | dma->terminal_counts);

    dma->terminal_counts = 0;
    return status;
}

uint32_t i8237_dma_read(void *context, uint32_t offset, unsigned size)
{
    struct i8237_dma *dma = context;
    const struct i8237_channel *channel = &dma->channel[(offset >> 1) & SELECT];

    (void)size;
    switch (offset) {
    case REGISTER_COMMAND: return read_status(dma);
    case REGISTER_MASTER_CLEAR: return dma->temporary;
    /* Not on the 8237A; PIIX3 shows the masks here. */
    case REGISTER_ALL_MASKS: return 0xf0u | dma->masks;
    default: break;
    }
    if (offset >= REGISTER_COMMAND)
        return 0xff;
    return read_half(dma, offset & 1 ? channel->current_count
                                     : channel->current_address);
}

static void write_bit(uint8_t *bits, uint8_t value)
{
    const uint8_t mask = bit(value & SELECT);

    *bits = (uint8_t)(value & SELECT_SET ? *bits | mask : *bits & ~mask);
}

static void write_mode(struct i8237_dma *dma, uint8_t value)
{
    dma->channel[value & SELECT].mode = (uint8_t)(value & ~SELECT);
}

static void write_command(struct i8237_dma *dma, uint8_t value)
{
    dma->command = value;
    if (!(value & COMMAND_ROTATE))
        dma->lowest_priority = I8237_CHANNELS - 1;
}

static void write_control(struct i8237_dma *dma, uint32_t offset, uint8_t value)
{
    switch (offset) {
    case REGISTER_COMMAND: write_command(dma, value); break;
    case REGISTER_REQUEST: write_bit(&dma->requests, value); break;
    case REGISTER_MASK: write_bit(&dma->masks, value); break;
    case REGISTER_MODE: write_mode(dma, value); break;
    case REGISTER_CLEAR_FLIP_FLOP: dma->high_byte_next = false; break;
    case REGISTER_MASTER_CLEAR: i8237_dma_reset(dma); break;
    case REGISTER_CLEAR_MASKS: dma->masks = 0; break;
    default: dma->masks = value & ALL_CHANNELS; break;
    }
}

void i8237_dma_write(void *context, uint32_t offset, unsigned size,
                     uint32_t value)
{
    struct i8237_dma *dma = context;
    struct i8237_channel *channel = &dma->channel[(offset >> 1) & SELECT];

    (void)size;
    if (offset >= REGISTER_COMMAND)
        write_control(dma, offset, (uint8_t)value);
    else if (offset & 1)
        write_half(dma, &channel->base_count, &channel->current_count,
                   (uint8_t)value);
    else
        write_half(dma, &channel->base_address, &channel->current_address,
                   (uint8_t)value);
    update_hrq(dma);
}
