/* SPDX-License-Identifier: MIT */
/*
 * ELF, as much as it takes to load a program or map a library. "Tool
 * Interface Standard (TIS) Executable and Linking Format (ELF) Specification"
 * 1.2, book I, chapters 1 and 2.
 */
#ifndef KERNEL_ELF_H
#define KERNEL_ELF_H

#include "kernel/types.h"

#define ELF_MAGIC   0x464C457Fu /* 7F "ELF" as a little-endian word */
#define ELF_CLASS32 1
#define ET_EXEC     2
#define ET_DYN      3
#define EM_386      3
#define PT_LOAD     1
#define PF_X        1u
#define PF_W        2u
#define PF_R        4u

/** Stands at the beginning of the file. */
struct elf_header {
    uint32_t magic;
    uint8_t class;
    uint8_t ident[11];
    uint16_t type;
    uint16_t machine;
    uint32_t version;
    uint32_t entry;
    uint32_t program_offset; /**< of the program headers */
    uint32_t section_offset;
    uint32_t flags;
    uint16_t header_size;
    uint16_t program_size; /**< of one program header */
    uint16_t program_count;
    uint16_t section_size;
    uint16_t section_count;
    uint16_t name_section;
};

/** A part of the file, and where in memory it belongs. */
struct elf_segment {
    uint32_t type;
    uint32_t offset; /**< in the file */
    uint32_t linear;
    uint32_t physical;
    uint32_t file_size;
    uint32_t memory_size; /**< more than in the file: zeros, the bss */
    uint32_t flags;       /**< PF_ bits */
    uint32_t align;
};

#endif
