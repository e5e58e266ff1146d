/* SPDX-License-Identifier: MIT */
#include "cpu/block.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bus/bus.h"
#include "cpu/exec.h"
#include "cpu/patch.h"

/*
 * The arena is divided into shelves, which are filled one by one. When all are
 * full one is cleared. Which one is drawn, so that of code that is run round
 * and round and is somewhat larger than the cache most is still there when its
 * turn comes; the oldest would always be what comes next.
 */
enum {
    ARENA_BYTES = 48 << 20,
    SHELF_BYTES = 1 << 20,
    SHELVES = ARENA_BYTES / SHELF_BYTES,
    DEAD_MAX = SHELF_BYTES / 4, /* a shelf with more goes first */
    MAP_WORDS = PAGE_SIZE / 64,
    BLOCK_BYTES_MAX =
        sizeof(struct block) + (BLOCK_INSNS_MAX + 2) * sizeof(struct insn)
};

/** A physical page that holds decoded code. */
struct decoded_page {
    uint64_t map[MAP_WORDS];   /* one bit a byte: decoded code is there */
    struct block *blocks;      /* that begin here */
    struct block *crossing;    /* whose one instruction ends here */
    struct decoded_page *next; /* of all */
    struct decoded_page *previous;
    uint32_t number;
};

struct shelf {
    uint32_t used; /* bytes, from its start */
    uint32_t dead; /* of these: in blocks that are no more found */
};

struct block_cache {
    struct block_index index;
    struct bus *bus;
    struct decoded_page **page; /* BUS_PAGE_COUNT pointers */
    struct decoded_page *pages;
    uint8_t *arena;
    struct shelf shelf[SHELVES];
    unsigned filling;    /* this shelf */
    unsigned begun;      /* so many have been filled before */
    uint32_t drawn;      /* the last random number */
    uint64_t generation; /* how often room was made */
    struct block_counts counts;
};

const struct block_index *block_cache_index(const struct block_cache *cache)
{
    return &cache->index;
}

static uint32_t block_bytes(const struct block *block)
{
    return (uint32_t)(sizeof *block + block->records * sizeof block->insn[0]);
}

static struct block *block_at(const struct block_cache *cache, unsigned shelf,
                              uint32_t offset)
{
    uint8_t *start = cache->arena + (size_t)shelf * SHELF_BYTES;

    return (struct block *)(void *)(start + offset);
}

static block_distance distance_to(const struct block *from,
                                  const struct block *next)
{
    return next
               ? (block_distance)((const uint8_t *)next - (const uint8_t *)from)
               : 0;
}

/* Those of the 64 bytes of a word of the map that lie from byte `first` to
 * byte `last` (offsets in the page). */
static uint64_t map_bits(uint32_t word, uint32_t first, uint32_t last)
{
    const uint64_t from = word == first / 64 ? ~0ull << first % 64 : ~0ull;
    const uint64_t to = word == last / 64 ? ~0ull >> (63 - last % 64) : ~0ull;

    return from & to;
}

static void map_add(struct decoded_page *page, uint32_t first, uint32_t last)
{
    for (uint32_t word = first / 64; word <= last / 64; word++)
        page->map[word] |= map_bits(word, first, last);
}

static inline bool map_has(const struct decoded_page *page, uint32_t first,
                           uint32_t last)
{
    if (LIKELY(first / 64 == last / 64))
        return page->map[first / 64] >> first % 64 &
               ~0ull >> (63 - (last - first));
    for (uint32_t word = first / 64; word <= last / 64; word++) {
        if (page->map[word] & map_bits(word, first, last))
            return true;
    }
    return false;
}

/* Bytes of the block that lie on its second page. */
static uint32_t bytes_behind(const struct block *block)
{
    return (block->physical & PAGE_OFFSET_MASK) + block->bytes - PAGE_SIZE;
}

/* Add the bytes of a block that begins on the page, or that ends there. */
static void map_add_block(struct decoded_page *page, const struct block *block,
                          bool crossing)
{
    const uint32_t first = block->physical & PAGE_OFFSET_MASK;

    if (crossing)
        map_add(page, 0, bytes_behind(block) - 1);
    else
        map_add(page, first,
                block->crosses ? PAGE_OFFSET_MASK : first + block->bytes - 1u);
}

/* What leads on in the list of those that begin on a page, or end there. */
static block_distance *next_of(struct block *block, bool crossing)
{
    return crossing ? &block->second_next : &block->page_next;
}

static void page_enter(struct decoded_page *page, struct block *block,
                       bool crossing)
{
    struct block **const list = crossing ? &page->crossing : &page->blocks;

    *next_of(block, crossing) = distance_to(block, *list);
    *list = block;
    map_add_block(page, block, crossing);
}

