/* SPDX-License-Identifier: MIT */
/*
 * The exit port: a write of one, two or four bytes ends the run with the
 * guest's own status. Reads as zero. The same as QEMU's "isa-debug-exit".
 */
#ifndef DEVICES_EXIT_PORT_H
#define DEVICES_EXIT_PORT_H

#include "base/types.h"

struct exit_port {
    void (*leave)(void *context, uint32_t value); /**< may be NULL */
    void *context;
};

uint32_t exit_port_read(void *context, uint32_t offset, unsigned size);
void exit_port_write(void *context, uint32_t offset, unsigned size,
                     uint32_t value);

#endif
