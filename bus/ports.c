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

static uint32_t end_of(const struct port_range *range)
{
    return (uint32_t)range->first + range->count;
}

/* The visible range that was added first among those that hold `port`. */
static unsigned owner_of(const struct ports *ports, uint32_t port)
{
    for (unsigned i = OPEN_BUS + 1; i < ports->range_count; i++) {
        const struct port_range *range = &ports->range[i];

        if (!ports->hidden[i] && range->first <= port && port < end_of(range))
            return i;
    }
    return OPEN_BUS;
}

static void decide(struct ports *ports, const struct port_range *range)
{
    for (uint32_t port = range->first;
         port < end_of(range) && port < PORT_COUNT; port++)
        ports->owner[port] = (uint8_t)owner_of(ports, port);
}

/* Refuse a range that overlaps another. */
static bool is_free(const struct ports *ports, const struct port_range *range,
                    struct error *error)
{
    for (uint32_t port = range->first; port < end_of(range); port++) {
        const char *owner = ports_name(ports, (uint16_t)port);

        if (owner)
            return error_set(error, "port %#x of \"%s\" belongs to \"%s\"",
                             (unsigned)port, range->name, owner);
    }
    return true;
}

/* The number of a new range; 0 if it cannot be added. */
static unsigned append(struct ports *ports, const struct port_range *range,
                       bool hidden, struct error *error)
{
    const unsigned number = ports->range_count;

    if (number == PORT_RANGES_MAX) {
        (void)error_set(error, "no room for port range \"%s\"", range->name);
        return 0;
    }
    ports->range[number] = *range;
    ports->hidden[number] = hidden;
    ports->range_count++;
    decide(ports, range);
    return number;
}

bool ports_add(struct ports *ports, const struct port_range *range,
               struct error *error)
{
    if (range->count == 0 || end_of(range) > PORT_COUNT)
        return error_set(error, "port range \"%s\" does not fit: %#x + %u",
                         range->name, range->first, range->count);
    return is_free(ports, range, error) &&
           append(ports, range, false, error) != 0;
}

unsigned ports_add_movable(struct ports *ports, const struct port_range *range,
                           struct error *error)
{
    return append(ports, range, true, error);
}

void ports_move(struct ports *ports, unsigned number, uint16_t first,
                bool hidden)
{
    struct port_range *range = &ports->range[number];
    const struct port_range before = *range;

    assert(number != OPEN_BUS && number < ports->range_count);
    range->first = first;
    ports->hidden[number] = hidden;
    decide(ports, &before);
    decide(ports, range);
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

static ALWAYS_INLINE uint32_t range_read(const struct port_range *range,
                                         uint16_t port, unsigned size)
{
    if (!range->read)
        return OPEN_BUS_VALUE & mask_of(size);
    return range->read(range->context, (uint32_t)(port - range->first), size) &
           mask_of(size);
}

static ALWAYS_INLINE void range_write(const struct port_range *range,
                                      uint16_t port, unsigned size,
                                      uint32_t value)
{
    if (range->write)
        range->write(range->context, (uint32_t)(port - range->first), size,
                     value & mask_of(size));
}

static void note_open(struct ports *ports, uint16_t port)
{
    unsigned i = 0;

    while (i < ports->open_ports && ports->open_port[i].port != port)
        i++;
    ports->open++;
    if (i == PORTS_OPEN_MAX)
        return;
    if (i == ports->open_ports)
        ports->open_port[ports->open_ports++].port = port;
    ports->open_port[i].cycles++;
}

/* Count the cycle; it is open if none of its ports has an owner. */
static ALWAYS_INLINE void count_cycle(struct ports *ports, uint16_t port,
                                      unsigned size)
{
    unsigned owners = ports->owner[port];

    ports->cycles++;
    if (LIKELY(owners != OPEN_BUS))
        return;
    for (unsigned i = 1; i < size; i++)
        owners |= ports->owner[(uint16_t)(port + i)];
    if (owners == OPEN_BUS)
        note_open(ports, port);
}

/* Two or four bytes: in one cycle, or each from its own port. */
static uint32_t read_wide(const struct ports *ports, uint16_t port,
                          unsigned size)
{
    const struct port_range *range = range_at(ports, port);
    uint32_t value = 0;

    if (takes_whole(range, port, size))
        return range_read(range, port, size);
    for (unsigned i = 0; i < size; i++) {
        const uint16_t byte_port = (uint16_t)(port + i);

        value |= range_read(range_at(ports, byte_port), byte_port, 1)
                 << (8 * i);
    }
    return value;
}

static void write_wide(const struct ports *ports, uint16_t port, unsigned size,
                       uint32_t value)
{
    const struct port_range *range = range_at(ports, port);

    if (takes_whole(range, port, size)) {
        range_write(range, port, size, value);
        return;
    }
    for (unsigned i = 0; i < size; i++) {
        const uint16_t byte_port = (uint16_t)(port + i);

        range_write(range_at(ports, byte_port), byte_port, 1, value >> (8 * i));
    }
}

uint32_t ports_read(struct ports *ports, uint16_t port, unsigned size)
{
    uint32_t value;

    assert(size == 1 || size == 2 || size == 4);
    count_cycle(ports, port, size);
    value = size == 1 ? range_read(range_at(ports, port), port, 1)
                      : read_wide(ports, port, size);
    if (trace_wants(ports->trace, TRACE_PORT))
        trace_port(ports, port, size, false, value);
    return value;
}

void ports_write(struct ports *ports, uint16_t port, unsigned size,
                 uint32_t value)
{
    assert(size == 1 || size == 2 || size == 4);
    count_cycle(ports, port, size);
    if (trace_wants(ports->trace, TRACE_PORT))
        trace_port(ports, port, size, true, value & mask_of(size));
    if (size == 1)
        range_write(range_at(ports, port), port, 1, value);
    else
        write_wide(ports, port, size, value);
}

const char *ports_name(const struct ports *ports, uint16_t port)
{
    return range_at(ports, port)->name;
}
