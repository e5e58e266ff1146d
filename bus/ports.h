/* SPDX-License-Identifier: MIT */
/*
 * The I/O port space: 65536 byte ports as named ranges. A port nobody owns
 * reads as all ones and absorbs writes, as an open bus does.
 *
 *   in    port, width, value     out   value
 *   next  devices/, through the callbacks of the range
 *
 * SDM 1, chapter "Input/Output".
 */
#ifndef BUS_PORTS_H
#define BUS_PORTS_H

#include "base/error.h"
#include "base/types.h"

struct trace;

/**
 * A run of ports that one device answers. `read` and `write` get the offset
 * of the first byte port from `first` and a size in bytes out of `sizes`; an
 * access of another size is split into byte accesses, lowest port first, as
 * an 8-bit card sees it. A missing callback reads as all ones and absorbs.
 */
struct port_range {
    const char *name;
    uint16_t first;
    uint16_t count; /**< ports; first + count <= 65536 */
    uint8_t sizes;  /**< sum of the sizes taken whole: 1, 2, 4; 0 means 1 */
    uint32_t (*read)(void *context, uint32_t offset, unsigned size);
    void (*write)(void *context, uint32_t offset, unsigned size,
                  uint32_t value);
    void *context;
};

enum { PORT_RANGES_MAX = 128, PORT_COUNT = 65536, PORTS_OPEN_MAX = 32 };

/** A port that the processor touched and nobody answered. */
struct open_port {
    uint16_t port;
    uint64_t cycles;
};

struct ports {
    struct port_range range[PORT_RANGES_MAX]; /**< [0] is the open bus */
    bool hidden[PORT_RANGES_MAX];             /**< decodes nothing */
    uint8_t owner[PORT_COUNT];                /**< index into `range` */
    unsigned range_count;
    uint64_t cycles; /**< accesses by the processor, for statistics */
    uint64_t open;   /**< those of them that no device answered */
    /** Which these were: the first PORTS_OPEN_MAX different ones. */
    struct open_port open_port[PORTS_OPEN_MAX];
    unsigned open_ports;
    struct trace *trace;
};

void ports_init(struct ports *ports, struct trace *trace);

/** Add a range. Fails, naming both, if it overlaps one that is there. */
bool ports_add(struct ports *ports, const struct port_range *range,
               struct error *error);

/**
 * Add a range that decodes nothing until ports_move() says where it is.
 * Gives its number; fails with 0.
 */
unsigned ports_add_movable(struct ports *ports, const struct port_range *range,
                           struct error *error);

/**
 * Make range `number` answer from `first` on, as far as it fits below 65536,
 * or hide it. Where it comes to lie over another, the one added first answers.
 */
void ports_move(struct ports *ports, unsigned number, uint16_t first,
                bool hidden);

/** Read `size` (1, 2, 4) bytes from `port`; wraps at 65536. */
uint32_t ports_read(struct ports *ports, uint16_t port, unsigned size);

/** Write the low `size` (1, 2, 4) bytes of `value` to `port`. */
void ports_write(struct ports *ports, uint16_t port, unsigned size,
                 uint32_t value);

/** Name of the range that holds `port`, or NULL. */
const char *ports_name(const struct ports *ports, uint16_t port);

#endif
