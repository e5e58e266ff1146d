/* SPDX-License-Identifier: MIT */
/* Events that stand for several, written and taken apart. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/run_tests.h"
#include "trace/append.h"
#include "trace/ctf.h"
#include "trace/ctf_packet.h"
#include "trace/ctf_table.h"
#include "trace/fold.h"
#include "trace/line.h"
#include "trace/reader.h"

enum { BOTH = 1u << TRACE_TLB | 1u << TRACE_WALK, CR3 = 0x101000 };

/* A trace with a place, recording to a directory. */
struct rig {
    struct trace trace;
    struct trace_record place;
    struct trace_ctf *ctf;
    char path[256];
};

static void locate(void *context, struct trace_record *record)
{
    const struct rig *rig = context;

    record->tick = rig->place.tick;
    record->eip = rig->place.eip;
    record->cr3 = rig->place.cr3;
    record->cpl = rig->place.cpl;
}

static void snapshot(void *context, struct trace_state *state)
{
    (void)context;
    /* A page that the TLB holds when a packet begins needs no map. */
    state->entries = 1;
    state->tlb[0] = (struct trace_state_entry){
        .bank = TRACE_BANK_DATA, .linear = 0x7000000, .physical = 0x77000};
}

static void rig_open(struct rig *rig, uint32_t enabled)
{
    const struct trace_ctf_options options = {
        .info = {"486", "32x4", "all", 1000000}};
    const char *directory = getenv("TMPDIR");
    struct error error = {""};

    *rig = (struct rig){.trace = {.enabled = enabled,
                                  .takes_all = true,
                                  .locate = locate,
                                  .locate_context = rig,
                                  .snapshot = snapshot},
                        .place = {.tick = 1000, .eip = 0x100000, .cr3 = CR3}};
    (void)snprintf(rig->path, sizeof rig->path, "%s/pagewalk-fold.XXXXXX",
                   directory ? directory : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(rig->path));
    rig->ctf = trace_ctf_open(rig->path, &rig->trace, &options, &error);
    ck_assert_msg(rig->ctf != NULL, "%s", error.text);
    rig->trace.record = trace_ctf_record;
    rig->trace.record_context = rig->ctf;
}

static struct trace_reader *rig_read(struct rig *rig)
{
    struct error error = {""};
    struct trace_reader *reader;

    rig->place.tick += 1000;
    ck_assert_msg(trace_ctf_close(rig->ctf, &error), "%s", error.text);
    reader = trace_reader_open(rig->path, &error);
    ck_assert_msg(reader != NULL, "%s", error.text);
    return reader;
}

static void rig_clean(struct rig *rig, struct trace_reader *reader)
{
    char file[300];

    trace_reader_close(reader);
    (void)snprintf(file, sizeof file, "%s/metadata", rig->path);
    (void)unlink(file);
    (void)snprintf(file, sizeof file, "%s/stream", rig->path);
    (void)unlink(file);
    (void)rmdir(rig->path);
}

static void emit(struct rig *rig, struct trace_record record)
{
    trace_emit(&rig->trace, &record);
}

static void expect_next(struct trace_reader *reader, const char *line)
{
    struct trace_record record;
    struct error error = {""};
    char text[LINE_MAX_SIZE + 1];

    ck_assert_msg(trace_reader_next(reader, &record, &error) ==
                      TRACE_READ_EVENT,
                  "no event, but '%s' was expected; %s", line, error.text);
    text[line_write(text, &record) - 1] = '\0';
    ck_assert_str_eq(text, line);
}

static void expect_end(struct trace_reader *reader)
{
    struct trace_record record;
    struct error error = {""};

    EXPECT_EQ(trace_reader_next(reader, &record, &error), TRACE_READ_END);
}

/* Bring the packet to where something can be appended. */
static void warm_up(struct rig *rig)
{
    emit(rig, (struct trace_record){TRACE_EXEC, .marker = 0});
}

/* The steps of one miss, as the MMU takes them. */
static bool miss(struct rig *rig, bool evicts)
{
    struct trace_refill *refill = &rig->trace.held.refill;

    if (!trace_hold_miss(&rig->trace, false, 0x8048123))
        return false;
    EXPECT(rig->trace.holds);
    refill->steps = TRACE_REFILL_FILLED;
    refill->access = ACCESS_WRITE;
    refill->privilege = PRIVILEGE_USER;
    refill->pde = 0x2007;
    refill->pte = 0x5007;
    refill->marked = 0x20 << 16 | 0x60;
    refill->code = false;
    refill->set = 9;
    refill->way = 3;
    refill->evicts = evicts;
    refill->evicted = 0x7000000;
    refill->evicted_physical = 0x77000;
    trace_refill(&rig->trace);
    EXPECT(!rig->trace.holds);
    return true;
}

