/* SPDX-License-Identifier: MIT */
/*
 * A packet of the trace file: header, context, events. All packets have one
 * size, so that the packet of number n begins at n times that size; what
 * follows the content is zero. Sizes in the context are in bits.
 */
#ifndef TRACE_CTF_PACKET_H
#define TRACE_CTF_PACKET_H

#include "base/types.h"

/** Raised when a reader of the one before would read something wrong. */
enum { CTF_FORMAT = 4 };

enum { CTF_PACKET_SIZE = 1 << 20 };

#define CTF_MAGIC 0xc1fc1fc1u

/** How a packet begins. The host is little-endian, as the format. */
struct ctf_packet_head {
    uint32_t magic;
    uint32_t stream_id;
    uint64_t timestamp_begin;
    uint64_t timestamp_end;
    uint64_t content_size;
    uint64_t packet_size;
    uint64_t packet_seq_num;
    uint64_t events_discarded;
};

_Static_assert(sizeof(struct ctf_packet_head) == 56, "no holes");

/** Bytes of the state event's payload but for the TLB's entries. */
enum { CTF_STATE_SIZE = 102, CTF_STATE_ENTRY_SIZE = 14 };

/** The files in the trace's directory. */
#define CTF_METADATA_NAME "metadata"
#define CTF_STREAM_NAME   "stream"

#endif
