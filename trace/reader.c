/* SPDX-License-Identifier: MIT */
#include "trace/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace/codes.h"
#include "trace/ctf_packet.h"
#include "trace/ctf_state.h"
#include "trace/ctf_table.h"
#include "trace/fold.h"
#include "trace/source.h"

enum {
    PAGES = 1 << 20,
    COMPACT_SIZE = 4,
    EXTENDED_SIZE = 12,
    ACCESS_SIZE = 8, /* an access with its header */
    BATCH = 256      /* records in hand: they stay in the host's first cache */
};

struct trace_reader {
    struct trace_source source;
    uint64_t next;        /* packet to be read next */
    uint64_t last_tick;   /* of the last event */
    uint64_t tick_before; /* of the one before that */
    bool unfolds;         /* the last event stands for more records */
    struct trace_unfolding unfolding;
    bool ended;        /* the last packet has its end mark */
    const uint8_t *at; /* next event in `bytes`, or NULL: no packet at hand */
    const uint8_t *end;
    /* What the events so far say of the present place. */
    uint32_t eip;
    uint32_t cr3;
    uint32_t code_base;
    uint8_t cpl;
    struct trace_state state;
    uint64_t *told; /* by linear page: packet << 32 | frame */
    struct trace_codes *codes;
    /* Read already; those from `handed` on were not handed out yet. */
    struct trace_record batch[BATCH];
    unsigned handed;
    unsigned read;
    bool unsound; /* what follows them makes no sense */
    uint8_t bytes[CTF_PACKET_SIZE - sizeof(struct ctf_packet_head)];
};

/* --- Opening --- */

struct trace_reader *trace_reader_open(const char *path, struct error *error)
{
    struct trace_reader *reader = calloc(1, sizeof *reader);

    if (!reader) {
        (void)error_set(error, "%s: %s", path, strerror(ENOMEM));
        return NULL;
    }
    reader->told = calloc(PAGES, sizeof *reader->told);
    reader->codes = calloc(1, sizeof *reader->codes);
    if (trace_source_open(&reader->source, path, error)) {
        if (reader->told && reader->codes)
            return reader;
        (void)error_set(error, "%s: %s", path, strerror(ENOMEM));
    }
    trace_reader_close(reader);
    return NULL;
}

void trace_reader_close(struct trace_reader *reader)
{
    trace_source_close(&reader->source);
    free(reader->codes);
    free(reader->told);
    free(reader);
}

/* --- Packets --- */

static bool head_is_sound(const struct ctf_packet_head *head)
{
    return head->magic == CTF_MAGIC && head->stream_id == 0 &&
           head->packet_size == CTF_PACKET_SIZE * UINT64_C(8) &&
           head->content_size % 8 == 0 &&
           head->content_size / 8 > sizeof *head &&
           head->content_size / 8 <= CTF_PACKET_SIZE &&
           head->timestamp_begin <= head->timestamp_end;
}

static enum trace_read damaged(const struct trace_reader *reader,
                               uint64_t packet, const char *what,
                               struct error *error)
{
    (void)error_set(error,
                    "%s: packet %llu of %llu is damaged (%s); what happened "
                    "up to tick %llu was read",
                    reader->source.path, (unsigned long long)packet,
                    (unsigned long long)reader->source.packets, what,
                    (unsigned long long)reader->last_tick);
    return TRACE_READ_BAD;
}

/* The header of an event and the place that it gives the record. */
static bool take_header(struct trace_reader *reader, unsigned *id,
                        struct trace_record *record)
{
    const size_t left = (size_t)(reader->end - reader->at);
    const uint8_t *at = reader->at;
    uint64_t tick;
    uint16_t eip_low;

    if (left < COMPACT_SIZE)
        return false;
    if (*at == CTF_EXTENDED) {
        if (left < EXTENDED_SIZE)
            return false;
        *id = at[1];
        memcpy(&tick, at + 2, sizeof tick);
        at += 2 + sizeof tick;
        if (tick < reader->last_tick)
            return false;
    } else {
        *id = at[0];
        tick = (reader->last_tick & ~UINT64_C(0xff)) | at[1];
        if (tick < reader->last_tick)
            tick += 0x100;
        at += 2;
    }
    memcpy(&eip_low, at, sizeof eip_low);
    reader->at = at + sizeof eip_low;
    reader->tick_before = reader->last_tick;
    reader->last_tick = tick;
    *record = (struct trace_record){.tick = tick,
                                    .eip = (reader->eip & ~UINT32_C(0xffff)) |
                                           eip_low,
                                    .cr3 = reader->cr3,
                                    .code_base = reader->code_base,
                                    .cpl = reader->cpl};
    return true;
}

