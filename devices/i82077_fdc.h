/* SPDX-License-Identifier: MIT */
/*
 * 82077AA floppy disk controller with up to four drives: registers, commands
 * and results (i82077_fdc.c), and what moves sectors (i82077_transfer.c).
 *
 *   in    ports, media, bytes from and to a DMA channel, its TC
 *   out   an interrupt line, a DREQ line, sectors read and written
 *   next  devices/i8237_dma.h
 *
 * Heads settle and sectors pass in short fixed times; nothing rotates. Raw
 * images hold no deleted data marks: WRITE DELETED DATA writes a plain sector.
 * The three SCAN commands are told off as invalid.
 *
 * "82077AA CHMOS Single-Chip Floppy Disk Controller" data sheet.
 */
#ifndef DEVICES_I82077_FDC_H
#define DEVICES_I82077_FDC_H

#include "bus/clock.h"
#include "bus/irq.h"
#include "devices/floppy_format.h"
#include "devices/i8237_dma.h"
#include "devices/medium.h"

enum { FDC_DRIVES = 4, FDC_COMMAND_MAX = 9, FDC_RESULT_MAX = 10 };

enum fdc_phase { FDC_COMMAND, FDC_EXECUTION, FDC_RESULT };

struct i82077_fdc;

struct fdc_drive {
    struct i82077_fdc *fdc;
    const struct floppy_format *format; /**< NULL: there is no drive */
    struct medium medium;
    uint8_t number;
    uint8_t cylinder; /**< where the head is, and the chip thinks it is */
    bool changed;     /**< the disk change line */
    bool seeking;
    uint8_t target;     /**< of the seek */
    bool recalibrating; /**< the seek is to track 0 */
    bool sense_waits;   /**< for SENSE INTERRUPT STATUS, which gives `sense` */
    uint8_t sense;
    struct clock_event arrive;
};

/** The command that moves data. */
struct fdc_transfer {
    uint8_t drive;
    uint8_t head;
    uint8_t cylinder; /**< the ID sought: C, H, R and N */
    uint8_t id_head;
    uint8_t sector;
    uint8_t size;
    uint8_t last; /**< EOT, or sectors that are left to format or verify */
    uint8_t fill; /**< what FORMAT TRACK writes */
    uint8_t status_1;
    uint8_t status_2;
    bool open;      /**< bytes may move */
    bool moved;     /**< a block of bytes has */
    bool over;      /**< TC */
    uint64_t place; /**< of the sector on the medium */
    uint16_t position;
    uint16_t end;
    uint8_t buffer[FLOPPY_SECTOR];
};

struct i82077_fdc {
    struct fdc_drive drive[FDC_DRIVES];
    uint8_t output; /**< digital output register */
    uint8_t tape;
    uint8_t rate;
    enum fdc_phase phase;
    uint8_t command[FDC_COMMAND_MAX];
    uint8_t command_size; /**< bytes that have come */
    uint8_t result[FDC_RESULT_MAX];
    uint8_t result_size;
    uint8_t result_next;
    uint8_t step_times; /**< SPECIFY: SRT and HUT */
    uint8_t load_times; /**< SPECIFY: HLT and ND */
    uint8_t options;    /**< CONFIGURE: EIS, EFIFO, POLL, FIFOTHR */
    uint8_t precompensation;
    uint8_t perpendicular;
    uint8_t last_sector; /**< EOT or SC, for DUMPREG */
    bool locked;
    bool interrupt; /**< INT is asked for */
    bool irq_level; /**< last driven */
    bool dreq_level;
    struct fdc_transfer transfer;
    struct clock_event work; /**< of the transfer, or the end of a reset */
    bool resetting;
    struct clock *clock;
    struct irq_line irq;
    struct irq_line dreq;
};

/** Fill in, without drives; must not move afterwards. */
void i82077_fdc_init(struct i82077_fdc *fdc, struct clock *clock,
                     struct irq_line irq, struct irq_line dreq);

/** Add drive `number` with a disk whose medium has the format's size. */
void i82077_fdc_insert(struct i82077_fdc *fdc, unsigned number,
                       const struct medium *medium,
                       const struct floppy_format *format);

/** The RESET pin. */
void i82077_fdc_reset(struct i82077_fdc *fdc);

/** What answers on the DMA channel. */
struct i8237_device i82077_fdc_dma(struct i82077_fdc *fdc);

/** Ports at offsets 0 to 7, but 6, which is not the chip's. */
uint32_t i82077_fdc_read(void *context, uint32_t offset, unsigned size);
void i82077_fdc_write(void *context, uint32_t offset, unsigned size,
                      uint32_t value);

/* --- Between the two files --- */

/** Status register 0: how a command ended. */
enum {
    FDC_ABNORMAL = 0x40,
    FDC_INVALID = 0x80,
    FDC_SEEK_END = 0x20,
    FDC_EQUIPMENT_CHECK = 0x10
};

/** SPECIFY's bit in `load_times`: the processor moves the bytes. */
enum { FDC_NON_DMA = 0x01 };

/** Do `fdc->work` in that many microseconds. */
void fdc_work_in(struct i82077_fdc *fdc, uint32_t microseconds);

/** Drive DREQ and INT as the state wants it. */
void fdc_drive_lines(struct i82077_fdc *fdc);

/** Go to the result phase with the seven bytes of a transfer. */
void fdc_finish_transfer(struct i82077_fdc *fdc, uint8_t status_0);

/** The drive that the command names. */
struct fdc_drive *fdc_named_drive(struct i82077_fdc *fdc);

/** Start the command in `fdc->command`, which moves data. */
void fdc_start_transfer(struct i82077_fdc *fdc);
void fdc_start_format(struct i82077_fdc *fdc);
void fdc_read_id(struct i82077_fdc *fdc);

/** The time of fdc_work_in() is over. */
void fdc_go_on(struct i82077_fdc *fdc);

/** The processor moves a byte in the execution phase. */
uint8_t fdc_take_byte(struct i82077_fdc *fdc);
void fdc_give_byte(struct i82077_fdc *fdc, uint8_t value);

/** True if bytes go from the disk to the host. */
bool fdc_is_reading(const struct i82077_fdc *fdc);

#endif
