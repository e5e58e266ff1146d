/* SPDX-License-Identifier: MIT */
#include "devices/atapi.h"

#include <string.h>

#include "devices/ata_identify.h"

enum {
    COMMAND_NOP = 0x00,
    COMMAND_DEVICE_RESET = 0x08,
    COMMAND_PACKET = 0xa0,
    COMMAND_IDENTIFY_PACKET = 0xa1,
    COMMAND_CHECK_POWER = 0xe5,
    COMMAND_POWER_FIRST = 0xe0,
    COMMAND_POWER_LAST = 0xe6,
    COMMAND_SET_FEATURES = 0xef
};

enum { PACKET_BY_DMA = 0x01, PACKET_OVERLAPPED = 0x02 };

enum { FEATURE_TRANSFER_MODE = 0x03, ALWAYS_READY = 0xff };

enum { COMMAND_MICROSECONDS = 20, BLOCK_MICROSECONDS = 5 };

enum {
    SECTORS_AT_ONCE = ATA_BUFFER / ATAPI_SECTOR,
    LIMIT_MAX = 0xfffe,
    ATTENTION_RESET = 0x29,
    MEDIUM_ERROR = 0x03,
    UNRECOVERED_READ = 0x11
};

/* By this a host knows a drive with PACKET. ATA/ATAPI-5, "Signature". */
static void put_signature(struct ata_drive *drive)
{
    drive->count = 1;
    drive->low = 1;
    drive->mid = 0x14;
    drive->high = 0xeb;
}

/* --- Replies --- */

void atapi_succeed(struct ata_drive *drive)
{
    drive->count = ATAPI_IO | ATAPI_CD;
    ata_succeed(drive);
}

void atapi_fail(struct ata_drive *drive, uint8_t key, uint8_t code,
                uint8_t qualifier)
{
    drive->cdrom.sense_key = key;
    drive->cdrom.sense_code = code;
    drive->cdrom.sense_qualifier = qualifier;
    drive->cdrom.left = 0;
    drive->count = ATAPI_IO | ATAPI_CD;
    ata_fail(drive, (uint8_t)(key << 4 | ATA_ABRT));
}

/* Read the next sectors into the buffer. */
static bool fill(struct ata_drive *drive)
{
    struct atapi_cdrom *cdrom = &drive->cdrom;
    const struct medium *medium = &drive->medium;
    const uint32_t sectors =
        cdrom->left < SECTORS_AT_ONCE ? cdrom->left : SECTORS_AT_ONCE;
    const uint64_t offset = (uint64_t)cdrom->sector * ATAPI_SECTOR;
    const uint64_t rest = medium->size - offset;
    uint32_t size = sectors * ATAPI_SECTOR;

    drive->position = 0;
    drive->end = size;
    if (size > rest) {
        memset(drive->buffer + rest, 0, size - (uint32_t)rest);
        size = (uint32_t)rest;
    }
    if (!medium->read(medium->context, offset, drive->buffer, size)) {
        atapi_fail(drive, MEDIUM_ERROR, UNRECOVERED_READ, 0);
        return false;
    }
    cdrom->sector += sectors;
    cdrom->left -= sectors;
    return true;
}

/* Offer what the buffer holds: all of it by DMA, else as much as the host's
 * byte count limit allows. An odd last byte travels in a whole word. */
static void send(struct ata_drive *drive)
{
    const uint32_t limit = drive->cdrom.limit;
    uint32_t size = drive->end - drive->position;

    drive->count = ATAPI_IO;
    if (drive->cdrom.by_dma) {
        ata_open_dma(drive, ATA_DMA_IN);
        return;
    }
    if (size > limit)
        size = limit;
    drive->mid = (uint8_t)size;
    drive->high = (uint8_t)(size >> 8);
    drive->block_end = drive->position + ((size + 1) & ~1u);
    ata_open_in(drive);
}

void atapi_reply(struct ata_drive *drive, uint32_t size, uint32_t allowed)
{
    drive->cdrom.left = 0;
    drive->position = 0;
    drive->end = size < allowed ? size : allowed;
    if (drive->end == 0)
        atapi_succeed(drive);
    else
        send(drive);
}

void atapi_send_sectors(struct ata_drive *drive, uint32_t first, uint32_t count)
{
    drive->cdrom.sector = first;
    drive->cdrom.left = count;
    if (count == 0)
        atapi_succeed(drive);
    else if (fill(drive))
        send(drive);
}

