/* SPDX-License-Identifier: MIT */
#include "devices/floppy_format.h"

static const struct floppy_format formats[] = {
    {40, 1, 8, FLOPPY_300K, FLOPPY_DRIVE_1M2},   /* 160 KB */
    {40, 1, 9, FLOPPY_300K, FLOPPY_DRIVE_1M2},   /* 180 KB */
    {40, 2, 8, FLOPPY_300K, FLOPPY_DRIVE_1M2},   /* 320 KB */
    {40, 2, 9, FLOPPY_300K, FLOPPY_DRIVE_1M2},   /* 360 KB */
    {80, 2, 9, FLOPPY_250K, FLOPPY_DRIVE_1M44},  /* 720 KB */
    {80, 2, 15, FLOPPY_500K, FLOPPY_DRIVE_1M2},  /* 1.2 MB */
    {80, 2, 18, FLOPPY_500K, FLOPPY_DRIVE_1M44}, /* 1.44 MB */
    {80, 2, 36, FLOPPY_1M, FLOPPY_DRIVE_2M88},   /* 2.88 MB */
};

enum { FORMATS = sizeof formats / sizeof formats[0], FIRST_FOR_ODD_SIZES = 6 };

uint32_t floppy_format_bytes(const struct floppy_format *format)
{
    return (uint32_t)format->cylinders * format->heads * format->sectors *
           FLOPPY_SECTOR;
}

const struct floppy_format *floppy_format_of(uint64_t size)
{
    for (unsigned i = 0; i < FORMATS; i++) {
        if (floppy_format_bytes(&formats[i]) == size)
            return &formats[i];
    }
    for (unsigned i = FIRST_FOR_ODD_SIZES; i < FORMATS && size > 0; i++) {
        if (size < floppy_format_bytes(&formats[i]))
            return &formats[i];
    }
    return NULL;
}
