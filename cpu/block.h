/* SPDX-License-Identifier: MIT */
/*
 * The block cache: runs of decoded instructions, found by physical address
 * and mode. A block never crosses a page, but for a block of one instruction
 * that does. Stores into lines that hold code, by the processor or by another
 * bus master, make the blocks they touch stale at once; the records of a
 * stale block are rewritten in place, so that even the block at work sees it.
 */
#ifndef CPU_BLOCK_H
#define CPU_BLOCK_H

#include "base/error.h"
#include "base/types.h"
#include "cpu/insn.h"

struct bus;

enum { BLOCK_INSNS_MAX = 64 };

struct block {
    physical_addr physical; /**< of the first byte */
    physical_addr second_page; /**< of the part behind the page, if `crosses` */
    struct block *hash_next;
    struct block *page_next; /**< in the list of its (first) page */
    struct block *second_next; /**< in the list of the second page */
    uint16_t bytes;
    uint8_t mode;     /**< MODE_ bits it was decoded under */
    uint8_t ticks;    /**< instructions */
    uint8_t look_ups; /**< data look-ups that its fast handlers make */
    bool crosses;     /**< its one instruction ends on another page */
    bool stale;
    uint8_t records; /**< in `insn`, the end record included */
    struct insn insn[];
};

struct block_cache;

/** An empty cache over `bus`, which it watches for writes into code. */
struct block_cache *block_cache_create(struct bus *bus, struct error *error);
void block_cache_destroy(struct block_cache *cache);

/** The block at `physical` decoded under `mode`, or NULL. */
struct block *block_find(struct block_cache *cache, physical_addr physical,
                         uint8_t mode);

/**
 * Room for a new block of up to BLOCK_INSNS_MAX records and the one that ends
 * it. Empties the cache when it is full: old blocks are then gone.
 */
struct block *block_begin(struct block_cache *cache);

/** Enter the block made in block_begin()'s room: `records` of them. */
void block_commit(struct block_cache *cache, struct block *block,
                  unsigned records);

/** Make every block stale, as a change of the memory map does. */
void block_cache_clear(struct block_cache *cache);

/** Counters of the cache. */
struct block_counts {
    uint64_t decoded; /**< blocks made */
    uint64_t stale;   /**< blocks made stale by stores */
    uint64_t clears;  /**< times the cache was full */
};
const struct block_counts *block_cache_counts(const struct block_cache *cache);

/** The writable twin of a record, to set its link or handler. */
struct insn *block_record(struct block_cache *cache, const struct insn *insn);

#endif
