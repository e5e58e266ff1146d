/* SPDX-License-Identifier: MIT */
#include "devices/isa_dma.h"

enum {
    CASCADE = 0, /* channel of the chip for words: 4 */
    /* Transfers after which the processor gets the bus again, if requests
     * do not end, and how many there are in a second. */
    TRANSFERS_AT_ONCE = 4096,
    TRANSFERS_PER_SECOND = 1000000
};

/* Which page register each channel has. 82371SB data sheet, "DMA Memory Low
 * Page Registers"; that of channel 4 is the refresh's. */
static const uint8_t page_of[ISA_DMA_CHANNELS] = {7, 3, 1, 2, 15, 11, 9, 10};

static const struct bus_holder holder[ISA_DMA_CHANNELS] = {
    {"8237 channel 0", 0}, {"8237 channel 1", 1}, {"8237 channel 2", 2},
    {"8237 channel 3", 3}, {"8237 channel 4", 4}, {"8237 channel 5", 5},
    {"8237 channel 6", 6}, {"8237 channel 7", 7},
};

/* The processor holds: serve until nobody asks. */
static void hold(void *context)
{
    struct isa_dma *dma = context;
    unsigned total = 0;

    while (dma->words.hrq && total < TRANSFERS_AT_ONCE) {
        const unsigned count = i8237_dma_grant(&dma->words);

        /* A cascade whose second chip has nothing to do moves nothing. */
        total += count ? count : 1;
    }
    if (dma->words.hrq)
        clock_schedule(
            dma->clock, &dma->hold,
            clock_now(dma->clock) +
                clock_ticks_of(dma->clock, total, TRANSFERS_PER_SECOND));
}

/* HRQ of the chip for words: HOLD at the processor. */
static void drive_hold(void *context, unsigned line, bool level)
{
    struct isa_dma *dma = context;

    (void)line;
    if (level && dma->hold.when == CLOCK_NEVER)
        clock_schedule(dma->clock, &dma->hold, clock_now(dma->clock));
}

static unsigned grant_bytes(void *context)
{
    return i8237_dma_grant(context);
}

static void init_chip(struct isa_dma *dma, struct i8237_dma *chip,
                      struct i8237_wiring *wiring, unsigned first)
{
    for (unsigned i = 0; i < I8237_CHANNELS; i++) {
        wiring->page[i] = &dma->page[page_of[first + i]];
        wiring->holder[i] = &holder[first + i];
    }
    i8237_dma_init(chip, wiring);
}

void isa_dma_init(struct isa_dma *dma, struct bus *bus, struct clock *clock)
{
    const struct i8237_device cascade = {.cascade = grant_bytes,
                                         .context = &dma->bytes};
    struct i8237_wiring words = {
        .bus = bus,
        .width = 2,
        .hrq = {.set = drive_hold, .context = dma},
        .traced = {bus->trace, "8237A words", I8237_CHANNELS}};
    struct i8237_wiring bytes = {
        .bus = bus,
        .width = 1,
        .hrq = {i8237_dma_set_request, &dma->words, CASCADE},
        .traced = {bus->trace, "8237A bytes", 0}};

    *dma = (struct isa_dma){.clock = clock,
                            .hold = {.name = "8237 hold",
                                     .callback = hold,
                                     .context = dma,
                                     .when = CLOCK_NEVER}};
    init_chip(dma, &dma->words, &words, I8237_CHANNELS);
    init_chip(dma, &dma->bytes, &bytes, 0);
    i8237_dma_connect(&dma->words, CASCADE, &cascade);
}

void isa_dma_reset(struct isa_dma *dma)
{
    i8237_dma_reset(&dma->words);
    i8237_dma_reset(&dma->bytes);
}

void isa_dma_connect(struct isa_dma *dma, unsigned channel,
                     const struct i8237_device *device)
{
    i8237_dma_connect(channel < I8237_CHANNELS ? &dma->bytes : &dma->words,
                      channel % I8237_CHANNELS, device);
}

void isa_dma_set_request(void *context, unsigned line, bool level)
{
    struct isa_dma *dma = context;

    i8237_dma_set_request(line < I8237_CHANNELS ? &dma->bytes : &dma->words,
                          line % I8237_CHANNELS, level);
}

uint32_t isa_dma_read_bytes(void *context, uint32_t offset, unsigned size)
{
    struct isa_dma *dma = context;

    return i8237_dma_read(&dma->bytes, offset, size);
}

void isa_dma_write_bytes(void *context, uint32_t offset, unsigned size,
                         uint32_t value)
{
    struct isa_dma *dma = context;

    i8237_dma_write(&dma->bytes, offset, size, value);
}

/* Address line 0 does not reach the second chip. */
uint32_t isa_dma_read_words(void *context, uint32_t offset, unsigned size)
{
    struct isa_dma *dma = context;

    return i8237_dma_read(&dma->words, offset >> 1, size);
}

void isa_dma_write_words(void *context, uint32_t offset, unsigned size,
                         uint32_t value)
{
    struct isa_dma *dma = context;

    i8237_dma_write(&dma->words, offset >> 1, size, value);
}

uint32_t isa_dma_read_page(void *context, uint32_t offset, unsigned size)
{
    const struct isa_dma *dma = context;

    (void)size;
    return dma->page[offset % ISA_DMA_PAGES];
}

void isa_dma_write_page(void *context, uint32_t offset, unsigned size,
                        uint32_t value)
{
    struct isa_dma *dma = context;

    (void)size;
    dma->page[offset % ISA_DMA_PAGES] = (uint8_t)value;
}
