/* SPDX-License-Identifier: MIT */
/*
 * Words that every room uses: the three kinds of address and what an access
 * is made for. No behaviour and no state lives here.
 */
#ifndef BASE_TYPES_H
#define BASE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Offset within a segment, before segmentation. SDM 3A, "Memory Management".
 */
typedef uint32_t effective_addr;

/** Address after segmentation, before paging. */
typedef uint32_t linear_addr;

/** Address on the bus, after paging. */
typedef uint32_t physical_addr;

/** Bytes in a page, and the two halves of an address that it makes. */
#define PAGE_SIZE        4096u
#define PAGE_OFFSET_MASK 0xfffu
#define PAGE_FRAME_MASK  0xfffff000u

/** What an access does, and so which rights it needs. */
enum access {
    ACCESS_READ,
    ACCESS_WRITE,  /**< also the read half of a read-modify-write */
    ACCESS_EXECUTE /**< instruction fetch; checked as a read */
};

/** Privilege as paging sees it: CPL 3 is user, CPL 0-2 supervisor. */
enum privilege { PRIVILEGE_SUPERVISOR, PRIVILEGE_USER };

/** The caller must look at the result: false means a fault is waiting. */
#define MUST_CHECK __attribute__((warn_unused_result))

/** Inlined whatever the compiler thinks, so that constant forms fold. */
#define ALWAYS_INLINE inline __attribute__((always_inline))

/** Kept out of the hot path's code. */
#define NEVER_INLINE __attribute__((noinline, cold))

#define LIKELY(condition)   __builtin_expect(!!(condition), 1)
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)

/** True if `size` bytes (1 to 4096) at `linear` lie in two pages. */
static inline bool page_crosses(linear_addr linear, uint32_t size)
{
    return (linear & PAGE_OFFSET_MASK) + size > PAGE_SIZE;
}

#endif
