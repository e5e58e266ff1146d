/* SPDX-License-Identifier: MIT */
/*
 * The body of the walker and of the marker, inline, so that a TLB miss folds
 * them in. mmu/paging.c makes plain functions of them for everybody else.
 *
 * `way` is a constant wherever these are called: one body, some shapes of it.
 * Entries never straddle a page: they are aligned to their size.
 */
#ifndef MMU_WALK_H
#define MMU_WALK_H

#include "base/fault.h"
#include "mmu/paging.h"
#include "mmu/tlb.h"

/** What is known of a walk when it is compiled. */
struct walk_way {
    bool pae; /**< three levels */
    /** A20 is open, and tables outside RAM are not read: none is present. */
    bool plain;
};

/* The A20 gate stands between the chip and the bus: walks go through it. */
static ALWAYS_INLINE physical_addr
walk_entry_address(const struct paging_mode *mode, uint64_t base,
                   uint32_t offset, const struct walk_way way)
{
    const bool shut = !way.plain && mode->a20_shut;

    return (walk_frame(base) | offset) & ~((uint32_t)shut << 20);
}

static ALWAYS_INLINE uint64_t walk_entry_read(struct bus *bus,
                                              physical_addr physical,
                                              const struct walk_way way)
{
    uint64_t entry;

    if (way.plain)
        return bus_is_ram(bus, physical) ? bus_load(bus, physical, 4) : 0;
    entry = bus_read32(bus, BUS_PAGE_WALK, physical);
    if (way.pae)
        entry |= (uint64_t)bus_read32(bus, BUS_PAGE_WALK, physical + 4) << 32;
    return entry;
}

/* The one place that builds a page-fault error code. */
static ALWAYS_INLINE struct page_walk walk_refuse(struct page_walk walk,
                                                  uint32_t cause)
{
    walk.error_code = cause;
    if (walk.request.access == ACCESS_WRITE)
        walk.error_code |= PF_WR;
    if (walk.request.privilege == PRIVILEGE_USER)
        walk.error_code |= PF_US;
    return walk;
}

/*
 * `rights`: of both levels, and both must grant one for the page to have it;
 * `leaf` maps the page. SDM 3A, "Determination of Access Rights"; 386 PRM,
 * table 6-5.
 */
static ALWAYS_INLINE struct page_walk walk_judge(struct page_walk walk,
                                                 const struct paging_mode *mode,
                                                 uint64_t rights, uint64_t leaf)
{
    walk.rights = (uint32_t)rights & (PTE_RW | PTE_US);
    walk.global = mode->global_pages && (leaf & PTE_G);
    walk.ok = paging_rights_allow(walk.rights, walk.request.access,
                                  walk.request.privilege, mode->write_protect);
    if (UNLIKELY(!walk.ok))
        return walk_refuse(walk, PF_P);
    return walk;
}

static ALWAYS_INLINE struct page_walk walk_large(struct page_walk walk,
                                                 const struct paging_mode *mode,
                                                 const struct walk_way way)
{
    const uint32_t inside =
        (1u << (way.pae ? LARGE_PAGE_SHIFT_PAE : LARGE_PAGE_SHIFT)) - 1;

    walk.large = true;
    if (UNLIKELY(walk.pde & mode->reserved.large))
        return walk_refuse(walk, PF_P | PF_RSVD);
    walk.physical =
        (walk_frame(walk.pde) & ~inside) | (walk.request.linear & inside);
    return walk_judge(walk, mode, walk.pde, walk.pde);
}

