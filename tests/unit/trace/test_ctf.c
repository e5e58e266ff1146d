/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/run_tests.h"
#include "trace/append.h"
#include "trace/ctf.h"
#include "trace/ctf_packet.h"
#include "trace/ctf_table.h"
#include "trace/line.h"
#include "trace/reader.h"

/* A machine that only has a place. */
struct fake {
    struct trace trace;
    struct trace_record place;
    unsigned snapshots;
};

static void locate(void *context, struct trace_record *record)
{
    const struct fake *fake = context;

    record->tick = fake->place.tick;
    record->eip = fake->place.eip;
    record->cr3 = fake->place.cr3;
    record->code_base = fake->place.code_base;
    record->cpl = fake->place.cpl;
}

static void snapshot(void *context, struct trace_state *state)
{
    struct fake *fake = context;

    fake->snapshots++;
    state->cr0 = 0x80000011;
    state->registers[0] = 0x12345678;
    state->valid = 3;
    state->entries = 1;
    state->tlb[0] = (struct trace_state_entry){.bank = TRACE_BANK_CODE,
                                               .way = 2,
                                               .set = 7,
                                               .linear = 0xc0000000,
                                               .physical = 0x100000,
                                               .flags = 1};
}

static char path[256];

static struct trace_ctf *begin(struct fake *fake, uint32_t enabled)
{
    const struct trace_ctf_options options = {
        .info = {.cpu = "486",
                 .tlb = "32x4",
                 .events = "all",
                 .ticks_per_second = 1000000}};
    const char *directory = getenv("TMPDIR");
    struct error error = {""};
    struct trace_ctf *ctf;

    (void)snprintf(path, sizeof path, "%s/pagewalk-ctf.XXXXXX",
                   directory ? directory : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(path));
    *fake = (struct fake){
        .trace = {.enabled = enabled, .locate = locate, .snapshot = snapshot}};
    fake->trace.locate_context = fake;
    ctf = trace_ctf_open(path, &fake->trace, &options, &error);
    ck_assert_msg(ctf != NULL, "%s", error.text);
    fake->trace.record = trace_ctf_record;
    fake->trace.record_context = ctf;
    return ctf;
}

static void end(struct trace_ctf *ctf)
{
    struct error error = {""};

    ck_assert_msg(trace_ctf_close(ctf, &error), "%s", error.text);
}

static struct trace_reader *read_back(void)
{
    struct error error = {""};
    struct trace_reader *reader = trace_reader_open(path, &error);

    ck_assert_msg(reader != NULL, "%s", error.text);
    return reader;
}

static void clean(struct trace_reader *reader)
{
    char file[300];

    trace_reader_close(reader);
    (void)snprintf(file, sizeof file, "%s/metadata", path);
    (void)unlink(file);
    (void)snprintf(file, sizeof file, "%s/stream", path);
    (void)unlink(file);
    (void)rmdir(path);
}

static void expect_line(const struct trace_record *actual,
                        const struct trace_record *expected)
{
    char one[LINE_MAX_SIZE + 1];
    char other[LINE_MAX_SIZE + 1];

    one[line_write(one, actual)] = '\0';
    other[line_write(other, expected)] = '\0';
    ck_assert_str_eq(one, other);
    EXPECT_EQ(actual->cr3, expected->cr3);
    EXPECT_EQ(actual->code_base, expected->code_base);
}

/* A walk as far as its PDE. */
#define WALK(linear_, access_, privilege_)                                \
    .walk.linear = linear_, .walk.cr3 = 0x101000, .walk.access = access_, \
    .walk.privilege = privilege_
#define PDE(address_, entry_) \
    .walk.has_pde = true, .walk.pde_address = address_, .walk.pde = entry_

