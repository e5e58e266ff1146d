/* SPDX-License-Identifier: MIT */
#include "devices/i82077_fdc.h"

#include <string.h>

enum {
    PORT_STATUS_A,
    PORT_STATUS_B,
    PORT_OUTPUT,
    PORT_TAPE,
    PORT_MAIN_STATUS, /* write: data rate select */
    PORT_FIFO,
    PORT_NOT_OURS,
    PORT_INPUT /* write: configuration control */
};

enum {
    OUTPUT_DRIVE = 0x03,
    OUTPUT_RUN = 0x04, /* low: reset */
    OUTPUT_GATE = 0x08 /* INT and DREQ reach the bus */
};

enum { RATE_SELECT = 0x03, RATE_RESET = 0x80, RATE_AFTER_RESET = 2 };

enum {
    MAIN_BUSY = 0x10,
    MAIN_NON_DMA = 0x20,
    MAIN_TO_HOST = 0x40,
    MAIN_REQUEST = 0x80
};

enum { INPUT_CHANGED = 0x80 };

enum {
    STATUS_3_FIXED = 0x28, /* ready, two sides */
    STATUS_3_TRACK_0 = 0x10,
    STATUS_3_PROTECTED = 0x40
};

enum { OPTION_NO_POLL = 0x10, OPTION_NO_FIFO = 0x20, OPTIONS_KEPT = 0x50 };

enum {
    HEAD = 0x04,
    CHIP_VERSION = 0x90,
    LOCK = 0x80,
    LOCK_SHOWN = 0x10,
    SEEK_INWARD = 0x40,
    RECALIBRATE_STEPS = 79
};

enum {
    MICROSECONDS_PER_SECOND = 1000000,
    RESET_MICROSECONDS = 20,
    SEEK_MICROSECONDS = 50,
    STEP_MICROSECONDS = 5
};

/* --- Lines and phases --- */

void fdc_work_in(struct i82077_fdc *fdc, uint32_t microseconds)
{
    clock_schedule(
        fdc->clock, &fdc->work,
        clock_now(fdc->clock) +
            clock_ticks_of(fdc->clock, microseconds, MICROSECONDS_PER_SECOND));
}

void fdc_drive_lines(struct i82077_fdc *fdc)
{
    const bool by_processor = (fdc->load_times & FDC_NON_DMA) != 0;
    const bool gate = (fdc->output & OUTPUT_GATE) != 0;
    const bool open = fdc->transfer.open;
    const bool irq = gate && (fdc->interrupt || (open && by_processor));
    const bool dreq = gate && open && !by_processor;

    if (irq != fdc->irq_level) {
        fdc->irq_level = irq;
        irq_set(&fdc->irq, irq);
    }
    if (dreq != fdc->dreq_level) {
        fdc->dreq_level = dreq;
        irq_set(&fdc->dreq, dreq);
    }
}

static void set_interrupt(struct i82077_fdc *fdc, bool asked)
{
    fdc->interrupt = asked;
    fdc_drive_lines(fdc);
}

static void expect_command(struct i82077_fdc *fdc)
{
    fdc->phase = FDC_COMMAND;
    fdc->command_size = 0;
}

/* `bytes` may be `fdc->result` itself. */
static void give_result(struct i82077_fdc *fdc, const uint8_t *bytes,
                        uint8_t size)
{
    memmove(fdc->result, bytes, size);
    fdc->result_size = size;
    fdc->result_next = 0;
    fdc->phase = FDC_RESULT;
}

static void give_byte(struct i82077_fdc *fdc, uint8_t byte)
{
    give_result(fdc, &byte, 1);
}

void fdc_finish_transfer(struct i82077_fdc *fdc, uint8_t status_0)
{
    struct fdc_transfer *transfer = &fdc->transfer;
    const uint8_t result[] = {
        (uint8_t)(status_0 | (transfer->head ? HEAD : 0) | transfer->drive),
        transfer->status_1,
        transfer->status_2,
        transfer->cylinder,
        transfer->id_head,
        transfer->sector,
        transfer->size};

    transfer->open = false;
    clock_cancel(fdc->clock, &fdc->work);
    give_result(fdc, result, sizeof result);
    set_interrupt(fdc, true);
}

struct fdc_drive *fdc_named_drive(struct i82077_fdc *fdc)
{
    return &fdc->drive[fdc->command[1] % FDC_DRIVES];
}

/* --- Reset --- */

/* What every reset does; LOCK keeps CONFIGURE's words from those that the
 * host makes. 82077AA data sheet, "Reset" and "LOCK". */