#define PLACE "        1000 00100000   0 "

/* The events of miss() with an eviction, behind those of warm_up(). */
static void expect_miss(struct trace_reader *reader)
{
    expect_next(reader, PLACE "exec");
    expect_next(reader, PLACE "tlb    miss data 08048000");
    expect_next(reader, PLACE "walk   write user 08048123 cr3 00101000 pde "
                              "00101080=00002007 pte 00002120=00005007 -> "
                              "00005123 +pde.A +A +D");
    expect_next(reader,
                PLACE "tlb    evict data 07000000 -> 00077000 set 9 way 3");
    expect_next(reader,
                PLACE "tlb    fill data 08048000 -> 00005000 set 9 way 3");
}

START_TEST(a_refill_is_read_as_its_four_steps)
{
    struct rig rig;
    struct trace_reader *reader;
    uint8_t *before;

    rig_open(&rig, BOTH | 1u << TRACE_MEM);
    warm_up(&rig);
    before = rig.trace.stream.at;
    EXPECT(miss(&rig, true));
    EXPECT_EQ((size_t)(rig.trace.stream.at - before), 24);
    /* The fill tells where accesses go. */
    before = rig.trace.stream.at;
    emit(&rig, (struct trace_record){TRACE_MEM, .access = {0x8048123, 0x5123, 4,
                                                           true, false, 0}});
    EXPECT_EQ((size_t)(rig.trace.stream.at - before), 8);
    reader = rig_read(&rig);
    expect_miss(reader);
    expect_next(reader, PLACE "mem    write  4 08048123 -> 00005123");
    expect_end(reader);
    rig_clean(&rig, reader);
}
END_TEST

START_TEST(an_evicted_page_that_was_not_told_is_written_in_full)
{
    struct rig rig;
    struct trace_reader *reader;

    rig_open(&rig, BOTH);
    warm_up(&rig);
    rig.trace.stream.told[0x7000] = 0;
    EXPECT(miss(&rig, true));
    reader = rig_read(&rig);
    expect_miss(reader);
    expect_end(reader);
    rig_clean(&rig, reader);
}
END_TEST

START_TEST(what_is_held_comes_before_what_comes_next)
{
    struct rig rig;
    struct trace_reader *reader;

    rig_open(&rig, BOTH | 1u << TRACE_MMIO);
    warm_up(&rig);
    EXPECT(trace_hold_miss(&rig.trace, true, 0x8048123));
    emit(&rig, (struct trace_record){TRACE_MMIO,
                                     .cycle = {"chip", 0xf0000, 4, false, 7}});
    EXPECT(!rig.trace.holds);
    reader = rig_read(&rig);
    expect_next(reader, PLACE "exec");
    expect_next(reader, PLACE "tlb    miss code 08048000");
    expect_next(reader, PLACE "mmio   read   4 000f0000 = 00000007  chip");
    expect_end(reader);
    rig_clean(&rig, reader);
}
END_TEST

START_TEST(a_miss_is_not_held_where_one_of_its_events_is_not_wanted)
{
    struct rig rig;

    rig_open(&rig, 1u << TRACE_TLB);
    warm_up(&rig);
    EXPECT(!trace_hold_miss(&rig.trace, false, 0x1000));
    rig.trace.enabled = BOTH;
    EXPECT(trace_hold_miss(&rig.trace, false, 0x1000));
    rig.trace.holds = false;
    rig.trace.takes_all = false;
    EXPECT(!trace_hold_miss(&rig.trace, false, 0x1000));
    rig.trace.takes_all = true;
    trace_place_changed(&rig.trace);
    EXPECT(!trace_hold_miss(&rig.trace, false, 0x1000));
    rig_clean(&rig, rig_read(&rig));
}
END_TEST

