/* SPDX-License-Identifier: MIT */
#include "tools/drives.h"

#include <stdlib.h>
#include <string.h>

#include "devices/ata_disk.h"
#include "devices/floppy_format.h"

/* Open FILE[,rw]; a CD-ROM has no ",rw". NULL, with the line, on failure. */
static struct disk_image *open_image(struct drives *drives, const char *value,
                                     bool may_write, struct error *error)
{
    struct disk_image *image = &drives->image[drives->count];
    const size_t length = strlen(value);
    const bool writable =
        may_write && length > 3 && strcmp(value + length - 3, ",rw") == 0;
    char *path = strndup(value, writable ? length - 3 : length);

    if (!path) {
        (void)error_set(error, "out of memory");
        return NULL;
    }
    if (!disk_image_open(image, path, writable, error)) {
        free(path);
        return NULL;
    }
    drives->path[drives->count++] = path;
    return image;
}

static bool open_disk(struct drives *drives, const char *value,
                      struct medium *medium, struct error *error)
{
    struct disk_image *image = open_image(drives, value, true, error);

    if (!image)
        return false;
    if (image->size % ATA_SECTOR != 0)
        return error_set(error, "%s: %llu bytes are not whole sectors of %d",
                         image->path, (unsigned long long)image->size,
                         ATA_SECTOR);
    if (image->size > ATA_DISK_BYTES_MAX)
        return error_set(error, "%s: larger than 128 GiB", image->path);
    *medium = disk_image_medium(image);
    return true;
}

/* An image that is shorter than its format goes on in zeros. */
static bool open_floppy(struct drives *drives, const char *value,
                        struct medium *medium, struct error *error)
{
    struct disk_image *image = open_image(drives, value, true, error);
    const struct floppy_format *format;

    if (!image)
        return false;
    format = floppy_format_of(image->size);
    if (!format)
        return error_set(error, "%s: larger than a floppy disk", image->path);
    if (!disk_image_extend(image, floppy_format_bytes(format), error))
        return false;
    *medium = disk_image_medium(image);
    return true;
}

bool drives_open(struct drives *drives, const struct run_options *options,
                 struct board_media *media, struct error *error)
{
    *media = (struct board_media){.cdrom = {.size = 0}};
    for (unsigned i = 0; i < options->disk_count; i++) {
        if (!open_disk(drives, options->disks[i], &media->disk[i], error))
            return false;
    }
    for (unsigned i = 0; i < options->floppy_count; i++) {
        if (!open_floppy(drives, options->floppies[i], &media->floppy[i],
                         error))
            return false;
    }
    if (options->cdrom) {
        struct disk_image *image =
            open_image(drives, options->cdrom, false, error);

        if (!image)
            return false;
        media->cdrom = disk_image_medium(image);
    }
    return true;
}

bool drives_ok(const struct drives *drives, struct error *error)
{
    for (unsigned i = 0; i < drives->count; i++) {
        if (!disk_image_ok(&drives->image[i], error))
            return false;
    }
    return true;
}

bool drives_close(struct drives *drives, struct error *error)
{
    struct error ignored;
    bool ok = true;

    for (unsigned i = 0; i < drives->count; i++) {
        if (!disk_image_close(&drives->image[i], ok ? error : &ignored))
            ok = false;
        free(drives->path[i]);
    }
    drives->count = 0;
    return ok;
}