static void tell(struct trace_reader *reader, linear_addr linear,
                 physical_addr physical)
{
    reader->told[linear >> 12] =
        reader->next << 32 | (physical & PAGE_FRAME_MASK);
}

/* Every packet begins with the machine's state. */
static bool take_state(struct trace_reader *reader)
{
    struct trace_record record;
    unsigned id;

    if (!take_header(reader, &id, &record) || id != CTF_STATE)
        return false;
    reader->at = ctf_state_get(reader->at, reader->end, &reader->state);
    if (!reader->at)
        return false;
    reader->state.tick = record.tick;
    reader->eip = reader->state.eip;
    reader->cr3 = reader->state.cr3;
    reader->code_base = reader->state.code_base;
    reader->cpl = reader->state.cpl;
    for (uint32_t i = 0; i < reader->state.entries; i++) {
        if (reader->state.tlb[i].bank == TRACE_BANK_DATA)
            tell(reader, reader->state.tlb[i].linear,
                 reader->state.tlb[i].physical);
    }
    return true;
}

/* Read the next packet. */
static enum trace_read take_packet(struct trace_reader *reader,
                                   struct error *error)
{
    struct ctf_packet_head head;
    size_t size;

    reader->at = NULL;
    if (reader->next >= reader->source.packets)
        return TRACE_READ_END;
    if (!trace_source_read(&reader->source, &head, sizeof head,
                           reader->next * CTF_PACKET_SIZE))
        return damaged(reader, reader->next, "it cannot be read", error);
    if (!head_is_sound(&head))
        return damaged(reader, reader->next, "its head makes no sense", error);
    if (head.timestamp_begin < reader->last_tick)
        return damaged(reader, reader->next, "time runs backwards", error);
    size = (size_t)(head.content_size / 8) - sizeof head;
    if (!trace_source_read(&reader->source, reader->bytes, size,
                           reader->next * CTF_PACKET_SIZE + sizeof head))
        return damaged(reader, reader->next, "it cannot be read", error);
    reader->at = reader->bytes;
    reader->end = reader->bytes + size;
    reader->last_tick = head.timestamp_begin;
    reader->ended = false;
    reader->next++;
    if (take_state(reader))
        return TRACE_READ_EVENT;
    reader->next--;
    return damaged(reader, reader->next, "its state makes no sense", error);
}

/* --- Events --- */

/* Where the packet says that an access goes. */
static bool translate(const struct trace_reader *reader, linear_addr linear,
                      physical_addr *physical)
{
    const uint64_t told = reader->told[linear >> 12];

    *physical = (uint32_t)told | (linear & PAGE_OFFSET_MASK);
    return told >> 32 == (reader->next & UINT32_MAX);
}

static bool take_refill(struct trace_reader *reader,
                        struct trace_refill *refill)
{
    if (refill->evicts &&
        !translate(reader, refill->evicted, &refill->evicted_physical))
        return false;
    if (!refill->code)
        tell(reader, refill->linear, refill->pte);
    return true;
}

static bool take_repeat(struct trace_reader *reader,
                        struct trace_repeat *repeat)
{
    return translate(reader, repeat->linear[0], &repeat->physical[0]) &&
           (repeat->kind < TRACE_REPEAT_COPY ||
            translate(reader, repeat->linear[1], &repeat->physical[1]));
}

/* Physical addresses, by what the packet says. */
static bool take_addresses(struct trace_reader *reader,
                           struct trace_record *record)
{
    switch (record->fold) {
    case TRACE_FOLD_REFILL: return take_refill(reader, &record->refill);
    case TRACE_FOLD_REPEAT: return take_repeat(reader, &record->repeat);
    default:
        return translate(reader, record->access.linear,
                         &record->access.physical);
    }
}

/* An event that stands for several records: they are what comes next. */
static bool take_folded(struct trace_reader *reader,
                        struct trace_record *record)
{
    reader->unfolds = trace_fold_is_sound(record, reader->tick_before) &&
                      take_addresses(reader, record);
    trace_unfold(&reader->unfolding, record);
    return reader->unfolds;
}