/* Bytes written by hand against those that the table makes of the record. */
START_TEST(refills_are_written_as_the_table_says)
{
    struct rig rig;

    rig_open(&rig, BOTH);
    warm_up(&rig);
    for (unsigned bits = 0; bits < 1u << 8; bits++) {
        struct trace_record *held = &rig.trace.held;
        uint8_t expected[CTF_EVENT_MAX];
        const uint8_t *written = rig.trace.stream.at + 4;
        const uint8_t *behind;
        const enum ctf_id id = bits & 0x80 ? CTF_REFILL_EVICT : CTF_REFILL;

        if ((bits & 3) > ACCESS_EXECUTE)
            continue;
        EXPECT(trace_hold_miss(&rig.trace, false, 0x8048000 + bits * 0x1357));
        held->refill.steps = TRACE_REFILL_FILLED;
        held->refill.access = (enum access)(bits & 3);
        held->refill.privilege = (enum privilege)(bits >> 2 & 1);
        held->refill.marked = (bits >> 3 & 1) << 21 | (bits >> 4 & 3) << 5;
        held->refill.code = bits >> 6 & 1;
        held->refill.evicts = bits >> 7;
        held->refill.evicted = 0x7000000;
        held->refill.evicted_physical = 0x77000;
        held->refill.pde = 0x12345007 + bits;
        held->refill.pte = 0x6789a067 - bits;
        held->refill.set = (uint16_t)(bits * 257);
        held->refill.way = (uint8_t)(bits ^ 0x3f);
        behind = ctf_put_fields(expected, ctf_class_at(id), held);
        trace_refill(&rig.trace);
        EXPECT_EQ(written[-4], id);
        EXPECT_EQ((size_t)(rig.trace.stream.at - written),
                  (size_t)(behind - expected));
        EXPECT(memcmp(written, expected, (size_t)(behind - expected)) == 0);
    }
    rig_clean(&rig, rig_read(&rig));
}
END_TEST

static struct trace_record repeat_of(enum trace_repeat_kind kind, bool down)
{
    return (struct trace_record){.tick = 1000 + 599,
                                 .eip = 0x100004,
                                 .cr3 = CR3,
                                 .event = TRACE_EVENT_COUNT,
                                 .repeat = {.kind = (uint8_t)kind,
                                            .shift = 1,
                                            .down = down,
                                            .count = 600,
                                            .linear = {0x7000800, 0x7000a02},
                                            .physical = {0x77800, 0x77a02}}};
}

START_TEST(repeats_are_read_as_their_accesses_tick_by_tick)
{
    for (unsigned kind = 0; kind <= TRACE_REPEAT_COMPARE; kind++) {
        for (unsigned down = 0; down < 2; down++) {
            const struct trace_record repeat =
                repeat_of((enum trace_repeat_kind)kind, down);
            const unsigned operands = kind >= TRACE_REPEAT_COPY ? 2 : 1;
            struct rig rig;
            struct trace_reader *reader;
            struct trace_record record;
            struct error error;
            uint8_t *before;

            rig_open(&rig, 1u << TRACE_MEM);
            warm_up(&rig);
            before = rig.trace.stream.at;
            EXPECT(trace_put_repeat(&rig.trace, &repeat));
            EXPECT((size_t)(rig.trace.stream.at - before) <= 23);
            reader = rig_read(&rig);
            expect_next(reader, PLACE "exec");
            for (unsigned i = 0; i < 600 * operands; i++) {
                const unsigned which = i % operands;
                const uint32_t step = i / operands * 2;
                const uint32_t moved = down ? 0u - step : step;

                EXPECT_EQ(trace_reader_next(reader, &record, &error),
                          TRACE_READ_EVENT);
                EXPECT_EQ(record.tick, 1000 + i / operands);
                EXPECT_EQ(record.eip, 0x100004);
                EXPECT_EQ(record.event, TRACE_MEM);
                EXPECT_EQ(record.access.size, 2);
                EXPECT_EQ(record.access.write,
                          kind == TRACE_REPEAT_WRITE ||
                              (kind == TRACE_REPEAT_COPY && which == 1));
                EXPECT_EQ(record.access.linear,
                          repeat.repeat.linear[which] + moved);
                EXPECT_EQ(record.access.physical,
                          repeat.repeat.physical[which] + moved);
            }
            expect_end(reader);
            rig_clean(&rig, reader);
        }
    }
}
END_TEST

