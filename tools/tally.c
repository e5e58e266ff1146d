/* SPDX-License-Identifier: MIT */
#include "tools/tally.h"

#include <stdlib.h>

enum { FIRST_SIZE = 1024 };

void tally_release(struct tally *tally)
{
    free(tally->row);
    *tally = (struct tally){NULL, 0, 0, false};
}

static struct tally_row *find(const struct tally *tally, uint32_t key)
{
    size_t at = key * UINT32_C(0x9e3779b1) & (tally->size - 1);

    while (tally->row[at].used && tally->row[at].key != key)
        at = (at + 1) & (tally->size - 1);
    return &tally->row[at];
}

static bool grow(struct tally *tally)
{
    struct tally bigger = {.size = tally->size ? 2 * tally->size : FIRST_SIZE,
                           .used = tally->used};

    bigger.row = calloc(bigger.size, sizeof *bigger.row);
    if (!bigger.row)
        return false;
    for (size_t i = 0; i < tally->size; i++) {
        if (tally->row[i].used)
            *find(&bigger, tally->row[i].key) = tally->row[i];
    }
    free(tally->row);
    *tally = bigger;
    return true;
}

void tally_add(struct tally *tally, uint32_t key, enum tally_kind kind,
               uint64_t by)
{
    struct tally_row *row;

    if (tally->failed)
        return;
    if (2 * tally->used >= tally->size && !grow(tally)) {
        tally->failed = true;
        return;
    }
    row = find(tally, key);
    if (!row->used) {
        *row = (struct tally_row){.key = key, .used = true};
        tally->used++;
    }
    row->count[kind] += by;
}

static int compare(const void *one, const void *other, void *context)
{
    const enum tally_kind kind = *(const enum tally_kind *)context;
    const struct tally_row *a = one;
    const struct tally_row *b = other;

    if (a->used != b->used)
        return a->used ? -1 : 1;
    if (a->count[kind] != b->count[kind])
        return a->count[kind] > b->count[kind] ? -1 : 1;
    return a->key < b->key ? -1 : a->key > b->key;
}

size_t tally_sort(struct tally *tally, enum tally_kind kind)
{
    if (tally->used)
        qsort_r(tally->row, tally->size, sizeof *tally->row, compare, &kind);
    return tally->used;
}
