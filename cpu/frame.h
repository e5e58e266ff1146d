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

struct frame {
    struct segment stack; /**< what SS will be */
    uint32_t pointer;     /**< before the first push */
    uint32_t error_code;  /**< of #SS where there is no room */
    uint8_t cpl;          /**< privilege of the stack */
    uint8_t size;         /**< bytes of one word: 2 or 4 */
    bool half_last;       /**< only the low half of the last word is written */
    unsigned count;
    uint8_t *host; /**< of the last word, if all are known to lie together */
    bool together; /**< within the limit, and none wraps; `linear` is valid */
    linear_addr linear; /**< of the last word */
    uint32_t value[STORES_MAX];
    struct stores stores; /**< if `host` is NULL */
};

/** A frame of `size`-byte words on the present stack, at the present CPL. */
void frame_begin(const struct cpu *cpu, struct frame *frame, uint8_t size);

/** The same on the stack `stack`:`pointer` of the inner privilege `cpl`. */
void frame_begin_inner(struct frame *frame, const struct segment *stack,
                       uint32_t pointer, uint8_t cpl, uint8_t size);

static inline void frame_push(struct frame *frame, uint32_t value)
{
    frame->value[frame->count++] = value;
}

/** Push an exception's error code, the last word of its frame. */
void frame_push_error_code(const struct cpu *cpu, struct frame *frame,
                           uint32_t error_code);

/** #SS(`error_code`) if the stack segment has no room for the words. */
MUST_CHECK bool frame_check(struct cpu *cpu, struct frame *frame);

/**
 * #AC where the words are not aligned on a stack of CPL 3. Unverified: frames
 * that interrupts push are not checked.
 */
MUST_CHECK bool frame_align(struct cpu *cpu, const struct frame *frame);

/** Translate every word of the frame. Raises #PF. */
MUST_CHECK bool frame_open(struct cpu *cpu, struct frame *frame);

/**
 * Between open and commit: a recorder began to take accesses, and wants the
 * frame's as well.
 */
void frame_show(struct cpu *cpu, struct frame *frame);

/** Write the words, set SS and (E)SP. The caller updates the mode. */
void frame_commit(struct cpu *cpu, const struct frame *frame);

#endif
