/* SPDX-License-Identifier: MIT */
#include "bus/bus.h"

#include <assert.h>
#include <errno.h>
#include <sys/mman.h>

#include "trace/trace.h"

enum { OPEN_BUS = 0 };

#define OPEN_BUS_VALUE UINT32_MAX
#define ADDRESS_SPACE  ((size_t)1 << 32)

/* The bytes, and a byte for each page in each of three tables. */
#define RESERVED_BYTES (ADDRESS_SPACE + 3 * (size_t)BUS_PAGE_COUNT)

/*
 * Address space of which a block that is large for the guest is one for the
 * host too, or NULL: more than is wanted, and both ends given back.
 */
static uint8_t *reserve(void)
{
    const size_t spare = BUS_LARGE_BYTES;
    uint8_t *all = mmap(NULL, RESERVED_BYTES + spare, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    size_t before;

    if (all == MAP_FAILED)
        return NULL;
    before = -(uintptr_t)all & (spare - 1);
    if (before)
        (void)munmap(all, before);
    if (before < spare)
        (void)munmap(all + before + RESERVED_BYTES, spare - before);
    return all + before;
}

bool bus_init(struct bus *bus, struct trace *trace, struct error *error)
{
    *bus = (struct bus){.memory = reserve(), .range_count = 1, .trace = trace};
    if (!bus->memory)
        return error_set(error, "cannot reserve 4 GiB of address space: %s",
                         strerror(errno));
    bus->page = bus->memory + ADDRESS_SPACE;
    bus->shown = bus->page + BUS_PAGE_COUNT;
    bus->watchers = bus->shown + BUS_PAGE_COUNT;
    return true;
}

void bus_release(struct bus *bus)
{
    if (bus->memory)
        (void)munmap(bus->memory, RESERVED_BYTES);
    bus->memory = NULL;
    bus->page = NULL;
    bus->shown = NULL;
    bus->watchers = NULL;
}

/* --- Which range answers where --- */

/* A run of pages: numbers of the first and of the one behind the last. */
struct run {
    uint32_t first;
    uint32_t end;
};

static struct run pages_of(const struct bus_range *range)
{
    const uint32_t first = range->first >> 12;

    return (struct run){first, first + (range->size >> 12)};
}

static bool fits(const struct bus_range *range)
{
    const uint64_t end = (uint64_t)range->first + range->size;
    const struct memory_chip *chip = range->chip;

    if (range->size == 0 || end > ADDRESS_SPACE ||
        (range->first | range->size | range->chip_offset) & PAGE_OFFSET_MASK)
        return false;
    return !chip || (range->chip_offset <= chip->size &&
                     range->size <= chip->size - range->chip_offset);
}

/* Make the host show the run's bytes; false if it refuses. */
static bool show(struct bus *bus, unsigned number, struct run run)
{
    const struct bus_range *range = &bus->range[number];
    const size_t size = (size_t)(run.end - run.first) << 12;
    const uint32_t inside = (run.first << 12) - range->first;
    int flags = MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    int file = -1;
    off_t offset = 0;

    if (range->chip) {
        flags = MAP_FIXED | MAP_SHARED;
        file = range->chip->file;
        offset = (off_t)range->chip_offset + inside;
    }
    memset(bus->shown + run.first, range->chip ? (int)number : 0,
           run.end - run.first);
    return mmap(bus->memory + ((size_t)run.first << 12), size,
                PROT_READ | PROT_WRITE, flags, file, offset) != MAP_FAILED;
}

/* True if a chip's bytes lie somewhere in the run. */
static bool shows_chip(const struct bus *bus, struct run run)
{
    for (uint32_t page = run.first; page < run.end; page++) {
        if (bus->shown[page])
            return true;
    }
    return false;
}

/* Give the run to range `number`. */
static void give(struct bus *bus, unsigned number, struct run run)
{
    const struct bus_range *range = &bus->range[number];
    const bool plain = range->kind == BUS_RAM || range->kind == BUS_ROM;
    uint8_t answer = (uint8_t)number;

    for (uint32_t page = run.first; page < run.end; page++)
        bus_announce(bus, BUS_DEBUGGER, page << 12, PAGE_SIZE);
    if (plain && (range->chip || shows_chip(bus, run)) &&
        !show(bus, number, run))
        answer = OPEN_BUS;
    if (answer && range->kind == BUS_RAM)
        answer |= BUS_PAGE_RAM;
    for (uint32_t page = run.first; page < run.end; page++) {
        bus->page[page] = answer | (bus->page[page] & BUS_PAGE_WATCHED);
        bus_changed(bus, BUS_DEBUGGER, page << 12, PAGE_SIZE);
    }
}

/* The range that wins `run->first`; the run is cut to where it does. */
static unsigned winner(const struct bus *bus, struct run *run)
{
    for (unsigned number = bus->range_count - 1; number > 0; number--) {
        const struct run it = pages_of(&bus->range[number]);

        if (bus->range[number].hidden || it.end <= run->first)
            continue;
        if (it.first <= run->first) {
            run->end = it.end < run->end ? it.end : run->end;
            return number;
        }
        run->end = it.first < run->end ? it.first : run->end;
    }
    return OPEN_BUS;
}

static void decide(struct bus *bus, struct run run)
{
    while (run.first < run.end) {
        struct run part = run;
        const unsigned number = winner(bus, &part);

        give(bus, number, part);
        run.first = part.end;
    }
    if (bus->remapped)
        bus->remapped(bus->remapped_context);
}

unsigned bus_add(struct bus *bus, const struct bus_range *range,
                 struct error *error)
{
    if (!fits(range)) {
        (void)error_set(error, "bus range \"%s\" does not fit: %#x + %#x",
                        range->name, range->first, range->size);
        return 0;
    }
    if (bus->range_count == BUS_RANGES_MAX) {
        (void)error_set(error, "no room for bus range \"%s\"", range->name);
        return 0;
    }
    bus->range[bus->range_count++] = *range;
    decide(bus, pages_of(range));
    return bus->range_count - 1;
}

void bus_change(struct bus *bus, unsigned number, const struct bus_range *range)
{
    const struct run before = pages_of(&bus->range[number]);

    assert(number > 0 && number < bus->range_count && fits(range));
    bus->range[number] = *range;
    decide(bus, before);
    if (range->first >> 12 != before.first || pages_of(range).end != before.end)
        decide(bus, pages_of(range));
}

void bus_hide(struct bus *bus, unsigned number, bool hidden)
{
    struct bus_range range = bus->range[number];

    range.hidden = hidden;
    bus_change(bus, number, &range);
}

/* --- Cycles --- */

static void trace_cycle(struct bus *bus, enum trace_event event,
                        const struct trace_cycle *cycle)
{
    struct trace_record record = {.event = event, .cycle = *cycle};

    trace_emit(bus->trace, &record);
}

/* The one place where a bus address becomes a physical one. */
static physical_addr physical_of(const struct bus *bus, enum bus_master master,
                                 physical_addr address)
{
    return UNLIKELY(master == BUS_DMA) ? address - bus->dma_offset : address;
}

/* Count and record a cycle of a master that is not the processor. */
static void dma_cycle(struct bus *bus, physical_addr physical, uint32_t size,
                      bool write, uint32_t value)
{
    static const struct bus_holder unknown = {NULL, TRACE_NO_CHANNEL};
    const struct bus_holder *holder =
        bus->dma_holder ? bus->dma_holder : &unknown;

    bus->dma_cycles++;
    if (trace_wants(bus->trace, TRACE_DMA))
        trace_cycle(bus, TRACE_DMA,
                    &(struct trace_cycle){.name = holder->name,
                                          .where = physical,
                                          .size = size,
                                          .write = write,
                                          .value = value,
                                          .bus = physical + bus->dma_offset,
                                          .channel = holder->channel});
}

NEVER_INLINE static void trace_mmio(struct bus *bus,
                                    const struct bus_range *range,
                                    physical_addr physical, unsigned size,
                                    bool write, uint32_t value)
{
    trace_cycle(bus, TRACE_MMIO,
                &(struct trace_cycle){.name = range->name,
                                      .where = physical,
                                      .size = size,
                                      .write = write,
                                      .value = value});
}

/* Count and record a cycle that went past memory. */
static ALWAYS_INLINE void mmio_cycle(struct bus *bus,
                                     const struct bus_range *range,
                                     physical_addr physical, unsigned size,
                                     bool write, uint32_t value)
{
    bus->mmio_cycles++;
    if (UNLIKELY(range->kind == BUS_OPEN))
        bus->open_cycles++;
    if (trace_wants(bus->trace, TRACE_MMIO))
        trace_mmio(bus, range, physical, size, write, value);
}

static uint32_t mask_of(unsigned size)
{
    return UINT32_MAX >> (32 - 8 * size);
}

/* The largest of 1, 2 and 4 that `offset` is a multiple of, up to `left`. */
static unsigned aligned_part(uint32_t offset, unsigned left)
{
    unsigned part = 4;

    while (part > left || offset % part != 0)
        part /= 2;
    return part;
}

/* One cycle, at a multiple of its size. */
static ALWAYS_INLINE uint32_t mmio_read_part(struct bus *bus,
                                             const struct bus_range *range,
                                             physical_addr physical,
                                             unsigned size)
{
    uint32_t value = OPEN_BUS_VALUE;

    if (LIKELY(range->read))
        value = range->read(range->context, physical - range->first, size);
    value &= mask_of(size);
    mmio_cycle(bus, range, physical, size, false, value);
    return value;
}

static ALWAYS_INLINE void mmio_write_part(struct bus *bus,
                                          const struct bus_range *range,
                                          physical_addr physical, unsigned size,
                                          uint32_t value)
{
    value &= mask_of(size);
    mmio_cycle(bus, range, physical, size, true, value);
    if (LIKELY(range->write))
        range->write(range->context, physical - range->first, size, value);
}

/* A misaligned access in parts. */
NEVER_INLINE static uint32_t mmio_read_split(struct bus *bus,
                                             const struct bus_range *range,
                                             physical_addr physical,
                                             unsigned size)
{
    uint32_t value = 0;
    unsigned part;

    for (unsigned done = 0; done < size; done += part) {
        part = aligned_part(physical + done, size - done);
        value |= mmio_read_part(bus, range, physical + done, part)
                 << (8 * done);
    }
    return value;
}

NEVER_INLINE static void mmio_write_split(struct bus *bus,
                                          const struct bus_range *range,
                                          physical_addr physical, unsigned size,
                                          uint32_t value)
{
    unsigned part;

    for (unsigned done = 0; done < size; done += part) {
        part = aligned_part(physical + done, size - done);
        mmio_write_part(bus, range, physical + done, part, value >> (8 * done));
    }
}

static ALWAYS_INLINE uint32_t mmio_read(struct bus *bus,
                                        const struct bus_range *range,
                                        physical_addr physical, unsigned size)
{
    if (UNLIKELY(physical & (size - 1)))
        return mmio_read_split(bus, range, physical, size);
    return mmio_read_part(bus, range, physical, size);
}

static ALWAYS_INLINE void mmio_write(struct bus *bus,
                                     const struct bus_range *range,
                                     physical_addr physical, unsigned size,
                                     uint32_t value)
{
    if (UNLIKELY(physical & (size - 1)))
        mmio_write_split(bus, range, physical, size, value);
    else
        mmio_write_part(bus, range, physical, size, value);
}

/* Everything but RAM. A debugger that looks must not disturb a device. */
static ALWAYS_INLINE uint32_t read_beyond_ram(struct bus *bus,
                                              enum bus_master master,
                                              physical_addr physical,
                                              unsigned size)
{
    const struct bus_range *range = bus_range_at(bus, physical);

    if (UNLIKELY(range->kind == BUS_ROM))
        return bus_load(bus, physical, size);
    if (UNLIKELY(master == BUS_DEBUGGER))
        return OPEN_BUS_VALUE & mask_of(size);
    return mmio_read(bus, range, physical, size);
}

static ALWAYS_INLINE void write_beyond_ram(struct bus *bus,
                                           enum bus_master master,
                                           physical_addr physical,
                                           unsigned size, uint32_t value)
{
    const struct bus_range *range = bus_range_at(bus, physical);

    if (UNLIKELY(master == BUS_DEBUGGER ||
                 (range->kind == BUS_ROM && !range->write)))
        return;
    mmio_write(bus, range, physical, size, value);
}

/* The same for every master, apart from what is counted for it. */
static ALWAYS_INLINE uint32_t read_any(struct bus *bus, enum bus_master master,
                                       physical_addr physical, unsigned size)
{
    assert(size <= 4 && !page_crosses(physical, size));
    if (bus_is_ram(bus, physical))
        return bus_load(bus, physical, size);
    return read_beyond_ram(bus, master, physical, size);
}

static ALWAYS_INLINE void write_any(struct bus *bus, enum bus_master master,
                                    physical_addr physical, unsigned size,
                                    uint32_t value)
{
    assert(size <= 4 && !page_crosses(physical, size));
    if (!bus_is_ram(bus, physical)) {
        write_beyond_ram(bus, master, physical, size, value);
        return;
    }
    bus_announce(bus, master, physical, size);
    bus_store(bus, physical, size, value);
    bus_changed(bus, master, physical, size);
}

/* A master that is not the processor. */
NEVER_INLINE static uint32_t dma_read(struct bus *bus, physical_addr address,
                                      unsigned size)
{
    const physical_addr physical = physical_of(bus, BUS_DMA, address);
    const uint32_t value = read_any(bus, BUS_DMA, physical, size);

    dma_cycle(bus, physical, size, false, value);
    return value;
}

NEVER_INLINE static void dma_write(struct bus *bus, physical_addr address,
                                   unsigned size, uint32_t value)
{
    const physical_addr physical = physical_of(bus, BUS_DMA, address);

    dma_cycle(bus, physical, size, true, value & mask_of(size));
    write_any(bus, BUS_DMA, physical, size, value);
}

uint32_t bus_read(struct bus *bus, enum bus_master master,
                  physical_addr physical, unsigned size)
{
    if (UNLIKELY(master == BUS_DMA))
        return dma_read(bus, physical, size);
    return read_any(bus, master, physical, size);
}

void bus_write(struct bus *bus, enum bus_master master, physical_addr physical,
               unsigned size, uint32_t value)
{
    if (UNLIKELY(master == BUS_DMA))
        dma_write(bus, physical, size, value);
    else
        write_any(bus, master, physical, size, value);
}

/* Bytes of a block of `size` at `physical` that lie in its first page. */
static uint32_t page_part(physical_addr physical, uint32_t size)
{
    const uint32_t rest = PAGE_SIZE - (physical & PAGE_OFFSET_MASK);

    return size < rest ? size : rest;
}

static uint32_t first_bytes(const void *data, uint32_t size)
{
    uint32_t value = 0;

    memcpy(&value, data, size < sizeof value ? size : sizeof value);
    return value;
}

static void read_page_part(struct bus *bus, enum bus_master master,
                           physical_addr physical, uint8_t *data, uint32_t size)
{
    const enum bus_kind kind = bus_range_at(bus, physical)->kind;

    if (kind == BUS_RAM || kind == BUS_ROM) {
        memcpy(data, bus->memory + physical, size);
        return;
    }
    while (size > 0) {
        const unsigned part = aligned_part(physical, size < 4 ? size : 4);
        const uint32_t value = read_beyond_ram(bus, master, physical, part);

        memcpy(data, &value, part);
        data += part;
        physical += part;
        size -= part;
    }
}

static void write_page_part(struct bus *bus, enum bus_master master,
                            physical_addr physical, const uint8_t *data,
                            uint32_t size)
{
    if (bus_is_ram(bus, physical)) {
        bus_announce(bus, master, physical, size);
        memcpy(bus->memory + physical, data, size);
        bus_changed(bus, master, physical, size);
        return;
    }
    while (size > 0) {
        const unsigned part = aligned_part(physical, size < 4 ? size : 4);

        write_beyond_ram(bus, master, physical, part, first_bytes(data, part));
        data += part;
        physical += part;
        size -= part;
    }
}

void bus_read_block(struct bus *bus, enum bus_master master,
                    physical_addr physical, void *data, uint32_t size)
{
    uint8_t *bytes = data;

    physical = physical_of(bus, master, physical);
    while (size > 0) {
        const uint32_t part = page_part(physical, size);

        read_page_part(bus, master, physical, bytes, part);
        if (master == BUS_DMA)
            dma_cycle(bus, physical, part, false, first_bytes(bytes, part));
        bytes += part;
        physical += part;
        size -= part;
    }
}

void bus_write_block(struct bus *bus, enum bus_master master,
                     physical_addr physical, const void *data, uint32_t size)
{
    const uint8_t *bytes = data;

    physical = physical_of(bus, master, physical);
    while (size > 0) {
        const uint32_t part = page_part(physical, size);

        if (master == BUS_DMA)
            dma_cycle(bus, physical, part, true, first_bytes(bytes, part));
        write_page_part(bus, master, physical, bytes, part);
        bytes += part;
        physical += part;
        size -= part;
    }
}