static const struct trace_record samples[] = {
    {TRACE_TLB, .tlb = {TLB_MISS, .linear = 0x8048000}},
    {TRACE_TLB, .tlb = {TLB_FILL, .code = true, .linear = 0x8048000,
                        .physical = 0x5000, .set = 1023, .way = 3}},
    {TRACE_TLB,
     .tlb = {TLB_EVICT, .linear = 0x1000, .physical = 0x2000, .set = 15}},
    {TRACE_TLB, .tlb = {TLB_FLUSH, TLB_CAUSE_CR3, .entries = 64}},
    {TRACE_TLB,
     .tlb = {TLB_FLUSH, TLB_CAUSE_INVLPG, .linear = 0x1000, .entries = 1}},
    {TRACE_HIT, .tlb = {TLB_HIT, .linear = 0x1000, .physical = 0x2000, .set = 1,
                        .way = 2}},
    /* What follows from CR3 and the entries, and what does not. */
    {TRACE_WALK, WALK(0x8048123, ACCESS_WRITE, PRIVILEGE_USER),
     PDE(0x101080, 0x2007), .walk.pte_address = 0x2120, .walk.pte = 0x5007,
     .walk.has_pte = true, .walk.ok = true, .walk.physical = 0x5123,
     .walk.marked = 0x20 << 16 | 0x60},
    {TRACE_WALK, WALK(0x8048123, ACCESS_EXECUTE, PRIVILEGE_USER),
     PDE(0x101080, 0x2007), .walk.pte_address = 0x2120, .walk.pte = 0x5007,
     .walk.has_pte = true, .walk.ok = true, .walk.physical = 0x5124,
     .walk.marked = 0x200020},
    {TRACE_WALK, WALK(0x8048123, ACCESS_READ, PRIVILEGE_SUPERVISOR),
     PDE(0x101080, 0x4000e3), .walk.ok = true, .walk.physical = 0x448123},
    {TRACE_WALK, WALK(0x8048123, ACCESS_READ, PRIVILEGE_SUPERVISOR),
     PDE(0x101080, 0), .walk.error_code = 4},
    {TRACE_WALK, WALK(0x8048123, ACCESS_READ, PRIVILEGE_USER),
     PDE(0x101080, 0x2007), .walk.pte_address = 0x2120, .walk.pte = 0x5003,
     .walk.has_pte = true, .walk.error_code = 5},
    /* PAE: index 040 of 512 in the directory, 048 in the table. */
    {TRACE_WALK, WALK(0x8048123, ACCESS_READ, PRIVILEGE_USER), .walk.pae = true,
     .walk.pdpte = 0x3001, PDE(0x3200, 0x2007), .walk.pte_address = 0x2240,
     .walk.pte = 0x8000000000005007, .walk.has_pte = true, .walk.ok = true,
     .walk.physical = 0x5123},
    {TRACE_WALK, WALK(0x8048123, ACCESS_READ, PRIVILEGE_USER), .walk.pae = true,
     .walk.pdpte = 0x3001, PDE(0x3200, 0x2000e7), .walk.ok = true,
     .walk.physical = 0x248123},
    {TRACE_WALK, WALK(0x8048123, ACCESS_READ, PRIVILEGE_USER), .walk.pae = true,
     .walk.error_code = 4},
    {TRACE_FAULT, .fault = {VECTOR_PF, true, 6, 0x8048123}},
    {TRACE_FAULT, .fault = {VECTOR_GP, true, 0xfff8, 0}},
    {TRACE_FAULT, .fault = {VECTOR_UD, false, 0, 0}},
    {TRACE_MEM, .access = {0x8048123, 0x5123, 2, false, true, 0xabcd}},
    {TRACE_MEM, .access = {0x8048123, 0x6123, 8, true, true, 0xabcdef01}},
    {TRACE_MEM, .access = {0x8048ffe, 0x6ffe, 16, true, true, 0x12345678}},
    {TRACE_FETCH, .fetch = {.physical = 0x5123, .bits = 32, .size = 7}},
    {TRACE_FETCH, .fetch = {.physical = 0x6000,
                            .next = true,
                            .bits = 16,
                            .size = PAGE_SIZE}},
    {TRACE_FETCH, .fetch = {.physical = 0xf0000123, .bits = 32, .size = 0}},
    {TRACE_EXEC, .marker = 0},
    {TRACE_PORT, .cycle = {"COM1", 0x3f8, 1, true, 0x41}},
    {TRACE_MMIO, .cycle = {NULL, 0xf0000000, 4, false, 0xffffffff}},
    {TRACE_DMA,
     .cycle = {"8237 channel 2", 0x1000, 512, true, 1, 0x40001000, 2}},
    {TRACE_DMA, .cycle = {"IDE", 0x1000, 4096, false, 0xffffffff, 0x1000,
                          TRACE_NO_CHANNEL}},
    {TRACE_DREQ,
     .line = {LINE_RAISE, .number = 2, .controller = "8237A bytes"}},
    {TRACE_DREQ,
     .line = {LINE_RAISE, true, .number = 7, .controller = "8237A words"}},
    {TRACE_DREQ,
     .line = {LINE_LOWER, true, .number = 7, .controller = "8237A words"}},
    {TRACE_DREQ,
     .line = {LINE_LOWER, .number = 0, .controller = "8237A bytes"}},
    {TRACE_IRQ, .interrupt = {.vector = 0x20, .external = true}},
    {TRACE_IRQ, .interrupt = {.vector = 0x80}},
    {TRACE_IRQ, .interrupt = {.iret = true}},
    {TRACE_LINE,
     .line = {LINE_RAISE, .number = 15, .controller = "8259A slave"}},
    {TRACE_LINE,
     .line = {LINE_LOWER, .number = 0, .controller = "8259A master"}},
    {TRACE_LINE, .line = {LINE_ACKNOWLEDGE, .number = 14, .vector = 0x2e,
                          .controller = "8259A slave"}},
    {TRACE_LINE, .line = {LINE_SPURIOUS, .number = 7, .vector = 0xff,
                          .controller = "8259A master"}},
    {TRACE_LINE, .line = {LINE_POLL, .number = 3, .controller = NULL}},
    {TRACE_CR, .control = {3, 0x101000, 0x202000}},
    {TRACE_MODE, .mode = {PROCESSOR_REAL, PROCESSOR_PROTECTED}},
    {TRACE_MODE, .mode = {PROCESSOR_PROTECTED_PAE, PROCESSOR_V86_PAE}},
    {TRACE_TASK, .task = {TASK_JUMP, 0x28, 0x30, 0xc0123000}},
    {TRACE_TASK, .task = {TASK_RETURN, 0xfff8, 0x8, 0}},
    {TRACE_MARKER, .marker = 0xbeef},
};

