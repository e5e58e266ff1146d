/* SPDX-License-Identifier: MIT */
/*
 * The boot block: what multiboot hands to a kernel, in one run of bytes that
 * can lie anywhere: descriptor table, information, memory map, module list,
 * then the texts they point to.
 * "The Multiboot Specification", 0.6.96, "Boot information format".
 */
#ifndef MACHINE_BOOT_BLOCK_H
#define MACHINE_BOOT_BLOCK_H

#include "base/types.h"

#define MULTIBOOT_LOADER_MAGIC 0x2badb002u

struct boot_module {
    physical_addr start;
    physical_addr end; /**< behind the last byte */
    const char *text;
};

struct boot_facts {
    const char *image_name; /**< first word of the command line */
    const char *arguments;  /**< the rest, or NULL */
    uint64_t memory_bytes;
    const struct boot_module *modules;
    unsigned module_count;
};

/** Bytes that the block takes. */
size_t boot_block_size(const struct boot_facts *facts);

/**
 * Write the block, boot_block_size() bytes, as it must look at `physical`.
 * It begins with the descriptor table. Returns the address of the
 * information, which goes into EBX.
 */
physical_addr boot_block_write(const struct boot_facts *facts,
                               physical_addr physical, uint8_t *bytes);

#endif
