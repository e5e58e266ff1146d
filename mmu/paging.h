/* SPDX-License-Identifier: MIT */
/*
 * Paging: the room that turns a linear address into a physical one by walking
 * the tables. The walker only looks; the marker sets A and D of a walk that
 * passed. Debugger, tracer and processor share this one walker.
 *
 *   in    linear address, access, privilege, CR3, paging bits of CR0 and CR4
 *   out   physical address, or the page-fault error code
 *   reads PDE and PTE through the bus, as master BUS_PAGE_WALK
 *   next  mmu/tlb.h keeps the answer; cpu/exception.h delivers the fault
 *
 * Two shapes of tables: 32-bit paging (two levels, entries of four bytes) and
 * PAE paging (three levels, entries of eight). SDM 3A, "32-Bit Paging" and
 * "PAE Paging"; 386 PRM, "Page Translation".
 */
#ifndef MMU_PAGING_H
#define MMU_PAGING_H

#include "base/types.h"
#include "bus/bus.h"

/** Bits of a page-directory entry and of a page-table entry. */
enum {
    PTE_P = 1 << 0,   /**< present */
    PTE_RW = 1 << 1,  /**< writable */
    PTE_US = 1 << 2,  /**< reachable from CPL 3 */
    PTE_PWT = 1 << 3, /**< write-through; shown, not modelled */
    PTE_PCD = 1 << 4, /**< cache disabled; shown, not modelled */
    PTE_A = 1 << 5,   /**< accessed */
    PTE_D = 1 << 6,   /**< dirty; in the entry that maps the page */
    PTE_PS = 1 << 7,  /**< in a PDE: maps a large page, if CR4.PSE or PAE */
    PTE_PAT = 1 << 7, /**< in a PTE: reserved where there is no PAT */
    PTE_G = 1 << 8    /**< global, if CR4.PGE */
};

/** Bytes that a PDE with PTE_PS maps: 4 MiB, with PAE 2 MiB. */
#define LARGE_PAGE_SHIFT     22
#define LARGE_PAGE_SHIFT_PAE 21

enum { PDPTE_COUNT = 4 };

/** Page-fault error code. SDM 3A, "Page-Fault Exceptions". */
enum {
    PF_P = 1 << 0,   /**< set: a right was missing; clear: not present */
    PF_WR = 1 << 1,  /**< the access was a write */
    PF_US = 1 << 2,  /**< the access came from CPL 3 */
    PF_RSVD = 1 << 3 /**< a reserved bit was set in an entry */
};

/** Bits that must be 0 in an entry that is present. */
struct paging_reserved {
    uint64_t table; /**< in a PDE that points to a page table */
    uint64_t large; /**< in a PDE that maps a large page */
    uint64_t page;  /**< in a PTE */
};

/** The bits of control registers that steer a walk. */
struct paging_mode {
    uint32_t cr3;
    bool write_protect; /**< CR0.WP: supervisor writes obey R/W too */
    bool large_pages;   /**< CR4.PSE; PAE paging has them in any case */
    bool global_pages;  /**< CR4.PGE */
    bool pae;           /**< CR4.PAE: three levels */
    bool a20_shut;      /**< A20 gate shut: tables are read without it */
    struct paging_reserved reserved;
    uint64_t pdpte[PDPTE_COUNT]; /**< of PAE paging, as loaded with CR3 */
};

/** What a walk is asked. */
struct page_request {
    linear_addr linear;
    enum access access;
    enum privilege privilege;
};

/** What a walk found. Entries of 32-bit paging have no upper halves. */
struct page_walk {
    struct page_request request;
    bool pae;     /**< three levels: `pdpte` is valid */
    bool has_pde; /**< false: the PDPTE is not present */
    bool has_pte; /**< the PDE is present and points to a table */
    bool large;   /**< the PDE is present and maps a large page */
    bool ok;
    bool global;               /**< valid if `ok` */
    physical_addr pde_address; /**< valid if `has_pde` */
    physical_addr pte_address; /**< valid if `has_pte` */
    uint64_t pdpte;
    uint64_t pde;           /**< valid if `has_pde` */
    uint64_t pte;           /**< valid if `has_pte` */
    uint32_t rights;        /**< PTE_RW and PTE_US of both levels; if `ok` */
    physical_addr physical; /**< valid if `ok` */
    uint32_t error_code;    /**< PF_ bits; valid if not `ok` */
};

/**
 * Two MiB where nobody ever answers (an I/O APIC would): what an entry with
 * an address beyond 4 GiB leads to, where this board has nothing either.
 */
#define PHYSICAL_BEYOND 0xfec00000u

/** The frame or table that an entry, CR3 or PDPTE points to. */
static ALWAYS_INLINE physical_addr walk_frame(uint64_t entry)
{
    return entry >> 32 ? PHYSICAL_BEYOND : (uint32_t)entry & PAGE_FRAME_MASK;
}

/** log2 of the bytes that a large page maps. */
static inline unsigned paging_large_shift(const struct paging_mode *mode)
{
    return mode->pae ? LARGE_PAGE_SHIFT_PAE : LARGE_PAGE_SHIFT;
}

/**
 * Walk the tables that `mode` points to and judge the request. Changes
 * nothing: no A or D bit, no CR2, no TLB entry.
 */
struct page_walk paging_walk(struct bus *bus, const struct paging_mode *mode,
                             struct page_request request);

/**
 * Set A in each entry that the walk used, and D in the one that maps the page
 * for a write; only bits that are clear are written. Call it only for a walk
 * that came out `ok`. Returns the bits set: PTE_A and PTE_D of the mapping
 * entry, and PTE_A << 16 for the PDE above a PTE.
 * SDM 3A, "Accessed and Dirty Flags".
 */
uint32_t paging_mark(struct bus *bus, const struct page_walk *walk);

/** True if `rights` (PTE_RW, PTE_US) of a mapping allow the request. */
static inline bool paging_rights_allow(uint32_t rights, enum access access,
                                       enum privilege privilege,
                                       bool write_protect)
{
    const bool write = access == ACCESS_WRITE;

    if (privilege == PRIVILEGE_USER)
        return (rights & PTE_US) && (!write || (rights & PTE_RW));
    return !write || !write_protect || (rights & PTE_RW);
}

#endif
