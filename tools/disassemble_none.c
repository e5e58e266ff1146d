/* SPDX-License-Identifier: MIT */
#include "tools/disassemble.h"

struct disassembler *disassembler_create(bool code32)
{
    (void)code32;
    return NULL;
}

void disassembler_destroy(struct disassembler *disassembler)
{
    (void)disassembler;
}

unsigned disassemble(struct disassembler *disassembler, const uint8_t *bytes,
                     size_t size, linear_addr linear,
                     char text[DISASSEMBLY_TEXT_SIZE])
{
    (void)disassembler;
    (void)bytes;
    (void)size;
    (void)linear;
    text[0] = '\0';
    return 0;
}
