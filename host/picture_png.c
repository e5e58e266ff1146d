/* SPDX-License-Identifier: MIT */
#include "host/picture.h"

#include <errno.h>
#include <libgen.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool picture_can_save(const char *path, struct error *error)
{
    char *copy = strdup(path);
    struct stat status;
    int reason = 0;

    if (!copy)
        return error_set(error, "out of memory");
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        reason = EISDIR;
    else if (access(path, W_OK) != 0 &&
             (errno != ENOENT || access(dirname(copy), W_OK) != 0))
        reason = errno;
    free(copy);
    return !reason || error_set(error, "%s: %s", path, strerror(reason));
}

/* Three bytes a pixel, as PNG has them. */
static uint8_t *packed(const struct picture *picture)
{
    const size_t count = (size_t)picture->width * picture->height;
    uint8_t *bytes = malloc(3 * count);

    for (size_t i = 0; bytes && i < count; i++) {
        bytes[3 * i] = (uint8_t)(picture->pixels[i] >> 16);
        bytes[3 * i + 1] = (uint8_t)(picture->pixels[i] >> 8);
        bytes[3 * i + 2] = (uint8_t)picture->pixels[i];
    }
    return bytes;
}

/* libpng removes what it could not complete. */
bool picture_save(const struct picture *picture, const char *path,
                  struct error *error)
{
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = picture->width,
                       .height = picture->height,
                       .format = PNG_FORMAT_RGB};
    uint8_t *bytes = packed(picture);
    bool ok;

    if (!bytes)
        return error_set(error, "out of memory");
    ok = png_image_write_to_file(&image, path, 0, bytes, 0, NULL) != 0;
    if (!ok)
        (void)error_set(error, "%s: %s", path, image.message);
    free(bytes);
    return ok;
}
