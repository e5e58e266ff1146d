/* SPDX-License-Identifier: MIT */
/*
 * What --inspect shows of a machine that stands.
 */
#ifndef TOOLS_INSPECT_H
#define TOOLS_INSPECT_H

#include "tools/peek.h"

/** The walk of `linear`, and what the TLBs hold for it. */
void inspect_walk(FILE *file, struct machine *machine, linear_addr linear,
                  const struct symbols *symbols);

/** Every mapped range, neighbours that are alike in one line. */
void inspect_pages(FILE *file, struct machine *machine);

/** The TLBs by set and way, entries that the tables contradict marked. */
void inspect_tlb(FILE *file, struct machine *machine);

/** Registers. */
void inspect_registers(FILE *file, struct machine *machine,
                       const struct symbols *symbols);

#endif
