/* SPDX-License-Identifier: MIT */
#include "tools/reuse.h"

#include <stdlib.h>
#include <string.h>

enum { PAGES = 1 << 20, PLACES = 1 << 22, FIRST_PLACES = 1 << 14 };

bool reuse_init(struct reuse *reuse)
{
    *reuse =
        (struct reuse){.next = 1, .places = FIRST_PLACES, .page = UINT32_MAX};
    reuse->last = calloc(PAGES, sizeof *reuse->last);
    reuse->tree = calloc(PLACES + 1, sizeof *reuse->tree);
    reuse->owner = calloc(PLACES + 1, sizeof *reuse->owner);
    return reuse->last && reuse->tree && reuse->owner;
}

void reuse_release(struct reuse *reuse)
{
    free(reuse->last);
    free(reuse->tree);
    free(reuse->owner);
}

/* A binary indexed tree: `by` is 1 or -1 in unsigned arithmetic. */
static void tree_add(struct reuse *reuse, uint32_t place, uint32_t by)
{
    for (; place <= reuse->places; place += place & (~place + 1))
        reuse->tree[place] += by;
}

static uint32_t tree_sum(const struct reuse *reuse, uint32_t place)
{
    uint32_t sum = 0;

    for (; place > 0; place &= place - 1)
        sum += reuse->tree[place];
    return sum;
}

/* All places are taken: number those that still count anew, in twice the room
 * if they are many. */
static void compact(struct reuse *reuse)
{
    uint32_t next = 1;

    const uint32_t before = reuse->places;

    if (reuse->pages > before / 4 && before < PLACES)
        reuse->places *= 2;
    memset(reuse->tree, 0, (reuse->places + 1) * sizeof *reuse->tree);
    for (uint32_t place = 1; place <= before; place++) {
        const uint32_t page = reuse->owner[place];

        if (reuse->last[page] != place)
            continue;
        reuse->last[page] = next;
        reuse->owner[next] = page;
        tree_add(reuse, next, 1);
        next++;
    }
    reuse->next = next;
}

static unsigned class_of(uint32_t distance)
{
    const unsigned bits =
        distance ? 32u - (unsigned)__builtin_clz(distance) : 0;

    return bits < REUSE_CLASSES ? bits : REUSE_CLASSES - 1;
}

void reuse_touch(struct reuse *reuse, linear_addr linear)
{
    const uint32_t page = linear >> 12;
    uint32_t before;

    if (page == reuse->page) {
        reuse->count[0]++;
        return;
    }
    reuse->page = page;
    if (reuse->next > reuse->places)
        compact(reuse);
    before = reuse->last[page];
    if (before) {
        const uint32_t since =
            tree_sum(reuse, reuse->next - 1) - tree_sum(reuse, before);

        reuse->count[class_of(since)]++;
        tree_add(reuse, before, UINT32_MAX);
    } else {
        reuse->first++;
        reuse->pages++;
    }
    reuse->last[page] = reuse->next;
    reuse->owner[reuse->next] = page;
    tree_add(reuse, reuse->next, 1);
    reuse->next++;
}