static void reset_chip(struct i82077_fdc *fdc, bool by_pin)
{
    clock_cancel(fdc->clock, &fdc->work);
    for (unsigned i = 0; i < FDC_DRIVES; i++) {
        struct fdc_drive *drive = &fdc->drive[i];

        clock_cancel(fdc->clock, &drive->arrive);
        drive->seeking = false;
        drive->sense_waits = false;
        drive->cylinder = by_pin ? 0 : drive->cylinder;
    }
    if (by_pin)
        fdc->locked = false;
    if (!fdc->locked) {
        fdc->options =
            (uint8_t)((fdc->options & OPTIONS_KEPT) | OPTION_NO_FIFO);
        fdc->precompensation = 0;
    }
    fdc->perpendicular &= (uint8_t)~3;
    fdc->transfer.open = false;
    fdc->resetting = false;
    expect_command(fdc);
    set_interrupt(fdc, false);
}

/* Out of reset, the chip looks at all drives and finds each one's ready line
 * changed. */
static void leave_reset(struct i82077_fdc *fdc)
{
    fdc->resetting = true;
    fdc_work_in(fdc, RESET_MICROSECONDS);
}

static void poll_drives(struct i82077_fdc *fdc)
{
    fdc->resetting = false;
    if (fdc->options & OPTION_NO_POLL)
        return;
    for (unsigned i = 0; i < FDC_DRIVES; i++) {
        fdc->drive[i].sense_waits = true;
        fdc->drive[i].sense = (uint8_t)(0xc0 | i);
    }
    set_interrupt(fdc, true);
}

static void on_work(void *context)
{
    struct i82077_fdc *fdc = context;

    if (fdc->resetting)
        poll_drives(fdc);
    else
        fdc_go_on(fdc);
}

/* --- Seeking --- */

static void arrive(void *context)
{
    struct fdc_drive *drive = context;
    struct i82077_fdc *fdc = drive->fdc;
    uint8_t status = FDC_SEEK_END;

    drive->seeking = false;
    drive->cylinder = drive->target;
    if (drive->format)
        drive->changed = false;
    else if (drive->recalibrating)
        status |= FDC_ABNORMAL | FDC_EQUIPMENT_CHECK; /* no track 0 */
    drive->sense = (uint8_t)(status | drive->number);
    drive->sense_waits = true;
    set_interrupt(fdc, true);
}

static void start_seek(struct i82077_fdc *fdc, unsigned target,
                       bool recalibrate)
{
    struct fdc_drive *drive = fdc_named_drive(fdc);
    const unsigned steps = target > drive->cylinder ? target - drive->cylinder
                                                    : drive->cylinder - target;
    const uint32_t microseconds = SEEK_MICROSECONDS + STEP_MICROSECONDS * steps;

    drive->seeking = true;
    drive->recalibrating = recalibrate;
    drive->target = (uint8_t)target;
    drive->sense_waits = false;
    expect_command(fdc);
    clock_schedule(
        fdc->clock, &drive->arrive,
        clock_now(fdc->clock) +
            clock_ticks_of(fdc->clock, microseconds, MICROSECONDS_PER_SECOND));
}

static void recalibrate(struct i82077_fdc *fdc)
{
    const uint8_t cylinder = fdc_named_drive(fdc)->cylinder;

    start_seek(fdc,
               cylinder > RECALIBRATE_STEPS
                   ? (unsigned)cylinder - RECALIBRATE_STEPS
                   : 0,
               true);
}

static void seek(struct i82077_fdc *fdc)
{
    start_seek(fdc, fdc->command[2], false);
}

static void relative_seek(struct i82077_fdc *fdc)
{
    const unsigned cylinder = fdc_named_drive(fdc)->cylinder;
    const unsigned steps = fdc->command[2];
    unsigned target = steps > cylinder ? 0 : cylinder - steps;

    if (fdc->command[0] & SEEK_INWARD)
        target = cylinder + steps > 0xff ? 0xff : cylinder + steps;
    start_seek(fdc, target, false);
}

static void sense_interrupt(struct i82077_fdc *fdc)
{
    struct fdc_drive *drive = fdc->drive;
    uint8_t result[2];

    while (drive < fdc->drive + FDC_DRIVES && !drive->sense_waits)
        drive++;
    set_interrupt(fdc, false);
    if (drive == fdc->drive + FDC_DRIVES) {
        give_byte(fdc, FDC_INVALID);
        return;
    }
    drive->sense_waits = false;
    result[0] = drive->sense;
    result[1] = drive->cylinder;
    give_result(fdc, result, sizeof result);
}

/* --- Other commands --- */

static void specify(struct i82077_fdc *fdc)
{
    fdc->step_times = fdc->command[1];
    fdc->load_times = fdc->command[2];
    expect_command(fdc);
}

