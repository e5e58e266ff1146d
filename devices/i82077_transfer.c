/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "devices/i82077_fdc.h"

/* What a command's code, without MT, MFM and SK, is. */
enum {
    CODE = 0x1f,
    READ_TRACK = 0x02,
    WRITE_DATA = 0x05,
    READ_DATA = 0x06,
    WRITE_DELETED = 0x09,
    READ_ID = 0x0a,
    READ_DELETED = 0x0c,
    FORMAT_TRACK = 0x0d,
    VERIFY = 0x16
};

enum { BOTH_SIDES = 0x80, MFM = 0x40 };

/* Second byte. */
enum { VERIFY_COUNTS = 0x80, HEAD = 0x04, DRIVE = 0x03 };

/* Status register 1. */
enum {
    MISSING_ADDRESS = 0x01,
    NOT_WRITABLE = 0x02,
    NO_DATA = 0x04,
    OVERRUN = 0x10,
    DATA_ERROR = 0x20,
    END_OF_CYLINDER = 0x80
};

/* Status register 2. */
enum {
    BAD_CYLINDER = 0x02,
    WRONG_CYLINDER = 0x10,
    DATA_ERROR_IN_DATA = 0x20,
    CONTROL_MARK = 0x40
};

enum { IMPLIED_SEEK = 0x40 }; /* of CONFIGURE */

enum {
    SECTOR_SIZE_CODE = 2, /* 512 bytes */
    ID_BYTES = 4,
    SECTOR_MICROSECONDS = 40,
    /* After this a channel that does not answer is an overrun. */
    OVERRUN_MICROSECONDS = 20000
};

static uint8_t code_of(const struct i82077_fdc *fdc)
{
    return fdc->command[0] & CODE;
}

bool fdc_is_reading(const struct i82077_fdc *fdc)
{
    const uint8_t code = code_of(fdc);

    return code == READ_DATA || code == READ_TRACK || code == READ_DELETED;
}

static struct fdc_drive *drive_of(struct i82077_fdc *fdc)
{
    return &fdc->drive[fdc->transfer.drive];
}

/* End with an error. */
static void fail(struct i82077_fdc *fdc, uint8_t status_1, uint8_t status_2)
{
    fdc->transfer.status_1 |= status_1;
    fdc->transfer.status_2 |= status_2;
    fdc_finish_transfer(fdc, FDC_ABNORMAL);
}

/* --- Finding sectors --- */

/* True if the chip, at its present rate, can read anything on the track. */
static bool track_is_readable(struct i82077_fdc *fdc)
{
    const struct fdc_drive *drive = drive_of(fdc);
    const struct floppy_format *format = drive->format;

    return format && (fdc->command[0] & MFM) && fdc->rate == format->rate &&
           drive->cylinder < format->cylinders &&
           fdc->transfer.head < format->heads;
}

static uint64_t place_of_sector(struct i82077_fdc *fdc)
{
    const struct fdc_transfer *transfer = &fdc->transfer;
    const struct fdc_drive *drive = drive_of(fdc);
    const struct floppy_format *format = drive->format;
    const uint32_t track =
        (uint32_t)drive->cylinder * format->heads + transfer->head;

    return ((uint64_t)track * format->sectors + transfer->sector - 1) *
           FLOPPY_SECTOR;
}

/* Look for the ID that the command names, and note where it is; false with
 * the command ended. The head may move on before the sector is written: a
 * seek runs beside a command that did not wait for it. */
static bool find_sector(struct i82077_fdc *fdc)
{
    struct fdc_transfer *wanted = &fdc->transfer;
    const struct fdc_drive *drive = drive_of(fdc);

    if (!track_is_readable(fdc)) {
        fail(fdc, MISSING_ADDRESS, 0);
        return false;
    }
    if (wanted->cylinder != drive->cylinder) {
        fail(fdc, NO_DATA,
             wanted->cylinder == 0xff ? WRONG_CYLINDER | BAD_CYLINDER
                                      : WRONG_CYLINDER);
        return false;
    }
    if (wanted->id_head != wanted->head || wanted->size != SECTOR_SIZE_CODE ||
        wanted->sector < 1 || wanted->sector > drive->format->sectors) {
        fail(fdc, NO_DATA, 0);
        return false;
    }
    wanted->place = place_of_sector(fdc);
    return true;
}

/*
 * The ID behind the present one, as the result phase shows it; false if the
 * command ends there. 82077AA data sheet, "Result Phase Table".
 */
static bool next_sector(struct i82077_fdc *fdc)
{
    struct fdc_transfer *transfer = &fdc->transfer;
    const bool both = (fdc->command[0] & BOTH_SIDES) != 0;

    if (transfer->sector != transfer->last) {
        transfer->sector++;
        return true;
    }
    transfer->sector = 1;
    if (both && transfer->head == 0) {
        transfer->head = 1;
        transfer->id_head ^= 1;
        return true;
    }
    if (both)
        transfer->id_head ^= 1;
    transfer->cylinder++;
    return false;
}

