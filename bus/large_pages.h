/* SPDX-License-Identifier: MIT */
/*
 * Large pages of the host under RAM that the guest uses throughout: a guest
 * that misses its TLB over much memory misses the host's too. Nothing but
 * time depends on it.
 */
#ifndef BUS_LARGE_PAGES_H
#define BUS_LARGE_PAGES_H

#include "bus/bus.h"

/**
 * Move RAM into large pages of the host where it is in memory nearly whole,
 * so that no more memory is taken than a little. Costs about half a
 * millisecond for 2 MiB; where the host cannot, nothing changes.
 */
void bus_use_large_pages(struct bus *bus);

#endif
