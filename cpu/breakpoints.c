/* SPDX-License-Identifier: MIT */
#include "cpu/breakpoints.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 64 };

/* The slot that holds `linear`, or the free one where it would go. */
static uint32_t slot_of(const struct breakpoints *breakpoints,
                        linear_addr linear)
{
    uint32_t i = linear * 2654435761u >> 7;

    for (;; i++) {
        i &= breakpoints->room - 1;
        if (!breakpoints->used[i] || breakpoints->slot[i] == linear)
            return i;
    }
}

static void put(struct breakpoints *breakpoints, linear_addr linear)
{
    const uint32_t i = slot_of(breakpoints, linear);

    breakpoints->slot[i] = linear;
    breakpoints->used[i] = 1;
}

/* Twice the room, so that at most half of it is used. */
static bool grow(struct breakpoints *breakpoints)
{
    const uint32_t room =
        breakpoints->room ? breakpoints->room * 2 : FIRST_ROOM;
    struct breakpoints larger = *breakpoints;

    larger.room = room;
    larger.slot = calloc(room, sizeof *larger.slot);
    larger.used = calloc(room, sizeof *larger.used);
    if (!larger.slot || !larger.used) {
        free(larger.slot);
        free(larger.used);
        return false;
    }
    for (uint32_t i = 0; i < breakpoints->room; i++) {
        if (breakpoints->used[i])
            put(&larger, breakpoints->slot[i]);
    }
    free(breakpoints->slot);
    free(breakpoints->used);
    *breakpoints = larger;
    return true;
}

bool breakpoints_has(const struct breakpoints *breakpoints, linear_addr linear)
{
    return breakpoints->room && breakpoints->used[slot_of(breakpoints, linear)];
}

bool breakpoints_add(struct breakpoints *breakpoints, linear_addr linear,
                     bool *is_new_offset)
{
    const uint32_t offset = linear & PAGE_OFFSET_MASK;

    *is_new_offset = false;
    if (breakpoints_has(breakpoints, linear))
        return true;
    if (breakpoints->count * 2 >= breakpoints->room && !grow(breakpoints))
        return false;
    put(breakpoints, linear);
    breakpoints->count++;
    *is_new_offset = !breakpoints_may_have(breakpoints, linear);
    breakpoints->offsets[offset / 64] |= 1ull << offset % 64;
    return true;
}

void breakpoints_clear(struct breakpoints *breakpoints)
{
    free(breakpoints->slot);
    free(breakpoints->used);
    breakpoints->slot = NULL;
    breakpoints->used = NULL;
    breakpoints->room = 0;
    breakpoints->count = 0;
    memset(breakpoints->offsets, 0, sizeof breakpoints->offsets);
}
