/* SPDX-License-Identifier: MIT */
/*
 * An 82077AA on DMA channel 2 of a bus with RAM, with disks in memory.
 */
#ifndef TESTS_UNIT_DEVICES_FDC_RIG_H
#define TESTS_UNIT_DEVICES_FDC_RIG_H

#include <string.h>

#include "devices/i82077_fdc.h"
#include "devices/isa_dma.h"
#include "tests/unit/run_tests.h"
#include "trace/trace.h"

#define FDC_RIG_TICKS 100000000u

enum {
    FDC_RIG_RAM = 1 << 20,
    FDC_BUFFER = 0x20000, /* where channel 2 moves bytes */
    OUTPUT = 2,
    MAIN_STATUS = 4,
    FIFO = 5,
    INPUT = 7,
    RUN_WITH_DMA = 0x0c
};

/* Main status register. */
enum { RQM = 0x80, DIO = 0x40, NDM = 0x20, CB = 0x10 };

struct fdc_rig {
    struct trace trace;
    struct bus bus;
    struct clock clock;
    struct isa_dma dma;
    struct i82077_fdc fdc;
    uint8_t *disk;
    uint32_t disk_size;
    bool irq;
    unsigned rises;
};

static inline bool rig_read(void *context, uint64_t offset, void *data,
                            uint32_t size)
{
    struct fdc_rig *rig = context;

    EXPECT(offset + size <= rig->disk_size);
    memcpy(data, rig->disk + offset, size);
    return true;
}

static inline bool rig_write(void *context, uint64_t offset, const void *data,
                             uint32_t size)
{
    struct fdc_rig *rig = context;

    EXPECT(offset + size <= rig->disk_size);
    memcpy(rig->disk + offset, data, size);
    return true;
}

static inline void rig_take_irq(void *context, unsigned line, bool level)
{
    struct fdc_rig *rig = context;

    (void)line;
    rig->irq = level;
    rig->rises += level;
}

static inline void fdc_out(struct fdc_rig *rig, unsigned port, unsigned value)
{
    i82077_fdc_write(&rig->fdc, port, 1, value);
}

static inline unsigned fdc_in(struct fdc_rig *rig, unsigned port)
{
    return i82077_fdc_read(&rig->fdc, port, 1);
}

static inline void fdc_settle(struct fdc_rig *rig)
{
    while (clock_next(&rig->clock) != CLOCK_NEVER)
        clock_advance(&rig->clock, clock_next(&rig->clock));
}

/* Send a command's bytes, each when the chip is ready for it. */
static inline void fdc_send(struct fdc_rig *rig, const uint8_t *bytes,
                            unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        EXPECT_EQ(fdc_in(rig, MAIN_STATUS) & (RQM | DIO), RQM);
        EXPECT_EQ(fdc_in(rig, MAIN_STATUS) & CB, i ? CB : 0);
        fdc_out(rig, FIFO, bytes[i]);
    }
}

/* Take exactly `count` bytes of result. */
static inline void fdc_result(struct fdc_rig *rig, uint8_t *bytes,
                              unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        EXPECT_EQ(fdc_in(rig, MAIN_STATUS) & (RQM | DIO | CB), RQM | DIO | CB);
        bytes[i] = (uint8_t)fdc_in(rig, FIFO);
        EXPECT(!rig->irq);
    }
    EXPECT_EQ(fdc_in(rig, MAIN_STATUS), RQM);
}

/* Status register 0 and the cylinder. */
static inline unsigned fdc_sense(struct fdc_rig *rig)
{
    const uint8_t command = 0x08;
    uint8_t result[2];

    fdc_send(rig, &command, 1);
    fdc_result(rig, result, 2);
    return (unsigned)result[0] << 8 | result[1];
}

/* Out of reset, with the four interrupts sensed. */
static inline void fdc_start(struct fdc_rig *rig)
{
    fdc_out(rig, OUTPUT, RUN_WITH_DMA);
    fdc_settle(rig);
    EXPECT(rig->irq);
    for (unsigned i = 0; i < 4; i++)
        EXPECT_EQ(fdc_sense(rig) >> 8, 0xc0 | i);
}

