/* SPDX-License-Identifier: MIT */
/*
 * An ATA channel: the registers that two drives share, their interrupt, and
 * the way of data. What a command does is known to the drive's protocol, a
 * table of callbacks: devices/ata_disk.h and devices/atapi.h have one each.
 *
 *   in    command block and control block ports; data through the bus master
 *   out   an interrupt line; DMARQ to the bus master
 *   next  devices/ata_disk.h, devices/atapi.h, devices/piix_ide.h
 *
 * A drive is busy for a short fixed time, then does its work at once.
 *
 * "AT Attachment with Packet Interface - 5" (ATA/ATAPI-5), T13 1321D.
 */
#ifndef DEVICES_ATA_H
#define DEVICES_ATA_H

#include "bus/clock.h"
#include "bus/irq.h"
#include "devices/medium.h"

enum { ATA_DRIVES = 2, ATA_SECTOR = 512, ATA_BUFFER = 32768 };

/** Status register. */
enum {
    ATA_ERR = 0x01, /**< with PACKET: CHK */
    ATA_DRQ = 0x08,
    ATA_DSC = 0x10,
    ATA_DF = 0x20,
    ATA_DRDY = 0x40,
    ATA_BSY = 0x80
};

/** Error register. */
enum { ATA_ABRT = 0x04, ATA_IDNF = 0x10, ATA_UNC = 0x40 };

/** Sector count register of a drive with PACKET: the interrupt reason. */
enum { ATAPI_CD = 0x01, ATAPI_IO = 0x02 };

/** Device register. */
enum { ATA_HEAD = 0x0f, ATA_SELECT = 0x10, ATA_LBA = 0x40 };

/** What the drive and the host are at. */
enum ata_phase {
    ATA_IDLE,
    ATA_WORKING,  /**< BSY, until the drive's event */
    ATA_DATA_IN,  /**< the host reads the buffer */
    ATA_DATA_OUT, /**< the host writes the buffer */
    ATA_DMA_IN,   /**< the bus master takes */
    ATA_DMA_OUT   /**< the bus master gives */
};

struct ata_drive;

/** A kind of drive. All callbacks are there. */
struct ata_protocol {
    /** Put the signature into the registers, forget what RESET forgets. */
    void (*reset)(struct ata_drive *drive, bool by_software);
    /** `drive->command` was written. */
    void (*command)(struct ata_drive *drive);
    /** The time of ata_work() is over. */
    void (*proceed)(struct ata_drive *drive);
    /** The host has moved the block, in or out. */
    void (*block_done)(struct ata_drive *drive);
    /** The bus master wants more, or has filled the buffer. */
    void (*dma_done)(struct ata_drive *drive);
};

/** State of a disk. */
struct ata_disk {
    uint32_t sectors; /**< capacity */
    uint16_t default_cylinders;
    uint8_t default_heads;
    uint8_t default_sectors;
    uint16_t cylinders; /**< present translation */
    uint8_t heads;
    uint8_t sectors_per_track;
    uint8_t multiple; /**< sectors in a block of READ MULTIPLE, or 0 */
    uint8_t transfer_mode;
    bool write_cache;
    bool look_ahead;
    uint32_t sector; /**< next sector of the command at work */
    uint32_t left;   /**< sectors to come */
    uint32_t block;  /**< sectors per DRQ */
};

enum { ATAPI_PACKET = 12 };

/** State of a CD-ROM drive. */
struct atapi_cdrom {
    uint8_t packet[ATAPI_PACKET];
    uint8_t sense_key;
    uint8_t sense_code; /**< ASC */
    uint8_t sense_qualifier;
    uint8_t attention; /**< ASC of a unit attention that waits, or 0 */
    uint8_t event;     /**< media event that waits */
    uint8_t transfer_mode;
    bool tray_open;
    bool locked;
    bool by_dma;     /**< of the present packet */
    uint16_t limit;  /**< bytes per DRQ that the host allows */
    uint32_t sector; /**< next sector of a READ */
    uint32_t left;   /**< sectors to come */
    bool waits;      /**< a block was read; the next, or the end, is due */
};

struct ata_channel;

struct ata_drive {
    const struct ata_protocol *protocol; /**< NULL: there is no drive */
    struct ata_channel *channel;
    struct medium medium;
    uint8_t number; /**< 0 or 1 */
    uint8_t features;
    uint8_t error;
    uint8_t count;
    uint8_t low; /**< LBA bits 0 to 7, or the sector */
    uint8_t mid;
    uint8_t high;
    uint8_t select; /**< device register */
    uint8_t status;
    uint8_t command;
    bool interrupt; /**< pending */
    enum ata_phase phase;
    uint32_t position;  /**< next byte of the buffer to move */
    uint32_t block_end; /**< where the present DRQ ends */
    uint32_t end;       /**< bytes in the buffer */
    struct clock_event event;
    struct ata_disk disk;
    struct atapi_cdrom cdrom;
    uint8_t buffer[ATA_BUFFER];
};

struct ata_channel {
    struct ata_drive drive[ATA_DRIVES];
    uint8_t number;  /**< of the channel, for the drives' serial numbers */
    uint8_t control; /**< device control register */
    bool irq_level;  /**< last driven */
    struct clock *clock;
    struct irq_line irq;
    /** A drive has become ready for DMA, or INTRQ rose. May be NULL. */
    void (*dma_ready)(void *context);
    void (*interrupt)(void *context);
    void *master; /**< context of both */
};

/* --- The channel, for the board and the bus master --- */

/** Fill in, without drives; must not move afterwards. */
void ata_channel_init(struct ata_channel *channel, struct clock *clock,
                      struct irq_line irq);

/** The RESET pin. */
void ata_channel_reset(struct ata_channel *channel);

/** Command block: eight ports, of which the first is the data register. */
uint32_t ata_read(void *context, uint32_t offset, unsigned size);
void ata_write(void *context, uint32_t offset, unsigned size, uint32_t value);

/** Control block: alternate status and device control. */
uint32_t ata_read_control(void *context, uint32_t offset, unsigned size);
void ata_write_control(void *context, uint32_t offset, unsigned size,
                       uint32_t value);

/** Which way the selected drive wants to move data by DMA, or ATA_IDLE. */
enum ata_phase ata_dma_phase(const struct ata_channel *channel);

/** Take up to `size` bytes by DMA; returns how many the drive gave. */
uint32_t ata_dma_take(struct ata_channel *channel, void *data, uint32_t size);

/** Give up to `size` bytes by DMA; returns how many the drive took. */
uint32_t ata_dma_give(struct ata_channel *channel, const void *data,
                      uint32_t size);

/* --- For the drives' protocols --- */

/** Be busy for `microseconds`; then `proceed` is called. */
void ata_work(struct ata_drive *drive, uint32_t microseconds);

/** The command is over, without an error. */
void ata_succeed(struct ata_drive *drive);

/** The command is over, with these bits of the error register. */
void ata_fail(struct ata_drive *drive, uint8_t error);

/** The drive itself has failed, as when it cannot write. */
void ata_fault(struct ata_drive *drive);

/** The host has read the last block: idle, without an interrupt. */
void ata_rest(struct ata_drive *drive);

/** Let the host read `buffer` from position to `block_end`; interrupts. */
void ata_open_in(struct ata_drive *drive);

/** Let the host write it; interrupts if told to. */
void ata_open_out(struct ata_drive *drive, bool interrupt);

/** Let the bus master move data. */
void ata_open_dma(struct ata_drive *drive, enum ata_phase phase);

#endif
