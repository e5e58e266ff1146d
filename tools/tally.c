/* SPDX-License-Identifier: MIT */
#include "tools/tally.h"

#include <stdlib.h>

enum { FIRST_PLACES = 1024 };

void tally_release(struct tally *tally)
{
    free(tally->row);
    free(tally->place);
    *tally = (struct tally){.row = NULL};
}

/* The place of the key, or the free one where it would stand. Keys are often
 * the addresses of pages: a product's high bits depend on all of theirs. */
static uint32_t *place_of(const struct tally *tally, uint32_t key)
{
    const uint64_t product = key * UINT64_C(0x9e3779b97f4a7c15);
    size_t at = product >> 32 & (tally->places - 1);

    while (tally->place[at] && tally->row[tally->place[at] - 1].key != key)
        at = (at + 1) & (tally->places - 1);
    return &tally->place[at];
}

static bool grow(struct tally *tally)
{
    const size_t places = tally->places ? 2 * tally->places : FIRST_PLACES;
    struct tally_row *row =
        realloc(tally->row, places / 2 * sizeof *tally->row);
    uint32_t *place = calloc(places, sizeof *place);

    if (row)
        tally->row = row;
    if (!row || !place) {
        free(place);
        return false;
    }
    free(tally->place);
    tally->place = place;
    tally->places = places;
    for (size_t i = 0; i < tally->used; i++)
        *place_of(tally, row[i].key) = (uint32_t)i + 1;
    return true;
}

bool tally_find(struct tally *tally, uint32_t key, uint32_t *number)
{
    uint32_t *place;

    if (2 * tally->used >= tally->places && (tally->failed || !grow(tally))) {
        tally->failed = true;
        return false;
    }
    place = place_of(tally, key);
    if (!*place) {
        tally->row[tally->used++] = (struct tally_row){.key = key};
        *place = (uint32_t)tally->used;
    }
    *number = *place - 1;
    return true;
}

void tally_add(struct tally *tally, uint32_t key, enum tally_kind kind,
               uint64_t by)
{
    uint32_t number;

    if (tally_find(tally, key, &number))
        tally->row[number].count[kind] += by;
}

static int compare(const void *one, const void *other, void *context)
{
    const enum tally_kind kind = *(const enum tally_kind *)context;
    const struct tally_row *a = one;
    const struct tally_row *b = other;

    if (a->count[kind] != b->count[kind])
        return a->count[kind] > b->count[kind] ? -1 : 1;
    return a->key < b->key ? -1 : a->key > b->key;
}

size_t tally_sort(struct tally *tally, enum tally_kind kind)
{
    if (tally->used)
        qsort_r(tally->row, tally->used, sizeof *tally->row, compare, &kind);
    return tally->used;
}
