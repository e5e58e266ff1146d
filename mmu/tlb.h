/* SPDX-License-Identifier: MIT */
/*
 * The architectural TLB: remembered walks, in the geometry of a real chip or
 * of any given one. It is what the guest sees (stale entries live as long as
 * they would on the chip) and what the user inspects. docs/tlb.md says what
 * is modelled. SDM 3A, "Caching Translation Information".
 *
 * A `struct tlb_bank` is one set-associative array for one page size. Its
 * replacement state is one 64-bit word a set; a policy that depends on use
 * moves it by `word = (word & ~decides) | mark`, two constants of the way, so
 * that the fast path can do the same.
 */
#ifndef MMU_TLB_H
#define MMU_TLB_H

#include "base/error.h"
#include "base/types.h"

enum tlb_policy {
    TLB_POLICY_PLRU,    /**< tree of bits; ways a power of 2, up to 64 */
    TLB_POLICY_LRU,     /**< true least recently used; up to 8 ways */
    TLB_POLICY_FIFO,    /**< a pointer for each set */
    TLB_POLICY_POINTER, /**< one pointer for all sets, as on the 386 */
    TLB_POLICY_RANDOM   /**< xorshift from a seed */
};

struct tlb_geometry {
    uint32_t entries; /**< a multiple of `ways`; 0: there is no such bank */
    uint32_t ways;    /**< 1 to 64; entries / ways is a power of 2 */
    enum tlb_policy policy;
    uint32_t seed; /**< of TLB_POLICY_RANDOM */
};

/** The TLBs of a processor. */
struct tlb_model {
    const char *name;
    bool split; /**< code has TLBs of its own */
    struct tlb_geometry data, data_large;
    struct tlb_geometry code, code_large; /**< used if `split` */
};

/** Bits of `tlb_entry.flags`. The rights have the values of PTE_RW, PTE_US. */
enum {
    TLB_VALID = 1 << 0,
    TLB_RW = 1 << 1,
    TLB_US = 1 << 2,
    TLB_GLOBAL = 1 << 3,
    TLB_DIRTY = 1 << 4,
    TLB_LARGE = 1 << 5,  /**< a piece of a large page in a 4-KByte bank */
    TLB_SUSPECT = 1 << 6 /**< its tables were written: see mmu/stale.h */
};

enum { TLB_SLOT_NONE = -1 };

/** The page of an empty slot, which no linear page matches. */
#define TLB_NO_PAGE 0xfffu

struct tlb_entry {
    linear_addr page;    /**< linear address of the page; TLB_NO_PAGE */
    physical_addr frame; /**< physical address of the page */
    uint16_t flags;      /**< TLB_ bits; 0 when empty */
    bool listed;         /**< it stands in a live list */
    uint8_t fast;        /**< bit of each enum privilege: its fast table may
                              hold what was filled from here */
} __attribute__((aligned(16))); /* four ways, one cache line */

struct tlb_bank {
    struct tlb_geometry geometry;
    unsigned page_shift; /**< 12; 22 or, with PAE, 21 for large pages */
    unsigned way_shift;  /**< a slot is set << way_shift | way */
    uint32_t set_mask;
    struct tlb_entry *entry; /**< set * ways + way */
    uint64_t *recency;       /**< one word a set */
    uint32_t pointer;        /**< of TLB_POLICY_POINTER */
    uint32_t random;         /**< state of TLB_POLICY_RANDOM */
    uint32_t *live;          /**< slots that may be valid, unordered */
    uint32_t live_count;
    uint32_t valid;       /**< entries that are */
    bool has_pieces;      /**< entries with TLB_LARGE have been made */
    uint64_t decides[64]; /**< by way: bits of the word that a use decides */
    uint64_t mark[64];    /**< and what they are then */
};

/** How `--tlb` names them, for messages. */
#define TLB_NAMES                                 \
    "386, 486, pentium, pentiumpro, "             \
    "ENTRIESxWAYS[:lru|plru|fifo|random[:SEED]]," \
    " random:SEED, infinite, none"

/** Parse what `--tlb` takes into `model`. */
bool tlb_model_parse(const char *text, struct tlb_model *model,
                     struct error *error);

bool tlb_bank_init(struct tlb_bank *bank, const struct tlb_geometry *geometry,
                   unsigned page_shift, struct error *error);
void tlb_bank_release(struct tlb_bank *bank);

/** tlb_bank_find() where the page size and the ways are known. */
static ALWAYS_INLINE int tlb_bank_find_as(const struct tlb_bank *bank,
                                          linear_addr linear,
                                          const unsigned page_shift,
                                          const uint32_t ways)
{
    const linear_addr page = linear >> page_shift << page_shift;
    const uint32_t first = ((linear >> page_shift) & bank->set_mask) * ways;
    const struct tlb_entry *entry = &bank->entry[first];

#pragma GCC unroll 4
    for (uint32_t way = 0; way < ways; way++) {
        if (entry[way].page == page)
            return (int)(first + way);
    }
    return TLB_SLOT_NONE;
}

/** Slot of the entry that maps `linear`, or TLB_SLOT_NONE. Moves nothing. */
static inline int tlb_bank_find(const struct tlb_bank *bank, linear_addr linear)
{
    return tlb_bank_find_as(bank, linear, bank->page_shift,
                            bank->geometry.ways);
}

/** Way of a slot within its set. */
static inline uint32_t tlb_bank_way(const struct tlb_bank *bank, uint32_t slot)
{
    return slot & (bank->geometry.ways - 1);
}

/** Note a use of the entry in `slot`, where the policy depends on use. */
static inline void tlb_bank_touch(struct tlb_bank *bank, uint32_t slot)
{
    const uint32_t way = tlb_bank_way(bank, slot);
    uint64_t *word = &bank->recency[slot >> bank->way_shift];

    *word = (*word & ~bank->decides[way]) | bank->mark[way];
}

/**
 * The way that a tree of bits points to, `ways` being a power of two. Node 1
 * is the root, the children of node n are 2n and 2n + 1; a bit points to the
 * half to be replaced next.
 */
static ALWAYS_INLINE uint32_t tlb_plru_victim(uint64_t word,
                                              const uint32_t ways)
{
    uint32_t node = 1;

    for (uint32_t half = ways; half > 1; half /= 2)
        node = node * 2 + (uint32_t)(word >> node & 1);
    return node - ways;
}

/** The way to be replaced in a full set. Moves the policy's pointer. */
uint32_t tlb_bank_policy_victim(struct tlb_bank *bank, uint32_t set);

/**
 * The slot that a new entry for `linear` goes to: an empty way of the set if
 * there is one, else the policy's victim. Moves the policy's pointer.
 */
static inline uint32_t tlb_bank_victim(struct tlb_bank *bank,
                                       linear_addr linear)
{
    const uint32_t set = (linear >> bank->page_shift) & bank->set_mask;
    const uint32_t first = set << bank->way_shift;

    if (UNLIKELY(bank->valid != bank->geometry.entries)) {
        for (uint32_t way = 0; way < bank->geometry.ways; way++) {
            if (bank->entry[first + way].page == TLB_NO_PAGE)
                return first + way;
        }
    }
    return first + tlb_bank_policy_victim(bank, set);
}

#endif
