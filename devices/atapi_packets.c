/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "devices/atapi.h"

/* Sense keys, and codes with their qualifier as 0xCCQQ. MMC-2, annex. */
enum {
    NOT_READY = 0x02,
    ILLEGAL_REQUEST = 0x05,
    UNIT_ATTENTION = 0x06,
    SENSE_BAD_COMMAND = 0x2000,
    SENSE_OUT_OF_RANGE = 0x2100,
    SENSE_BAD_FIELD = 0x2400,
    SENSE_NO_MEDIUM = 0x3a00,
    SENSE_TRAY_OPEN = 0x3a02,
    SENSE_BAD_MODE = 0x6400,
    SENSE_LOCKED = 0x5302,
    ATTENTION_NEW_MEDIUM = 0x28
};

enum { EVENT_NONE = 0, EVENT_NEW_MEDIUM = 2, EVENT_REMOVED = 3 };

enum { LEAD_OUT = 0xaa, DATA_TRACK = 0x14, FRAMES_BEFORE = 150 };

/* What a packet may do while something stands against it. */
enum packet_needs {
    NEEDS_NOTHING, /* also leaves a unit attention for others */
    NEEDS_ATTENTION,
    NEEDS_MEDIUM
};

struct packet_row {
    uint8_t code;
    enum packet_needs needs;
    void (*run)(struct ata_drive *drive);
};

static uint32_t load16(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 8 | bytes[1];
}

static uint32_t load32(const uint8_t *bytes)
{
    return load16(bytes) << 16 | load16(bytes + 2);
}

static void store16(uint8_t *bytes, uint32_t value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

static void store32(uint8_t *bytes, uint32_t value)
{
    store16(bytes, value >> 16);
    store16(bytes + 2, value);
}

static void fail(struct ata_drive *drive, uint8_t key, unsigned sense)
{
    atapi_fail(drive, key, (uint8_t)(sense >> 8), (uint8_t)sense);
}

static void refuse(struct ata_drive *drive, unsigned sense)
{
    fail(drive, ILLEGAL_REQUEST, sense);
}

static bool has_medium(const struct ata_drive *drive)
{
    return drive->medium.size > 0 && !drive->cdrom.tray_open;
}

static uint32_t sector_count(const struct ata_drive *drive)
{
    const uint64_t sectors =
        (drive->medium.size + ATAPI_SECTOR - 1) / ATAPI_SECTOR;

    return sectors > UINT32_MAX ? UINT32_MAX : (uint32_t)sectors;
}

/* A buffer of zeros to write a reply of up to `size` bytes to. */
static uint8_t *blank(struct ata_drive *drive, size_t size)
{
    memset(drive->buffer, 0, size);
    return drive->buffer;
}

static void put_text(uint8_t *bytes, size_t size, const char *text)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = *text ? (uint8_t)*text++ : ' ';
}

/* --- The drive --- */

static void test_unit_ready(struct ata_drive *drive)
{
    atapi_succeed(drive);
}

/* MMC-2 leaves it to SPC: sense data of 18 bytes, in the fixed format. A
 * unit attention that waits is told of here as well. */
static void request_sense(struct ata_drive *drive)
{
    enum { SIZE = 18 };
    struct atapi_cdrom *cdrom = &drive->cdrom;
    uint8_t *reply = blank(drive, SIZE);

    if (cdrom->sense_key == 0 && cdrom->attention) {
        cdrom->sense_key = UNIT_ATTENTION;
        cdrom->sense_code = cdrom->attention;
        cdrom->attention = 0;
    }
    reply[0] = 0x70;
    reply[2] = cdrom->sense_key;
    reply[7] = SIZE - 8;
    reply[12] = cdrom->sense_code;
    reply[13] = cdrom->sense_qualifier;
    cdrom->sense_key = 0;
    cdrom->sense_code = 0;
    cdrom->sense_qualifier = 0;
    atapi_reply(drive, SIZE, cdrom->packet[4]);
}

static void inquiry(struct ata_drive *drive)
{
    enum { SIZE = 36 };
    const uint8_t *packet = drive->cdrom.packet;
    uint8_t *reply = blank(drive, SIZE);

    if ((packet[1] & 1) || packet[2]) {
        refuse(drive, SENSE_BAD_FIELD); /* no vital product data */
        return;
    }
    reply[0] = 0x05; /* CD-ROM */
    reply[1] = 0x80; /* removable */
    reply[3] = 0x21; /* ATAPI */
    reply[4] = SIZE - 5;
    put_text(reply + 8, 8, "PAGEWALK");
    put_text(reply + 16, 16, "CD-ROM");
    put_text(reply + 32, 4, "1.0");
    atapi_reply(drive, SIZE, packet[4]);
}

