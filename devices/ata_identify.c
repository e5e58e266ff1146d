/* SPDX-License-Identifier: MIT */
#include "devices/ata_identify.h"

#include <string.h>

#include "base/bytes.h"

enum { IDENTIFY_WORDS = 256, MULTIPLE_MAX = 16 };

/* Word 49. */
enum { CAN_DMA = 0x100, CAN_LBA = 0x200, CAN_IORDY = 0xc00 };

/* Words 82 to 87: what there is, and what is on. */
enum {
    SET_PACKET = 0x0010,
    SET_POWER = 0x0008,
    SET_WRITE_CACHE = 0x0020,
    SET_LOOK_AHEAD = 0x0040,
    SET_DEVICE_RESET = 0x0200,
    SET_2_FLUSH = 0x1000,
    SET_VALID = 0x4000
};

enum {
    MODES_PIO_3_4 = 0x03,
    MODES_MULTIWORD = 0x07,
    CYCLE_NANOSECONDS = 120,
    VERSIONS_1_TO_5 = 0x3e,
    VERSIONS_4_TO_5 = 0x30
};

enum { MODE_PIO_FLOW = 0x08, MODE_MULTIWORD = 0x20 };

bool ata_mode_is_known(uint8_t mode)
{
    return mode <= 1 || (mode >= MODE_PIO_FLOW && mode <= MODE_PIO_FLOW + 4) ||
           (mode >= MODE_MULTIWORD && mode <= MODE_MULTIWORD + 2);
}

static void put_word(struct ata_drive *drive, unsigned index, uint32_t value)
{
    bytes_store(drive->buffer + 2 * index, 2, value);
}

/* The first character is the high byte of its word; blanks fill the rest. */
static void put_text(struct ata_drive *drive, unsigned first, unsigned last,
                     const char *text)
{
    for (unsigned i = 2 * first; i < 2 * last + 2; i++)
        drive->buffer[i ^ 1] = *text ? (uint8_t)*text++ : ' ';
}

static uint32_t multiword_modes(uint8_t selected)
{
    if (selected < MODE_MULTIWORD)
        return MODES_MULTIWORD;
    return MODES_MULTIWORD | 0x100u << (selected & 7);
}

static void put_common(struct ata_drive *drive, const char *model, uint8_t mode)
{
    char serial[] = "PW000000";

    serial[sizeof serial - 2] =
        (char)('1' + 2 * drive->channel->number + drive->number);
    put_text(drive, 10, 19, serial);
    put_text(drive, 23, 26, "1.0");
    put_text(drive, 27, 46, model);
    put_word(drive, 63, multiword_modes(mode));
    put_word(drive, 64, MODES_PIO_3_4);
    for (unsigned i = 65; i <= 68; i++)
        put_word(drive, i, CYCLE_NANOSECONDS);
}

/* Word 255: a signature, and a byte that makes the sum of all zero. */
static void put_checksum(struct ata_drive *drive)
{
    uint8_t sum = 0xa5;

    for (unsigned i = 0; i < 2 * (IDENTIFY_WORDS - 1); i++)
        sum = (uint8_t)(sum + drive->buffer[i]);
    put_word(drive, IDENTIFY_WORDS - 1, 0xa5u | (uint32_t)(uint8_t)-sum << 8);
}

static void put_geometry(struct ata_drive *drive)
{
    const struct ata_disk *disk = &drive->disk;
    const uint32_t reached =
        (uint32_t)disk->cylinders * disk->heads * disk->sectors_per_track;

    put_word(drive, 1, disk->default_cylinders);
    put_word(drive, 3, disk->default_heads);
    put_word(drive, 6, disk->default_sectors);
    put_word(drive, 54, disk->cylinders);
    put_word(drive, 55, disk->heads);
    put_word(drive, 56, disk->sectors_per_track);
    put_word(drive, 57, reached & 0xffff);
    put_word(drive, 58, reached >> 16);
    put_word(drive, 60, disk->sectors & 0xffff);
    put_word(drive, 61, disk->sectors >> 16);
}

void ata_identify_disk(struct ata_drive *drive)
{
    const struct ata_disk *disk = &drive->disk;
    const uint32_t on = SET_POWER | (disk->write_cache ? SET_WRITE_CACHE : 0) |
                        (disk->look_ahead ? SET_LOOK_AHEAD : 0);

    memset(drive->buffer, 0, 2 * IDENTIFY_WORDS);
    put_word(drive, 0, 0x0040); /* a fixed disk */
    put_common(drive, "pagewalk disk", disk->transfer_mode);
    put_geometry(drive);
    put_word(drive, 47, 0x8000 | MULTIPLE_MAX);
    put_word(drive, 49, CAN_DMA | CAN_LBA | CAN_IORDY);
    put_word(drive, 50, SET_VALID);
    put_word(drive, 51, 0x0200); /* PIO mode 2 without flow control */
    put_word(drive, 53, 0x0003); /* words 54 to 58 and 64 to 70 hold */
    if (disk->multiple)
        put_word(drive, 59, 0x0100u | disk->multiple);
    put_word(drive, 80, VERSIONS_1_TO_5);
    put_word(drive, 82, SET_POWER | SET_WRITE_CACHE | SET_LOOK_AHEAD);
    put_word(drive, 83, SET_VALID | SET_2_FLUSH);
    put_word(drive, 84, SET_VALID);
    put_word(drive, 85, on);
    put_word(drive, 86, SET_2_FLUSH);
    put_word(drive, 87, SET_VALID);
    put_checksum(drive);
}

void ata_identify_cdrom(struct ata_drive *drive)
{
    memset(drive->buffer, 0, 2 * IDENTIFY_WORDS);
    /* PACKET, a CD-ROM, removable, DRQ within 50 microseconds, 12 bytes. */
    put_word(drive, 0, 0x85c0);
    put_common(drive, "pagewalk CD-ROM", drive->cdrom.transfer_mode);
    put_word(drive, 49, CAN_DMA | CAN_LBA | CAN_IORDY);
    put_word(drive, 51, 0x0200);
    put_word(drive, 53, 0x0002);
    put_word(drive, 80, VERSIONS_4_TO_5);
    put_word(drive, 82, SET_PACKET | SET_DEVICE_RESET);
    put_word(drive, 83, SET_VALID);
    put_word(drive, 84, SET_VALID);
    put_word(drive, 85, SET_PACKET | SET_DEVICE_RESET);
    put_word(drive, 87, SET_VALID);
    put_checksum(drive);
}
