/* SPDX-License-Identifier: MIT */
/*
 * The MMU: paging bits of the control registers, the architectural TLBs, and
 * in front of them the fast table, a one-probe cache that holds only what the
 * architectural TLB holds. It is the only writer of CR3's copy here and knows
 * every reason to flush.
 *
 *   in    linear address, access, privilege
 *   out   physical address or host address, or a page fault
 *   next  mmu/memory.h is the door that the processor uses
 *
 * docs/tlb.md has the model; docs/memory-access.md the way through the rooms.
 */
#ifndef MMU_MMU_H
#define MMU_MMU_H

#include "base/fault.h"
#include "bus/bus.h"
#include "mmu/paging.h"
#include "mmu/tlb.h"
#include "trace/trace.h"

enum { FAST_ENTRIES = 512, MMU_WATCHED_MAX = 4 };

/** A tag that no page matches: its low bits are not zero. */
#define FAST_EMPTY 0xfffu

/**
 * In a tag: accesses to the page are recorded, so that only those may go
 * straight to memory that append themselves to the trace.
 */
#define FAST_RECORDED 1u

/**
 * One fast entry, one cache line. The tags are the linear page where the
 * access may go straight to host memory, else FAST_EMPTY.
 */
struct fast_entry {
    uint32_t read_page;
    uint32_t write_page;
    uintptr_t addend;  /**< host address = addend + linear address */
    uint64_t *recency; /**< replacement state of the architectural set */
    uint64_t decides;  /**< the bits of that state which a use decides */
    uint64_t mark;     /**< and what they are then */
    const struct tlb_entry *from; /**< NULL with paging off */
    /** As `write_page`, where somebody has to be told of the store before. */
    uint32_t told_page;
} __attribute__((aligned(64)));

/** Counters of a run. Hits are look-ups less misses. */
struct mmu_counts {
    uint64_t data_lookups;
    uint64_t code_lookups;
    uint64_t data_misses;
    uint64_t code_misses;
    uint64_t walks;       /**< all: misses, dirty marks, checks before #PF */
    uint64_t page_faults; /**< walks that ended in #PF */
    uint64_t evictions;
    uint64_t flushes[TLB_CAUSE_RESET + 1]; /**< by enum tlb_cause */
};

/** A translation and the TLB entry that it came from. */
struct translation {
    physical_addr physical;
    struct tlb_bank *bank; /**< NULL with paging off or without a TLB */
    uint32_t slot;
};

/** Where the processor fetches: the code page whose translation it holds. */
struct code_page {
    bool held; /**< false: the next fetch looks the page up */
    bool live; /**< the TLB has it still: false when it was evicted */
    /** The same, and a transfer inside the page is not seen by the TLB, as it
     * is by one that code and data share: blocks may follow their links. */
    bool linked;
    enum privilege privilege;
    linear_addr linear;     /**< page */
    physical_addr physical; /**< page */
    struct tlb_bank *bank;  /**< NULL with paging off or without a TLB */
    uint32_t slot;
    /** `linear`, while a fetch from it in flat code has nothing to look at, and
     * transfers only to count; else FAST_EMPTY. Set by cpu/fetch.h. */
    linear_addr plain;
};

struct mmu {
    struct fast_entry *fast; /**< table of the present privilege */
    struct mmu_counts counts;
    struct code_page code;
    bool paging;      /**< CR0.PG */
    bool use_fast;    /**< false: every access goes through the front door */
    bool recording;   /**< or is made by a handler that records it */
    bool unified;     /**< code and data share the TLB */
    bool short_way;   /**< mmu/refill.h has something to do */
    bool told_way;    /**< the same where it is recorded */
    bool short_fetch; /**< mmu/code.h has */
    bool awaited;     /**< somebody is told before code is looked up */
    /** Rights that a data access needs: by enum privilege, enum access. */
    uint8_t needed[2][2];
    struct paging_mode mode;
    physical_addr a20_mask; /**< all ones, or bit 20 clear: A20 gate shut */
    struct bus *bus;
    struct trace *trace;
    struct tlb_model model;
    struct tlb_bank data, data_large, code_small, code_large;
    /** Called when an operand is opened, while pages are watched. */
    void (*watch)(void *context, const struct page_request *request,
                  uint32_t size);
    void *watch_context;
    struct stale *stale; /**< checker of stale translations; NULL: none */
    linear_addr watched[MMU_WATCHED_MAX]; /**< pages kept off the fast table */
    unsigned watched_count;
    uint64_t idle_data_lookups; /**< counters as paging went off */
    uint64_t idle_code_lookups;
    uint64_t no_recency; /**< what fast entries without a bank point to */
    /** Indexed by enum privilege, then by linear page. */
    struct fast_entry table[2][FAST_ENTRIES];
};

/** Build the TLBs of `model`. Fails only for want of host memory. */
bool mmu_init(struct mmu *mmu, struct bus *bus, struct trace *trace,
              const struct tlb_model *model, struct error *error);
void mmu_release(struct mmu *mmu);

/** RESET: paging off, TLBs empty, A20 open, supervisor. */
void mmu_reset(struct mmu *mmu);

/** CPL changed: data accesses are now made at `privilege`. */
static inline void mmu_set_privilege(struct mmu *mmu, enum privilege privilege)
{
    mmu->fast = mmu->table[privilege];
}

/**
 * Set CR3 and flush all but global entries. SDM 3A, "Invalidation of TLBs".
 */
void mmu_set_cr3(struct mmu *mmu, uint32_t cr3);

/**
 * Set the paging bits of CR0 and CR4. A change of PG flushes all (cause CR0),
 * of PSE, PGE or PAE too (cause CR4); a change of WP flushes nothing on the
 * chip. Of `mode`, A20 and the PDPTEs are ignored: they stay.
 */
