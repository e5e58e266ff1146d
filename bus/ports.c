/* SPDX-License-Identifier: MIT */
#include "bus/ports.h"

#include <assert.h>
#include <string.h>

#include "trace/trace.h"

enum { OPEN_BUS = 0 };

#define OPEN_BUS_VALUE UINT32_MAX

void ports_init(struct ports *ports, struct trace *trace)
{
    memset(ports, 0, sizeof *ports);
    ports->range[OPEN_BUS].count = UINT16_MAX;
    ports->range_count = 1;
    ports->trace = trace;
}

bool ports_add(struct ports *ports, const struct port_range *range,
               struct error *error)
{
    const uint32_t end = (uint32_t)range->first + range->count;

    if (range->count == 0 || end > PORT_COUNT)
        return error_set(error, "port range \"%s\" does not fit: %#x + %u",
                         range->name, range->first, range->count);
    if (ports->range_count == PORT_RANGES_MAX)
        return error_set(error, "no room for port range \"%s\"", range->name);
    for (uint32_t port = range->first; port < end; port++) {
        const char *owner = ports_name(ports, (uint16_t)port);

        if (owner)
            return error_set(error, "port %#x of \"%s\" belongs to \"%s\"",
                             (unsigned)port, range->name, owner);
    }
    memset(&ports->owner[range->first], (int)ports->range_count, range->count);
    ports->range[ports->range_count++] = *range;
    return true;
}

static void trace_port(struct ports *ports, uint16_t port, unsigned size,
                       bool write, uint32_t value)
{
    struct trace_record record = {
        .event = TRACE_PORT,
        .cycle = {.name = ports_name(ports, port),
                  .where = port,
                  .size = size,
                  .write = write,
                  .value = value},
    };

    trace_emit(ports->trace, &record);
}

static const struct port_range *range_at(const struct ports *ports,
                                         uint16_t port)
{
    return &ports->range[ports->owner[port]];
}

/* True if the range takes `size` bytes from `port` in one cycle. */
static bool takes_whole(const struct port_range *range, uint16_t port,
                        unsigned size)
{
    return (range->sizes & size) != 0 &&
           (unsigned)(port - range->first) + size <= range->count;
}

static uint32_t mask_of(unsigned size)
{
    return UINT32_MAX >> (32 - 8 * size);
}

static uint32_t range_read(const struct port_range *range, uint16_t port,
                           unsigned size)
{
    if (!range->read)
        return OPEN_BUS_VALUE & mask_of(size);
    return range->read(range->context, (uint32_t)(port - range->first), size) &
           mask_of(size);
}

static void range_write(const struct port_range *range, uint16_t port,
                        unsigned size, uint32_t value)
{
    if (range->write)
        range->write(range->context, (uint32_t)(port - range->first), size,
                     value & mask_of(size));
}

/* Count the cycle; it is open if none of its ports has an owner. */
static void count_cycle(struct ports *ports, uint16_t port, unsigned size)
{
    unsigned owners = 0;

    for (unsigned i = 0; i < size; i++)
        owners |= ports->owner[(uint16_t)(port + i)];
    ports->cycles++;
    ports->open += owners == OPEN_BUS;
}

uint32_t ports_read(struct ports *ports, uint16_t port, unsigned size)
{
    const struct port_range *range = range_at(ports, port);
    uint32_t value = 0;

    assert(size == 1 || size == 2 || size == 4);
    count_cycle(ports, port, size);
    if (size == 1 || takes_whole(range, port, size)) {
        value = range_read(range, port, size);
    } else {
        for (unsigned i = 0; i < size; i++) {
            const uint16_t byte_port = (uint16_t)(port + i);

            value |= range_read(range_at(ports, byte_port), byte_port, 1)
                     << (8 * i);
        }
    }
    if (trace_wants(ports->trace, TRACE_PORT))
        trace_port(ports, port, size, false, value);
    return value;
}

void ports_write(struct ports *ports, uint16_t port, unsigned size,
                 uint32_t value)
{
    const struct port_range *range = range_at(ports, port);

    assert(size == 1 || size == 2 || size == 4);
    count_cycle(ports, port, size);
    if (trace_wants(ports->trace, TRACE_PORT))
        trace_port(ports, port, size, true, value & mask_of(size));
    if (size == 1 || takes_whole(range, port, size)) {
        range_write(range, port, size, value);
        return;
    }
    for (unsigned i = 0; i < size; i++) {
        const uint16_t byte_port = (uint16_t)(port + i);

        range_write(range_at(ports, byte_port), byte_port, 1, value >> (8 * i));
    }
}

const char *ports_name(const struct ports *ports, uint16_t port)
{
    return range_at(ports, port)->name;
}
