/* SPDX-License-Identifier: MIT */
#include "mmu/memory.h"

#include "mmu/fast.h"
#include "mmu/refill.h"

/* Plain memory that may be touched directly, behind the fast table too. */
static uint8_t *host_of(const struct mmu *mmu, physical_addr physical,
                        enum access access)
{
    const bool plain = access == ACCESS_WRITE ? fast_may_write(mmu, physical)
                                              : fast_may_read(mmu, physical);

    return LIKELY(plain && mmu->use_fast) ? mmu->bus->memory + physical : NULL;
}

/* One part of an operand that lies on two pages. */
static bool open_part(struct mmu *mmu, struct page_request request,
                      physical_addr *physical, struct fault *fault)
{
    const uint8_t *host = fast_probe(mmu->table[request.privilege],
                                     request.linear, 1, request.access);

    if (!host)
        return mmu_translate(mmu, request, physical, fault);
    *physical = (physical_addr)(host - mmu->bus->memory);
    mmu->counts.data_lookups++;
    return true;
}

/* Two pages: the first must still be mapped as judged when the second walk
 * has evicted it, so physical addresses are kept, not TLB entries. */
static bool open_two_pages(struct mmu *mmu, struct page_request request,
                           struct memory_place *place, struct fault *fault)
{
    struct page_request next = request;

    place->first_size =
        (uint8_t)(PAGE_SIZE - (request.linear & PAGE_OFFSET_MASK));
    place->host = NULL;
    next.linear = (request.linear & PAGE_FRAME_MASK) + PAGE_SIZE;
    return open_part(mmu, request, &place->first, fault) &&
           open_part(mmu, next, &place->second, fault);
}

/* Plain memory whose accesses are recorded: touched through the bus. */
static bool open_recorded(struct mmu *mmu, struct page_request request,
                          uint32_t size, struct memory_place *place)
{
    uint8_t *host =
        fast_probe_tagged(mmu->table[request.privilege], request.linear, size,
                          request.access, FAST_RECORDED);

    if (!host)
        return false;
    memory_place_plain(mmu, host, size, place);
    place->host = NULL;
    return true;
}

/* The place of a store that the bus has to announce. */
static void open_told(struct mmu *mmu, const struct fast_entry *fast,
                      linear_addr linear, uint32_t size,
                      struct memory_place *place)
{
    fast_touch(fast);
    memory_place_plain(mmu, fast_host(fast, linear), size, place);
    place->host = NULL;
}

bool memory_open_slow(struct mmu *mmu, struct page_request request,
                      uint32_t size, struct memory_place *place,
                      struct fault *fault)
{
    const struct fast_entry *told =
        fast_told(mmu->table[request.privilege], request.linear, size);

    place->linear = request.linear;
    if (told && request.access == ACCESS_WRITE) {
        open_told(mmu, told, request.linear, size, place);
        return true;
    }
    place->size = (uint8_t)size;
    place->first_size = (uint8_t)size;
    if (UNLIKELY(mmu->watched_count))
        mmu->watch(mmu->watch_context, &request, size);
    if (mmu->recording && open_recorded(mmu, request, size, place))
        return true;
    if (page_crosses(request.linear, size))
        return open_two_pages(mmu, request, place, fault);
    switch (mmu_refill(mmu, request.linear, request.access, request.privilege,
                       fault)) {
    case REFILL_DONE: return memory_open(mmu, request, size, place, fault);
    case REFILL_FAULT: mmu->counts.data_lookups++; return false;
    case REFILL_NONE:
    default: break;
    }
    if (!mmu_translate(mmu, request, &place->first, fault))
        return false;
    place->host = host_of(mmu, place->first, request.access);
    return true;
}

NEVER_INLINE static void record_access(struct mmu *mmu,
                                       const struct memory_place *place,
                                       bool write, unsigned size,
                                       uint32_t value)
{
    struct trace_record record;

    if (mmu->recording &&
        trace_put_access(mmu->trace, place->linear, place->first, write, size))
        return;
    record = (struct trace_record){.event = TRACE_MEM,
                                   .access = {.linear = place->linear,
                                              .physical = place->first,
                                              .size = (uint8_t)size,
                                              .write = write,
                                              .has_value = true,
                                              .value = value}};
    trace_emit(mmu->trace, &record);
}

