/* SPDX-License-Identifier: MIT */
/*
 * Accesses of fast handlers that go into the trace where they happen. All that
 * can keep an event from being written is asked when the operand is opened; it
 * is appended when the operand is read or written, in the order in which the
 * front door would have told of it. Where a handler gives up, what it appended
 * is taken back, and the full form tells of it again.
 */
#ifndef CPU_RECORDED_H
#define CPU_RECORDED_H

#include "cpu/cpu.h"
#include "trace/append.h"

/** What goes into the event of an access. */
struct recorded {
    uint64_t tick;
    uint32_t eip;
    linear_addr linear;
};

/** The place of a handler's record. False: the trace has no room for its
 * accesses. */
MUST_CHECK static ALWAYS_INLINE bool recorded_begin(const struct cpu *cpu,
                                                    const struct insn *insn,
                                                    struct recorded *recorded)
{
    recorded->tick = cpu->deadline - (uint64_t)cpu->ticks_left - insn->left;
    recorded->eip = cpu->eip + insn->offset;
    return LIKELY(
        trace_may_append(&cpu->trace->stream, recorded->tick, recorded->eip));
}

/**
 * Host address of `size` bytes at `linear` if the fast table knows the page
 * and the trace has room for the access, else NULL.
 */
static ALWAYS_INLINE uint8_t *recorded_open(struct cpu *cpu,
                                            const struct insn *insn,
                                            linear_addr linear, uint32_t size,
                                            enum access access,
                                            struct recorded *recorded)
{
    recorded->linear = linear;
    if (UNLIKELY(!recorded_begin(cpu, insn, recorded)))
        return NULL;
    return fast_probe_tagged(cpu->mmu.fast, linear, size, access,
                             FAST_RECORDED);
}

/** Append the access. Cannot fail. */
static ALWAYS_INLINE void recorded_append(struct cpu *cpu,
                                          const struct recorded *recorded,
                                          bool write, uint32_t size)
{
    trace_append(&cpu->trace->stream, recorded->tick, recorded->eip,
                 trace_access_id(write, size), recorded->linear);
}

/** Append `count` accesses of `size` bytes that lie downwards and end behind
 * `recorded->linear` + count * size. */
static ALWAYS_INLINE void recorded_append_down(struct cpu *cpu,
                                               struct recorded recorded,
                                               bool write, uint32_t size,
                                               unsigned count)
{
    const linear_addr first = recorded.linear;

    for (unsigned i = count; i-- > 0;) {
        recorded.linear = first + i * size;
        recorded_append(cpu, &recorded, write, size);
    }
}

/** The same of a write of what was read just before: the read's event becomes
 * that of both. */
static ALWAYS_INLINE void recorded_update(struct cpu *cpu, uint32_t size)
{
    trace_append_update(&cpu->trace->stream, size);
}

/*
 * The same for full forms, which know nothing of the trace: where the fast
 * table does not know a page for them, they ask here. The words are then those
 * of a page whose accesses are recorded, counted as so many look-ups, and
 * appended; NULL: nothing is done.
 */

/** The place of the instruction at work, of which an access is appended next.
 * False: it takes the front door. */
MUST_CHECK bool recorded_here(struct cpu *cpu, struct recorded *recorded);

/** `count` words of `size` bytes from `request.linear` upwards, in this
 * order. */
uint8_t *recorded_words(struct cpu *cpu, struct page_request request,
                        uint32_t size, unsigned count);

/** Words of the stack that are read, from `offset` upwards. */
uint8_t *recorded_stack(struct cpu *cpu, uint32_t offset, uint32_t size,
                        unsigned count);

/** An operand of the running program, in a flat segment. */
uint8_t *recorded_data(struct cpu *cpu, unsigned segment, effective_addr offset,
                       uint32_t size, enum access access);

/** How far the trace is before a handler runs. */
struct recorded_mark {
    uint8_t *at;
    uint64_t tick;
};

static ALWAYS_INLINE struct recorded_mark recorded_mark(const struct cpu *cpu)
{
    const struct trace_stream *stream = &cpu->trace->stream;

    return (struct recorded_mark){stream->at, stream->tick};
}

/** Back to there. */
static ALWAYS_INLINE void recorded_rewind(struct cpu *cpu,
                                          struct recorded_mark mark)
{
    cpu->trace->stream.at = mark.at;
    cpu->trace->stream.tick = mark.tick;
}

#endif
