/* SPDX-License-Identifier: MIT */
#include "cpu/patch.h"

#include "cpu/decode.h"
#include "cpu/opcodes.h"

/* The record of the instruction that byte `at` of the block belongs to. */
static struct insn *record_at(struct block *block, uint32_t at)
{
    struct insn *insn = block->insn;

    while (at >= (uint32_t)insn->offset + insn->length)
        insn++;
    return insn;
}

bool patch_block(struct block *block, const uint8_t *bytes,
                 const struct written *written)
{
    struct insn *insn = record_at(block, written->first);

    if (insn == written->at_work ||
        written->last >= (uint32_t)insn->offset + insn->length ||
        !decode_value(written->forms, bytes + insn->offset,
                      written->first - insn->offset, insn))
        return false;
    if (opcode_row(insn->row)->attributes & NEAR_BRANCH)
        insn_set_target(insn);
    return true;
}
