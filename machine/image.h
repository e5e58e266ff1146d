/* SPDX-License-Identifier: MIT */
/*
 * Images: from the bytes of a file to a plan of what goes where. Kinds are
 * told apart by content, never by name. Nothing here touches a machine, so
 * that a fuzzer can count through every broken file there is.
 *
 *   in    bytes of a file
 *   out   kind, entry point and segments, or one line that says what is wrong
 *   next  machine/loader.h carries the plan out
 *
 * "Tool Interface Standard: ELF", 1.2; "The Multiboot Specification", 0.6.96.
 */
#ifndef MACHINE_IMAGE_H
#define MACHINE_IMAGE_H

#include "base/error.h"
#include "base/types.h"

/** A file in memory. The bytes belong to the caller. */
struct image {
    const char *name; /**< as the user gave it; for messages */
    const uint8_t *bytes;
    size_t size;
};

enum image_kind {
    IMAGE_MULTIBOOT,   /**< multiboot 1, ELF or with addresses in its header */
    IMAGE_LINUX,       /**< bzImage, entered by the 32-bit boot protocol */
    IMAGE_ELF,         /**< ELF32 i386 executable without a multiboot header */
    IMAGE_BOOT_SECTOR, /**< 512 bytes that end in 55 AA */
    IMAGE_FLAT         /**< anything else: code from its first byte */
};

/** A run of bytes to load, zeroes behind it. */
struct image_segment {
    physical_addr physical;
    uint32_t memory_size; /**< bytes, not 0; physical + it <= 4 GiB */
    uint32_t file_size;   /**< of them from the file, <= memory_size */
    size_t offset;        /**< in the file; offset + file_size <= its size */
};

enum {
    IMAGE_SEGMENTS_MAX = 64,
    BOOT_SECTOR_SIZE = 512,
    BOOT_SECTOR_ADDRESS = 0x7c00,
    FLAT_ADDRESS = 0x100000
};

/** What a Linux kernel says of itself. */
struct image_kernel {
    uint32_t header_end;       /**< offset behind its setup header */
    uint32_t command_line_max; /**< longest command line, in bytes */
    uint32_t initrd_max;       /**< highest address of the initrd's bytes */
    uint64_t run_first;        /**< where it unpacks itself */
    uint32_t run_size;         /**< bytes that it needs there; 0: not known */
};

struct image_plan {
    enum image_kind kind;
    uint32_t entry; /**< physical address of the first instruction */
    struct image_kernel kernel; /**< of IMAGE_LINUX */
    unsigned segment_count;
    struct image_segment segment[IMAGE_SEGMENTS_MAX]; /**< none overlap */
};

/**
 * Find out what `image` is and what goes where. Fails with one line that
 * names the image: empty, truncated, for another machine, not executable.
 */
bool image_plan(const struct image *image, struct image_plan *plan,
                struct error *error);

/** True if the bytes begin as an ELF file does. */
bool image_is_elf(const struct image *image);

/**
 * Add a segment to the plan, `number` its name in messages. An empty one is
 * left out. Fails where it leaves the file or the address space, or overlaps
 * another.
 */
bool image_add_segment(const struct image *image, struct image_plan *plan,
                       unsigned number, const struct image_segment *segment,
                       struct error *error);

#endif