enum { SAMPLES = sizeof samples / sizeof samples[0] };

static const uint8_t code[] = {[7] = 0xc3, [PAGE_SIZE - 1] = 0xcc};

/* Places that need each form of header: near and far ticks, another 64 KiB of
 * code, another CPL, another CR3. */
static struct trace_record sample_at(unsigned i)
{
    struct trace_record record = samples[i % SAMPLES];
    const unsigned round = i / SAMPLES;

    record.tick = i * UINT64_C(7) + (round >= 3 ? UINT64_C(1) << 40 : 0);
    record.eip = 0xc0100000u + i + (round % 2 ? 0x10000 : 0);
    record.cr3 = round == 4 ? 0x202000 : 0x101000;
    record.code_base = round == 6 ? 0xf0000 : 0;
    record.cpl = round == 5 ? 3 : 0;
    if (record.event == TRACE_WALK && record.walk.cr3 != record.cr3) {
        record.walk.cr3 = record.cr3;
        record.walk.pde_address ^= 0x101000 ^ 0x202000;
    }
    /* Code that stays the same, that is longer, that has changed. */
    if (record.event == TRACE_FETCH) {
        record.fetch.linear = record.code_base + record.eip;
        if (record.fetch.next)
            record.fetch.linear = (record.fetch.linear | 0xfff) + 1;
        if (record.fetch.size == 7)
            record.fetch.size = (uint16_t)(round == 3 ? 8 : 7);
        record.fetch.code = code + (record.fetch.size == 7 && round >= 4);
    }
    return record;
}