/* --- Sectors --- */

static bool read_sector(struct i82077_fdc *fdc)
{
    const struct medium *medium = &drive_of(fdc)->medium;

    if (medium->read(medium->context, fdc->transfer.place, fdc->transfer.buffer,
                     FLOPPY_SECTOR))
        return true;
    fail(fdc, DATA_ERROR, DATA_ERROR_IN_DATA);
    return false;
}

static bool write_sector(struct i82077_fdc *fdc)
{
    const struct medium *medium = &drive_of(fdc)->medium;

    if (medium->write(medium->context, fdc->transfer.place,
                      fdc->transfer.buffer, FLOPPY_SECTOR))
        return true;
    fail(fdc, DATA_ERROR, DATA_ERROR_IN_DATA);
    return false;
}

/* Let `size` bytes move. The processor, unlike a DMA channel, is waited for. */
static void open_data(struct i82077_fdc *fdc, uint16_t size)
{
    fdc->transfer.position = 0;
    fdc->transfer.end = size;
    fdc->transfer.open = true;
    fdc->transfer.moved = false;
    if (!(fdc->load_times & FDC_NON_DMA))
        fdc_work_in(fdc, OVERRUN_MICROSECONDS);
    fdc_drive_lines(fdc);
}

static void close_data(struct i82077_fdc *fdc)
{
    fdc->transfer.open = false;
    fdc->transfer.moved = true;
    fdc_work_in(fdc, SECTOR_MICROSECONDS);
    fdc_drive_lines(fdc);
}

static void finish_or_next(struct i82077_fdc *fdc,
                           void (*next)(struct i82077_fdc *fdc))
{
    const bool more = next_sector(fdc);

    if (fdc->transfer.over)
        fdc_finish_transfer(fdc, 0);
    else if (!more)
        fail(fdc, END_OF_CYLINDER, 0);
    else
        next(fdc);
}

static void open_read(struct i82077_fdc *fdc)
{
    if (find_sector(fdc) && read_sector(fdc))
        open_data(fdc, FLOPPY_SECTOR);
}

static void go_on_reading(struct i82077_fdc *fdc)
{
    if (!fdc->transfer.moved) {
        open_read(fdc);
    } else if (code_of(fdc) == READ_DELETED) {
        /* The sector had a plain mark: read, told of, and the last one. */
        fdc->transfer.status_2 |= CONTROL_MARK;
        (void)next_sector(fdc);
        fdc_finish_transfer(fdc, 0);
    } else {
        finish_or_next(fdc, open_read);
    }
}

static void open_write(struct i82077_fdc *fdc)
{
    if (!find_sector(fdc))
        return;
    if (!drive_of(fdc)->medium.write)
        fail(fdc, NOT_WRITABLE, 0);
    else
        open_data(fdc, FLOPPY_SECTOR);
}

/* A sector that TC cut short is filled up with zeros. */
static void go_on_writing(struct i82077_fdc *fdc)
{
    struct fdc_transfer *transfer = &fdc->transfer;

    if (!transfer->moved) {
        open_write(fdc);
        return;
    }
    memset(transfer->buffer + transfer->position, 0,
           (size_t)(transfer->end - transfer->position));
    if (write_sector(fdc))
        finish_or_next(fdc, open_write);
}

/* With EC, the ninth byte counts the sectors; else EOT ends it. Neither
 * waits for TC, which cannot come. 82077AA data sheet, "VERIFY". */
static void verify(struct i82077_fdc *fdc)
{
    const bool counts = (fdc->command[1] & VERIFY_COUNTS) != 0;
    unsigned left = fdc->command[8] ? fdc->command[8] : 256;
    bool more = true;

    while (more && !(counts && left == 0)) {
        if (!find_sector(fdc) || !read_sector(fdc))
            return;
        more = next_sector(fdc);
        left--;
    }
    if (counts && left > 0)
        fail(fdc, END_OF_CYLINDER, 0);
    else
        fdc_finish_transfer(fdc, 0);
}

/* --- Formatting --- */

static void open_format(struct i82077_fdc *fdc)
{
    struct fdc_drive *drive = drive_of(fdc);

    if (!track_is_readable(fdc))
        fail(fdc, MISSING_ADDRESS, 0);
    else if (!drive->medium.write)
        fail(fdc, NOT_WRITABLE, 0);
    else
        open_data(fdc, ID_BYTES);
}

