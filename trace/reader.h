/* SPDX-License-Identifier: MIT */
/*
 * Reads a recorded trace, event by event, in bounded memory, whatever its
 * size. Every event comes with its tick, EIP, CR3 and CPL, and with all that
 * the recorder left out because it follows from what came before.
 *
 *   in    a directory that trace/ctf.h wrote, or anything else by that name
 *   out   records as the trace points made them
 *
 * A packet can be read alone: seeking costs one read. What is damaged is told
 * in words, and never read past.
 */
#ifndef TRACE_READER_H
#define TRACE_READER_H

#include "base/error.h"
#include "trace/ctf_metadata.h"
#include "trace/state.h"
#include "trace/trace.h"

struct trace_reader;

enum trace_read {
    TRACE_READ_EVENT, /**< here is one */
    TRACE_READ_END,   /**< that was all; see trace_reader_loss() */
    TRACE_READ_BAD    /**< damaged from here on: `error` says where */
};

/** Open the trace at PATH, before its first event. NULL: `error`. */
struct trace_reader *trace_reader_open(const char *path, struct error *error);
void trace_reader_close(struct trace_reader *reader);

/** What the metadata say of the machine. */
const struct trace_info *trace_reader_info(const struct trace_reader *reader);

/**
 * Read the next event. A name in the record lives until the next call. A walk,
 * a TLB event and an access have both their addresses.
 */
enum trace_read trace_reader_next(struct trace_reader *reader,
                                  struct trace_record *record,
                                  struct error *error);

/**
 * The same, many at a time: `*records` are the next ones, all of one packet, as
 * many as returned; they may be changed, and they and their names live until
 * the next call. 0: no more, and `*got` says why.
 */
unsigned trace_reader_batch(struct trace_reader *reader,
                            struct trace_record **records, enum trace_read *got,
                            struct error *error);

/**
 * The machine at the head of the packet that the last event came from: a
 * pointer that stays, what it points to changes.
 */
const struct trace_state *trace_reader_state(const struct trace_reader *reader);

/** Whole packets in the file, and the number of the one at hand. */
uint64_t trace_reader_packets(const struct trace_reader *reader);
uint64_t trace_reader_packet(const struct trace_reader *reader);

/** Go on with the first event of a packet (0 to packets - 1). */
void trace_reader_seek(struct trace_reader *reader, uint64_t packet);

/**
 * Go on at a packet's head, as late as misses nothing from `tick` on. Reads
 * heads only, as many as a search by halves takes.
 */
void trace_reader_seek_tick(struct trace_reader *reader, uint64_t tick);

/**
 * After TRACE_READ_END: NULL if the recorder was closed properly, else words
 * for what is missing: a run that was killed, a full disk.
 */
const char *trace_reader_loss(const struct trace_reader *reader);

#endif
