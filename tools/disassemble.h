/* SPDX-License-Identifier: MIT */
/*
 * Machine code as text. Built with Capstone, or without: then the bytes are
 * shown and lengths are not known.
 */
#ifndef TOOLS_DISASSEMBLE_H
#define TOOLS_DISASSEMBLE_H

#include "base/types.h"

enum { DISASSEMBLY_TEXT_SIZE = 96, INSTRUCTION_MAX_SIZE = 15 };

struct disassembler;

/** For 32-bit or 16-bit code. NULL: not built in, or no memory. */
struct disassembler *disassembler_create(bool code32);
void disassembler_destroy(struct disassembler *disassembler);

/**
 * Write the instruction at `bytes`, `size` of them readable, to `text`;
 * `linear` is its address. Returns its length, or 0 if it is none.
 */
unsigned disassemble(struct disassembler *disassembler, const uint8_t *bytes,
                     size_t size, linear_addr linear,
                     char text[DISASSEMBLY_TEXT_SIZE]);

#endif
