/* SPDX-License-Identifier: MIT */
/*
 * The two ports of an AT's coprocessor logic. A write to the first ends the
 * error that stands on FERR#, and so on IRQ 13, and lets the handler use the
 * x87 (IGNNE#); one to the second reset a 287 and does the same here. They
 * have no registers. IBM PC AT Technical Reference, "Coprocessor".
 */
#ifndef DEVICES_COPROCESSOR_PORT_H
#define DEVICES_COPROCESSOR_PORT_H

#include "base/types.h"

struct coprocessor_port {
    void (*clear)(void *context); /**< may be NULL */
    void *context;
};

uint32_t coprocessor_port_read(void *context, uint32_t offset, unsigned size);
void coprocessor_port_write(void *context, uint32_t offset, unsigned size,
                            uint32_t value);

#endif