/* An image has room for the IDs of its own format only; others are lost. */
static bool format_sector(struct i82077_fdc *fdc)
{
    struct fdc_transfer *transfer = &fdc->transfer;
    const struct fdc_drive *drive = drive_of(fdc);
    uint8_t id[ID_BYTES];

    memcpy(id, transfer->buffer, sizeof id);
    transfer->cylinder = id[0];
    transfer->id_head = id[1];
    transfer->sector = id[2];
    if (!track_is_readable(fdc) || id[0] != drive->cylinder ||
        id[1] != transfer->head || id[3] != SECTOR_SIZE_CODE || id[2] < 1 ||
        id[2] > drive->format->sectors)
        return true;
    transfer->place = place_of_sector(fdc);
    memset(transfer->buffer, transfer->fill, FLOPPY_SECTOR);
    return write_sector(fdc);
}

static void go_on_formatting(struct i82077_fdc *fdc)
{
    struct fdc_transfer *transfer = &fdc->transfer;

    if (transfer->moved) {
        if (!format_sector(fdc))
            return;
        transfer->last--;
    }
    if (transfer->last == 0)
        fdc_finish_transfer(fdc, 0);
    else
        open_format(fdc);
}

/* --- Starting, going on --- */

static void start(struct i82077_fdc *fdc)
{
    struct fdc_transfer *transfer = &fdc->transfer;

    *transfer = (struct fdc_transfer){
        .drive = fdc->command[1] & DRIVE,
        .head = (fdc->command[1] & HEAD) != 0,
    };
    fdc->phase = FDC_EXECUTION;
    fdc_work_in(fdc, SECTOR_MICROSECONDS);
}

void fdc_start_transfer(struct i82077_fdc *fdc)
{
    struct fdc_transfer *transfer = &fdc->transfer;

    start(fdc);
    transfer->cylinder = fdc->command[2];
    transfer->id_head = fdc->command[3];
    transfer->sector = fdc->command[4];
    transfer->size = fdc->command[5];
    transfer->last = fdc->command[6];
    fdc->last_sector = transfer->last;
    if (code_of(fdc) == READ_TRACK)
        transfer->sector = 1;
    if (fdc->options & IMPLIED_SEEK)
        drive_of(fdc)->cylinder = transfer->cylinder;
}

void fdc_start_format(struct i82077_fdc *fdc)
{
    struct fdc_transfer *transfer = &fdc->transfer;

    start(fdc);
    transfer->size = fdc->command[2];
    transfer->last = fdc->command[3];
    transfer->fill = fdc->command[5];
    fdc->last_sector = transfer->last;
}

void fdc_read_id(struct i82077_fdc *fdc)
{
    start(fdc);
}

static void show_id(struct i82077_fdc *fdc)
{
    struct fdc_transfer *transfer = &fdc->transfer;

    if (!track_is_readable(fdc)) {
        fail(fdc, MISSING_ADDRESS, 0);
        return;
    }
    transfer->cylinder = drive_of(fdc)->cylinder;
    transfer->id_head = transfer->head;
    transfer->sector = 1;
    transfer->size = SECTOR_SIZE_CODE;
    fdc_finish_transfer(fdc, 0);
}

void fdc_go_on(struct i82077_fdc *fdc)
{
    if (fdc->phase != FDC_EXECUTION)
        return;
    if (fdc->transfer.open) {
        fail(fdc, OVERRUN, 0);
        return;
    }
    switch (code_of(fdc)) {
    case WRITE_DATA:
    case WRITE_DELETED: go_on_writing(fdc); break;
    case FORMAT_TRACK: go_on_formatting(fdc); break;
    case VERIFY: verify(fdc); break;
    case READ_ID: show_id(fdc); break;
    default: go_on_reading(fdc); break;
    }
}

/* --- Bytes --- */

uint8_t fdc_take_byte(struct i82077_fdc *fdc)
{
    struct fdc_transfer *transfer = &fdc->transfer;
    uint8_t value;

    if (!transfer->open || !fdc_is_reading(fdc))
        return 0xff;
    value = transfer->buffer[transfer->position++];
    if (transfer->position == transfer->end)
        close_data(fdc);
    return value;
}

void fdc_give_byte(struct i82077_fdc *fdc, uint8_t value)
{
    struct fdc_transfer *transfer = &fdc->transfer;

    if (!transfer->open || fdc_is_reading(fdc))
        return;
    transfer->buffer[transfer->position++] = value;
    if (transfer->position == transfer->end)
        close_data(fdc);
}

static uint32_t dma_read(void *context)
{
    return fdc_take_byte(context);
}

static void dma_write(void *context, uint32_t value)
{
    fdc_give_byte(context, (uint8_t)value);
}

static void terminal_count(void *context)
{
    struct i82077_fdc *fdc = context;

    if (fdc->phase != FDC_EXECUTION)
        return;
    fdc->transfer.over = true;
    if (fdc->transfer.open)
        close_data(fdc);
}

struct i8237_device i82077_fdc_dma(struct i82077_fdc *fdc)
{
    return (struct i8237_device){.read = dma_read,
                                 .write = dma_write,
                                 .terminal_count = terminal_count,
                                 .context = fdc};
}
