/* SPDX-License-Identifier: MIT */
/*
 * The Linux block: what the 32-bit boot protocol hands to a kernel, in one run
 * of bytes: the zero page with setup header, memory map and screen, then a
 * descriptor table and the command line.
 * "The Linux/x86 Boot Protocol" and "Zero Page", of Linux 6.1.
 */
#ifndef MACHINE_LINUX_BLOCK_H
#define MACHINE_LINUX_BLOCK_H

#include "machine/image.h"

/** Offset of the descriptor table from the start of the block. */
enum { LINUX_BLOCK_GDT = 0x1000 };

struct linux_facts {
    const struct image *image; /**< whose setup header is copied */
    uint32_t header_end;       /**< of the setup header, in the file */
    const char *arguments;     /**< the command line, or NULL */
    uint64_t memory_bytes;
    physical_addr initrd; /**< where it lies; 0 bytes: there is none */
    uint32_t initrd_size;
};

/** Bytes that the block takes. */
size_t linux_block_size(const struct linux_facts *facts);

/**
 * Write the block, linux_block_size() bytes, as it must look at `physical`.
 * It begins with the zero page, whose address goes into ESI.
 */
void linux_block_write(const struct linux_facts *facts, physical_addr physical,
                       uint8_t *bytes);

#endif
