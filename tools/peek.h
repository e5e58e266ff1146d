/* SPDX-License-Identifier: MIT */
/*
 * Looking at a machine that stands: guest memory by linear address, page
 * walks, code. Nothing is disturbed.
 */
#ifndef TOOLS_PEEK_H
#define TOOLS_PEEK_H

#include <stdio.h>

#include "machine/machine.h"
#include "tools/symbols.h"

/** Copy up to `size` bytes; returns how many are mapped, from the first. */
size_t peek_read(struct machine *machine, linear_addr linear, void *bytes,
                 size_t size);

/** The tables' walk for a supervisor's read. Only with paging on. */
struct page_walk peek_walk(struct machine *machine, linear_addr linear);

/** Print the walk of `linear`, a line a level, each behind `indent`. */
void peek_show_walk(FILE *file, struct machine *machine, linear_addr linear,
                    const char *indent);

/** Print general and segment registers, EIP, EFLAGS, control registers. */
void peek_show_registers(FILE *file, const struct machine *machine,
                         const struct symbols *symbols);

/** A place in the code, as offsets in CS. */
struct peek_code {
    uint32_t from; /**< where its block may have begun */
    uint32_t eip;
};

/** Print the instruction at `eip`, marked, and those around it. */
void peek_show_code(FILE *file, struct machine *machine,
                    const struct symbols *symbols,
                    const struct peek_code *code);

#endif
