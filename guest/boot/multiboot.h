/* SPDX-License-Identifier: MIT */
/*
 * Multiboot 1: how a boot loader finds us and what it tells us.
 *
 *   in    the header in our image; EAX = magic, EBX = information on entry
 *   out   command line and map of the physical memory
 *   next  mm/memory_map.h reads the map
 *
 * "The Multiboot Specification", version 0.6.96, sections 3.1 to 3.3.
 */
#ifndef BOOT_MULTIBOOT_H
#define BOOT_MULTIBOOT_H

#define MULTIBOOT_HEADER_MAGIC 0x1BADB002
#define MULTIBOOT_LOADER_MAGIC 0x2BADB002

#define MULTIBOOT_PAGE_ALIGN  0x1 /* in the header: modules on page bounds */
#define MULTIBOOT_MEMORY_INFO 0x2 /* in the header: we need the memory map */

#ifndef __ASSEMBLER__

#include "kernel/types.h"

/* Bits of multiboot_info.flags: which fields the loader filled in. */
#define MULTIBOOT_HAS_MEMORY  (1u << 0)
#define MULTIBOOT_HAS_CMDLINE (1u << 2)
#define MULTIBOOT_HAS_MMAP    (1u << 6)

/** What EBX points to. All addresses are physical. */
struct multiboot_info {
    uint32_t flags;
    uint32_t mem_lower; /**< KiB below 1 MiB */
    uint32_t mem_upper; /**< KiB above 1 MiB, up to the first hole */
    uint32_t boot_device;
    uint32_t cmdline; /**< zero-terminated text */
    uint32_t mods_count;
    uint32_t mods_addr;
    uint32_t syms[4];
    uint32_t mmap_length; /**< bytes */
    uint32_t mmap_addr;
};

/** One entry of the map, in the manner of the BIOS call INT 15h, E820h. */
struct multiboot_mmap_entry {
    uint32_t size; /**< of the rest of the entry */
    uint32_t base_low;
    uint32_t base_high;
    uint32_t length_low;
    uint32_t length_high;
    uint32_t type; /**< 1: usable memory */
};

#define MULTIBOOT_MMAP_USABLE 1u

#endif
#endif
