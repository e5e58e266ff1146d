/* SPDX-License-Identifier: MIT */
/*
 * What a drive says of itself: the 256 words of IDENTIFY DEVICE and IDENTIFY
 * PACKET DEVICE.
 *
 * "AT Attachment with Packet Interface - 5" (ATA/ATAPI-5), T13 1321D.
 */
#ifndef DEVICES_ATA_IDENTIFY_H
#define DEVICES_ATA_IDENTIFY_H

#include "devices/ata.h"

/** Put the answer of a disk into the drive's buffer. */
void ata_identify_disk(struct ata_drive *drive);

/** Put the answer of a CD-ROM drive into the drive's buffer. */
void ata_identify_cdrom(struct ata_drive *drive);

/** True if SET FEATURES may choose transfer mode `mode`. */
bool ata_mode_is_known(uint8_t mode);

#endif