/* A disk of the format in drive 0, its sectors numbered, at the right rate. */
static inline struct fdc_rig *fdc_rig_create(const struct floppy_format *format)
{
    struct fdc_rig *rig = calloc(1, sizeof *rig);
    const struct bus_range ram = {
        .name = "RAM", .kind = BUS_RAM, .size = FDC_RIG_RAM};
    const struct irq_line irq = {.set = rig_take_irq, .context = rig};
    struct irq_line dreq = {.set = isa_dma_set_request, .line = 2};
    struct i8237_device device;
    struct medium medium = {
        .read = rig_read, .write = rig_write, .context = rig};
    struct error error;

    ck_assert_ptr_nonnull(rig);
    EXPECT(bus_init(&rig->bus, &rig->trace, &error));
    EXPECT(bus_add(&rig->bus, &ram, &error) != 0);
    clock_init(&rig->clock, FDC_RIG_TICKS);
    isa_dma_init(&rig->dma, &rig->bus, &rig->clock);
    isa_dma_write_words(&rig->dma, 2 * 11, 1, 0xc0);
    isa_dma_write_words(&rig->dma, 2 * 10, 1, 0);
    dreq.context = &rig->dma;
    i82077_fdc_init(&rig->fdc, &rig->clock, irq, dreq);
    device = i82077_fdc_dma(&rig->fdc);
    isa_dma_connect(&rig->dma, 2, &device);
    rig->disk_size = floppy_format_bytes(format);
    rig->disk = calloc(1, rig->disk_size);
    ck_assert_ptr_nonnull(rig->disk);
    for (uint32_t i = 0; i < rig->disk_size; i++)
        rig->disk[i] = (uint8_t)(i / FLOPPY_SECTOR * 31 + i);
    medium.size = rig->disk_size;
    i82077_fdc_insert(&rig->fdc, 0, &medium, format);
    fdc_out(rig, INPUT, format->rate);
    return rig;
}

static inline void fdc_rig_destroy(struct fdc_rig *rig)
{
    bus_release(&rig->bus);
    free(rig->disk);
    free(rig);
}

/* Program channel 2 for `size` bytes at FDC_BUFFER, single mode. */
static inline void fdc_program_dma(struct fdc_rig *rig, bool to_memory,
                                   unsigned size)
{
    const unsigned mode = 0x42 | (to_memory ? 4 : 8);

    isa_dma_write_bytes(&rig->dma, 10, 1, 4 | 2);
    isa_dma_write_bytes(&rig->dma, 11, 1, mode);
    isa_dma_write_bytes(&rig->dma, 12, 1, 0);
    isa_dma_write_bytes(&rig->dma, 4, 1, FDC_BUFFER & 0xff);
    isa_dma_write_bytes(&rig->dma, 4, 1, FDC_BUFFER >> 8 & 0xff);
    isa_dma_write_bytes(&rig->dma, 5, 1, (size - 1) & 0xff);
    isa_dma_write_bytes(&rig->dma, 5, 1, (size - 1) >> 8);
    isa_dma_write_page(&rig->dma, 1, 1, FDC_BUFFER >> 16);
    isa_dma_write_bytes(&rig->dma, 10, 1, 2);
}

static inline void fdc_seek(struct fdc_rig *rig, unsigned cylinder)
{
    const uint8_t command[] = {0x0f, 0, (uint8_t)cylinder};

    fdc_send(rig, command, sizeof command);
    EXPECT_EQ(fdc_in(rig, MAIN_STATUS), RQM | 1); /* drive 0 seeks */
    fdc_settle(rig);
    EXPECT(rig->irq);
    EXPECT_EQ(fdc_sense(rig), 0x2000 | cylinder);
}

/* Run a command of nine bytes to its result of seven. */
static inline void fdc_run(struct fdc_rig *rig, unsigned code, unsigned head,
                           const uint8_t id[4], unsigned last, uint8_t *result)
{
    const uint8_t command[] = {
        (uint8_t)code, (uint8_t)(head << 2), id[0], id[1], id[2],
        id[3],         (uint8_t)last,        0x1b,  0xff};

    fdc_send(rig, command, sizeof command);
    fdc_settle(rig);
    EXPECT(rig->irq);
    fdc_result(rig, result, 7);
}

#endif
