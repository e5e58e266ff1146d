/* SPDX-License-Identifier: MIT */
/*
 * Waiting for a text in bytes that come one by one, found however it overlaps
 * itself. After Knuth, Morris and Pratt, "Fast Pattern Matching in Strings".
 */
#ifndef TOOLS_TEXT_WATCH_H
#define TOOLS_TEXT_WATCH_H

#include "base/types.h"

/** A text, made ready to be looked for. */
struct text_pattern {
    const char *text; /**< not a copy; may hold any byte */
    size_t length;    /**< 0: never found */
    size_t *shorter;  /**< by bytes matched: longest match that remains where
                           the next one differs; on the heap */
};

/** How far the bytes of one source match so far. Begins as zeroes. */
struct text_watch {
    size_t matched;
};

/** False when out of memory. Release in either case. */
bool text_pattern_init(struct text_pattern *pattern, const char *text,
                       size_t length);
void text_pattern_release(struct text_pattern *pattern);

/** True when `byte` completes the text. */
bool text_watch_byte(struct text_watch *watch,
                     const struct text_pattern *pattern, uint8_t byte);

#endif
