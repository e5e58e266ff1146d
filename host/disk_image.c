/* SPDX-License-Identifier: MIT */
#include "host/disk_image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 4096 };

struct disk_image_block {
    uint8_t bytes[BLOCK];
};

static bool fail(struct error *error, const char *path, int reason)
{
    return error_set(error, "%s: %s", path, strerror(reason));
}

/* Keep the first failure; the guest only hears that its drive has failed. */
static bool give_up(struct disk_image *image, const struct error *reason)
{
    if (!image->failed)
        image->reason = *reason;
    image->failed = true;
    return false;
}

/* --- The file --- */

static bool give_up_at(struct disk_image *image, const char *what,
                       uint64_t offset, int reason)
{
    struct error error;

    (void)error_set(&error, "%s: cannot %s at byte %llu: %s", image->path, what,
                    (unsigned long long)offset, strerror(reason));
    return give_up(image, &error);
}

static bool give_up_short(struct disk_image *image, uint64_t end)
{
    struct error error;

    (void)error_set(&error,
                    "%s: ends at byte %llu now, but had %llu when the run "
                    "began",
                    image->path, (unsigned long long)end,
                    (unsigned long long)image->file_size);
    return give_up(image, &error);
}

static bool read_file(struct disk_image *image, uint64_t offset, uint8_t *data,
                      size_t size)
{
    while (size > 0) {
        const ssize_t count =
            pread(image->descriptor, data, size, (off_t)offset);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return give_up_at(image, "read", offset, errno);
        if (count == 0)
            return give_up_short(image, offset);
        data += count;
        offset += (uint64_t)count;
        size -= (size_t)count;
    }
    return true;
}

static bool write_file(struct disk_image *image, uint64_t offset,
                       const uint8_t *data, size_t size)
{
    while (size > 0) {
        const ssize_t count =
            pwrite(image->descriptor, data, size, (off_t)offset);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return give_up_at(image, "write", offset, errno);
        data += count;
        offset += (uint64_t)count;
        size -= (size_t)count;
    }
    if (offset > image->file_size)
        image->file_size = offset;
    return true;
}

/* What the file has, and zeros behind its end. */
static bool read_extended(struct disk_image *image, uint64_t offset,
                          uint8_t *data, size_t size)
{
    size_t in_file = size;

    if (offset >= image->file_size)
        in_file = 0;
    else if (size > image->file_size - offset)
        in_file = (size_t)(image->file_size - offset);
    memset(data + in_file, 0, size - in_file);
    return read_file(image, offset, data, in_file);
}

/* --- Changes in memory --- */

/* How much of `size` bytes at `offset` lies in the block of the first. */
static size_t block_part(uint64_t offset, size_t size)
{
    const size_t rest = BLOCK - (size_t)(offset % BLOCK);

    return size < rest ? size : rest;
}

/* The changed block at `offset`, made from the file if it is the first
 * change; NULL if that fails. */
static struct disk_image_block *block_to_change(struct disk_image *image,
                                                uint64_t offset)
{
    struct disk_image_block **slot = &image->changed[offset / BLOCK];
    struct disk_image_block *block = *slot;

    if (block)
        return block;
    block = malloc(sizeof *block);
    if (!block) {
        (void)give_up_at(image, "write", offset, ENOMEM);
        return NULL;
    }
    if (!read_extended(image, offset - offset % BLOCK, block->bytes, BLOCK)) {
        free(block);
        return NULL;
    }
    *slot = block;
    return block;
}

static bool read_part(struct disk_image *image, uint64_t offset, uint8_t *data,
                      size_t size)
{
    const struct disk_image_block *block = NULL;

    if (image->changed)
        block = image->changed[offset / BLOCK];
    if (!block)
        return read_extended(image, offset, data, size);
    memcpy(data, block->bytes + offset % BLOCK, size);
    return true;
}

static bool write_part(struct disk_image *image, uint64_t offset,
                       const uint8_t *data, size_t size)
{
    struct disk_image_block *block;

    if (image->writable)
        return write_file(image, offset, data, size);
    block = block_to_change(image, offset);
    if (!block)
        return false;
    memcpy(block->bytes + offset % BLOCK, data, size);
    return true;
}

