/* SPDX-License-Identifier: MIT */
#include "trace/ctf.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace/append.h"
#include "trace/codes.h"
#include "trace/ctf_files.h"
#include "trace/ctf_packet.h"
#include "trace/ctf_state.h"
#include "trace/ctf_table.h"

enum {
    PAGES = 1 << 20,
    /* A record may come with a place and a map. */
    ROOM = 3 * CTF_EVENT_MAX,
    /* Where there is less, the events of the next tick go to another packet:
     * those who append ask once an instruction. */
    ROOM_FOR_TICK = 1024
};

_Static_assert(sizeof(struct ctf_packet_head) + ROOM_FOR_TICK + CTF_EVENT_MAX +
                       CTF_STATE_SIZE +
                       TRACE_STATE_TLB_MAX * CTF_STATE_ENTRY_SIZE <
                   CTF_PACKET_SIZE,
               "a packet has room for its state and an event");

struct trace_ctf {
    struct trace *trace;
    struct ctf_files files;
    uint8_t *packet; /* the present one, of CTF_PACKET_SIZE */
    bool begun;      /* it has a head and a state */
    uint64_t sequence;
    uint64_t ring;  /* packets in memory, or 0 */
    uint8_t *kept;  /* the ring's packets */
    uint64_t first; /* tick of the first event in the packet */
    struct trace_state *state;
};

/* --- Events --- */

static void put_event(struct trace_ctf *ctf, enum ctf_id id,
                      const struct trace_record *record)
{
    struct trace_stream *stream = &ctf->trace->stream;
    uint8_t *at = trace_put_header(stream, record->tick, record->eip, id);

    at = ctf_put_fields(at, ctf_class_at(id), record);
    stream->at = at;
}

/* Say where accesses to the page go, unless that is known. */
static void put_map(struct trace_ctf *ctf, const struct trace_record *record)
{
    struct trace_stream *stream = &ctf->trace->stream;
    const struct trace_access *access = &record->access;

    if (trace_is_told(stream, access->linear, access->physical))
        return;
    put_event(ctf, CTF_MAP, record);
    trace_tell(stream, access->linear, access->physical);
}

/* --- Packets --- */

/* What the TLB for data holds of small pages is told by the state. */
static void tell_state(struct trace_ctf *ctf)
{
    const struct trace_state *state = ctf->state;

    for (uint32_t i = 0; i < state->entries; i++) {
        if (state->tlb[i].bank == TRACE_BANK_DATA)
            trace_tell(&ctf->trace->stream, state->tlb[i].linear,
                       state->tlb[i].physical);
    }
}

/* Every packet begins with the machine's state, and knows nothing else. */
static void begin_packet(struct trace_ctf *ctf,
                         const struct trace_record *record)
{
    struct trace *trace = ctf->trace;
    struct trace_stream *stream = &trace->stream;
    struct trace_state *state = ctf->state;
    uint8_t *at;

    *state = (struct trace_state){
        .eip = record->eip, .cr3 = record->cr3, .cpl = record->cpl};
    if (trace->snapshot)
        trace->snapshot(trace->locate_context, state);
    ctf->begun = true;
    ctf->first = record->tick;
    stream->cr3 = state->cr3 = record->cr3;
    stream->code_base = state->code_base = record->code_base;
    stream->cpl = state->cpl = record->cpl;
    state->eip = record->eip;
    stream->packet = ctf->sequence + 1;
    stream->at = ctf->packet + sizeof(struct ctf_packet_head);
    stream->end = ctf->packet + CTF_PACKET_SIZE - ROOM_FOR_TICK;
    stream->tick = record->tick;
    stream->eip = record->eip;
    at = trace_put_header(stream, record->tick, record->eip, CTF_STATE);
    stream->at = ctf_state_put(at, state);
    tell_state(ctf);
}

static void end_packet(struct trace_ctf *ctf)
{
    const struct trace_stream *stream = &ctf->trace->stream;
    const size_t used = (size_t)(stream->at - ctf->packet);
    const struct ctf_packet_head head = {.magic = CTF_MAGIC,
                                         .timestamp_begin = ctf->first,
                                         .timestamp_end = stream->tick,
                                         .content_size = used * UINT64_C(8),
                                         .packet_size =
                                             CTF_PACKET_SIZE * UINT64_C(8),
                                         .packet_seq_num = ctf->sequence};

    assert(used <= CTF_PACKET_SIZE);
    memcpy(ctf->packet, &head, sizeof head);
    memset(ctf->packet + used, 0, CTF_PACKET_SIZE - used);
    if (!ctf->ring)
        ctf_files_append(&ctf->files, ctf->packet, ctf->first, stream->tick);
    ctf->sequence++;
    if (ctf->ring)
        ctf->packet = ctf->kept + ctf->sequence % ctf->ring * CTF_PACKET_SIZE;
    ctf->begun = false;
    ctf->trace->stream.end = NULL;
}

/* What the recorder knows of the packet, it does not write again. */
static void note(struct trace_ctf *ctf, enum ctf_id id,
                 const struct trace_record *record)
{
    struct trace_stream *stream = &ctf->trace->stream;

    if (id == CTF_TLB_FILL)
        trace_tell(stream, record->tlb.linear, record->tlb.physical);
    if (id == CTF_FETCH_CODE || id == CTF_FETCH_NEXT_CODE)
        trace_codes_note(stream->codes, stream->packet, &record->fetch,
                         stream->at - record->fetch.size);
}

