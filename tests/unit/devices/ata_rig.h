/* SPDX-License-Identifier: MIT */
/*
 * An ATA channel with drives on media in memory, spoken to by its ports.
 */
#ifndef TESTS_UNIT_DEVICES_ATA_RIG_H
#define TESTS_UNIT_DEVICES_ATA_RIG_H

#include <string.h>

#include "devices/ata.h"
#include "tests/unit/run_tests.h"

#define ATA_RIG_TICKS 100000000u

enum { RIG_NONE = UINT32_MAX };

/* Registers by their offsets. */
enum { DATA, FEATURES, COUNT, LOW, MID, HIGH, DEVICE, COMMAND };
enum { ERROR = FEATURES, STATUS = COMMAND };

struct fake_medium {
    uint8_t *bytes;
    uint32_t size;
    uint32_t bad; /* a byte that cannot be read or written, or RIG_NONE */
    unsigned flushes;
    bool flush_fails;
};

struct ata_rig {
    struct clock clock;
    struct ata_channel channel;
    struct fake_medium medium[ATA_DRIVES];
    bool irq;
    unsigned rises;
    unsigned dma_ready;
};

static inline bool holds_bad(const struct fake_medium *medium, uint64_t offset,
                             uint32_t size)
{
    return offset <= medium->bad && medium->bad < offset + size;
}

static inline bool fake_read(void *context, uint64_t offset, void *data,
                             uint32_t size)
{
    const struct fake_medium *medium = context;

    EXPECT(offset + size <= medium->size);
    if (holds_bad(medium, offset, size))
        return false;
    memcpy(data, medium->bytes + offset, size);
    return true;
}

static inline bool fake_write(void *context, uint64_t offset, const void *data,
                              uint32_t size)
{
    struct fake_medium *medium = context;

    EXPECT(offset + size <= medium->size);
    if (holds_bad(medium, offset, size))
        return false;
    memcpy(medium->bytes + offset, data, size);
    return true;
}

static inline bool fake_flush(void *context)
{
    struct fake_medium *medium = context;

    medium->flushes++;
    return !medium->flush_fails;
}

/* Each sector of 512 bytes has its number in it. */
static inline struct medium fake_medium_init(struct fake_medium *medium,
                                             uint32_t size)
{
    *medium = (struct fake_medium){
        .bytes = calloc(1, size ? size : 1), .size = size, .bad = RIG_NONE};
    ck_assert_ptr_nonnull(medium->bytes);
    for (uint32_t i = 0; i + 4 <= size; i += 4) {
        const uint32_t value = i / ATA_SECTOR * 0x10001u + i;

        memcpy(medium->bytes + i, &value, 4);
    }
    return (struct medium){.size = size,
                           .read = fake_read,
                           .write = fake_write,
                           .flush = fake_flush,
                           .context = medium};
}

static inline void rig_take_irq(void *context, unsigned line, bool level)
{
    struct ata_rig *rig = context;

    (void)line;
    rig->irq = level;
    rig->rises += level;
}

static inline void rig_dma_ready(void *context)
{
    struct ata_rig *rig = context;

    rig->dma_ready++;
}

static inline struct ata_rig *ata_rig_create(void)
{
    struct ata_rig *rig = calloc(1, sizeof *rig);
    const struct irq_line irq = {.set = rig_take_irq, .context = rig};

    ck_assert_ptr_nonnull(rig);
    clock_init(&rig->clock, ATA_RIG_TICKS);
    ata_channel_init(&rig->channel, &rig->clock, irq);
    rig->channel.dma_ready = rig_dma_ready;
    rig->channel.master = rig;
    return rig;
}

static inline void ata_rig_destroy(struct ata_rig *rig)
{
    for (unsigned i = 0; i < ATA_DRIVES; i++)
        free(rig->medium[i].bytes);
    free(rig);
}

static inline void out(struct ata_rig *rig, unsigned offset, unsigned value)
{
    ata_write(&rig->channel, offset, 1, value);
}

static inline unsigned in(struct ata_rig *rig, unsigned offset)
{
    return ata_read(&rig->channel, offset, 1);
}

/* Without taking the interrupt back. */
static inline unsigned alternate_status(struct ata_rig *rig)
{
    return ata_read_control(&rig->channel, 0, 1);
}

/* Let the drive work until nothing is due. */
static inline void settle(struct ata_rig *rig)
{
    for (unsigned i = 0; clock_next(&rig->clock) != CLOCK_NEVER; i++) {
        EXPECT(i < 1000);
        clock_advance(&rig->clock, clock_next(&rig->clock));
    }
}

static inline void set_lba(struct ata_rig *rig, unsigned drive, uint32_t lba,
                           unsigned count)
{
    out(rig, DEVICE, 0xe0 | drive << 4 | lba >> 24);
    out(rig, COUNT, count);
    out(rig, LOW, lba & 0xff);
    out(rig, MID, lba >> 8 & 0xff);
    out(rig, HIGH, lba >> 16 & 0xff);
}

static inline uint32_t shown_lba(struct ata_rig *rig)
{
    return (in(rig, DEVICE) & 0xf) << 24 | in(rig, HIGH) << 16 |
           in(rig, MID) << 8 | in(rig, LOW);
}

static inline void read_words(struct ata_rig *rig, void *data, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i += 2) {
        const uint16_t word = (uint16_t)ata_read(&rig->channel, DATA, 2);

        memcpy((uint8_t *)data + i, &word, 2);
    }
}

static inline void write_words(struct ata_rig *rig, const void *data,
                               unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i += 2) {
        uint16_t word;

        memcpy(&word, (const uint8_t *)data + i, 2);
        ata_write(&rig->channel, DATA, 2, word);
    }
}

#endif
