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
    TALLY_LOOKUPS, /**< in the TLB, as far as the trace tells of them */
    TALLY_MISSED,  /**< of those look-ups */
    TALLY_KINDS
};

struct tally_row {
    uint32_t key;
    uint64_t count[TALLY_KINDS];
};

struct tally {
    struct tally_row *row; /**< `used` of them, in the order of their coming */
    size_t used;
    uint32_t *place; /**< by hash: number of a row, plus 1; 0: free */
    size_t places;   /**< a power of two, twice the room for rows */
    bool failed;     /**< no memory: what came later is missing */
};

void tally_release(struct tally *tally);

/**
 * The number of the key's row, made if there is none; it stays. False: no
 * memory. An empty tally is all zeroes.
 */
bool tally_find(struct tally *tally, uint32_t key, uint32_t *number);

/** Add to a count. */
void tally_add(struct tally *tally, uint32_t key, enum tally_kind kind,
               uint64_t by);

/**
 * Sort the rows by a count, largest first, and by key where they agree. The
 * tally takes no more then. Returns how many rows there are.
 */
size_t tally_sort(struct tally *tally, enum tally_kind kind);

#endif
