/* SPDX-License-Identifier: MIT */
/*
 * The block cache: runs of decoded instructions, found by physical address
 * and mode. A block never crosses a page, but for a block of one instruction
 * that does. A store into bytes that hold code, by the processor or by another
 * bus master, changes the blocks that it touches at once: the value in a record
 * (cpu/patch.h), or else all records, which then say that the block is stale.
 * They are rewritten in place, so that even the block at work sees it.
 */
#ifndef CPU_BLOCK_H
#define CPU_BLOCK_H

#include "base/error.h"
#include "base/types.h"
#include "cpu/insn.h"

struct bus;
struct written;

enum { BLOCK_INSNS_MAX = 64, BLOCK_BUCKETS = 1 << 16 };

/** Lists of blocks: how many bytes behind this one the next begins, or before
 * it; 0: there is none. */
typedef int32_t block_distance;

struct block {
    physical_addr physical;    /**< of the first byte */
    physical_addr second_page; /**< of the part behind the page, if `crosses` */
    block_distance hash_next;
    block_distance page_next;   /**< in the list of its (first) page */
    block_distance second_next; /**< in the list of the second page */
    uint16_t bytes;
    uint8_t mode;     /**< MODE_ bits it was decoded under */
    uint8_t ticks;    /**< instructions */
    uint8_t look_ups; /**< data look-ups that its fast handlers make */
    bool crosses;     /**< its one instruction ends on another page */
    bool apart;       /**< fetch_block() has to see each entry */
    bool stale;
    uint8_t records; /**< in `insn`, the end record included */
    struct insn insn[];
};

_Static_assert(sizeof(struct block) == 32, "records are aligned");

struct block_cache;

/** Where the blocks of a cache are found. */
struct block_index {
    struct block *bucket[BLOCK_BUCKETS];
};

/** The block that far from `block`, or NULL. */
static ALWAYS_INLINE struct block *block_next(struct block *block,
                                              block_distance distance)
{
    return distance ? (struct block *)(void *)((uint8_t *)block + distance)
                    : NULL;
}

/** An empty cache over `bus`, whose pages it marks where they hold code. */
struct block_cache *block_cache_create(struct bus *bus, struct error *error);
void block_cache_destroy(struct block_cache *cache);

/** Its index, as long as the cache lives. */
const struct block_index *block_cache_index(const struct block_cache *cache);

static ALWAYS_INLINE uint32_t block_bucket(physical_addr physical, uint8_t mode)
{
    return (physical ^ physical >> 14 ^ (uint32_t)mode << 9) &
           (BLOCK_BUCKETS - 1);
}

/** The block at `physical` decoded under `mode`, or NULL. */
static ALWAYS_INLINE struct block *block_find(const struct block_index *index,
                                              physical_addr physical,
                                              uint8_t mode)
{
    struct block *block = index->bucket[block_bucket(physical, mode)];

    while (block && (block->physical != physical || block->mode != mode))
        block = block_next(block, block->hash_next);
    return block;
}

/**
 * Room for a new block of up to BLOCK_INSNS_MAX records and the one that ends
 * it. Where there is none left, some old blocks go. A block that is not
 * committed lives until the next call.
 */
struct block *block_begin(struct block_cache *cache);

/**
 * Enter the block made in block_begin()'s room. Returns true if a page began
 * to hold code: host addresses for writing to it must be forgotten.
 */
bool block_commit(struct block_cache *cache, struct block *block);

/**
 * Make one block, of those that cross, stale: its second page has changed.
 */
void block_stale(struct block_cache *cache, struct block *block);

/** Changes each time that room is made, when any block may go. */
uint64_t block_cache_generation(const struct block_cache *cache);

/**
 * Bytes of the page of `physical` have changed: let what was decoded from them
 * follow, or make it stale.
 */
void block_cache_written(struct block_cache *cache, physical_addr physical,
                         const struct written *written);

/** Forget every block, as a change of the memory map does. */
void block_cache_clear(struct block_cache *cache);

/** Counters of the cache. */
struct block_counts {
    uint64_t decoded; /**< blocks made */
    uint64_t stale;   /**< blocks made stale by stores */
    uint64_t patched; /**< blocks that followed a store */
    uint64_t dropped; /**< blocks that had to go for new ones */
};
const struct block_counts *block_cache_counts(const struct block_cache *cache);

/** The writable twin of a record, to set its link or handler. */
struct insn *block_record(struct block_cache *cache, const struct insn *insn);

#endif
