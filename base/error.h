/* SPDX-License-Identifier: MIT */
/*
 * Host trouble: a file that is missing, a full disk, an image that is none.
 * The room that meets it writes one line that names the thing and the reason;
 * only tools/ prints it and ends the process.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base/types.h"

enum { ERROR_TEXT_SIZE = 512 };

struct error {
    char text[ERROR_TEXT_SIZE]; /**< one line, no newline; "" if none */
};

/**
 * Write the line, printf-like, cut to ERROR_TEXT_SIZE - 1 bytes.
 * Returns false, so that a caller can `return error_set(...)`.
 */
bool error_set(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