/* The page's record; made, and the bus told to watch it, if it is new. */
static struct decoded_page *decoded_page(struct block_cache *cache,
                                         physical_addr physical, bool *is_new)
{
    const uint32_t number = physical >> 12;
    struct decoded_page *page = cache->page[number];

    if (page)
        return page;
    page = calloc(1, sizeof *page);
    if (!page)
        return NULL;
    page->number = number;
    page->next = cache->pages;
    if (page->next)
        page->next->previous = page;
    cache->pages = page;
    cache->page[number] = page;
    bus_watch(cache->bus, physical, BUS_WATCH_CODE);
    *is_new = true;
    return page;
}

bool block_commit(struct block_cache *cache, struct block *block)
{
    const uint32_t bucket = block_bucket(block->physical, block->mode);
    bool is_new = false;
    struct decoded_page *first = decoded_page(cache, block->physical, &is_new);
    struct decoded_page *second = NULL;

    if (block->crosses)
        second = decoded_page(cache, block->second_page, &is_new);
    if (!first || (block->crosses && !second)) {
        /* No host memory: it is used once, and nothing may lead to it. */
        block->stale = true;
        block->apart = true;
        return is_new;
    }
    cache->shelf[cache->filling].used += block_bytes(block);
    page_enter(first, block, false);
    if (second)
        page_enter(second, block, true);
    block->hash_next = distance_to(block, cache->index.bucket[bucket]);
    cache->index.bucket[bucket] = block;
    cache->counts.decoded++;
    return is_new;
}

static void unlink_hash(struct block_cache *cache, struct block *block)
{
    struct block **const bucket =
        &cache->index.bucket[block_bucket(block->physical, block->mode)];
    struct block *next = block_next(block, block->hash_next);
    struct block *before = *bucket;

    if (before == block) {
        *bucket = next;
        return;
    }
    while (block_next(before, before->hash_next) != block)
        before = block_next(before, before->hash_next);
    before->hash_next = distance_to(before, next);
}

/* Take stale blocks out of a list of the page and add what remains to the map.
 * That keeps its order, for those who are walking the list. Returns its first.
 */
static struct block *list_sweep(struct decoded_page *page, struct block *block,
                                bool crossing)
{
    struct block *first = NULL;
    struct block *last = NULL;

    for (; block; block = block_next(block, *next_of(block, crossing))) {
        if (block->stale)
            continue;
        map_add_block(page, block, crossing);
        if (last)
            *next_of(last, crossing) = distance_to(last, block);
        else
            first = block;
        last = block;
    }
    if (last)
        *next_of(last, crossing) = 0;
    return first;
}

static void page_sweep(struct decoded_page *page)
{
    memset(page->map, 0, sizeof page->map);
    page->blocks = list_sweep(page, page->blocks, false);
    page->crossing = list_sweep(page, page->crossing, true);
}

/* The block is no more found, and its room lost until its shelf is cleared.
 * Unless it crosses, the caller sweeps its page. */
static void block_bury(struct block_cache *cache, struct block *block)
{
    const size_t offset = (size_t)((const uint8_t *)block - cache->arena);

    block->stale = true;
    unlink_hash(cache, block);
    cache->shelf[offset / SHELF_BYTES].dead += block_bytes(block);
    if (block->crosses) {
        page_sweep(cache->page[block->physical >> 12]);
        page_sweep(cache->page[block->second_page >> 12]);
    }
}

void block_stale(struct block_cache *cache, struct block *block)
{
    if (block->stale)
        return;
    block_bury(cache, block);
    for (unsigned i = 0; i < block->records; i++)
        block->insn[i].execute = insn_stale;
    cache->counts.stale++;
}

/* Some of the page's bytes that have changed are the block's: let it follow, or
 * make it stale. */
static void block_written(struct block_cache *cache, struct block *block,
                          const struct written *in_page)
{
    const uint32_t start = block->physical & PAGE_OFFSET_MASK;
    const uint32_t last = block->bytes - 1u;
    struct written written = *in_page;

    written.first = in_page->first > start ? in_page->first - start : 0;
    written.last = in_page->last - start < last ? in_page->last - start : last;
    if (!block->crosses &&
        patch_block(block, cache->bus->memory + block->physical, &written))
        cache->counts.patched++;
    else
        block_stale(cache, block);
}