static void sense_drive(struct i82077_fdc *fdc)
{
    const struct fdc_drive *drive = fdc_named_drive(fdc);
    unsigned status = STATUS_3_FIXED | (fdc->command[1] & HEAD) | drive->number;

    if (drive->format && drive->cylinder == 0)
        status |= STATUS_3_TRACK_0;
    if (drive->format && !drive->medium.write)
        status |= STATUS_3_PROTECTED;
    give_byte(fdc, (uint8_t)status);
}

static void configure(struct i82077_fdc *fdc)
{
    fdc->options = fdc->command[2] & 0x7f;
    fdc->precompensation = fdc->command[3];
    expect_command(fdc);
}

/* OW, the highest bit, lets the drives' bits change. */
static void set_perpendicular(struct i82077_fdc *fdc)
{
    const uint8_t value = fdc->command[1];

    if (value & 0x80)
        fdc->perpendicular = value & 0x3f;
    else
        fdc->perpendicular =
            (uint8_t)((fdc->perpendicular & 0x3c) | (value & 3));
    expect_command(fdc);
}

static void version(struct i82077_fdc *fdc)
{
    give_byte(fdc, CHIP_VERSION);
}

static void lock(struct i82077_fdc *fdc)
{
    fdc->locked = (fdc->command[0] & LOCK) != 0;
    give_byte(fdc, fdc->locked ? LOCK_SHOWN : 0);
}

static void dump_registers(struct i82077_fdc *fdc)
{
    const uint8_t result[] = {
        fdc->drive[0].cylinder,
        fdc->drive[1].cylinder,
        fdc->drive[2].cylinder,
        fdc->drive[3].cylinder,
        fdc->step_times,
        fdc->load_times,
        fdc->last_sector,
        (uint8_t)((fdc->locked ? LOCK : 0) | fdc->perpendicular),
        fdc->options,
        fdc->precompensation};

    give_result(fdc, result, sizeof result);
}

static void refuse(struct i82077_fdc *fdc)
{
    give_byte(fdc, FDC_INVALID);
}

struct command_row {
    uint8_t mask; /* of the bits that tell the command */
    uint8_t code;
    uint8_t size; /* with its parameters */
    void (*start)(struct i82077_fdc *fdc);
};

/* 82077AA data sheet, "Command Set/Descriptions". */
static const struct command_row rows[] = {
    {0x9f, 0x02, 9, fdc_start_transfer}, /* READ TRACK */
    {0xff, 0x03, 3, specify},
    {0xff, 0x04, 2, sense_drive},
    {0x3f, 0x05, 9, fdc_start_transfer}, /* WRITE DATA */
    {0x1f, 0x06, 9, fdc_start_transfer}, /* READ DATA */
    {0xff, 0x07, 2, recalibrate},
    {0xff, 0x08, 1, sense_interrupt},
    {0x3f, 0x09, 9, fdc_start_transfer}, /* WRITE DELETED DATA */
    {0xbf, 0x0a, 2, fdc_read_id},
    {0x1f, 0x0c, 9, fdc_start_transfer}, /* READ DELETED DATA */
    {0xbf, 0x0d, 6, fdc_start_format},
    {0xff, 0x0e, 1, dump_registers},
    {0xff, 0x0f, 3, seek},
    {0xff, 0x10, 1, version},
    {0xff, 0x12, 2, set_perpendicular},
    {0xff, 0x13, 4, configure},
    {0x7f, 0x14, 1, lock},
    {0x1f, 0x16, 9, fdc_start_transfer}, /* VERIFY */
    {0xbf, 0x8f, 3, relative_seek},
    {0x00, 0x00, 1, refuse}, /* all others */
};

static const struct command_row *row_of(uint8_t code)
{
    const struct command_row *row = rows;

    while ((code & row->mask) != row->code)
        row++;
    return row;
}

/* --- Registers --- */

static bool in_reset(const struct i82077_fdc *fdc)
{
    return !(fdc->output & OUTPUT_RUN);
}

static uint8_t main_status(const struct i82077_fdc *fdc)
{
    uint8_t status = 0;

    if (in_reset(fdc) || fdc->resetting)
        return 0;
    for (unsigned i = 0; i < FDC_DRIVES; i++)
        status |= (uint8_t)(fdc->drive[i].seeking << i);
    if (fdc->phase == FDC_RESULT)
        return status | MAIN_REQUEST | MAIN_TO_HOST | MAIN_BUSY;
    if (fdc->phase == FDC_COMMAND)
        return status | MAIN_REQUEST | (fdc->command_size ? MAIN_BUSY : 0);
    status |= MAIN_BUSY;
    if (fdc->load_times & FDC_NON_DMA) {
        status |= MAIN_NON_DMA;
        if (fdc->transfer.open)
            status |= MAIN_REQUEST;
        if (fdc->transfer.open && fdc_is_reading(fdc))
            status |= MAIN_TO_HOST;
    }
    return status;
}

