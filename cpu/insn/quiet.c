/* SPDX-License-Identifier: MIT */
#include "cpu/insn/quiet.h"

#include "cpu/opcodes.h"
#include "cpu/specialise.h"

static insn_handler *own_handler(const struct insn *insn)
{
    return forms_find(opcode_row(insn->row)->fast, insn);
}

void quiet_end(struct insn *insn, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (insn[i].prefixes & INSN_QUIET)
            insn[i].execute = own_handler(&insn[i]);
    }
}

void quiet_resume(struct insn *insn, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (insn[i].prefixes & INSN_QUIET &&
            insn[i].execute == own_handler(&insn[i]))
            insn[i].execute = insn[i].quiet;
    }
}
