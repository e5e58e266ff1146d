/* SPDX-License-Identifier: MIT */
/*
 * The frame that a far call or an interrupt leaves on a stack, which may be
 * that of a more privileged level. The one builder of such frames.
 *
 *   in    a stack, the privilege that will use it, the words in push order
 *   out   #SS where there is no room, #PF, #AC; then SS, ESP and memory
 *   next  cpu/stores.h
 *
 * SDM 3A, "Stack Switching" and "Stack Usage on Transfers to ... Handling
 * Routines". Four steps: begin, push, check (limit), open (pages); commit
 * after nothing can fail.
 */
#ifndef CPU_FRAME_H
#define CPU_FRAME_H

#include "cpu/cpu.h"
#include "cpu/stores.h"

/** What keeps a frame from being written as one piece of plain memory. */
enum frame_odd {
    FRAME_HALF_LAST = 1 << 0, /**< only the low half of the last word is */
    FRAME_RECORDED = 1 << 1   /**< accesses to the page are recorded */
};

struct frame {
    struct segment stack; /**< what SS will be */
    uint32_t pointer;     /**< before the first push */
    uint32_t error_code;  /**< of #SS where there is no room */
    uint8_t cpl;          /**< privilege of the stack */
    uint8_t size;         /**< bytes of one word: 2 or 4 */
    uint8_t odd;          /**< enum frame_odd */
    bool flat;            /**< the stack: 32 bits wide, base 0, no limit */
    unsigned count;
    uint8_t *host; /**< of the last word, if all are known to lie together */
    bool together; /**< within the limit, and none wraps; `linear` is valid */
    linear_addr linear; /**< of the last word */
    uint32_t value[STORES_MAX];
    struct stores stores; /**< if `host` is NULL */
};

/* Both of the below. */
static ALWAYS_INLINE void frame_init(struct frame *frame,
                                     const struct segment *stack,
                                     uint32_t pointer, uint8_t cpl,
                                     uint8_t size)
{
    frame->stack = *stack;
    frame->pointer = pointer;
    frame->cpl = cpl;
    frame->size = size;
    frame->odd = 0;
    frame->count = 0;
    frame->stores.count = 0;
}

/** A frame of `size`-byte words on the present stack, at the present CPL. */
static ALWAYS_INLINE void frame_begin(const struct cpu *cpu,
                                      struct frame *frame, uint8_t size)
{
    const uint8_t flat = MODE_FLAT_SS | MODE_STACK32;

    frame_init(frame, &cpu->segment[SS], cpu->gpr[ESP], cpu->cpl, size);
    frame->error_code = 0;
    frame->flat = (cpu->mode & flat) == flat;
}

/** The same on the stack `stack`:`pointer` of the inner privilege `cpl`. */
static ALWAYS_INLINE void frame_begin_inner(struct frame *frame,
                                            const struct segment *stack,
                                            uint32_t pointer, uint8_t cpl,
                                            uint8_t size)
{
    frame_init(frame, stack, pointer, cpl, size);
    frame->error_code = stack->selector & 0xfffcu;
    frame->flat = segment_is_flat(stack) && stack->rights & DESC_DB;
}

static inline void frame_push(struct frame *frame, uint32_t value)
{
    frame->value[frame->count++] = value;
}

/** Push an exception's error code, the last word of its frame. */
void frame_push_error_code(const struct cpu *cpu, struct frame *frame,
                           uint32_t error_code);

/* frame_check() where segment and pointer have to be looked at. */
MUST_CHECK bool frame_check_slow(struct cpu *cpu, struct frame *frame);

/** #SS(`error_code`) if the stack segment has no room for the words. */
MUST_CHECK static ALWAYS_INLINE bool frame_check(struct cpu *cpu,
                                                 struct frame *frame)
{
    const uint32_t bytes = frame->count * frame->size;

    if (UNLIKELY(!frame->flat || frame->pointer < bytes))
        return frame_check_slow(cpu, frame);
    frame->together = true;
    frame->linear = frame->pointer - bytes;
    return true;
}

/**
 * #AC where the words are not aligned on a stack of CPL 3. Unverified: frames
 * that interrupts push are not checked.
 */
MUST_CHECK bool frame_align(struct cpu *cpu, const struct frame *frame);

/* frame_open() where the words are to be opened one by one. */
MUST_CHECK bool frame_open_slow(struct cpu *cpu, struct frame *frame);

/** Translate every word of the frame. Raises #PF. */
MUST_CHECK static ALWAYS_INLINE bool frame_open(struct cpu *cpu,
                                                struct frame *frame)
{
    const struct page_request request = {
        .linear = frame->linear,
        .access = ACCESS_WRITE,
        .privilege = frame->cpl == 3 ? PRIVILEGE_USER : PRIVILEGE_SUPERVISOR};

    frame->host = NULL;
    if (LIKELY(frame->together))
        frame->host = memory_known(&cpu->mmu, request,
                                   frame->count * frame->size, frame->count);
    return LIKELY(frame->host) || frame_open_slow(cpu, frame);
}

/**
 * Between open and commit: a recorder began to take accesses, and wants the
 * frame's as well.
 */
void frame_show(struct cpu *cpu, struct frame *frame);

/* frame_commit() where the stack or the words are not the usual ones. */
void frame_commit_slow(struct cpu *cpu, struct frame *frame);

/** Write the words, set SS and (E)SP. The caller updates the mode. */
static ALWAYS_INLINE void frame_commit(struct cpu *cpu, struct frame *frame)
{
    const unsigned count = frame->count;

    if (UNLIKELY(!frame->host || !frame->flat || frame->size != 4 ||
                 frame->odd)) {
        frame_commit_slow(cpu, frame);
        return;
    }
    for (unsigned i = 0; i < count; i++)
        bytes_store(frame->host + (count - 1 - i) * 4, 4, frame->value[i]);
    cpu->segment[SS] = frame->stack;
    cpu->gpr[ESP] = frame->linear;
}

#endif
