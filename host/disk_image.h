/* SPDX-License-Identifier: MIT */
/*
 * A raw image file in a drive. It is written only if the user said so; else
 * what the guest writes lives in memory and the file stays as it is.
 *
 *   in    a path
 *   out   struct medium, for a drive; the first failure, for the user
 *
 * The file is read with pread, never mapped: one that shrinks under a run is
 * an error with a name, not a signal.
 */
#ifndef HOST_DISK_IMAGE_H
#define HOST_DISK_IMAGE_H

#include "base/error.h"
#include "devices/medium.h"

struct disk_image_block;

struct disk_image {
    const char *path; /**< for messages; belongs to the caller */
    int descriptor;   /**< -1: not open */
    bool writable;    /**< the file takes what the guest writes */
    uint64_t size;    /**< bytes that the guest sees */
    uint64_t file_size;
    /** Blocks that the guest has written, by number; NULL: as in the file. */
    struct disk_image_block **changed;
    bool failed;
    struct error reason; /**< of the first failure */
};

/**
 * Open the file. Fails, naming it: missing, a directory, empty, not readable
 * or not writable as wanted, in use by somebody who writes it. Release only
 * after success.
 */
bool disk_image_open(struct disk_image *image, const char *path, bool writable,
                     struct error *error);

/**
 * Make the guest see `size` bytes, at least those of the file; the file goes
 * on in zeros. To be called before the first access.
 */
bool disk_image_extend(struct disk_image *image, uint64_t size,
                       struct error *error);

/** The image as a drive takes it. It must not move while that is in use. */
struct medium disk_image_medium(struct disk_image *image);

/** False once an access has failed, with the line of the first failure. */
bool disk_image_ok(const struct disk_image *image, struct error *error);

/** Close; false if an access, or this, has failed. */
bool disk_image_close(struct disk_image *image, struct error *error);

#endif