/* A fetch of code that the packet has already: here are its bytes. */
static bool find_code(const struct trace_reader *reader,
                      struct trace_fetch *fetch)
{
    const struct trace_code *code =
        trace_codes_find(reader->codes, reader->next, fetch->physical);

    if (!code)
        return false;
    fetch->bits = code->bits;
    fetch->size = code->size;
    fetch->code = code->code;
    return true;
}

/* Take note of what an event says for those behind it. True: the caller wants
 * to see it. False with `sound` unset: it cannot be. */
static bool note(struct trace_reader *reader, unsigned id,
                 struct trace_record *record, bool *sound)
{
    switch (id) {
    case CTF_PLACE:
        *sound = record->cpl <= 3;
        reader->eip = record->eip;
        reader->cr3 = record->cr3;
        reader->code_base = record->code_base;
        reader->cpl = record->cpl;
        return false;
    case CTF_MAP:
        tell(reader, record->access.linear, record->access.physical);
        return false;
    case CTF_END: reader->ended = true; return false;
    case CTF_STATE: *sound = false; return false;
    case CTF_TLB_FILL:
        tell(reader, record->tlb.linear, record->tlb.physical);
        return true;
    case CTF_FETCH_CODE:
    case CTF_FETCH_NEXT_CODE:
        trace_codes_note(reader->codes, reader->next, &record->fetch,
                         record->fetch.code);
        return true;
    case CTF_FETCH:
    case CTF_FETCH_NEXT:
        *sound = find_code(reader, &record->fetch);
        return true;
    default: break;
    }
    if (record->fold) {
        *sound = take_folded(reader, record);
        return false;
    }
    if (record->event == TRACE_MEM)
        *sound =
            translate(reader, record->access.linear, &record->access.physical);
    return true;
}

static bool take_event(struct trace_reader *reader, struct trace_record *record,
                       bool *wanted)
{
    const struct ctf_class *row;
    bool sound = true;
    unsigned id;

    if (!take_header(reader, &id, record))
        return false;
    row = ctf_class_at(id);
    reader->at =
        row ? ctf_get_fields(reader->at, reader->end, row, record) : NULL;
    if (!reader->at)
        return false;
    *wanted = note(reader, id, record, &sound);
    return sound;
}

/* Read accesses for as long as nothing else comes: they make up nearly all of
 * a large trace. They are one word each. What is not sound is left to
 * take_event(). Only what belongs to an access is written to the records. */
static struct trace_record *take_accesses(struct trace_reader *reader,
                                          struct trace_record *record,
                                          const struct trace_record *end)
{
    const uint32_t eip = reader->eip & ~UINT32_C(0xffff);
    const uint64_t *told = reader->told;
    const uint8_t *at = reader->at;
    uint64_t tick = reader->last_tick;

    for (; record < end && reader->end - at >= ACCESS_SIZE; record++) {
        uint64_t word;
        uint64_t frame;
        unsigned kind;
        bool update;

        memcpy(&word, at, sizeof word);
        update = (unsigned)(word & 0xff) - CTF_UPDATE_1 <= 2;
        kind = (unsigned)(word & 0xff) - (update ? CTF_UPDATE_1 : CTF_READ_1);
        frame = told[word >> 44];
        if (kind > CTF_WRITE_8 - CTF_READ_1 ||
            frame >> 32 != (reader->next & UINT32_MAX) ||
            (update && end - record == 1))
            break;
        tick += (uint8_t)((word >> 8) - tick);
        record->event = TRACE_MEM;
        record->fold = TRACE_FOLD_NONE;
        record->tick = tick;
        record->eip = eip | (word >> 16 & 0xffff);
        record->cr3 = reader->cr3;
        record->code_base = reader->code_base;
        record->cpl = reader->cpl;
        record->access.linear = (uint32_t)(word >> 32);
        record->access.physical =
            (uint32_t)frame | (record->access.linear & PAGE_OFFSET_MASK);
        record->access.size = (uint8_t)(1u << (kind & 3));
        record->access.write = kind >= CTF_WRITE_1 - CTF_READ_1;
        record->access.has_value = false;
        record->access.value = 0;
        at += ACCESS_SIZE;
        if (!update)
            continue;
        record[1] = record[0];
        (++record)->access.write = true;
    }
    reader->at = at;
    reader->last_tick = tick;
    return record;
}

