/* SPDX-License-Identifier: MIT */
#include "tests/unit/trace/small_trace.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/run_tests.h"
#include "trace/ctf_metadata.h"
#include "trace/ctf_packet.h"
#include "trace/ctf_state.h"
#include "trace/ctf_table.h"
#include "trace/fold.h"

/* Most fields of an event are of bytes of one value, so addresses are these. */
enum { VALUES = 3, TICKS = 1000 };

static uint8_t *put(uint8_t *at, const void *bytes, size_t size)
{
    memcpy(at, bytes, size);
    return at + size;
}

/* Headers of both forms; folded accesses take many ticks before their own. */
static uint8_t *put_header(uint8_t *at, unsigned id, uint64_t *tick)
{
    const uint16_t eip_low = (uint16_t)*tick;

    if (id % 2 || ctf_class_at(id)->event == TRACE_EVENT_COUNT) {
        *tick += TICKS;
        *at++ = CTF_EXTENDED;
        *at++ = (uint8_t)id;
        at = put(at, tick, sizeof *tick);
    } else {
        *tick += id;
        *at++ = (uint8_t)id;
        *at++ = (uint8_t)*tick;
    }
    return put(at, &eip_low, sizeof eip_low);
}

static uint8_t *put_fields(uint8_t *at, const struct ctf_class *row,
                           uint8_t value)
{
    unsigned bits = 0;

    for (const struct ctf_field *field = row->field; field->member; field++) {
        if (field->type == CTF_TEXT) {
            at = put(at, "name", sizeof "name");
            continue;
        }
        memset(at, value, field->bytes);
        if (field->type == CTF_COUNT && field->bytes > 1)
            memset(at + 1, 0, field->bytes - 1);
        at += field->bytes;
        bits += field->width;
        if (bits == 8) {
            *at++ = value;
            bits = 0;
        }
    }
    return at;
}

/* True if an event whose fields are all of `value` can be. */
static bool can_be(const struct ctf_class *row, uint8_t value)
{
    uint8_t bytes[CTF_EVENT_MAX];
    const uint8_t *end = put_fields(bytes, row, value);
    struct trace_record record = {.tick = TICKS};

    return ctf_get_fields(bytes, end, row, &record) == end &&
           (!record.fold || trace_fold_is_sound(&record, 0));
}

static uint8_t *put_event(uint8_t *at, unsigned id, uint64_t *tick)
{
    const struct ctf_class *row = ctf_class_at(id);
    uint8_t value = 0;

    while (value < VALUES && !can_be(row, value))
        value++;
    ck_assert_msg(value < VALUES, "an event %s", row->name);
    return put_fields(put_header(at, id, tick), row, value);
}

/* Where the pages of all those addresses are. */
static uint8_t *put_maps(uint8_t *at, uint64_t *tick)
{
    for (uint8_t value = 0; value < VALUES; value++)
        at = put_fields(put_header(at, CTF_MAP, tick), ctf_class_at(CTF_MAP),
                        value);
    return at;
}

/* Code for the fetches at physical address 0. */
static uint8_t *put_code(uint8_t *at, uint64_t *tick)
{
    static const uint8_t fields[] = {0, 0, 0, 0, 32, 3, 0, 0x90, 0x90, 0xc3};

    return put(put_header(at, CTF_FETCH_CODE, tick), fields, sizeof fields);
}

static void write_packet(struct small_trace *trace, unsigned number,
                         uint8_t *packet)
{
    static const struct trace_state state = {
        .cr0 = 0x80000011,
        .valid = 2,
        .entries = 2,
        .tlb = {{.linear = 0x1000, .physical = 0x2000, .set = 1},
                {.bank = TRACE_BANK_DATA_LARGE, .linear = 0x400000}}};
    uint64_t tick = number * UINT64_C(1000000);
    struct ctf_packet_head head = {.magic = CTF_MAGIC,
                                   .timestamp_begin = tick,
                                   .timestamp_end = tick + 999999,
                                   .packet_size = CTF_PACKET_SIZE * 8u,
                                   .packet_seq_num = number};
    uint8_t *at = packet + sizeof head;

    memset(packet, 0, CTF_PACKET_SIZE);
    at = ctf_state_put(put_header(at, CTF_STATE, &tick), &state);
    trace->begin = (size_t)(at - packet);
    at = put_maps(at, &tick);
    at = put_code(at, &tick);
    for (unsigned id = CTF_READ_1; id < CTF_ID_COUNT; id++)
        at = put_event(at, id, &tick);
    at = put_event(at, CTF_PLACE, &tick);
    at = put_event(at, CTF_END, &tick);
    trace->used = (size_t)(at - packet);
    head.content_size = trace->used * 8;
    memcpy(packet, &head, sizeof head);
    EXPECT_EQ((size_t)pwrite(trace->stream, packet, CTF_PACKET_SIZE,
                             (off_t)number * CTF_PACKET_SIZE),
              CTF_PACKET_SIZE);
}

static int create(const struct small_trace *trace, const char *name)
{
    char file[300];
    int descriptor;

    (void)snprintf(file, sizeof file, "%s/%s", trace->path, name);
    descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    ck_assert_int_ge(descriptor, 0);
    return descriptor;
}

void small_trace_make(struct small_trace *trace)
{
    const struct trace_info info = {"486", "32x4", "all", 1000000, false};
    const char *directory = getenv("TMPDIR");
    uint8_t *bytes = malloc(CTF_PACKET_SIZE);
    int metadata;
    size_t size;

    /* Large tables, mostly zeroes, are made anew for each reader. */
    (void)mallopt(M_MMAP_THRESHOLD, 1 << 17);
    ck_assert_ptr_nonnull(bytes);
    (void)snprintf(trace->path, sizeof trace->path, "%s/pagewalk-small.XXXXXX",
                   directory ? directory : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(trace->path));
    trace->stream = create(trace, CTF_STREAM_NAME);
    metadata = create(trace, CTF_METADATA_NAME);
    size = ctf_metadata_write((char *)bytes, &info);
    EXPECT_EQ((size_t)pwrite(metadata, bytes, size, 0), size);
    (void)close(metadata);
    for (unsigned number = 0; number < 2; number++)
        write_packet(trace, number, bytes);
    free(bytes);
}

void small_trace_remove(struct small_trace *trace)
{
    char file[300];

    (void)close(trace->stream);
    (void)snprintf(file, sizeof file, "%s/%s", trace->path, CTF_STREAM_NAME);
    (void)unlink(file);
    (void)snprintf(file, sizeof file, "%s/%s", trace->path, CTF_METADATA_NAME);
    (void)unlink(file);
    (void)rmdir(trace->path);
}
