/* SPDX-License-Identifier: MIT */
/*
 * The formats of floppy disks that a PC knows, told apart by their size.
 */
#ifndef DEVICES_FLOPPY_FORMAT_H
#define DEVICES_FLOPPY_FORMAT_H

#include "base/types.h"

enum { FLOPPY_SECTOR = 512 };

/** Data rates, as CCR and DSR select them. */
enum floppy_rate { FLOPPY_500K, FLOPPY_300K, FLOPPY_250K, FLOPPY_1M };

/** Kinds of drives, as the CMOS names them. */
enum floppy_drive {
    FLOPPY_DRIVE_NONE,
    FLOPPY_DRIVE_360K,
    FLOPPY_DRIVE_1M2,
    FLOPPY_DRIVE_720K,
    FLOPPY_DRIVE_1M44,
    FLOPPY_DRIVE_2M88
};

struct floppy_format {
    uint8_t cylinders;
    uint8_t heads;
    uint8_t sectors; /**< per track */
    enum floppy_rate rate;
    enum floppy_drive drive; /**< the usual drive for it */
};

/**
 * The format of an image of `size` bytes: that of exactly this size, else the
 * first of 1.44 and 2.88 MB that holds it. NULL if it is empty or too large.
 */
const struct floppy_format *floppy_format_of(uint64_t size);

/** Bytes of a disk of that format. */
uint32_t floppy_format_bytes(const struct floppy_format *format);

#endif
