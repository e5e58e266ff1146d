/* SPDX-License-Identifier: MIT */
/*
 * The physical address space: 4 GiB of pages, each of one kind. Memory-like
 * pages (RAM, ROM, a linear framebuffer) lie in one lazily backed host
 * mapping, at host = memory + physical; the others are answered by a device's
 * callbacks, or by nobody (open bus: reads as all ones). Bytes of a memory
 * chip are shown there too, by the host's own paging, so that a card's memory
 * moves, and a ROM is seen at two places, without a copy.
 *
 *   in    master, physical address, size     out   value
 *   next  devices/ for MMIO
 *   tells who watches a page (for its code, its page tables) of each write
 *
 * No segment, no page table, no linear address is known here.
 */
#ifndef BUS_BUS_H
#define BUS_BUS_H

#include "base/bytes.h"
#include "base/error.h"
#include "base/types.h"
#include "bus/memory_chip.h"

struct trace;

/**
 * Who put the cycle on the bus. The addresses of BUS_DMA are bus addresses:
 * physical ones plus `dma_offset`, which is 0 on a PC.
 */
enum bus_master { BUS_CPU, BUS_PAGE_WALK, BUS_DMA, BUS_DEBUGGER };

/** A master other than the processor, for the trace. */
struct bus_holder {
    const char *name;
    uint8_t channel; /**< of the 8237s, or TRACE_NO_CHANNEL */
};

enum bus_kind {
    BUS_OPEN, /**< nobody answers */
    BUS_RAM,  /**< plain memory, read and written directly */
    BUS_ROM,  /**< plain memory to read; writes go to `write`, if any */
    BUS_MMIO  /**< a device's callbacks */
};

/**
 * A run of whole pages. Callbacks get the offset from `first` and a size of
 * 1, 2 or 4 with the offset a multiple of it.
 */
struct bus_range {
    const char *name;
    enum bus_kind kind;
    bool hidden;         /**< decodes nothing: what lies behind is seen */
    physical_addr first; /**< multiple of PAGE_SIZE */
    uint32_t size;       /**< bytes, multiple of PAGE_SIZE, not 0 */
    /** The bytes of RAM or ROM; NULL: the address space's own. */
    const struct memory_chip *chip;
    uint32_t chip_offset; /**< of the first of them, multiple of PAGE_SIZE */
    uint32_t (*read)(void *context, uint32_t offset, unsigned size);
    void (*write)(void *context, uint32_t offset, unsigned size,
                  uint32_t value);
    void *context;
};

enum {
    BUS_RANGES_MAX = 63,
    BUS_PAGE_COUNT = 1 << 20,
    BUS_LARGE_SHIFT = 21, /**< of the host's large pages */
    BUS_LARGE_BYTES = 1 << BUS_LARGE_SHIFT,
    /** In a byte of `page`: the range's index, its kind, who wants to know. */
    BUS_PAGE_RANGE = 0x3f,
    BUS_PAGE_RAM = 0x40,    /**< the range is BUS_RAM; kept by bus_add */
    BUS_PAGE_WATCHED = 0x80 /**< somebody has to know when bytes change */
};

/** Who watches a page of memory. Also the bit in a byte of `watchers`. */
enum bus_watcher {
    BUS_WATCH_CODE = 1 << 0,  /**< decoded instructions come from it */
    BUS_WATCH_TABLES = 1 << 1 /**< it holds page tables that a TLB has used */
};

/** Called when bytes on a watched page change. */
struct bus_watch {
    void (*written)(void *context, enum bus_master master,
                    physical_addr physical, uint32_t size);
    void *context;
};

struct bus {
    /** Host address of physical 0: 4 GiB reserved, at a multiple of
     * BUS_LARGE_BYTES. */
    uint8_t *memory;
    struct bus_range range[BUS_RANGES_MAX]; /**< [0] is the open bus */
    unsigned range_count;
    uint8_t *page;     /**< BUS_PAGE_COUNT bytes, one a page */
    uint8_t *shown;    /**< by page: the range whose chip lies there, or 0 */
    uint8_t *watchers; /**< by page: sum of enum bus_watcher */
    uint64_t mmio_cycles;
    uint64_t open_cycles; /**< those of them that nobody answered */
    uint64_t dma_cycles;
    /** Masters other than the processor see memory this much further up. */
    uint32_t dma_offset;
    /** The master that holds the bus; NULL: the processor. */
    const struct bus_holder *dma_holder;
    struct trace *trace;
    struct bus_watch code;   /**< of BUS_WATCH_CODE pages: called after */
    struct bus_watch tables; /**< of BUS_WATCH_TABLES pages: before */
    /** Called after ranges changed: cached host addresses are stale. */
    void (*remapped)(void *context);
    void *remapped_context;
};

/**
 * Reserve the address space, all of it open bus. `trace` is not NULL. Fails
 * when the host refuses the mapping.
 */
bool bus_init(struct bus *bus, struct trace *trace, struct error *error);

/** Give the host its memory back. */
void bus_release(struct bus *bus);

/**
 * Add a range; later ranges win over earlier ones where they overlap. Gives
 * its number, which is not 0. Fails with 0 when there are too many, or when it
 * does not fit into the address space or its chip.
 */
