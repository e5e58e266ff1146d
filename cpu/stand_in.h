/* SPDX-License-Identifier: MIT */
/*
 * Another handler stands in for that of a record, until it is put back; unless
 * the record became stale, or its block had to go.
 */
#ifndef CPU_STAND_IN_H
#define CPU_STAND_IN_H

#include "cpu/block.h"

struct stand_in {
    struct insn *insn;
    insn_handler *own;
    insn_handler *other;
};

static inline struct stand_in stand_in(struct block_cache *cache,
                                       const struct insn *insn,
                                       insn_handler *other)
{
    struct stand_in stand = {.insn = block_record(cache, insn),
                             .own = insn->execute,
                             .other = other};

    stand.insn->execute = other;
    return stand;
}

static inline void stand_in_end(const struct stand_in *stand)
{
    if (stand->insn->execute == stand->other)
        stand->insn->execute = stand->own;
}

#endif
