/* SPDX-License-Identifier: MIT */
#include "cpu/block.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bus/bus.h"
#include "cpu/exec.h"
#include "cpu/patch.h"

enum {
    ARENA_BYTES = 48 << 20,
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
    uint32_t number;
};

struct block_cache {
    struct block_index index;
    struct bus *bus;
    struct decoded_page **page; /* BUS_PAGE_COUNT pointers */
    struct decoded_page *pages;
    uint8_t *arena;
    size_t used;
    uint64_t generation; /* how often it was emptied */
    struct block_counts counts;
};

const struct block_index *block_cache_index(const struct block_cache *cache)
{
    return &cache->index;
}

static size_t block_bytes(const struct block *block)
{
    return sizeof *block + block->records * sizeof block->insn[0];
}

struct block *block_begin(struct block_cache *cache)
{
    struct block *block;

    if (cache->used + BLOCK_BYTES_MAX > ARENA_BYTES) {
        cache->counts.clears++;
        block_cache_clear(cache);
    }
    block = (struct block *)(void *)(cache->arena + cache->used);
    memset(block, 0, sizeof *block);
    return block;
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

/* Add the bytes of a block that begins on the page. */
static void map_add_block(struct decoded_page *page, const struct block *block)
{
    const uint32_t first = block->physical & PAGE_OFFSET_MASK;

    map_add(page, first,
            block->crosses ? PAGE_OFFSET_MASK : first + block->bytes - 1u);
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
    page->next = cache->pages;
    page->number = number;
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
    if (!first || (block->crosses && !second))
        return is_new; /* no host memory: the block is used once */
    cache->used += (block_bytes(block) + 63) & ~(size_t)63;
    block->page_next = first->blocks;
    first->blocks = block;
    map_add_block(first, block);
    if (second) {
        block->second_next = second->crossing;
        second->crossing = block;
        map_add(second, 0, bytes_behind(block) - 1);
    }
    block->hash_next = cache->index.bucket[bucket];
    cache->index.bucket[bucket] = block;
    cache->counts.decoded++;
    return is_new;
}

static void unlink_hash(struct block_cache *cache, struct block *block)
{
    struct block **link =
        &cache->index.bucket[block_bucket(block->physical, block->mode)];

    while (*link && *link != block)
        link = &(*link)->hash_next;
    if (*link)
        *link = block->hash_next;
}

void block_stale(struct block_cache *cache, struct block *block)
{
    if (block->stale)
        return;
    block->stale = true;
    unlink_hash(cache, block);
    for (unsigned i = 0; i < block->records; i++)
        block->insn[i].execute = insn_stale;
    cache->counts.stale++;
}

/* Take stale blocks out of the page's lists and see which bytes remain. */
static void page_sweep(struct decoded_page *page)
{
    struct block **link = &page->blocks;

    memset(page->map, 0, sizeof page->map);
    while (*link) {
        if ((*link)->stale) {
            *link = (*link)->page_next;
            continue;
        }
        map_add_block(page, *link);
        link = &(*link)->page_next;
    }
    link = &page->crossing;
    while (*link) {
        if ((*link)->stale) {
            *link = (*link)->second_next;
            continue;
        }
        map_add(page, 0, bytes_behind(*link) - 1);
        link = &(*link)->second_next;
    }
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
    for (struct block *block = page->blocks; block; block = block->page_next) {
        const uint32_t start = block->physical & PAGE_OFFSET_MASK;

        if (start <= written->last && written->first < start + block->bytes)
            block_written(cache, block, written);
    }
    for (struct block *block = page->crossing; block;
         block = block->second_next) {
        if (written->first < bytes_behind(block))
            block_stale(cache, block);
    }
    if (cache->counts.stale != stale)
        page_sweep(page);
}

void block_cache_clear(struct block_cache *cache)
{
    struct decoded_page *page = cache->pages;

    while (page) {
        struct decoded_page *next = page->next;

        bus_unwatch(cache->bus, page->number << 12, BUS_WATCH_CODE);
        cache->page[page->number] = NULL;
        free(page);
        page = next;
    }
    cache->pages = NULL;
    memset(cache->index.bucket, 0, sizeof cache->index.bucket);
    cache->used = 0;
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
