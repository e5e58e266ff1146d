/* SPDX-License-Identifier: MIT */
/*
 * The host's breakpoints: linear addresses of instructions before which
 * somebody outside wants to look at the machine. They cost nothing elsewhere:
 * a decoded record at the same offset of its page has another handler.
 *
 *   in    linear addresses
 *   out   a call before the instruction, each time
 */
#ifndef CPU_BREAKPOINTS_H
#define CPU_BREAKPOINTS_H

#include "base/types.h"

struct breakpoints {
    uint64_t offsets[PAGE_SIZE / 64]; /**< a bit for each offset in use */
    linear_addr *slot; /**< hash table; a slot is free where `used` is 0 */
    uint8_t *used;
    uint32_t room; /**< slots: a power of 2, or 0 */
    uint32_t count;
    /**
     * The instruction at `linear` is next; true stops the run before it.
     * NULL: all stop. May look at the whole machine and add breakpoints.
     */
    bool (*reached)(void *context, linear_addr linear);
    /** The same, where fetching begins there anew: before the code page is
     * looked up. NULL: nobody asks. */
    void (*fetching)(void *context, linear_addr linear);
    /** The instruction at work has turned paging on. NULL: nobody asks. May
     * do what `reached` may. */
    void (*paging_on)(void *context);
    void *context;
};

/**
 * Add one; harmless if it is there. `is_new_offset` tells whether records at
 * that offset were decoded without it. False for want of memory.
 */
MUST_CHECK bool breakpoints_add(struct breakpoints *breakpoints,
                                linear_addr linear, bool *is_new_offset);

/** Remove all, and give their memory back. */
void breakpoints_clear(struct breakpoints *breakpoints);

/** True if there is one at `linear`. */
bool breakpoints_has(const struct breakpoints *breakpoints, linear_addr linear);

/** True if there may be one at the page offset of `linear`. */
static inline bool breakpoints_may_have(const struct breakpoints *breakpoints,
                                        linear_addr linear)
{
    const uint32_t offset = linear & PAGE_OFFSET_MASK;

    return breakpoints->offsets[offset / 64] >> offset % 64 & 1;
}

/** True if somebody may wait for fetching to begin at `linear`. */
static inline bool breakpoints_may_await(const struct breakpoints *breakpoints,
                                         linear_addr linear)
{
    return UNLIKELY(breakpoints->fetching != NULL) &&
           breakpoints_may_have(breakpoints, linear);
}

#endif