void block_cache_written(struct block_cache *cache, physical_addr physical,
                         const struct written *written)
{
    struct decoded_page *page = cache->page[physical >> 12];
    const uint64_t stale = cache->counts.stale;

    if (!page || !map_has(page, written->first, written->last))
        return;
    for (struct block *block = page->blocks; block;
         block = block_next(block, block->page_next)) {
        const uint32_t start = block->physical & PAGE_OFFSET_MASK;

        if (start <= written->last && written->first < start + block->bytes)
            block_written(cache, block, written);
    }
    for (struct block *block = page->crossing; block;
         block = block_next(block, block->second_next)) {
        if (written->first < bytes_behind(block))
            block_stale(cache, block);
    }
    if (cache->counts.stale != stale)
        page_sweep(page);
}

static void page_forget(struct block_cache *cache, struct decoded_page *page)
{
    bus_unwatch(cache->bus, page->number << 12, BUS_WATCH_CODE);
    cache->page[page->number] = NULL;
    if (page->next)
        page->next->previous = page->previous;
    if (page->previous)
        page->previous->next = page->next;
    else
        cache->pages = page->next;
    free(page);
}

/* Links between blocks stay inside a page, so its blocks can only go
 * together. */
static void page_drop(struct block_cache *cache, struct decoded_page *page)
{
    while (page->crossing) {
        cache->counts.dropped++;
        block_bury(cache, page->crossing);
    }
    for (struct block *block = page->blocks; block;
         block = block_next(block, block->page_next)) {
        cache->counts.dropped++;
        block_bury(cache, block);
    }
    page_forget(cache, page);
}

static void shelf_clear(struct block_cache *cache, unsigned number)
{
    struct shelf *shelf = &cache->shelf[number];
    uint32_t offset = 0;

    while (offset < shelf->used) {
        struct block *block = block_at(cache, number, offset);

        if (!block->stale)
            page_drop(cache, cache->page[block->physical >> 12]);
        offset += block_bytes(block);
    }
    *shelf = (struct shelf){.used = 0};
}

static unsigned shelf_to_clear(struct block_cache *cache)
{
    unsigned most = 0;

    for (unsigned i = 1; i < SHELVES; i++) {
        if (cache->shelf[i].dead > cache->shelf[most].dead)
            most = i;
    }
    if (cache->shelf[most].dead > DEAD_MAX)
        return most;
    cache->drawn = cache->drawn * 1664525u + 1013904223u;
    return (unsigned)((uint64_t)cache->drawn * SHELVES >> 32);
}

static void shelf_begin(struct block_cache *cache)
{
    if (cache->begun + 1 < SHELVES) {
        cache->filling = ++cache->begun;
        return;
    }
    cache->filling = shelf_to_clear(cache);
    shelf_clear(cache, cache->filling);
    cache->generation++;
}

struct block *block_begin(struct block_cache *cache)
{
    struct block *block;

    if (UNLIKELY(cache->shelf[cache->filling].used + BLOCK_BYTES_MAX >
                 SHELF_BYTES))
        shelf_begin(cache);
    block = block_at(cache, cache->filling, cache->shelf[cache->filling].used);
    *block = (struct block){.physical = 0};
    return block;
}

void block_cache_clear(struct block_cache *cache)
{
    while (cache->pages)
        page_forget(cache, cache->pages);
    memset(cache->index.bucket, 0, sizeof cache->index.bucket);
    memset(cache->shelf, 0, sizeof cache->shelf);
    cache->filling = 0;
    cache->begun = 0;
    cache->generation++;
}

uint64_t block_cache_generation(const struct block_cache *cache)
{
    return cache->generation;
}

struct block_cache *block_cache_create(struct bus *bus, struct error *error)
{
    struct block_cache *cache = calloc(1, sizeof *cache);
    void *arena = mmap(NULL, ARENA_BYTES, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (cache)
        cache->page = calloc(BUS_PAGE_COUNT, sizeof(struct decoded_page *));
    if (!cache || !cache->page || arena == MAP_FAILED) {
        (void)error_set(error, "no memory for the cache of decoded code");
        if (arena != MAP_FAILED)
            (void)munmap(arena, ARENA_BYTES);
        if (cache)
            free(cache->page);
        free(cache);
        return NULL;
    }
    cache->bus = bus;
    cache->arena = arena;
    return cache;
}

void block_cache_destroy(struct block_cache *cache)
{
    if (!cache)
        return;
    block_cache_clear(cache);
    (void)munmap(cache->arena, ARENA_BYTES);
    free(cache->page);
    free(cache);
}

const struct block_counts *block_cache_counts(const struct block_cache *cache)
{
    return &cache->counts;
}

struct insn *block_record(struct block_cache *cache, const struct insn *insn)
{
    const ptrdiff_t offset = (const uint8_t *)insn - cache->arena;

    return (struct insn *)(void *)(cache->arena + offset);
}