START_TEST(repeats_of_pages_that_were_not_told_are_refused)
{
    struct trace_record repeat = repeat_of(TRACE_REPEAT_COPY, false);
    struct rig rig;

    rig_open(&rig, 1u << TRACE_MEM);
    warm_up(&rig);
    repeat.repeat.linear[1] += 0x1000;
    EXPECT(!trace_put_repeat(&rig.trace, &repeat));
    repeat.repeat.kind = TRACE_REPEAT_READ;
    EXPECT(trace_put_repeat(&rig.trace, &repeat));
    rig_clean(&rig, rig_read(&rig));
}
END_TEST

/* What a damaged trace may say: runs that leave their page, or that begin
 * before what was there already. */
START_TEST(repeats_that_cannot_be_are_told)
{
    struct trace_record whole = repeat_of(TRACE_REPEAT_COPY, false);

    whole.fold = TRACE_FOLD_REPEAT;
    EXPECT(trace_fold_is_sound(&whole, 1000));
    EXPECT(!trace_fold_is_sound(&whole, 1001));
    EXPECT(!trace_fold_is_sound(&whole, 2000));
    whole.repeat.count = 0;
    EXPECT(!trace_fold_is_sound(&whole, 0));
    whole.repeat.count = UINT16_MAX;
    whole.tick = UINT64_MAX;
    EXPECT(!trace_fold_is_sound(&whole, 0));
    for (unsigned shift = 0; shift < 256; shift++) {
        for (uint32_t count = 1; count <= PAGE_SIZE; count += 5) {
            for (uint32_t first = 0; first < PAGE_SIZE; first += 17) {
                const uint64_t size = shift < 3 ? UINT64_C(1) << shift : 0;
                const uint64_t bytes = count * size;

                whole.repeat.kind = TRACE_REPEAT_READ;
                whole.repeat.shift = (uint8_t)shift;
                whole.repeat.count = (uint16_t)count;
                whole.repeat.linear[0] = 0xfffff000 + first;
                whole.repeat.down = false;
                EXPECT_EQ(trace_fold_is_sound(&whole, 0),
                          size && first + bytes <= PAGE_SIZE);
                whole.repeat.down = true;
                EXPECT_EQ(trace_fold_is_sound(&whole, 0),
                          size && bytes - size <= first &&
                              first + size <= PAGE_SIZE);
                if (shift > 3)
                    break;
            }
        }
    }
}
END_TEST

START_TEST(an_update_is_read_as_a_read_and_a_write)
{
    /* So many that some straddle what the reader takes at a time. */
    enum { UPDATES = 1000 };
    static const char *const lines[][2] = {
        {PLACE "mem    read   1 08048121 -> 00005121",
         PLACE "mem    write  1 08048121 -> 00005121"},
        {PLACE "mem    read   2 08048122 -> 00005122",
         PLACE "mem    write  2 08048122 -> 00005122"},
        {PLACE "mem    read   4 08048124 -> 00005124",
         PLACE "mem    write  4 08048124 -> 00005124"}};
    struct rig rig;
    struct trace_reader *reader;
    uint8_t *before;

    rig_open(&rig, 1u << TRACE_MEM);
    emit(&rig, (struct trace_record){TRACE_MEM, .access = {0x8048123, 0x5123, 4,
                                                           true, false, 0}});
    before = rig.trace.stream.at;
    for (unsigned i = 0; i < UPDATES; i++) {
        const unsigned size = 1u << i % 3;

        trace_append(&rig.trace.stream, 1000, 0x100000,
                     trace_access_id(false, size), 0x8048120 + size);
        trace_append_update(&rig.trace.stream, size);
    }
    EXPECT_EQ((size_t)(rig.trace.stream.at - before), 8 * UPDATES);
    reader = rig_read(&rig);
    expect_next(reader, PLACE "mem    write  4 08048123 -> 00005123");
    for (unsigned i = 0; i < 2 * UPDATES; i++)
        expect_next(reader, lines[i / 2 % 3][i % 2]);
    expect_end(reader);
    rig_clean(&rig, reader);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_refill_is_read_as_its_four_steps,
        an_evicted_page_that_was_not_told_is_written_in_full,
        what_is_held_comes_before_what_comes_next,
        a_miss_is_not_held_where_one_of_its_events_is_not_wanted,
        refills_are_written_as_the_table_says,
        repeats_are_read_as_their_accesses_tick_by_tick,
        repeats_of_pages_that_were_not_told_are_refused,
        repeats_that_cannot_be_are_told,
        an_update_is_read_as_a_read_and_a_write,
    };

    return run_tests("fold", tests, sizeof tests / sizeof tests[0]);
}