static void start_stop(struct ata_drive *drive)
{
    enum { START = 1, TRAY = 2 };
    struct atapi_cdrom *cdrom = &drive->cdrom;
    const uint8_t how = cdrom->packet[4] & (START | TRAY);
    const bool open = how == TRAY;

    if (how & TRAY) {
        if (open && cdrom->locked) {
            refuse(drive, SENSE_LOCKED);
            return;
        }
        if (open != cdrom->tray_open && drive->medium.size > 0) {
            cdrom->event = open ? EVENT_REMOVED : EVENT_NEW_MEDIUM;
            cdrom->attention = open ? 0 : ATTENTION_NEW_MEDIUM;
        }
        cdrom->tray_open = open;
    }
    atapi_succeed(drive);
}

static void prevent_removal(struct ata_drive *drive)
{
    drive->cdrom.locked = (drive->cdrom.packet[4] & 1) != 0;
    atapi_succeed(drive);
}

static void get_event_status(struct ata_drive *drive)
{
    enum { POLLED = 1, CLASS_MEDIA = 4, NO_EVENTS = 0x80 };
    struct atapi_cdrom *cdrom = &drive->cdrom;
    uint8_t *reply = blank(drive, 8);
    const bool media = (cdrom->packet[4] & 1 << CLASS_MEDIA) != 0;

    if (!(cdrom->packet[1] & POLLED)) {
        refuse(drive, SENSE_BAD_FIELD);
        return;
    }
    store16(reply, media ? 6 : 2);
    reply[2] = media ? CLASS_MEDIA : NO_EVENTS;
    reply[3] = 1 << CLASS_MEDIA;
    if (media) {
        reply[4] = cdrom->event;
        reply[5] =
            (uint8_t)((cdrom->tray_open ? 1 : 0) | (has_medium(drive) ? 2 : 0));
        cdrom->event = EVENT_NONE;
    }
    atapi_reply(drive, media ? 8 : 4, load16(cdrom->packet + 7));
}

static void mechanism_status(struct ata_drive *drive)
{
    enum { SIZE = 8, DOOR_OPEN = 0x10 };
    uint8_t *reply = blank(drive, SIZE);

    if (drive->cdrom.tray_open)
        reply[1] = DOOR_OPEN;
    atapi_reply(drive, SIZE, load16(drive->cdrom.packet + 8));
}

/* Pages of MODE SENSE; each gives its size. MMC-2, "Mode Parameters". */
static uint32_t put_error_page(uint8_t *page)
{
    page[0] = 0x01;
    page[1] = 6;
    page[3] = 5; /* retries */
    return 8;
}

static uint32_t put_capabilities_page(const struct ata_drive *drive,
                                      uint8_t *page)
{
    enum { SPEED = 706 }; /* KB/s of a drive of speed 4 */

    page[0] = 0x2a;
    page[1] = 18;
    page[4] = 0x70; /* reads modes 2 form 1 and 2, several sessions */
    page[6] = (uint8_t)(0x29 | (drive->cdrom.locked ? 2 : 0)); /* a tray */
    store16(page + 8, SPEED);
    store16(page + 12, ATA_BUFFER / 1024);
    store16(page + 14, SPEED);
    return 20;
}

static void mode_sense(struct ata_drive *drive)
{
    enum { HEADER = 8, ALL = 0x3f, CHANGEABLE = 1 };
    const uint8_t *packet = drive->cdrom.packet;
    const uint8_t wanted = packet[2] & ALL;
    uint8_t *reply = blank(drive, 64);
    uint32_t size = HEADER;

    if (packet[2] >> 6 == CHANGEABLE) {
        refuse(drive, SENSE_BAD_FIELD);
        return;
    }
    if (wanted == 0x01 || wanted == ALL)
        size += put_error_page(reply + size);
    if (wanted == 0x2a || wanted == ALL)
        size += put_capabilities_page(drive, reply + size);
    if (size == HEADER) {
        refuse(drive, SENSE_BAD_FIELD);
        return;
    }
    store16(reply, size - 2);
    reply[2] = has_medium(drive) ? 0x01 : 0x70;
    atapi_reply(drive, size, load16(packet + 7));
}

