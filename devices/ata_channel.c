/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/bytes.h"
#include "devices/ata.h"

enum {
    REGISTER_DATA,
    REGISTER_FEATURES, /* read: error */
    REGISTER_COUNT,
    REGISTER_LOW,
    REGISTER_MID,
    REGISTER_HIGH,
    REGISTER_DEVICE,
    REGISTER_COMMAND /* read: status */
};

enum { CONTROL_NIEN = 0x02, CONTROL_SRST = 0x04 };

enum {
    COMMAND_DEVICE_RESET = 0x08,
    COMMAND_DIAGNOSTIC = 0x90,
    DIAGNOSTIC_PASSED = 0x01
};

enum { MICROSECONDS_PER_SECOND = 1000000 };

/* What a cable without drives shows: the host pulls DD7 down, the others
 * float high. ATA/ATAPI-5, "Host pull-down". */
enum { NO_DRIVE = 0x7f };

static unsigned selected_number(const struct ata_channel *channel)
{
    /* Both drives hear the device register; they hold the same bit. */
    return channel->drive[0].select & ATA_SELECT ? 1 : 0;
}

static struct ata_drive *selected(struct ata_channel *channel)
{
    return &channel->drive[selected_number(channel)];
}

static bool has_drives(const struct ata_channel *channel)
{
    return channel->drive[0].protocol || channel->drive[1].protocol;
}

static void update_irq(struct ata_channel *channel)
{
    const struct ata_drive *drive = selected(channel);
    const bool level = drive->protocol && drive->interrupt &&
                       !(channel->control & CONTROL_NIEN);

    if (level == channel->irq_level)
        return;
    channel->irq_level = level;
    irq_set(&channel->irq, level);
    if (level && channel->interrupt)
        channel->interrupt(channel->master);
}

static void set_interrupt(struct ata_drive *drive, bool pending)
{
    drive->interrupt = pending;
    update_irq(drive->channel);
}

/* --- What protocols call --- */

void ata_work(struct ata_drive *drive, uint32_t microseconds)
{
    struct clock *clock = drive->channel->clock;

    drive->phase = ATA_WORKING;
    drive->status = ATA_BSY;
    clock_schedule(clock, &drive->event,
                   clock_now(clock) + clock_ticks_of(clock, microseconds,
                                                     MICROSECONDS_PER_SECOND));
}

static void on_event(void *context)
{
    struct ata_drive *drive = context;

    drive->protocol->proceed(drive);
}

void ata_rest(struct ata_drive *drive)
{
    drive->phase = ATA_IDLE;
    drive->status = ATA_DRDY | ATA_DSC;
}

void ata_succeed(struct ata_drive *drive)
{
    ata_rest(drive);
    set_interrupt(drive, true);
}

void ata_fail(struct ata_drive *drive, uint8_t error)
{
    ata_rest(drive);
    drive->error = error;
    drive->status |= ATA_ERR;
    set_interrupt(drive, true);
}

void ata_fault(struct ata_drive *drive)
{
    ata_rest(drive);
    drive->error = ATA_ABRT;
    drive->status = ATA_DRDY | ATA_DF | ATA_ERR;
    set_interrupt(drive, true);
}

void ata_open_in(struct ata_drive *drive)
{
    drive->phase = ATA_DATA_IN;
    drive->status = ATA_DRDY | ATA_DSC | ATA_DRQ;
    set_interrupt(drive, true);
}

void ata_open_out(struct ata_drive *drive, bool interrupt)
{
    drive->phase = ATA_DATA_OUT;
    drive->status = ATA_DRDY | ATA_DSC | ATA_DRQ;
    if (interrupt)
        set_interrupt(drive, true);
}

void ata_open_dma(struct ata_drive *drive, enum ata_phase phase)
{
    struct ata_channel *channel = drive->channel;

    drive->phase = phase;
    drive->status = ATA_DRDY | ATA_DSC | ATA_DRQ;
    if (channel->dma_ready)
        channel->dma_ready(channel->master);
}

/* --- Resets --- */

static void stop(struct ata_drive *drive)
{
    clock_cancel(drive->channel->clock, &drive->event);
    drive->phase = ATA_IDLE;
    drive->interrupt = false;
    drive->position = 0;
    drive->block_end = 0;
    drive->end = 0;
}

static void reset_drive(struct ata_drive *drive, bool by_software)
{
    stop(drive);
    drive->features = 0;
    drive->error = DIAGNOSTIC_PASSED;
    drive->select = 0;
    drive->command = 0;
    if (drive->protocol)
        drive->protocol->reset(drive, by_software);
}

