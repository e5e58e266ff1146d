/* SPDX-License-Identifier: MIT */
/*
 * The pair of 8237A on a bus with RAM, a device on each channel, and words
 * to program it by its ports alone.
 */
#ifndef TESTS_UNIT_DEVICES_DMA_RIG_H
#define TESTS_UNIT_DEVICES_DMA_RIG_H

#include "devices/isa_dma.h"

#include "tests/unit/run_tests.h"
#include "trace/trace.h"

#define TICKS_PER_SECOND 100000000u

enum { RAM_BYTES = 1 << 24, BYTES_MAX = 1 << 17, RECORDS_MAX = 64 };

/* Offsets of registers, on either chip. */
enum {
    STATUS = 8,
    COMMAND = 8,
    REQUEST = 9,
    MASK = 10,
    MODE = 11,
    CLEAR_FLIP_FLOP = 12,
    MASTER_CLEAR = 13,
    TEMPORARY = 13,
    CLEAR_MASKS = 14,
    ALL_MASKS = 15
};

enum { DEMAND = 0x00, SINGLE = 0x40, BLOCK = 0x80, CASCADE = 0xc0 };
enum { VERIFY = 0x00, TO_MEMORY = 0x04, FROM_MEMORY = 0x08 };
enum { AUTOINITIALIZE = 0x10, DECREMENT = 0x20 };

struct fixture;

/* A device that gives 1, 2, 3 ... and lets its request go after `burst`. */
struct device {
    struct fixture *fixture;
    unsigned channel;
    unsigned moved;
    unsigned burst; /* transfers until DREQ falls, counted down */
    unsigned terminal_counts;
    unsigned moved_at_terminal_count;
    uint32_t last_taken;
};

struct fixture {
    struct trace trace;
    struct bus bus;
    struct clock clock;
    struct isa_dma dma;
    struct device device[ISA_DMA_CHANNELS];
    unsigned order[RECORDS_MAX]; /* of channels served */
    unsigned served;
    struct trace_cycle cycle[RECORDS_MAX];
    unsigned cycles;
    struct trace_line change[RECORDS_MAX];
    unsigned changes;
};

static inline void note(struct device *device)
{
    struct fixture *f = device->fixture;

    if (f->served < RECORDS_MAX)
        f->order[f->served++] = device->channel;
    device->moved++;
    if (device->burst > 0 && --device->burst == 0)
        isa_dma_set_request(&f->dma, device->channel, false);
}

static inline uint32_t device_read(void *context)
{
    struct device *device = context;

    note(device);
    return device->moved;
}

static inline void device_write(void *context, uint32_t value)
{
    struct device *device = context;

    device->last_taken = value;
    note(device);
}

static inline void device_terminal_count(void *context)
{
    struct device *device = context;

    device->terminal_counts++;
    device->moved_at_terminal_count = device->moved;
}

static inline void record(void *context, const struct trace_record *record)
{
    struct fixture *f = context;

    if (record->event == TRACE_DREQ && f->changes < RECORDS_MAX)
        f->change[f->changes++] = record->line;
    if (record->event == TRACE_DMA && f->cycles < RECORDS_MAX)
        f->cycle[f->cycles++] = record->cycle;
}

static inline void locate(void *context, struct trace_record *record)
{
    (void)context;
    (void)record;
}

static inline void write_register(struct fixture *f, unsigned channel,
                                  unsigned offset, unsigned value)
{
    if (channel < 4)
        isa_dma_write_bytes(&f->dma, offset, 1, value);
    else
        isa_dma_write_words(&f->dma, offset * 2, 1, value);
}

static inline unsigned read_register(struct fixture *f, unsigned channel,
                                     unsigned offset)
{
    return channel < 4 ? isa_dma_read_bytes(&f->dma, offset, 1)
                       : isa_dma_read_words(&f->dma, offset * 2, 1);
}

static inline void open_cascade(struct fixture *f)
{
    write_register(f, 4, MODE, CASCADE);
    write_register(f, 4, MASK, 0);
}

static inline struct fixture *fixture_create(void)
{
    struct fixture *f = calloc(1, sizeof *f);
    const struct bus_range ram = {
        .name = "RAM", .kind = BUS_RAM, .size = RAM_BYTES};
    struct error error;

    ck_assert_ptr_nonnull(f);
    f->trace.record = record;
    f->trace.locate = locate;
    f->trace.record_context = f;
    EXPECT(bus_init(&f->bus, &f->trace, &error));
    EXPECT(bus_add(&f->bus, &ram, &error));
    clock_init(&f->clock, TICKS_PER_SECOND);
    isa_dma_init(&f->dma, &f->bus, &f->clock);
    for (unsigned i = 0; i < ISA_DMA_CHANNELS; i++) {
        const struct i8237_device device = {.read = device_read,
                                            .write = device_write,
                                            .terminal_count =
                                                device_terminal_count,
                                            .context = &f->device[i]};

        f->device[i] = (struct device){.fixture = f, .channel = i};
        if (i != 4)
            isa_dma_connect(&f->dma, i, &device);
    }
    open_cascade(f);
    return f;
}

static inline void fixture_destroy(struct fixture *f)
{
    bus_release(&f->bus);
    free(f);
}

/* Let the processor give the bus away, once, and whatever is due. */
static inline void run(struct fixture *f)
{
    clock_advance(&f->clock, f->clock.now + 1);
}

static inline void write_pair(struct fixture *f, unsigned channel,
                              unsigned offset, unsigned value)
{
    write_register(f, channel, CLEAR_FLIP_FLOP, 0);
    write_register(f, channel, offset, value & 0xff);
    write_register(f, channel, offset, value >> 8);
}

static inline unsigned read_pair(struct fixture *f, unsigned channel,
                                 unsigned offset)
{
    unsigned low;

    write_register(f, channel, CLEAR_FLIP_FLOP, 0);
    low = read_register(f, channel, offset);
    return low | read_register(f, channel, offset) << 8;
}

static inline void write_page(struct fixture *f, unsigned channel,
                              unsigned page)
{
    static const unsigned port[] = {0x87, 0x83, 0x81, 0x82,
                                    0x8f, 0x8b, 0x89, 0x8a};

    isa_dma_write_page(&f->dma, port[channel] - 0x80, 1, page);
}

/* `count` is that of transfers. */
static inline void program(struct fixture *f, unsigned channel, unsigned mode,
                           unsigned page, unsigned address, unsigned count)
{
    const unsigned index = channel % 4;

    write_register(f, channel, MASK, 4 | index);
    write_register(f, channel, MODE, mode | index);
    write_pair(f, channel, index * 2, address);
    write_pair(f, channel, index * 2 + 1, (count - 1) & 0xffff);
    write_page(f, channel, page);
    write_register(f, channel, MASK, index);
}

static inline unsigned address_register(struct fixture *f, unsigned channel)
{
    return read_pair(f, channel, channel % 4 * 2);
}

static inline unsigned count_register(struct fixture *f, unsigned channel)
{
    return read_pair(f, channel, channel % 4 * 2 + 1);
}

static inline unsigned width_of(unsigned channel)
{
    return channel < 4 ? 1 : 2;
}

/* Where transfer `number` of a run goes, by the data sheet's words: 16-bit
 * address that wraps, the page register above it; words shifted by one. */
static inline uint32_t place(unsigned channel, unsigned mode, unsigned page,
                             unsigned address, unsigned number)
{
    const unsigned at =
        (mode & DECREMENT ? address - number : address + number) & 0xffff;

    return channel < 4 ? page << 16 | at : (page & 0xfe) << 16 | at << 1;
}

#endif