START_TEST(every_event_comes_back_as_it_was)
{
    enum { ROUNDS = 8 };
    struct fake fake;
    struct trace_ctf *ctf =
        begin(&fake, ((1u << TRACE_EVENT_COUNT) - 1) | TRACE_VALUES);
    struct trace_record record;
    struct trace_reader *reader;
    struct error error;

    for (unsigned i = 0; i < ROUNDS * SAMPLES; i++) {
        fake.place = sample_at(i);
        record = fake.place;
        trace_emit(&fake.trace, &record);
    }
    end(ctf);
    reader = read_back();
    for (unsigned i = 0; i < ROUNDS * SAMPLES; i++) {
        const struct trace_record expected = sample_at(i);

        EXPECT_EQ(trace_reader_next(reader, &record, &error), TRACE_READ_EVENT);
        EXPECT_EQ(record.event, expected.event);
        expect_line(&record, &expected);
        if (record.event == TRACE_FETCH)
            EXPECT(memcmp(record.fetch.code, expected.fetch.code,
                          expected.fetch.size) == 0);
    }
    EXPECT_EQ(trace_reader_next(reader, &record, &error), TRACE_READ_END);
    ck_assert_ptr_null(trace_reader_loss(reader));
    ck_assert_str_eq(trace_reader_info(reader)->cpu, "486");
    EXPECT_EQ(trace_reader_info(reader)->ticks_per_second, 1000000);
    EXPECT_EQ(trace_reader_state(reader)->cr0, 0x80000011);
    EXPECT_EQ(trace_reader_state(reader)->entries, 1);
    EXPECT_EQ(trace_reader_state(reader)->tlb[0].set, 7);
    clean(reader);
}
END_TEST

/* Accesses enough for three packets: the short way, and the door wherever it
 * refuses. */
static void write_accesses(struct fake *fake, unsigned count, bool appending)
{
    for (unsigned i = 0; i < count; i++) {
        struct trace_record record = {TRACE_MEM,
                                      .access = {.linear = 0x8048000 + i % 8192,
                                                 .physical = 0x5000 + i % 8192,
                                                 .size = 4,
                                                 .write = i % 3 == 0}};

        fake->place = (struct trace_record){.tick = i + i / 1000 * 300,
                                            .eip = 0x100000 + i % 0x18000,
                                            .cr3 = 0x101000,
                                            .code_base = 0xf0000};
        if (appending && fake->trace.stream.at &&
            trace_is_told(&fake->trace.stream, record.access.linear,
                          record.access.physical) &&
            trace_may_append(&fake->trace.stream, fake->place.tick,
                             fake->place.eip))
            trace_append(&fake->trace.stream, fake->place.tick, fake->place.eip,
                         trace_access_id(record.access.write, 4),
                         record.access.linear);
        else
            trace_emit(&fake->trace, &record);
    }
}

static void stream_of(uint8_t **bytes, size_t *size)
{
    char file[300];
    int descriptor;

    (void)snprintf(file, sizeof file, "%s/stream", path);
    descriptor = open(file, O_RDONLY);
    *size = (size_t)lseek(descriptor, 0, SEEK_END);
    *bytes = malloc(*size);
    EXPECT_EQ((size_t)pread(descriptor, *bytes, *size, 0), *size);
    (void)close(descriptor);
}

START_TEST(the_short_way_writes_what_the_door_writes)
{
    enum { COUNT = 300000 };
    uint8_t *one;
    uint8_t *other;
    size_t size;
    size_t other_size;
    struct fake fake;
    struct trace_ctf *ctf = begin(&fake, 1u << TRACE_MEM);

    write_accesses(&fake, COUNT, false);
    end(ctf);
    stream_of(&one, &size);
    clean(read_back());
    ctf = begin(&fake, 1u << TRACE_MEM);
    write_accesses(&fake, COUNT, true);
    end(ctf);
    stream_of(&other, &other_size);
    EXPECT_EQ(size, other_size);
    EXPECT(memcmp(one, other, size) == 0);
    EXPECT_EQ(size, 3 * CTF_PACKET_SIZE);
    EXPECT_EQ(fake.snapshots, 3);
    free(one);
    free(other);
    clean(read_back());
}
END_TEST