static void get_configuration(struct ata_drive *drive)
{
    enum { SIZE = 16, PROFILE_CD_ROM = 8 };
    uint8_t *reply = blank(drive, SIZE);

    store32(reply, SIZE - 4);
    store16(reply + 6, has_medium(drive) ? PROFILE_CD_ROM : 0);
    reply[10] = 0x03; /* the list of profiles: persistent and current */
    reply[11] = 4;
    store16(reply + 12, PROFILE_CD_ROM);
    reply[14] = has_medium(drive) ? 1 : 0;
    atapi_reply(drive, SIZE, load16(drive->cdrom.packet + 7));
}

/* --- The medium --- */

static void read_capacity(struct ata_drive *drive)
{
    uint8_t *reply = blank(drive, 8);

    store32(reply, sector_count(drive) - 1);
    store32(reply + 4, ATAPI_SECTOR);
    atapi_reply(drive, 8, 8);
}

static bool in_range(struct ata_drive *drive, uint32_t first, uint32_t count)
{
    if (first <= sector_count(drive) && count <= sector_count(drive) - first)
        return true;
    refuse(drive, SENSE_OUT_OF_RANGE);
    return false;
}

static void send_range(struct ata_drive *drive, uint32_t first, uint32_t count)
{
    if (in_range(drive, first, count))
        atapi_send_sectors(drive, first, count);
}

static void read_10(struct ata_drive *drive)
{
    const uint8_t *packet = drive->cdrom.packet;

    send_range(drive, load32(packet + 2), load16(packet + 7));
}

static void read_12(struct ata_drive *drive)
{
    const uint8_t *packet = drive->cdrom.packet;

    send_range(drive, load32(packet + 2), load32(packet + 6));
}

/* Only the user data of sectors of mode 1; there is no other in an image. */
static void read_cd(struct ata_drive *drive)
{
    enum { USER_DATA = 0x10, TYPE = 0x1c, TYPE_MODE_1 = 0x08 };
    const uint8_t *packet = drive->cdrom.packet;
    const uint32_t count = (uint32_t)packet[6] << 16 | load16(packet + 7);
    const uint8_t type = packet[1] & TYPE;
    const uint8_t parts = packet[9] & 0xf8;

    if (type != 0 && type != TYPE_MODE_1)
        refuse(drive, SENSE_BAD_MODE);
    else if ((parts != USER_DATA && parts != 0) || packet[10])
        refuse(drive, SENSE_BAD_FIELD);
    else
        send_range(drive, load32(packet + 2), parts ? count : 0);
}

static void seek(struct ata_drive *drive)
{
    if (in_range(drive, load32(drive->cdrom.packet + 2), 0))
        atapi_succeed(drive);
}

/* A sector's address as the host wants it: a number, or minute, second and
 * frame behind the two seconds that come before sector 0. */
static void put_address(uint8_t *bytes, uint32_t sector, bool as_time)
{
    if (as_time) {
        const uint32_t frame = sector + FRAMES_BEFORE;

        bytes[1] = (uint8_t)(frame / (75 * 60));
        bytes[2] = (uint8_t)(frame / 75 % 60);
        bytes[3] = (uint8_t)(frame % 75);
    } else {
        store32(bytes, sector);
    }
}

static uint32_t put_track(uint8_t *bytes, uint8_t track, uint32_t sector,
                          bool as_time)
{
    bytes[1] = DATA_TRACK;
    bytes[2] = track;
    put_address(bytes + 4, sector, as_time);
    return 8;
}

/* Format 0: the tracks from a given one on. 0 if there is none such. */
static uint32_t put_tracks(const struct ata_drive *drive, uint8_t *reply,
                           bool as_time)
{
    const uint8_t first = drive->cdrom.packet[6];
    uint32_t size = 4;

    if (first > 1 && first != LEAD_OUT)
        return 0;
    if (first <= 1)
        size += put_track(reply + size, 1, 0, as_time);
    return size +
           put_track(reply + size, LEAD_OUT, sector_count(drive), as_time);
}

static uint32_t put_raw_entry(uint8_t *bytes, uint8_t point)
{
    bytes[0] = 1; /* session */
    bytes[1] = DATA_TRACK;
    bytes[3] = point;
    return 11;
}

/* Format 2: what the lead-in's Q channel holds. */
static uint32_t put_raw_tracks(const struct ata_drive *drive, uint8_t *reply)
{
    uint32_t size = 4;

    for (unsigned point = 0xa0; point <= 0xa1; point++) {
        reply[size + 8] = 1; /* first, last track */
        size += put_raw_entry(reply + size, (uint8_t)point);
    }
    put_address(reply + size + 7, sector_count(drive), true);
    size += put_raw_entry(reply + size, 0xa2);
    put_address(reply + size + 7, 0, true);
    return size + put_raw_entry(reply + size, 1);
}