/* From the PDE on, which lies `offset` bytes into the directory `base`. */
static ALWAYS_INLINE struct page_walk walk_directory(
    struct bus *bus, const struct paging_mode *mode, struct page_walk walk,
    uint64_t base, const struct walk_way way)
{
    const linear_addr linear = walk.request.linear;
    const uint32_t pde_offset =
        way.pae ? (linear >> 21 & 0x1ff) * 8 : (linear >> 22) * 4;
    const uint32_t pte_offset =
        way.pae ? (linear >> 12 & 0x1ff) * 8 : (linear >> 12 & 0x3ff) * 4;

    walk.has_pde = true;
    walk.pde_address = walk_entry_address(mode, base, pde_offset, way);
    walk.pde = walk_entry_read(bus, walk.pde_address, way);
    if (UNLIKELY(!(walk.pde & PTE_P)))
        return walk_refuse(walk, 0);
    if (UNLIKELY((way.pae || mode->large_pages) && (walk.pde & PTE_PS)))
        return walk_large(walk, mode, way);
    if (UNLIKELY(walk.pde & mode->reserved.table))
        return walk_refuse(walk, PF_P | PF_RSVD);
    walk.has_pte = true;
    walk.pte_address = walk_entry_address(mode, walk.pde, pte_offset, way);
    walk.pte = walk_entry_read(bus, walk.pte_address, way);
    if (UNLIKELY(!(walk.pte & PTE_P)))
        return walk_refuse(walk, 0);
    if (UNLIKELY(walk.pte & mode->reserved.page))
        return walk_refuse(walk, PF_P | PF_RSVD);
    walk.physical = walk_frame(walk.pte) | (linear & PAGE_OFFSET_MASK);
    /* The data that follow miss the host's caches too: begin now. */
    __builtin_prefetch(bus->memory + walk.physical);
    return walk_judge(walk, mode, walk.pde & walk.pte, walk.pte);
}

/** paging_walk() with the shape of the tables known to the compiler. */
static ALWAYS_INLINE struct page_walk walk_tables(
    struct bus *bus, const struct paging_mode *mode,
    struct page_request request, const struct walk_way way)
{
    struct page_walk walk = {.request = request, .pae = way.pae};

    if (!way.pae)
        return walk_directory(bus, mode, walk, mode->cr3, way);
    walk.pdpte = mode->pdpte[request.linear >> 30];
    if (UNLIKELY(!(walk.pdpte & PTE_P)))
        return walk_refuse(walk, 0);
    return walk_directory(bus, mode, walk, walk.pdpte, way);
}

/** The #PF of a walk that did not pass. */
static inline struct fault walk_fault(linear_addr linear, uint32_t error_code)
{
    return (struct fault){.vector = VECTOR_PF,
                          .has_error_code = true,
                          .error_code = error_code,
                          .linear = linear};
}

/** Flags of the TLB's entry for a walk that passed. */
static ALWAYS_INLINE uint32_t walk_entry_flags(const struct page_walk walk)
{
    const uint64_t leaf = walk.large ? walk.pde : walk.pte;
    const bool dirty = (leaf & PTE_D) || walk.request.access == ACCESS_WRITE;

    return TLB_VALID | walk.rights | (walk.global ? TLB_GLOBAL : 0u) |
           (dirty ? TLB_DIRTY : 0u);
}

/* Set `bits` of an entry that was read as `entry`; returns the new ones. The
 * bits lie in the low half of an entry of eight bytes. */
static ALWAYS_INLINE uint32_t walk_mark_entry(struct bus *bus,
                                              physical_addr physical,
                                              uint64_t entry, uint32_t bits)
{
    if (LIKELY((entry & bits) == bits))
        return 0;
    bus_write32(bus, BUS_PAGE_WALK, physical, (uint32_t)entry | bits);
    return bits & ~(uint32_t)entry;
}

/** paging_mark(), inline. */
static ALWAYS_INLINE uint32_t walk_mark(struct bus *bus,
                                        const struct page_walk walk)
{
    const uint32_t leaf =
        PTE_A | (walk.request.access == ACCESS_WRITE ? PTE_D : 0u);
    uint32_t marked;

    if (UNLIKELY(walk.large))
        return walk_mark_entry(bus, walk.pde_address, walk.pde, leaf);
    marked = walk_mark_entry(bus, walk.pde_address, walk.pde, PTE_A) << 16;
    return marked | walk_mark_entry(bus, walk.pte_address, walk.pte, leaf);
}

#endif