static bool processor_moves(const struct i82077_fdc *fdc)
{
    return fdc->phase == FDC_EXECUTION && fdc->transfer.open &&
           (fdc->load_times & FDC_NON_DMA);
}

static uint8_t read_fifo(struct i82077_fdc *fdc)
{
    uint8_t value;

    if (processor_moves(fdc) && fdc_is_reading(fdc))
        return fdc_take_byte(fdc);
    if (fdc->phase != FDC_RESULT)
        return 0;
    set_interrupt(fdc, false);
    value = fdc->result[fdc->result_next++];
    if (fdc->result_next == fdc->result_size)
        expect_command(fdc);
    return value;
}

static void write_fifo(struct i82077_fdc *fdc, uint8_t value)
{
    const struct command_row *row;

    if (in_reset(fdc) || fdc->resetting)
        return;
    if (processor_moves(fdc) && !fdc_is_reading(fdc)) {
        fdc_give_byte(fdc, value);
        return;
    }
    if (fdc->phase != FDC_COMMAND)
        return;
    fdc->command[fdc->command_size++] = value;
    row = row_of(fdc->command[0]);
    if (fdc->command_size == row->size)
        row->start(fdc);
}

static void write_output(struct i82077_fdc *fdc, uint8_t value)
{
    const bool was_in_reset = in_reset(fdc);

    fdc->output = value;
    if (in_reset(fdc))
        reset_chip(fdc, false);
    else if (was_in_reset)
        leave_reset(fdc);
    fdc_drive_lines(fdc);
}

static void write_rate(struct i82077_fdc *fdc, uint8_t value)
{
    fdc->rate = value & RATE_SELECT;
    if ((value & RATE_RESET) && !in_reset(fdc)) {
        reset_chip(fdc, false);
        leave_reset(fdc);
    }
}

static uint8_t digital_input(const struct i82077_fdc *fdc)
{
    const struct fdc_drive *drive = &fdc->drive[fdc->output & OUTPUT_DRIVE];

    return !drive->format || drive->changed ? INPUT_CHANGED : 0;
}

uint32_t i82077_fdc_read(void *context, uint32_t offset, unsigned size)
{
    struct i82077_fdc *fdc = context;

    (void)size;
    switch (offset) {
    case PORT_OUTPUT: return fdc->output;
    case PORT_TAPE: return fdc->tape;
    case PORT_MAIN_STATUS: return main_status(fdc);
    case PORT_FIFO: return read_fifo(fdc);
    case PORT_INPUT: return digital_input(fdc);
    default: return 0xff; /* status A and B float in AT mode */
    }
}

void i82077_fdc_write(void *context, uint32_t offset, unsigned size,
                      uint32_t value)
{
    struct i82077_fdc *fdc = context;

    (void)size;
    switch (offset) {
    case PORT_OUTPUT: write_output(fdc, (uint8_t)value); break;
    case PORT_TAPE: fdc->tape = value & OUTPUT_DRIVE; break;
    case PORT_MAIN_STATUS: write_rate(fdc, (uint8_t)value); break;
    case PORT_FIFO: write_fifo(fdc, (uint8_t)value); break;
    case PORT_INPUT: fdc->rate = value & RATE_SELECT; break;
    default: break;
    }
}

/* --- Life --- */

void i82077_fdc_init(struct i82077_fdc *fdc, struct clock *clock,
                     struct irq_line irq, struct irq_line dreq)
{
    *fdc = (struct i82077_fdc){.clock = clock, .irq = irq, .dreq = dreq};
    fdc->work = (struct clock_event){.name = "82077AA",
                                     .callback = on_work,
                                     .context = fdc,
                                     .when = CLOCK_NEVER};
    for (unsigned i = 0; i < FDC_DRIVES; i++) {
        struct fdc_drive *drive = &fdc->drive[i];

        drive->fdc = fdc;
        drive->number = (uint8_t)i;
        drive->arrive = (struct clock_event){.name = "82077AA seek",
                                             .callback = arrive,
                                             .context = drive,
                                             .when = CLOCK_NEVER};
    }
    i82077_fdc_reset(fdc);
}

void i82077_fdc_insert(struct i82077_fdc *fdc, unsigned number,
                       const struct medium *medium,
                       const struct floppy_format *format)
{
    struct fdc_drive *drive = &fdc->drive[number % FDC_DRIVES];

    drive->medium = *medium;
    drive->format = format;
    drive->changed = true;
}

void i82077_fdc_reset(struct i82077_fdc *fdc)
{
    fdc->output = 0;
    fdc->tape = 0;
    fdc->rate = RATE_AFTER_RESET;
    fdc->step_times = 0;
    fdc->load_times = 0;
    fdc->options = 0;
    fdc->perpendicular = 0;
    fdc->last_sector = 0;
    reset_chip(fdc, true);
}
