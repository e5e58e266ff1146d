/* SPDX-License-Identifier: MIT */
/*
 * Segmentation: the room that turns a logical address into a linear one, from
 * the hidden part of a segment register.
 *
 *   in    segment, offset, size, access
 *   out   linear address, or a refusal (#GP, or #SS for the stack segment)
 *   next  mmu/memory.h
 *
 * Loading a segment register from a descriptor table is cpu/descriptor.h.
 * SDM 3A, "Segment Registers" and "Limit Checking".
 */
#ifndef MMU_SEGMENT_H
#define MMU_SEGMENT_H

#include "base/types.h"

/** Bits of a descriptor's high doubleword, as in `struct segment.rights`. */
enum {
    DESC_ACCESSED = 1 << 8,
    DESC_WRITABLE = 1 << 9,     /**< data */
    DESC_READABLE = 1 << 9,     /**< code */
    DESC_EXPAND_DOWN = 1 << 10, /**< data */
    DESC_CONFORMING = 1 << 10,  /**< code */
    DESC_CODE = 1 << 11,
    DESC_S = 1 << 12, /**< code or data, not a system segment */
    DESC_DPL_SHIFT = 13,
    DESC_DPL = 3 << DESC_DPL_SHIFT,
    DESC_P = 1 << 15,
    DESC_AVL = 1 << 20,
    DESC_DB = 1 << 22, /**< D of code, B of data and stack */
    DESC_G = 1 << 23,
    DESC_TYPE_SHIFT = 8,
    DESC_TYPE = 15 << DESC_TYPE_SHIFT,
    /** What `struct segment.rights` keeps of the high doubleword. */
    DESC_RIGHTS = 0x00f0ff00
};

/** A segment register, or LDTR, or TR, with its hidden part. */
struct segment {
    uint16_t selector;
    bool usable;     /**< false: loaded with a null selector */
    uint32_t rights; /**< DESC_ bits */
    linear_addr base;
    uint32_t limit; /**< last offset, in bytes whatever DESC_G says */
};

/** True if data of every offset may be read and written, at base 0. */
static inline bool segment_is_flat(const struct segment *segment)
{
    const uint32_t want = DESC_S | DESC_P | DESC_WRITABLE;
    const uint32_t mask = want | DESC_CODE | DESC_EXPAND_DOWN;

    return segment->usable && segment->base == 0 &&
           segment->limit == 0xffffffffu && (segment->rights & mask) == want;
}

/** True if `size` bytes (1 or more) at `offset` lie within the limit. */
static inline bool segment_limit_allows(const struct segment *segment,
                                        effective_addr offset, uint32_t size)
{
    const uint32_t last = offset + (size - 1);
    const uint32_t top = segment->rights & DESC_DB ? 0xffffffffu : 0xffffu;

    if (last < offset)
        return false;
    if ((segment->rights & (DESC_S | DESC_CODE | DESC_EXPAND_DOWN)) ==
        (DESC_S | DESC_EXPAND_DOWN))
        return offset > segment->limit && last <= top;
    return last <= segment->limit;
}

/** True if the type of the segment allows `access`. */
static inline bool segment_type_allows(const struct segment *segment,
                                       enum access access)
{
    const uint32_t rights = segment->rights;

    if (!segment->usable)
        return false;
    if (rights & DESC_CODE)
        return access == ACCESS_EXECUTE ||
               (access == ACCESS_READ && (rights & DESC_READABLE));
    return access == ACCESS_READ ||
           (access == ACCESS_WRITE && (rights & DESC_WRITABLE));
}

/**
 * Form the linear address of `size` bytes at `offset`. Returns false, and
 * leaves `linear` alone, where type or limit forbid the access.
 */
static inline bool segment_linear(const struct segment *segment,
                                  effective_addr offset, uint32_t size,
                                  enum access access, linear_addr *linear)
{
    if (!segment_type_allows(segment, access) ||
        !segment_limit_allows(segment, offset, size))
        return false;
    *linear = segment->base + offset;
    return true;
}

/**
 * The same for words of a stack that fill `size` bytes: false also where the
 * stack pointer wraps among them, so that they do not lie side by side.
 */
static inline bool segment_span(const struct segment *segment,
                                effective_addr offset, uint32_t size,
                                enum access access, linear_addr *linear)
{
    if (!(segment->rights & DESC_DB) && offset + size > 0x10000)
        return false;
    return segment_linear(segment, offset, size, access, linear);
}

#endif