static void trace_access(struct mmu *mmu, const struct memory_place *place,
                         bool write, unsigned size, uint32_t value)
{
    if (trace_wants(mmu->trace, TRACE_MEM))
        record_access(mmu, place, write, size, value);
}

/* Physical address of byte `i` of the place. */
static physical_addr byte_address(const struct memory_place *place, unsigned i)
{
    if (i < place->first_size)
        return place->first + i;
    return place->second + (i - place->first_size);
}

/* All of the place is RAM of one page, as nearly always: the bus has nothing to
 * decide. */
static bool is_plain(const struct mmu *mmu, const struct memory_place *place,
                     unsigned size)
{
    return LIKELY(size <= place->first_size &&
                  bus_is_ram(mmu->bus, place->first));
}

uint32_t memory_place_read_bus(struct mmu *mmu,
                               const struct memory_place *place, unsigned size)
{
    uint32_t value = 0;

    if (is_plain(mmu, place, size)) {
        value = bus_load(mmu->bus, place->first, size);
    } else if (size <= place->first_size) {
        value = bus_read(mmu->bus, BUS_CPU, place->first, size);
    } else {
        for (unsigned i = 0; i < size; i++)
            value |= bus_read(mmu->bus, BUS_CPU, byte_address(place, i), 1)
                     << 8 * i;
    }
    trace_access(mmu, place, false, size, value);
    return value;
}

void memory_place_write_bus(struct mmu *mmu, const struct memory_place *place,
                            unsigned size, uint32_t value)
{
    trace_access(mmu, place, true, size, value);
    if (is_plain(mmu, place, size)) {
        bus_announce(mmu->bus, BUS_CPU, place->first, size);
        bus_store(mmu->bus, place->first, size, value);
        bus_changed(mmu->bus, BUS_CPU, place->first, size);
        return;
    }
    if (size <= place->first_size) {
        bus_write(mmu->bus, BUS_CPU, place->first, size, value);
        return;
    }
    for (unsigned i = 0; i < size; i++)
        bus_write(mmu->bus, BUS_CPU, byte_address(place, i), 1,
                  value >> 8 * i & 0xff);
}

/* What a record shows of a long operand: its low four bytes. */
static uint32_t low_bytes(const uint8_t *bytes, unsigned size)
{
    uint32_t value = 0;

    memcpy(&value, bytes, size < sizeof value ? size : sizeof value);
    return value;
}

void memory_place_read_bytes(struct mmu *mmu, const struct memory_place *place,
                             void *bytes)
{
    uint8_t *out = bytes;

    if (place->host) {
        memcpy(bytes, place->host, place->size);
        return;
    }
    if (is_plain(mmu, place, place->size)) {
        memcpy(bytes, mmu->bus->memory + place->first, place->size);
    } else {
        for (unsigned i = 0; i < place->size; i++)
            out[i] =
                (uint8_t)bus_read(mmu->bus, BUS_CPU, byte_address(place, i), 1);
    }
    trace_access(mmu, place, false, place->size, low_bytes(out, place->size));
}

void memory_place_write_bytes(struct mmu *mmu, const struct memory_place *place,
                              const void *bytes)
{
    const uint8_t *in = bytes;

    if (place->host) {
        memcpy(place->host, bytes, place->size);
        return;
    }
    trace_access(mmu, place, true, place->size, low_bytes(in, place->size));
    for (unsigned i = 0; i < place->size; i++)
        bus_write(mmu->bus, BUS_CPU, byte_address(place, i), 1, in[i]);
}

bool memory_read(struct mmu *mmu, struct page_request request, uint32_t size,
                 uint32_t *value, struct fault *fault)
{
    struct memory_place place;

    if (!memory_open(mmu, request, size, &place, fault))
        return false;
    *value = memory_place_read(mmu, &place, size);
    return true;
}

bool memory_write(struct mmu *mmu, struct page_request request, uint32_t size,
                  uint32_t value, struct fault *fault)
{
    struct memory_place place;

    if (!memory_open(mmu, request, size, &place, fault))
        return false;
    memory_place_write(mmu, &place, size, value);
    return true;
}
