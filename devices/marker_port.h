/* SPDX-License-Identifier: MIT */
/*
 * The marker port, our own: a doubleword written here appears in the trace as
 * a marker, so that a guest can say "the interesting part begins". Reads as
 * zero.
 */
#ifndef DEVICES_MARKER_PORT_H
#define DEVICES_MARKER_PORT_H

#include "base/types.h"

struct trace;

struct marker_port {
    struct trace *trace;
};

uint32_t marker_port_read(void *context, uint32_t offset, unsigned size);
void marker_port_write(void *context, uint32_t offset, unsigned size,
                       uint32_t value);

#endif
