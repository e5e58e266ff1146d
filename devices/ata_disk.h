/* SPDX-License-Identifier: MIT */
/*
 * An ATA disk: what its commands do. LBA of 28 bits and CHS, PIO by single
 * sectors and by blocks, DMA.
 *
 *   in    a medium, commands from devices/ata.h
 *   out   sectors, status
 *
 * "AT Attachment with Packet Interface - 5" (ATA/ATAPI-5), T13 1321D.
 */
#ifndef DEVICES_ATA_DISK_H
#define DEVICES_ATA_DISK_H

#include "devices/ata.h"

/** Most sectors that 28 bits of LBA reach, and bytes of them. */
#define ATA_DISK_SECTORS_MAX 0x10000000u
#define ATA_DISK_BYTES_MAX   ((uint64_t)ATA_DISK_SECTORS_MAX * ATA_SECTOR)

/**
 * Make `drive` a disk of the medium, which is whole sectors, at least one and
 * at most ATA_DISK_SECTORS_MAX. To be called before a reset of the channel.
 */
void ata_disk_attach(struct ata_drive *drive, const struct medium *medium);

#endif
