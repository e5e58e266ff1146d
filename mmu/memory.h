/* SPDX-License-Identifier: MIT */
/*
 * The memory's front door: 1 to 16 bytes at a linear address. An operand is
 * opened first (both pages translated, rights for the whole access proven)
 * and touched after, so that nothing is half written when a page is absent.
 *
 *   in    linear address, size, access, privilege
 *   out   a place to read or write, or a page fault
 *   next  mmu/tlb.h, mmu/paging.h; the bus for MMIO
 */
#ifndef MMU_MEMORY_H
#define MMU_MEMORY_H

#include "base/bytes.h"
#include "base/fault.h"
#include "mmu/mmu.h"

/** Largest operand: FXSAVE and friends are moved in pieces. */
enum { MEMORY_PLACE_MAX = 16 };

/** An operand in memory: translated, not yet touched. */
struct memory_place {
    uint8_t *host; /**< where it is plain memory in one piece; else NULL */
    linear_addr linear;
    physical_addr first;  /**< physical address of the first byte */
    physical_addr second; /**< of the first byte on the second page */
    uint8_t size;
    uint8_t first_size; /**< bytes on the first page; `size` if only one */
};

/**
 * Host address of `count` operands that lie within `size` bytes (up to a page)
 * at `linear`, if they are on one page and the fast table knows it: as many
 * hits of the TLB. NULL: nothing is done, and each takes its own way.
 */
static ALWAYS_INLINE uint8_t *memory_known(struct mmu *mmu,
                                           struct page_request request,
                                           uint32_t size, unsigned count)
{
    uint8_t *host = fast_probe(mmu->table[request.privilege], request.linear,
                               size, request.access);

    if (LIKELY(host))
        mmu->counts.data_lookups += count;
    return host;
}

/** memory_open() where the fast table does not know the page. */
MUST_CHECK bool memory_open_slow(struct mmu *mmu, struct page_request request,
                                 uint32_t size, struct memory_place *place,
                                 struct fault *fault);

/** The place of plain memory that the fast table knew: a hit of the TLB. */
static inline void memory_place_plain(struct mmu *mmu, uint8_t *host,
                                      uint32_t size, struct memory_place *place)
{
    place->host = host;
    place->first = (physical_addr)(host - mmu->bus->memory);
    place->size = (uint8_t)size;
    place->first_size = (uint8_t)size;
    mmu->counts.data_lookups++;
}

/**
 * Translate `size` bytes (1 to MEMORY_PLACE_MAX) at `linear` for `access`.
 * A read-modify-write asks ACCESS_WRITE. Counts one TLB look-up a page.
 * Returns false with `fault` set (#PF); memory changed in neither case, but
 * for A and D bits.
 */
MUST_CHECK static inline bool memory_open(struct mmu *mmu,
                                          struct page_request request,
                                          uint32_t size,
                                          struct memory_place *place,
                                          struct fault *fault)
{
    uint8_t *host = fast_probe(mmu->table[request.privilege], request.linear,
                               size, request.access);

    if (UNLIKELY(!host))
        return memory_open_slow(mmu, request, size, place, fault);
    place->linear = request.linear;
    memory_place_plain(mmu, host, size, place);
    return true;
}

/* The two below, where the place is not plain memory in one piece. */
uint32_t memory_place_read_bus(struct mmu *mmu,
                               const struct memory_place *place, unsigned size);
void memory_place_write_bus(struct mmu *mmu, const struct memory_place *place,
                            unsigned size, uint32_t value);

/** Read the first `size` (1, 2, 4) bytes of an opened place. */
static inline uint32_t memory_place_read(struct mmu *mmu,
                                         const struct memory_place *place,
                                         unsigned size)
{
    if (UNLIKELY(!place->host))
        return memory_place_read_bus(mmu, place, size);
    return bytes_load(place->host, size);
}

/** Write the first `size` (1, 2, 4) bytes of a place opened for writing. */
static inline void memory_place_write(struct mmu *mmu,
                                      const struct memory_place *place,
                                      unsigned size, uint32_t value)
{
    if (UNLIKELY(!place->host))
        memory_place_write_bus(mmu, place, size, value);
    else
        bytes_store(place->host, size, value);
}

/** Copy the whole place out of or into memory, lowest byte first. */
void memory_place_read_bytes(struct mmu *mmu, const struct memory_place *place,
                             void *bytes);
void memory_place_write_bytes(struct mmu *mmu, const struct memory_place *place,
                              const void *bytes);

/** Open and read `size` (1, 2, 4) bytes. */
MUST_CHECK bool memory_read(struct mmu *mmu, struct page_request request,
                            uint32_t size, uint32_t *value,
                            struct fault *fault);

/** Open and write `size` (1, 2, 4) bytes. `request.access` is ACCESS_WRITE. */
MUST_CHECK bool memory_write(struct mmu *mmu, struct page_request request,
                             uint32_t size, uint32_t value,
                             struct fault *fault);

#endif