/* --- The PACKET command --- */

static void start_packet(struct ata_drive *drive)
{
    struct atapi_cdrom *cdrom = &drive->cdrom;

    if (drive->features & PACKET_OVERLAPPED) {
        ata_fail(drive, ATA_ABRT);
        return;
    }
    cdrom->by_dma = (drive->features & PACKET_BY_DMA) != 0;
    cdrom->limit = (uint16_t)((drive->high << 8 | drive->mid) & LIMIT_MAX);
    if (cdrom->limit == 0)
        cdrom->limit = LIMIT_MAX;
    cdrom->waits = false;
    drive->count = ATAPI_CD;
    drive->position = 0;
    drive->end = ATAPI_PACKET;
    drive->block_end = ATAPI_PACKET;
    ata_open_out(drive, false);
}

/* The next block, or the end: the host hears of it by another interrupt. */
static void go_on(struct ata_drive *drive)
{
    if (drive->position >= drive->end) {
        if (drive->cdrom.left == 0) {
            atapi_succeed(drive);
            return;
        }
        if (!fill(drive))
            return;
    }
    send(drive);
}

static void block_done(struct ata_drive *drive)
{
    struct atapi_cdrom *cdrom = &drive->cdrom;

    if (drive->phase == ATA_DATA_OUT) {
        memcpy(cdrom->packet, drive->buffer, ATAPI_PACKET);
        ata_work(drive, COMMAND_MICROSECONDS);
    } else if (drive->command == COMMAND_PACKET) {
        cdrom->waits = true;
        ata_work(drive, BLOCK_MICROSECONDS);
    } else {
        ata_rest(drive);
    }
}

static void dma_done(struct ata_drive *drive)
{
    if (drive->cdrom.left == 0)
        atapi_succeed(drive);
    else
        (void)fill(drive);
}

/* --- The other commands --- */

static void identify(struct ata_drive *drive)
{
    ata_identify_cdrom(drive);
    drive->position = 0;
    drive->end = ATA_SECTOR;
    drive->block_end = ATA_SECTOR;
    ata_open_in(drive);
}

static void set_features(struct ata_drive *drive)
{
    if (drive->features != FEATURE_TRANSFER_MODE ||
        !ata_mode_is_known(drive->count)) {
        ata_fail(drive, ATA_ABRT);
        return;
    }
    drive->cdrom.transfer_mode = drive->count;
    ata_succeed(drive);
}

static void reset(struct ata_drive *drive, bool by_software)
{
    put_signature(drive);
    drive->status = 0; /* not ready for any command but PACKET's family */
    if (by_software)
        return;
    drive->cdrom = (struct atapi_cdrom){.attention = ATTENTION_RESET};
}

static void command(struct ata_drive *drive)
{
    switch (drive->command) {
    case COMMAND_PACKET: start_packet(drive); break;
    case COMMAND_DEVICE_RESET:
        drive->error = 1; /* passed */
        drive->select &= ATA_SELECT;
        reset(drive, true);
        break;
    default: ata_work(drive, COMMAND_MICROSECONDS); break;
    }
}

static void proceed_command(struct ata_drive *drive)
{
    const uint8_t code = drive->command;

    if (code == COMMAND_IDENTIFY_PACKET) {
        identify(drive);
    } else if (code == COMMAND_SET_FEATURES) {
        set_features(drive);
    } else if (code >= COMMAND_POWER_FIRST && code <= COMMAND_POWER_LAST) {
        if (code == COMMAND_CHECK_POWER)
            drive->count = ALWAYS_READY;
        ata_succeed(drive);
    } else {
        /* Those of disks: a host that asks a disk finds out what this is. */
        if (code != COMMAND_NOP)
            put_signature(drive);
        ata_fail(drive, ATA_ABRT);
    }
}

static void proceed(struct ata_drive *drive)
{
    if (drive->command != COMMAND_PACKET)
        proceed_command(drive);
    else if (drive->cdrom.waits)
        go_on(drive);
    else
        atapi_run_packet(drive);
}

static const struct ata_protocol protocol = {reset, command, proceed,
                                             block_done, dma_done};

void atapi_attach(struct ata_drive *drive, const struct medium *medium)
{
    drive->medium = *medium;
    drive->protocol = &protocol;
}
