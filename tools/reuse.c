/* SPDX-License-Identifier: MIT */
#include "tools/reuse.h"

#include <stdlib.h>
#include <string.h>

enum { PAGES = 1 << 20, PLACES = 1 << 22, FIRST_PLACES = 1 << 14 };

#define NO_PAGE UINT32_MAX

bool reuse_init(struct reuse *reuse)
{
    *reuse = (struct reuse){.next = 1, .places = FIRST_PLACES};
    memset(reuse->recent, 0xff, sizeof reuse->recent);
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
    const uint32_t before = reuse->places;
    uint32_t next = 1;

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

/* A page is recent no more: it takes its place behind those that ceased to be
 * before it. */
static void retire(struct reuse *reuse, uint32_t page)
{
    if (page == NO_PAGE)
        return;
    if (reuse->next > reuse->places)
        compact(reuse);
    reuse->last[page] = reuse->next;
    reuse->owner[reuse->next] = page;
    tree_add(reuse, reuse->next, 1);
    reuse->next++;
}

/* The number of the page among those that are recent; REUSE_RECENT: none. */
static unsigned recent_number(const struct reuse *reuse, uint32_t page)
{
    unsigned i = 1;

    while (i < REUSE_RECENT && reuse->recent[i] != page)
        i++;
    return i;
}

void reuse_touch_other(struct reuse *reuse, uint32_t page)
{
    unsigned number = recent_number(reuse, page);

    if (number < REUSE_RECENT) {
        reuse->count[class_of(number)]++;
    } else {
        const uint32_t before = reuse->last[page];

        if (before) {
            reuse->count[class_of(REUSE_RECENT +
                                  tree_sum(reuse, reuse->next - 1) -
                                  tree_sum(reuse, before))]++;
            tree_add(reuse, before, UINT32_MAX);
            reuse->last[page] = 0;
        } else {
            reuse->first++;
            reuse->pages++;
        }
        number = REUSE_RECENT - 1;
        retire(reuse, reuse->recent[number]);
    }
    memmove(reuse->recent + 1, reuse->recent, number * sizeof *reuse->recent);
    reuse->recent[0] = page;
}
