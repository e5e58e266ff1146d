/* SPDX-License-Identifier: MIT */
#include "mmu/paging.h"

#include <assert.h>

#include "mmu/walk.h"

struct page_walk paging_walk(struct bus *bus, const struct paging_mode *mode,
                             struct page_request request)
{
    if (mode->pae)
        return walk_tables(bus, mode, request, (struct walk_way){.pae = true});
    return walk_tables(bus, mode, request, (struct walk_way){.pae = false});
}

uint32_t paging_mark(struct bus *bus, const struct page_walk *walk)
{
    assert(walk->ok);
    return walk_mark(bus, *walk);
}