static void reset_drives(struct ata_channel *channel, bool by_software)
{
    for (unsigned i = 0; i < ATA_DRIVES; i++)
        reset_drive(&channel->drive[i], by_software);
    update_irq(channel);
}

void ata_channel_init(struct ata_channel *channel, struct clock *clock,
                      struct irq_line irq)
{
    *channel = (struct ata_channel){.clock = clock, .irq = irq};
    for (unsigned i = 0; i < ATA_DRIVES; i++) {
        struct ata_drive *drive = &channel->drive[i];

        drive->channel = channel;
        drive->number = (uint8_t)i;
        drive->event = (struct clock_event){.name = "ATA drive",
                                            .callback = on_event,
                                            .context = drive,
                                            .when = CLOCK_NEVER};
    }
}

void ata_channel_reset(struct ata_channel *channel)
{
    channel->control = 0;
    reset_drives(channel, false);
}

/* Both drives test themselves, whichever is selected. ATA/ATAPI-5, "EXECUTE
 * DEVICE DIAGNOSTIC". The interrupt is drive 0's. */
static void diagnose(struct ata_channel *channel)
{
    reset_drives(channel, true);
    set_interrupt(&channel->drive[0], true);
}

/* --- Registers --- */

static uint32_t read_data(struct ata_drive *drive, unsigned size)
{
    uint32_t value;

    if (drive->phase != ATA_DATA_IN)
        return UINT32_MAX;
    /* Blocks are whole words; the last one may be half of a doubleword. */
    if (drive->position + size > drive->block_end)
        size = drive->block_end - drive->position;
    value = size == 4 ? bytes_load(drive->buffer + drive->position, 4)
                      : bytes_load(drive->buffer + drive->position, 2);
    drive->position += size;
    if (drive->position == drive->block_end)
        drive->protocol->block_done(drive);
    return value;
}

static void write_data(struct ata_drive *drive, unsigned size, uint32_t value)
{
    if (drive->phase != ATA_DATA_OUT)
        return;
    if (drive->position + size > drive->block_end)
        size = drive->block_end - drive->position;
    bytes_store(drive->buffer + drive->position, size == 4 ? 4 : 2, value);
    drive->position += size;
    if (drive->position == drive->block_end)
        drive->protocol->block_done(drive);
}

static uint8_t read_register(struct ata_drive *drive, uint32_t offset)
{
    switch (offset) {
    case REGISTER_FEATURES: return drive->error;
    case REGISTER_COUNT: return drive->count;
    case REGISTER_LOW: return drive->low;
    case REGISTER_MID: return drive->mid;
    case REGISTER_HIGH: return drive->high;
    case REGISTER_DEVICE: return drive->select | 0xa0;
    default: set_interrupt(drive, false); return drive->status;
    }
}

static uint32_t read_byte(struct ata_channel *channel, uint32_t offset)
{
    struct ata_drive *drive = selected(channel);

    if (!has_drives(channel))
        return NO_DRIVE;
    if (drive->protocol)
        return read_register(drive, offset);
    if (drive->number == 0)
        return NO_DRIVE;
    /* Drive 0 answers for an absent drive 1: nothing ever ready. */
    if (offset == REGISTER_COMMAND)
        return 0;
    return read_register(&channel->drive[0], offset);
}

/* Only the data register is wider than a byte; a byte of it takes a word
 * off the drive's buffer, as the drive does not know the host's width. */
uint32_t ata_read(void *context, uint32_t offset, unsigned size)
{
    struct ata_channel *channel = context;
    uint32_t value = 0;

    if (offset == REGISTER_DATA) {
        struct ata_drive *drive = selected(channel);

        if (!drive->protocol)
            return UINT32_MAX;
        return read_data(drive, size == 4 ? 4 : 2);
    }
    for (unsigned i = 0; i < size; i++)
        value |= read_byte(channel, (offset + i) & 7) << (8 * i);
    return value;
}

static void write_register(struct ata_drive *drive, uint32_t offset,
                           uint8_t value)
{
    switch (offset) {
    case REGISTER_FEATURES: drive->features = value; break;
    case REGISTER_COUNT: drive->count = value; break;
    case REGISTER_LOW: drive->low = value; break;
    case REGISTER_MID: drive->mid = value; break;
    case REGISTER_HIGH: drive->high = value; break;
    default: drive->select = value; break;
    }
}

