/* SPDX-License-Identifier: MIT */
#include "host/picture.h"

bool picture_can_save(const char *path, struct error *error)
{
    return error_set(error, "%s: this pagewalk was built without libpng", path);
}

bool picture_save(const struct picture *picture, const char *path,
                  struct error *error)
{
    (void)picture;
    return picture_can_save(path, error);
}