START_TEST(a_packet_can_be_read_alone)
{
    enum { COUNT = 300000 };
    struct fake fake;
    struct trace_ctf *ctf = begin(&fake, 1u << TRACE_MEM);
    struct trace_reader *reader;
    struct trace_record record;
    struct error error;
    uint64_t count = 0;

    write_accesses(&fake, COUNT, true);
    end(ctf);
    reader = read_back();
    EXPECT_EQ(trace_reader_packets(reader), 3);
    trace_reader_seek(reader, 2);
    while (trace_reader_next(reader, &record, &error) == TRACE_READ_EVENT) {
        EXPECT_EQ(record.access.physical - 0x5000,
                  record.access.linear - 0x8048000);
        EXPECT_EQ(record.cr3, 0x101000);
        EXPECT_EQ(record.code_base, 0xf0000);
        count++;
    }
    EXPECT(count > 10000 && count < COUNT / 2);
    /* Every tick can be found. */
    for (uint64_t tick = 0; tick < COUNT; tick += 4999) {
        trace_reader_seek_tick(reader, tick);
        EXPECT_EQ(trace_reader_next(reader, &record, &error), TRACE_READ_EVENT);
        EXPECT(record.tick <= tick);
    }
    clean(reader);
}
END_TEST

/* Change one byte of the stream; whatever it is, reading ends in order. */
START_TEST(any_changed_byte_is_survived)
{
    struct fake fake;
    struct trace_ctf *ctf =
        begin(&fake, ((1u << TRACE_EVENT_COUNT) - 1) | TRACE_VALUES);
    struct trace_record record;
    struct trace_reader *reader;
    struct error error;
    char file[300];
    int descriptor;

    for (unsigned i = 0; i < 3 * SAMPLES; i++) {
        fake.place = sample_at(i);
        record = fake.place;
        trace_emit(&fake.trace, &record);
    }
    end(ctf);
    (void)snprintf(file, sizeof file, "%s/stream", path);
    descriptor = open(file, O_RDWR);
    for (unsigned at = 0; at < 1600; at++) {
        uint8_t old;
        uint8_t other;

        EXPECT_EQ((size_t)pread(descriptor, &old, 1, at), 1);
        other = (uint8_t)(old ^ (0x55 + at % 7 * 0x1f));
        EXPECT_EQ((size_t)pwrite(descriptor, &other, 1, at), 1);
        reader = read_back();
        while (trace_reader_next(reader, &record, &error) == TRACE_READ_EVENT) {
            char line[LINE_MAX_SIZE];

            EXPECT(line_write(line, &record) <= LINE_MAX_SIZE);
        }
        trace_reader_close(reader);
        EXPECT_EQ((size_t)pwrite(descriptor, &old, 1, at), 1);
    }
    (void)close(descriptor);
    clean(read_back());
}
END_TEST

START_TEST(every_event_has_room_and_a_name)
{
    for (unsigned id = 0; id < CTF_ID_COUNT; id++) {
        const struct ctf_class *row = ctf_class_at(id);
        unsigned bytes = 12 + 2;
        unsigned bits = 0;

        ck_assert_ptr_nonnull(row);
        for (unsigned i = 0; row->field[i].member; i++) {
            EXPECT(i + 1 < CTF_FIELDS_MAX);
            bytes += row->field[i].bytes;
            if (row->field[i].type == CTF_TEXT)
                bytes += CTF_TEXT_MAX;
            if (row->field[i].type == CTF_BITS)
                bits += row->field[i].width;
        }
        EXPECT_EQ(bits % 8, 0);
        EXPECT(bytes + bits / 8 <= CTF_EVENT_MAX);
    }
    ck_assert_ptr_null(ctf_class_at(CTF_ID_COUNT));
    ck_assert_ptr_null(ctf_class_at(255));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_event_comes_back_as_it_was,
        the_short_way_writes_what_the_door_writes,
        a_packet_can_be_read_alone,
        any_changed_byte_is_survived,
        every_event_has_room_and_a_name,
    };

    return run_tests("ctf", tests, sizeof tests / sizeof tests[0]);
}
