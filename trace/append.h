/* SPDX-License-Identifier: MIT */
/*
 * The short way into a packet: a memory access appended where it happens, as
 * one store of eight bytes. What does not fit (the packet is full, the tick or
 * the place went too far) is refused; the access then takes the front door,
 * which tells the recorder, and that puts it right.
 *
 *   in    an access that has just been made, or is about to be
 *   out   id, tick, low half of EIP, linear address; see docs/trace-format.md
 */
#ifndef TRACE_APPEND_H
#define TRACE_APPEND_H

#include <string.h>

#include "trace/ctf_ids.h"
#include "trace/trace.h"

/** Bytes of an access that was appended. */
enum { TRACE_ACCESS_SIZE = 8 };

/** Event of a read or write of `size` (1, 2, 4 or 8) bytes. */
static ALWAYS_INLINE unsigned trace_access_id(bool write, unsigned size)
{
    const unsigned log = (unsigned)__builtin_ctz(size);

    return (write ? CTF_WRITE_1 : CTF_READ_1) + log;
}

/**
 * True if accesses at this tick and EIP can be appended, a few of them: an
 * instruction's. False: take the front door. Needs a recorder of packets that
 * wants every access and no values.
 */
MUST_CHECK static ALWAYS_INLINE bool trace_may_append(
    const struct trace_stream *stream, uint64_t tick, uint32_t eip)
{
    return !((tick - stream->tick) >> 8 | (eip ^ stream->eip) >> 16) &&
           stream->at < stream->limit;
}

/** Note that accesses to the page of `linear` go to that of `physical`. */
static inline void trace_tell(struct trace_stream *stream, linear_addr linear,
                              physical_addr physical)
{
    stream->told[linear >> 12] =
        stream->packet << 32 | (physical & PAGE_FRAME_MASK);
}

/**
 * Write the header of event `id`, where there is room. Returns what follows
 * it; the caller moves the stream behind the fields.
 */
static inline uint8_t *trace_put_header(struct trace_stream *stream,
                                        uint64_t tick, uint32_t eip,
                                        unsigned id)
{
    const uint16_t eip_low = (uint16_t)eip;
    uint8_t *at = stream->at;

    if (UNLIKELY(tick - stream->tick > UINT8_MAX)) {
        *at++ = CTF_EXTENDED;
        *at++ = (uint8_t)id;
        memcpy(at, &tick, sizeof tick);
        at += sizeof tick;
    } else {
        *at++ = (uint8_t)id;
        *at++ = (uint8_t)tick;
    }
    memcpy(at, &eip_low, sizeof eip_low);
    stream->tick = tick;
    return at + sizeof eip_low;
}

/** True if the packet says so far that it happens where the record says. */
static inline bool trace_is_here(const struct trace_stream *stream,
                                 const struct trace_record *record)
{
    return LIKELY(
        stream->cr3 == record->cr3 && stream->code_base == record->code_base &&
        stream->cpl == record->cpl && !((stream->eip ^ record->eip) >> 16));
}

/** The next events are where the record is: say so, unless that is known. */
void trace_go_to(struct trace_stream *stream,
                 const struct trace_record *record);

/**
 * The instruction at work is about to have an access appended. False: it takes
 * the front door, as more than its place keeps it from that.
 */
MUST_CHECK bool trace_settle(struct trace *trace);

/** Append an access that may be; `id` is that of trace_access_id(). */
static ALWAYS_INLINE void trace_append(struct trace_stream *stream,
                                       uint64_t tick, uint32_t eip, unsigned id,
                                       linear_addr linear)
{
    const uint64_t event = id | (tick & 0xff) << 8 |
                           (uint64_t)(eip & 0xffff) << 16 |
                           (uint64_t)linear << 32;

    _Static_assert(sizeof event == TRACE_ACCESS_SIZE, "one word");
    memcpy(stream->at, &event, sizeof event);
    stream->at += sizeof event;
    stream->tick = tick;
}

/** Append `count` of them, in the order in which they lie: each `step` bytes
 * behind the one before. */
static ALWAYS_INLINE void trace_append_words(struct trace_stream *stream,
                                             uint64_t tick, uint32_t eip,
                                             unsigned id, linear_addr linear,
                                             uint32_t step, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        trace_append(stream, tick, eip, id, linear);
        linear += step;
    }
}

/** Make the read that was appended last one of a value that is then written
 * back: `size` is 1, 2 or 4. */
static ALWAYS_INLINE void trace_append_update(struct trace_stream *stream,
                                              unsigned size)
{
    stream->at[-TRACE_ACCESS_SIZE] =
        (uint8_t)(CTF_UPDATE_1 + (unsigned)__builtin_ctz(size));
}

#endif