unsigned bus_add(struct bus *bus, const struct bus_range *range,
                 struct error *error);

/**
 * Put `range`, which must fit, in the place of range `number`: moved, hidden,
 * of another kind, or showing other bytes. It wins and loses against the same
 * ranges as before. Code decoded from pages that change is forgotten. Where a
 * chip comes to lie over the address space's own bytes, those are lost.
 */
void bus_change(struct bus *bus, unsigned number,
                const struct bus_range *range);

/** bus_change() to no address, and back. */
void bus_hide(struct bus *bus, unsigned number, bool hidden);

/** Announce changes of the page of `physical` to `watcher` from now on. */
static inline void bus_watch(struct bus *bus, physical_addr physical,
                             enum bus_watcher watcher)
{
    bus->watchers[physical >> 12] |= (uint8_t)watcher;
    bus->page[physical >> 12] |= BUS_PAGE_WATCHED;
}

/** No longer. */
static inline void bus_unwatch(struct bus *bus, physical_addr physical,
                               enum bus_watcher watcher)
{
    const uint32_t page = physical >> 12;

    bus->watchers[page] &= (uint8_t) ~(unsigned)watcher;
    if (!bus->watchers[page])
        bus->page[page] &= (uint8_t)~BUS_PAGE_WATCHED;
}

/** Tell who watches the tables of a page that `size` bytes will change now. */
static inline void bus_announce(struct bus *bus, enum bus_master master,
                                physical_addr physical, uint32_t size)
{
    const uint8_t watchers = bus->watchers[physical >> 12];

    if ((watchers & BUS_WATCH_TABLES) && bus->tables.written)
        bus->tables.written(bus->tables.context, master, physical, size);
}

/** Tell who watches the code of a page that `size` bytes have changed. */
static inline void bus_changed(struct bus *bus, enum bus_master master,
                               physical_addr physical, uint32_t size)
{
    const uint8_t watchers = bus->watchers[physical >> 12];

    if ((watchers & BUS_WATCH_CODE) && bus->code.written)
        bus->code.written(bus->code.context, master, physical, size);
}

/** The range that holds the page of `physical`. */
static inline const struct bus_range *bus_range_at(const struct bus *bus,
                                                   physical_addr physical)
{
    return &bus->range[bus->page[physical >> 12] & BUS_PAGE_RANGE];
}

/** True if the page of `physical` is RAM. */
static inline bool bus_is_ram(const struct bus *bus, physical_addr physical)
{
    return (bus->page[physical >> 12] & BUS_PAGE_RAM) != 0;
}

/** The bytes of memory at `physical`, whatever kind the page is of. */
static ALWAYS_INLINE uint32_t bus_load(const struct bus *bus,
                                       physical_addr physical, unsigned size)
{
    return bytes_load(bus->memory + physical, size);
}

/** Change the bytes of memory at `physical` and nothing else. */
static ALWAYS_INLINE void bus_store(struct bus *bus, physical_addr physical,
                                    unsigned size, uint32_t value)
{
    bytes_store(bus->memory + physical, size, value);
}

/**
 * Read `size` (1, 2, 4) bytes at `physical`, within one page. Memory takes
 * any alignment; a misaligned MMIO access is split into aligned ones. The
 * debugger disturbs no device: where there is no memory it reads ones, and
 * what it writes there is lost. Nor is any cycle of its counted or recorded.
 */
uint32_t bus_read(struct bus *bus, enum bus_master master,
                  physical_addr physical, unsigned size);

/** Write the low `size` (1, 2, 4) bytes of `value`, within one page. */
void bus_write(struct bus *bus, enum bus_master master, physical_addr physical,
               unsigned size, uint32_t value);

/** bus_read of a doubleword, for page walks: inline where there is RAM. */
static ALWAYS_INLINE uint32_t bus_read32(struct bus *bus,
                                         enum bus_master master,
                                         physical_addr physical)
{
    if (LIKELY(bus_is_ram(bus, physical) && master != BUS_DMA))
        return bus_load(bus, physical, 4);
    return bus_read(bus, master, physical, 4);
}

/** bus_write of a doubleword, inline where there is RAM without code. */
static ALWAYS_INLINE void bus_write32(struct bus *bus, enum bus_master master,
                                      physical_addr physical, uint32_t value)
{
    const uint8_t page = bus->page[physical >> 12];

    if (LIKELY((page & (BUS_PAGE_RAM | BUS_PAGE_WATCHED)) == BUS_PAGE_RAM &&
               master != BUS_DMA))
        bus_store(bus, physical, 4, value);
    else
        bus_write(bus, master, physical, 4, value);
}

/**
 * Copy `size` bytes out of or into memory for a bus master or a loader,
 * across pages, on from 0 after the last one; open bus reads as ones, ROM and
 * open bus absorb writes. A DMA block is one cycle for each page it touches.
 */
void bus_read_block(struct bus *bus, enum bus_master master,
                    physical_addr physical, void *data, uint32_t size);
void bus_write_block(struct bus *bus, enum bus_master master,
                     physical_addr physical, const void *data, uint32_t size);

#endif
