/* SPDX-License-Identifier: MIT */
/*
 * An ATAPI CD-ROM drive: how packets come and replies go (atapi.c), and what
 * the packets ask for (atapi_packets.c).
 *
 *   in    a medium, commands and packets from devices/ata.h
 *   out   sectors of 2048 bytes, replies, sense data
 *
 * "AT Attachment with Packet Interface - 5" (ATA/ATAPI-5), T13 1321D, for
 * the transport; "Multi-Media Commands - 2" (MMC-2), T10 1228D.
 */
#ifndef DEVICES_ATAPI_H
#define DEVICES_ATAPI_H

#include "devices/ata.h"

enum { ATAPI_SECTOR = 2048 };

/** Make `drive` a CD-ROM drive with the medium in it; a last part of less
 * than a sector is one. To be called before a reset of the channel. */
void atapi_attach(struct ata_drive *drive, const struct medium *medium);

/* --- Between the two files --- */

/** Carry out `cdrom.packet`, ending in one of the functions below. */
void atapi_run_packet(struct ata_drive *drive);

/** The packet is done. */
void atapi_succeed(struct ata_drive *drive);

/** CHECK CONDITION: what REQUEST SENSE will tell. */
void atapi_fail(struct ata_drive *drive, uint8_t key, uint8_t code,
                uint8_t qualifier);

/** Send `size` bytes of the buffer, or as many as `allowed`. */
void atapi_reply(struct ata_drive *drive, uint32_t size, uint32_t allowed);

/** Send `count` sectors from `first` on; the range has been checked. */
void atapi_send_sectors(struct ata_drive *drive, uint32_t first,
                        uint32_t count);

#endif