void mmu_set_control(struct mmu *mmu, bool paging, struct paging_mode mode);

/** Set the PDPTE registers. The caller flushes, as what loads them does. */
void mmu_set_pdptes(struct mmu *mmu, const uint64_t pdpte[PDPTE_COUNT]);

/** INVLPG: drop every translation, global or not, of `linear`'s page. */
void mmu_invalidate_page(struct mmu *mmu, linear_addr linear);

/** The same as a #PF does where the TLB had the page. */
void mmu_drop_faulting_page(struct mmu *mmu, linear_addr linear);

/** Open or shut the A20 gate. */
void mmu_set_a20(struct mmu *mmu, bool open);

/**
 * Translate one data access through the TLB, walking on a miss, and make the
 * fast entry where the page is plain memory and the TLB holds it. Counts a
 * look-up. Returns false with `fault` set on #PF.
 */
MUST_CHECK bool mmu_translate(struct mmu *mmu, struct page_request request,
                              physical_addr *physical, struct fault *fault);

/** What became of an attempt to make a fast entry. */
enum refill {
    REFILL_NONE,  /**< nothing: another way has to be taken */
    REFILL_DONE,  /**< the entry is there */
    REFILL_FAULT, /**< the page has none: #PF */
};

/**
 * Look up the page of `linear` for fetching, walking on a miss, and hold it
 * in `mmu->code`. Counts a code look-up. Returns false with `fault` on #PF.
 */
MUST_CHECK bool mmu_fetch(struct mmu *mmu, linear_addr linear,
                          enum privilege privilege, struct fault *fault);

/** Look the held code page up again: a hit, at a transfer within the page. */
void mmu_fetch_again(struct mmu *mmu);

/** Note a use of the held code page, where data shares its TLB. */
void mmu_touch_code(struct mmu *mmu);

/** After a change of what the short ways (mmu/refill.h, mmu/code.h) depend
 * on. */
void mmu_choose_way(struct mmu *mmu);

/** Empty the fast table; the architectural TLB stays as it is. */
void mmu_clear_fast(struct mmu *mmu);

/**
 * The counters as they stand. Look-ups are not counted while paging is off,
 * when there is nothing to look up.
 */
struct mmu_counts mmu_counts(const struct mmu *mmu);

/**
 * Place of a page in the fast table. Folded, so that pages at a power of two
 * apart seldom meet; by addition, so that two neighbours never do, on which
 * fast_probe() relies.
 */
static ALWAYS_INLINE uint32_t fast_place(linear_addr linear)
{
    /* n + n / 32 by one multiplication, scaled as the table's index is. */
    return ((linear >> 12) * (64 + 2) >> 6) & (FAST_ENTRIES - 1);
}

/** Host address of `linear` by an entry that matches; never NULL. */
static ALWAYS_INLINE uint8_t *fast_host(const struct fast_entry *entry,
                                        linear_addr linear)
{
    uint8_t *host = (uint8_t *)(entry->addend + linear);

    if (!host)
        __builtin_unreachable();
    return host;
}

/** Note a use in the architectural set, as the TLB itself would. */
static ALWAYS_INLINE void fast_touch(const struct fast_entry *entry)
{
    if (LIKELY((*entry->recency & entry->decides) == entry->mark))
        return;
    /* Load again: else all three are kept in registers on the way above. */
    __asm__("" ::: "memory");
    *entry->recency = (*entry->recency & ~entry->decides) | entry->mark;
}

/**
 * Host address of `size` bytes (1 to a page) at `linear` by one privilege's
 * fast table, or NULL: then the front door must be used. The last byte's page
 * is compared, so that an access that crosses into another page never matches.
 * `tag` is 0 or FAST_RECORDED, as the caller does.
 */
static ALWAYS_INLINE uint8_t *fast_probe_tagged(const struct fast_entry *table,
                                                linear_addr linear,
                                                uint32_t size,
                                                enum access access,
                                                uint32_t tag)
{
    const struct fast_entry *entry = &table[fast_place(linear)];
    const uint32_t page =
        access == ACCESS_WRITE ? entry->write_page : entry->read_page;

    if (UNLIKELY(page != (((linear + size - 1) & PAGE_FRAME_MASK) | tag)))
        return NULL;
    fast_touch(entry);
    return fast_host(entry, linear);
}

/** The same where pages that are recorded do not match. */
static ALWAYS_INLINE uint8_t *fast_probe(const struct fast_entry *table,
                                         linear_addr linear, uint32_t size,
                                         enum access access)
{
    return fast_probe_tagged(table, linear, size, access, 0);
}

/**
 * The entry of a page of memory that a store may go to once it is told: the
 * TLB knows it, with D and the right to write. NULL where there is none.
 */
static ALWAYS_INLINE const struct fast_entry *fast_told(
    const struct fast_entry *table, linear_addr linear, uint32_t size)
{
    const struct fast_entry *entry = &table[fast_place(linear)];

    return entry->told_page == ((linear + size - 1) & PAGE_FRAME_MASK) ? entry
                                                                       : NULL;
}

/** The same for reading as the running program. */
static ALWAYS_INLINE uint8_t *fast_read(const struct mmu *mmu,
                                        linear_addr linear, uint32_t size)
{
    return fast_probe(mmu->fast, linear, size, ACCESS_READ);
}

/** The same for writing, or for reading and writing. */
static ALWAYS_INLINE uint8_t *fast_write(const struct mmu *mmu,
                                         linear_addr linear, uint32_t size)
{
    return fast_probe(mmu->fast, linear, size, ACCESS_WRITE);
}

#endif