/* --- What a drive calls --- */

static bool in_image(const struct disk_image *image, uint64_t offset,
                     uint32_t size)
{
    return offset <= image->size && size <= image->size - offset;
}

static bool medium_read(void *context, uint64_t offset, void *data,
                        uint32_t size)
{
    struct disk_image *image = context;
    uint8_t *bytes = data;

    if (!in_image(image, offset, size))
        return false;
    while (size > 0) {
        const size_t part = block_part(offset, size);

        if (!read_part(image, offset, bytes, part))
            return false;
        bytes += part;
        offset += part;
        size -= (uint32_t)part;
    }
    return true;
}

static bool medium_write(void *context, uint64_t offset, const void *data,
                         uint32_t size)
{
    struct disk_image *image = context;
    const uint8_t *bytes = data;

    if (!in_image(image, offset, size))
        return false;
    while (size > 0) {
        const size_t part = block_part(offset, size);

        if (!write_part(image, offset, bytes, part))
            return false;
        bytes += part;
        offset += part;
        size -= (uint32_t)part;
    }
    return true;
}

static bool medium_flush(void *context)
{
    struct disk_image *image = context;

    if (!image->writable || fdatasync(image->descriptor) == 0 ||
        errno == EINVAL)
        return true;
    return give_up_at(image, "write", 0, errno);
}

struct medium disk_image_medium(struct disk_image *image)
{
    return (struct medium){.size = image->size,
                           .read = medium_read,
                           .write = medium_write,
                           .flush = medium_flush,
                           .context = image};
}

/* --- Opening and closing --- */

/* Two runs that read share a file; one that writes has it alone. A file
 * system without locks lets everybody. */
static bool lock(struct disk_image *image, struct error *error)
{
    const int kind = image->writable ? LOCK_EX : LOCK_SH;

    if (flock(image->descriptor, kind | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        return true;
    return error_set(error, "%s: in use by another run%s", image->path,
                     image->writable ? "" : " that writes it");
}

static bool measure(struct disk_image *image, struct error *error)
{
    struct stat status;
    off_t end;

    if (fstat(image->descriptor, &status) != 0)
        return fail(error, image->path, errno);
    if (S_ISDIR(status.st_mode))
        return fail(error, image->path, EISDIR);
    end = lseek(image->descriptor, 0, SEEK_END);
    if (end < 0)
        return error_set(error, "%s: not a file that can be an image",
                         image->path);
    if (end == 0)
        return error_set(error, "%s: the file is empty", image->path);
    image->file_size = (uint64_t)end;
    return lock(image, error) && disk_image_extend(image, (uint64_t)end, error);
}

bool disk_image_open(struct disk_image *image, const char *path, bool writable,
                     struct error *error)
{
    *image = (struct disk_image){.path = path, .writable = writable};
    image->descriptor =
        open(path, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NONBLOCK);
    if (image->descriptor < 0)
        return fail(error, path, errno);
    if (measure(image, error))
        return true;
    (void)close(image->descriptor);
    image->descriptor = -1;
    return false;
}

bool disk_image_extend(struct disk_image *image, uint64_t size,
                       struct error *error)
{
    image->size = size;
    if (image->writable)
        return true;
    free(image->changed);
    image->changed =
        calloc((size_t)((size + BLOCK - 1) / BLOCK), sizeof *image->changed);
    return image->changed || fail(error, image->path, ENOMEM);
}

bool disk_image_ok(const struct disk_image *image, struct error *error)
{
    if (image->failed)
        *error = image->reason;
    return !image->failed;
}

bool disk_image_close(struct disk_image *image, struct error *error)
{
    const uint64_t blocks = (image->size + BLOCK - 1) / BLOCK;

    if (image->writable)
        (void)medium_flush(image);
    for (uint64_t i = 0; image->changed && i < blocks; i++)
        free(image->changed[i]);
    free(image->changed);
    image->changed = NULL;
    if (close(image->descriptor) != 0 && image->writable)
        (void)give_up_at(image, "write", image->file_size, errno);
    image->descriptor = -1;
    return disk_image_ok(image, error);
}
