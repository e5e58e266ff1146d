/* SPDX-License-Identifier: MIT */
#include "mmu/paging.h"

#include <assert.h>
#include <string.h>

/* Entries are doublewords aligned to four, so they never straddle a page. */
static uint32_t entry_read(struct bus *bus, physical_addr physical)
{
    uint32_t entry;

    if (UNLIKELY(!bus_is_ram(bus, physical)))
        return bus_read(bus, BUS_PAGE_WALK, physical, sizeof entry);
    memcpy(&entry, bus->memory + physical, sizeof entry);
    return entry;
}

/* The A20 gate stands between the chip and the bus: walks go through it. */
static physical_addr table_address(const struct paging_mode *mode,
                                   uint32_t base, uint32_t index)
{
    const uint32_t cleared = (uint32_t)mode->a20_shut << 20;

    return ((base & PAGE_FRAME_MASK) | index * 4) & ~cleared;
}

/* The one place that builds a page-fault error code. */
static uint32_t error_code(const struct page_request *request, uint32_t cause)
{
    uint32_t code = cause;

    if (request->access == ACCESS_WRITE)
        code |= PF_WR;
    if (request->privilege == PRIVILEGE_USER)
        code |= PF_US;
    return code;
}

/* Both levels must grant a right for the page to have it: SDM 3A,
 * "Combined Page-Directory and Page-Table Protection"; 386 PRM, table 6-5. */
static void judge(struct page_walk *walk, const struct paging_mode *mode,
                  uint32_t rights, uint32_t leaf)
{
    const struct page_request *request = &walk->request;

    if (!paging_rights_allow(rights, request->access, request->privilege,
                             mode->write_protect)) {
        walk->error_code = error_code(request, PF_P);
        return;
    }
    walk->rights = rights & (PTE_RW | PTE_US);
    walk->global = mode->global_pages && (leaf & PTE_G);
    walk->ok = true;
}

static void walk_large(struct page_walk *walk, const struct paging_mode *mode)
{
    walk->large = true;
    if (walk->pde & mode->large_reserved) {
        walk->error_code = error_code(&walk->request, PF_P | PF_RSVD);
        return;
    }
    walk->physical = (walk->pde & LARGE_PAGE_MASK) |
                     (walk->request.linear & ~LARGE_PAGE_MASK);
    judge(walk, mode, walk->pde, walk->pde);
}

struct page_walk paging_walk(struct bus *bus, const struct paging_mode *mode,
                             struct page_request request)
{
    struct page_walk walk = {.request = request};

    walk.pde_address = table_address(mode, mode->cr3, request.linear >> 22);
    walk.pde = entry_read(bus, walk.pde_address);
    if (!(walk.pde & PTE_P)) {
        walk.error_code = error_code(&request, 0);
        return walk;
    }
    if (mode->large_pages && (walk.pde & PTE_PS)) {
        walk_large(&walk, mode);
        return walk;
    }
    walk.has_pte = true;
    walk.pte_address =
        table_address(mode, walk.pde, request.linear >> 12 & 0x3ff);
    walk.pte = entry_read(bus, walk.pte_address);
    if (!(walk.pte & PTE_P)) {
        walk.error_code = error_code(&request, 0);
        return walk;
    }
    walk.physical =
        (walk.pte & PAGE_FRAME_MASK) | (request.linear & PAGE_OFFSET_MASK);
    judge(&walk, mode, walk.pde & walk.pte, walk.pte);
    return walk;
}

/* Set `bits` of an entry that was read as `entry`; returns the new ones. */
static uint32_t mark_entry(struct bus *bus, physical_addr physical,
                           uint32_t entry, uint32_t bits)
{
    if ((entry & bits) == bits)
        return 0;
    bus_write(bus, BUS_PAGE_WALK, physical, sizeof entry, entry | bits);
    return bits & ~entry;
}

uint32_t paging_mark(struct bus *bus, const struct page_walk *walk)
{
    const uint32_t leaf =
        PTE_A | (walk->request.access == ACCESS_WRITE ? PTE_D : 0u);
    uint32_t marked;

    assert(walk->ok);
    if (walk->large)
        return mark_entry(bus, walk->pde_address, walk->pde, leaf);
    marked = mark_entry(bus, walk->pde_address, walk->pde, PTE_A) << 16;
    return marked | mark_entry(bus, walk->pte_address, walk->pte, leaf);
}