/* The records that the last event stands for. */
static struct trace_record *take_unfolded(struct trace_reader *reader,
                                          struct trace_record *record,
                                          const struct trace_record *end)
{
    while (record < end && reader->unfolds) {
        reader->unfolds = trace_unfold_next(&reader->unfolding, record);
        record += reader->unfolds;
    }
    return record;
}

/* True if there is no more to read without the next packet. */
static bool is_used_up(const struct trace_reader *reader)
{
    return !reader->unfolds && (!reader->at || reader->at == reader->end);
}

/* Fill the batch from the packet at hand. False: an event makes no sense. */
static bool take_batch(struct trace_reader *reader)
{
    struct trace_record *record = reader->batch;
    const struct trace_record *end = record + BATCH;
    bool sound = true;

    while (sound && record < end && !is_used_up(reader)) {
        bool wanted = false;

        record = take_unfolded(reader, record, end);
        record = take_accesses(reader, record, end);
        if (record == end || reader->at == reader->end)
            break;
        sound = take_event(reader, record, &wanted);
        record += sound && wanted;
    }
    reader->handed = 0;
    reader->read = (unsigned)(record - reader->batch);
    return sound;
}

/* See to it that there are records to hand out. */
static enum trace_read refill(struct trace_reader *reader, struct error *error)
{
    while (reader->handed == reader->read) {
        enum trace_read got = TRACE_READ_EVENT;

        if (reader->unsound)
            return damaged(reader, reader->next - 1, "an event makes no sense",
                           error);
        if (is_used_up(reader))
            got = take_packet(reader, error);
        if (got != TRACE_READ_EVENT)
            return got;
        reader->unsound = !take_batch(reader);
    }
    return TRACE_READ_EVENT;
}

unsigned trace_reader_batch(struct trace_reader *reader,
                            struct trace_record **records, enum trace_read *got,
                            struct error *error)
{
    unsigned count;

    *got = refill(reader, error);
    if (*got != TRACE_READ_EVENT)
        return 0;
    *records = reader->batch + reader->handed;
    count = reader->read - reader->handed;
    reader->handed = reader->read;
    return count;
}

enum trace_read trace_reader_next(struct trace_reader *reader,
                                  struct trace_record *record,
                                  struct error *error)
{
    const enum trace_read got = refill(reader, error);

    if (got == TRACE_READ_EVENT)
        *record = reader->batch[reader->handed++];
    return got;
}

/* --- Moving about --- */

void trace_reader_seek(struct trace_reader *reader, uint64_t packet)
{
    reader->next = packet;
    reader->last_tick = 0;
    reader->unfolds = false;
    reader->at = NULL;
    reader->handed = reader->read = 0;
    reader->unsound = false;
}

static bool begins_after(const struct trace_reader *reader, uint64_t packet,
                         uint64_t tick)
{
    struct ctf_packet_head head;

    return !trace_source_read(&reader->source, &head, sizeof head,
                              packet * CTF_PACKET_SIZE) ||
           !head_is_sound(&head) || head.timestamp_begin >= tick;
}

void trace_reader_seek_tick(struct trace_reader *reader, uint64_t tick)
{
    uint64_t first = 0;
    uint64_t behind = reader->source.packets;

    /* The last packet that begins before the tick; those from `behind` on do
     * not. */
    while (behind - first > 1) {
        const uint64_t middle = first + (behind - first) / 2;

        if (begins_after(reader, middle, tick))
            behind = middle;
        else
            first = middle;
    }
    trace_reader_seek(reader, first);
}

const struct trace_info *trace_reader_info(const struct trace_reader *reader)
{
    return &reader->source.info;
}

const struct trace_state *trace_reader_state(const struct trace_reader *reader)
{
    return &reader->state;
}

uint64_t trace_reader_packets(const struct trace_reader *reader)
{
    return reader->source.packets;
}

uint64_t trace_reader_packet(const struct trace_reader *reader)
{
    return reader->next ? reader->next - 1 : 0;
}

const char *trace_reader_loss(const struct trace_reader *reader)
{
    if (reader->source.rest)
        return "it ends in the middle of a packet";
    if (!reader->source.packets)
        return "it holds no packet: the run that wrote it was killed early";
    return reader->ended ? NULL
                         : "it has no end mark: the run that wrote it was "
                           "killed, or its disk was full";
}
