/* SPDX-License-Identifier: MIT */
/*
 * Counters by a number (a page, a function's address), and the largest of
 * them.
 */
#ifndef TOOLS_TALLY_H
#define TOOLS_TALLY_H

#include "base/types.h"

/** What is counted for each key. */
enum tally_kind {
    TALLY_ACCESSES,
    TALLY_MISSES,
    TALLY_WALKS,
    TALLY_FAULTS,
    TALLY_KINDS
};

struct tally_row {
    uint32_t key;
    bool used;
    uint64_t count[TALLY_KINDS];
};

struct tally {
    struct tally_row *row; /**< hashed, `size` of them, a power of two */
    size_t size;
    size_t used;
    bool failed; /**< no memory: what came later is missing */
};

void tally_release(struct tally *tally);

/** Add to a count. An empty tally is all zeroes. */
void tally_add(struct tally *tally, uint32_t key, enum tally_kind kind,
               uint64_t by);

/**
 * Sort the rows by a count, largest first, and by key where they agree. The
 * tally takes no more then. Returns how many rows there are.
 */
size_t tally_sort(struct tally *tally, enum tally_kind kind);

#endif