static void read_toc(struct ata_drive *drive)
{
    enum { FORMAT_TRACKS, FORMAT_SESSIONS, FORMAT_RAW, TIME = 2 };
    const uint8_t *packet = drive->cdrom.packet;
    const bool as_time = (packet[1] & TIME) != 0;
    /* Older hosts put the format into the control byte. */
    const uint8_t format = packet[2] & 0xf ? packet[2] & 0xf : packet[9] >> 6;
    uint8_t *reply = blank(drive, 64);
    uint32_t size = 0;

    switch (format) {
    case FORMAT_TRACKS: size = put_tracks(drive, reply, as_time); break;
    case FORMAT_SESSIONS: size = 4 + put_track(reply + 4, 1, 0, as_time); break;
    case FORMAT_RAW: size = put_raw_tracks(drive, reply); break;
    default: break;
    }
    if (size == 0) {
        refuse(drive, SENSE_BAD_FIELD);
        return;
    }
    store16(reply, size - 2);
    reply[2] = 1; /* first and last track or session */
    reply[3] = 1;
    atapi_reply(drive, size, load16(packet + 7));
}

static void read_disc_information(struct ata_drive *drive)
{
    enum { SIZE = 34, COMPLETE = 0x0e };
    uint8_t *reply = blank(drive, SIZE);

    store16(reply, SIZE - 2);
    reply[2] = COMPLETE;
    reply[3] = 1; /* first track */
    reply[4] = 1; /* sessions */
    reply[5] = 1; /* first and last track of the last session */
    reply[6] = 1;
    atapi_reply(drive, SIZE, load16(drive->cdrom.packet + 7));
}

/* No audio is played. MMC-2, "READ SUB-CHANNEL". */
static void read_subchannel(struct ata_drive *drive)
{
    blank(drive, 4);
    atapi_reply(drive, 4, load16(drive->cdrom.packet + 7));
}

/* MMC-2, "Commands for MM Logical Units". */
static const struct packet_row rows[] = {
    {0x00, NEEDS_MEDIUM, test_unit_ready},
    {0x03, NEEDS_NOTHING, request_sense},
    {0x12, NEEDS_NOTHING, inquiry},
    {0x1b, NEEDS_ATTENTION, start_stop},
    {0x1e, NEEDS_ATTENTION, prevent_removal},
    {0x25, NEEDS_MEDIUM, read_capacity},
    {0x28, NEEDS_MEDIUM, read_10},
    {0x2b, NEEDS_MEDIUM, seek},
    {0x42, NEEDS_MEDIUM, read_subchannel},
    {0x43, NEEDS_MEDIUM, read_toc},
    {0x46, NEEDS_NOTHING, get_configuration},
    {0x4a, NEEDS_NOTHING, get_event_status},
    {0x51, NEEDS_MEDIUM, read_disc_information},
    {0x5a, NEEDS_ATTENTION, mode_sense},
    {0xa8, NEEDS_MEDIUM, read_12},
    {0xbd, NEEDS_ATTENTION, mechanism_status},
    {0xbe, NEEDS_MEDIUM, read_cd},
};

static const struct packet_row *row_of(uint8_t code)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].code == code)
            return &rows[i];
    }
    return NULL;
}

static void forget_sense(struct atapi_cdrom *cdrom)
{
    cdrom->sense_key = 0;
    cdrom->sense_code = 0;
    cdrom->sense_qualifier = 0;
}

void atapi_run_packet(struct ata_drive *drive)
{
    struct atapi_cdrom *cdrom = &drive->cdrom;
    const struct packet_row *row = row_of(cdrom->packet[0]);

    if (!row || row->run != request_sense)
        forget_sense(cdrom);
    if ((!row || row->needs != NEEDS_NOTHING) && cdrom->attention) {
        const uint8_t attention = cdrom->attention;

        cdrom->attention = 0;
        atapi_fail(drive, UNIT_ATTENTION, attention, 0);
    } else if (!row) {
        refuse(drive, SENSE_BAD_COMMAND);
    } else if (row->needs == NEEDS_MEDIUM && !has_medium(drive)) {
        fail(drive, NOT_READY,
             cdrom->tray_open ? SENSE_TRAY_OPEN : SENSE_NO_MEDIUM);
    } else {
        row->run(drive);
    }
}
