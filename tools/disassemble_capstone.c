/* SPDX-License-Identifier: MIT */
#include <capstone/capstone.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/disassemble.h"

struct disassembler {
    csh capstone;
    cs_insn *insn;
};

struct disassembler *disassembler_create(bool code32)
{
    struct disassembler *disassembler = calloc(1, sizeof *disassembler);
    const cs_mode mode = code32 ? CS_MODE_32 : CS_MODE_16;

    if (!disassembler)
        return NULL;
    if (cs_open(CS_ARCH_X86, mode, &disassembler->capstone) != CS_ERR_OK) {
        free(disassembler);
        return NULL;
    }
    disassembler->insn = cs_malloc(disassembler->capstone);
    return disassembler;
}

void disassembler_destroy(struct disassembler *disassembler)
{
    if (!disassembler)
        return;
    cs_free(disassembler->insn, 1);
    (void)cs_close(&disassembler->capstone);
    free(disassembler);
}

unsigned disassemble(struct disassembler *disassembler, const uint8_t *bytes,
                     size_t size, linear_addr linear,
                     char text[DISASSEMBLY_TEXT_SIZE])
{
    uint64_t address = linear;
    const cs_insn *insn = disassembler->insn;

    if (!insn || !cs_disasm_iter(disassembler->capstone, &bytes, &size,
                                 &address, disassembler->insn)) {
        (void)snprintf(text, DISASSEMBLY_TEXT_SIZE, "(undefined)");
        return 0;
    }
    (void)snprintf(text, DISASSEMBLY_TEXT_SIZE, "%-7.31s %.60s", insn->mnemonic,
                   insn->op_str);
    return insn->size;
}
