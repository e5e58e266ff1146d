/* SPDX-License-Identifier: MIT */
/*
 * Numbers as people type them: decimal or 0x hexadecimal, with a suffix where
 * that makes sense. All functions refuse empty text, signs, spaces, rests and
 * overflow, and leave the result alone then.
 */
#ifndef TOOLS_PARSE_H
#define TOOLS_PARSE_H

#include "base/types.h"

/** A whole number. */
bool parse_number(const char *text, uint64_t *value);

/** A 32-bit address. */
bool parse_address(const char *text, uint32_t *value);

/** Bytes, with K, M or G for powers of 1024. */
bool parse_size(const char *text, uint64_t *bytes);

/** A count, with k, M or G for powers of 1000. */
bool parse_count(const char *text, uint64_t *count);

/** Seconds, with a fraction, as milliseconds; more than 0. */
bool parse_seconds(const char *text, uint64_t *milliseconds);

/** A date of 1970 to 2099, with or without a time, as seconds since 1970. */
bool parse_date(const char *text, int64_t *seconds);

#endif