/* The bytes that are fetched are those that the packet has for the place. */
static bool is_same_code(const struct trace_ctf *ctf,
                         const struct trace_fetch *fetch)
{
    const struct trace_stream *stream = &ctf->trace->stream;
    const struct trace_code *code =
        trace_codes_find(stream->codes, stream->packet, fetch->physical);

    return code && code->size == fetch->size && code->bits == fetch->bits &&
           (!fetch->size || memcmp(code->code, fetch->code, fetch->size) == 0);
}

static enum ctf_id class_of(const struct trace_ctf *ctf,
                            const struct trace_record *record)
{
    if (record->event == TRACE_FETCH && is_same_code(ctf, &record->fetch))
        return record->fetch.next ? CTF_FETCH_NEXT : CTF_FETCH;
    return ctf_class_of(record, ctf->trace->enabled & TRACE_VALUES);
}

static bool is_full(const struct trace_ctf *ctf,
                    const struct trace_record *record)
{
    const struct trace_stream *stream = &ctf->trace->stream;
    const size_t left = (size_t)(ctf->packet + CTF_PACKET_SIZE - stream->at);
    const size_t code =
        record->event == TRACE_FETCH ? record->fetch.size : (size_t)0;

    return left <= ROOM + code ||
           (left <= ROOM_FOR_TICK && record->tick != stream->tick);
}

/* The packet may have to end before the record. */
NEVER_INLINE static void make_room(struct trace_ctf *ctf,
                                   const struct trace_record *record)
{
    if (ctf->begun && is_full(ctf, record))
        end_packet(ctf);
    if (!ctf->begun)
        begin_packet(ctf, record);
}

static void prepare(struct trace_ctf *ctf, const struct trace_record *record)
{
    struct trace_stream *stream = &ctf->trace->stream;

    if (UNLIKELY(stream->at >= stream->end || record->event == TRACE_FETCH))
        make_room(ctf, record);
    trace_go_to(stream, record);
}

void trace_ctf_record(void *context, const struct trace_record *record)
{
    struct trace_ctf *ctf = context;
    enum ctf_id id;

    prepare(ctf, record);
    if (record->event == TRACE_MEM)
        put_map(ctf, record);
    id = class_of(ctf, record);
    put_event(ctf, id, record);
    note(ctf, id, record);
}

/* --- Life --- */

static bool allocate(struct trace_ctf *ctf, uint64_t ring)
{
    const uint64_t packets = ring ? ring : 1;
    struct trace_stream *stream = &ctf->trace->stream;

    ctf->ring = ring;
    ctf->kept = packets < SIZE_MAX / CTF_PACKET_SIZE
                    ? malloc(packets * CTF_PACKET_SIZE)
                    : NULL;
    ctf->packet = ctf->kept;
    ctf->state = malloc(sizeof *ctf->state);
    stream->told = calloc(PAGES, sizeof(uint64_t));
    stream->codes = calloc(1, sizeof *stream->codes);
    return ctf->kept && ctf->state && stream->told && stream->codes;
}

static void release(struct trace_ctf *ctf)
{
    free(ctf->trace->stream.told);
    free(ctf->trace->stream.codes);
    ctf->trace->stream = (struct trace_stream){.at = NULL};
    free(ctf->kept);
    free(ctf->state);
    free(ctf);
}

struct trace_ctf *trace_ctf_open(const char *path, struct trace *trace,
                                 const struct trace_ctf_options *options,
                                 struct error *error)
{
    struct trace_ctf *ctf = calloc(1, sizeof *ctf);

    if (!ctf) {
        (void)error_set(error, "%s: %s", path, strerror(ENOMEM));
        return NULL;
    }
    ctf->trace = trace;
    if (!allocate(ctf, options->ring)) {
        (void)error_set(error, "%s: %s", path, strerror(ENOMEM));
    } else if (ctf_files_open(&ctf->files, path, &options->info, error)) {
        return ctf;
    }
    release(ctf);
    return NULL;
}

bool trace_ctf_ok(const struct trace_ctf *ctf, struct error *error)
{
    return ctf_files_ok(&ctf->files, error);
}

/* The ring's packets, oldest first. */
static void write_ring(struct trace_ctf *ctf)
{
    const uint64_t count =
        ctf->sequence < ctf->ring ? ctf->sequence : ctf->ring;

    for (uint64_t i = ctf->sequence - count; i < ctf->sequence; i++) {
        const uint8_t *packet = ctf->kept + i % ctf->ring * CTF_PACKET_SIZE;
        struct ctf_packet_head head;

        memcpy(&head, packet, sizeof head);
        ctf_files_append(&ctf->files, packet, head.timestamp_begin,
                         head.timestamp_end);
    }
}

/* A last event says that nothing is missing behind it. */
static void put_end(struct trace_ctf *ctf)
{
    struct trace *trace = ctf->trace;
    struct trace_record record = {.event = TRACE_EVENT_COUNT};

    if (trace->locate)
        trace->locate(trace->locate_context, &record);
    prepare(ctf, &record);
    put_event(ctf, CTF_END, &record);
    end_packet(ctf);
}

bool trace_ctf_close(struct trace_ctf *ctf, struct error *error)
{
    bool ok;

    put_end(ctf);
    if (ctf->ring)
        write_ring(ctf);
    ok = ctf_files_close(&ctf->files, error);
    release(ctf);
    return ok;
}