static void write_command(struct ata_channel *channel, uint8_t command)
{
    struct ata_drive *drive = selected(channel);

    if (command == COMMAND_DIAGNOSTIC && has_drives(channel)) {
        diagnose(channel);
        return;
    }
    if (!drive->protocol)
        return;
    if (drive->phase == ATA_WORKING && command != COMMAND_DEVICE_RESET)
        return;
    stop(drive);
    update_irq(channel);
    drive->command = command;
    drive->error = 0;
    drive->protocol->command(drive);
}

static void write_byte(struct ata_channel *channel, uint32_t offset,
                       uint8_t value)
{
    if (channel->control & CONTROL_SRST)
        return;
    if (offset == REGISTER_COMMAND) {
        write_command(channel, value);
        return;
    }
    for (unsigned i = 0; i < ATA_DRIVES; i++) {
        struct ata_drive *drive = &channel->drive[i];

        /* A busy drive hears nothing but who is selected. */
        if (drive->phase == ATA_IDLE || offset == REGISTER_DEVICE)
            write_register(drive, offset, value);
    }
    update_irq(channel);
}

void ata_write(void *context, uint32_t offset, unsigned size, uint32_t value)
{
    struct ata_channel *channel = context;

    if (offset == REGISTER_DATA) {
        struct ata_drive *drive = selected(channel);

        if (drive->protocol)
            write_data(drive, size == 4 ? 4 : 2, value);
        return;
    }
    for (unsigned i = 0; i < size; i++)
        write_byte(channel, (offset + i) & 7, (uint8_t)(value >> (8 * i)));
}

uint32_t ata_read_control(void *context, uint32_t offset, unsigned size)
{
    struct ata_channel *channel = context;
    const struct ata_drive *drive = selected(channel);

    (void)offset;
    (void)size;
    if (!has_drives(channel))
        return NO_DRIVE;
    if (channel->control & CONTROL_SRST)
        return ATA_BSY;
    if (drive->protocol)
        return drive->status;
    return drive->number == 0 ? NO_DRIVE : 0;
}

void ata_write_control(void *context, uint32_t offset, unsigned size,
                       uint32_t value)
{
    struct ata_channel *channel = context;
    const uint8_t old = channel->control;

    (void)offset;
    (void)size;
    channel->control = (uint8_t)value;
    if (value & CONTROL_SRST) {
        for (unsigned i = 0; i < ATA_DRIVES; i++) {
            stop(&channel->drive[i]);
            channel->drive[i].status = ATA_BSY;
        }
    } else if (old & CONTROL_SRST) {
        reset_drives(channel, true);
    }
    update_irq(channel);
}

/* --- Direct memory access --- */

enum ata_phase ata_dma_phase(const struct ata_channel *channel)
{
    const struct ata_drive *drive = &channel->drive[selected_number(channel)];

    if (drive->protocol &&
        (drive->phase == ATA_DMA_IN || drive->phase == ATA_DMA_OUT))
        return drive->phase;
    return ATA_IDLE;
}

/* Bytes that can move now: the buffer is refilled or emptied first. */
static uint32_t dma_part(struct ata_drive *drive, enum ata_phase phase,
                         uint32_t size)
{
    uint32_t room;

    if (drive->phase == phase && drive->position == drive->end)
        drive->protocol->dma_done(drive);
    if (drive->phase != phase)
        return 0;
    room = drive->end - drive->position;
    return size < room ? size : room;
}

uint32_t ata_dma_take(struct ata_channel *channel, void *data, uint32_t size)
{
    struct ata_drive *drive = selected(channel);
    uint32_t moved = 0;
    uint32_t part;

    while (moved < size &&
           (part = dma_part(drive, ATA_DMA_IN, size - moved)) > 0) {
        memcpy((uint8_t *)data + moved, drive->buffer + drive->position, part);
        drive->position += part;
        moved += part;
    }
    /* The last byte ends the command, not the next request. */
    (void)dma_part(drive, ATA_DMA_IN, 0);
    return moved;
}

uint32_t ata_dma_give(struct ata_channel *channel, const void *data,
                      uint32_t size)
{
    struct ata_drive *drive = selected(channel);
    uint32_t moved = 0;
    uint32_t part;

    while (moved < size &&
           (part = dma_part(drive, ATA_DMA_OUT, size - moved)) > 0) {
        memcpy(drive->buffer + drive->position, (const uint8_t *)data + moved,
               part);
        drive->position += part;
        moved += part;
    }
    (void)dma_part(drive, ATA_DMA_OUT, 0);
    return moved;
}
