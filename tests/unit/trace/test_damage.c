/* SPDX-License-Identifier: MIT */
/*
 * A trace cut at every byte, and with every byte changed: what is read is what
 * was written, up to where it is damaged; then it is said so, in one line.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/run_tests.h"
#include "tests/unit/trace/small_trace.h"
#include "trace/ctf_metadata.h"
#include "trace/ctf_packet.h"
#include "trace/line.h"
#include "trace/reader.h"

enum { RECORDS_MAX = 4096, USED_MAX = 8192 };

static struct small_trace trace;
static uint64_t hash[RECORDS_MAX]; /* of each record of the whole trace */
static unsigned records;           /* in each packet */
static unsigned within[USED_MAX];  /* records of a packet cut to that size */

static uint64_t hash_of(const struct trace_record *record)
{
    uint64_t sum = UINT64_C(0xcbf29ce484222325);
    char line[LINE_MAX_SIZE];
    const size_t length = line_write(line, record);

    EXPECT(length <= LINE_MAX_SIZE);
    for (size_t i = 0; i < length; i++)
        sum = (sum ^ (uint8_t)line[i]) * UINT64_C(0x100000001b3);
    return sum;
}

static struct trace_reader *opened(void)
{
    struct error error = {""};
    struct trace_reader *reader = trace_reader_open(trace.path, &error);

    ck_assert_msg(reader != NULL, "%s", error.text);
    return reader;
}

static void expect_one_line(const char *text)
{
    ck_assert_str_ne(text, "");
    ck_assert_ptr_null(strchr(text, '\n'));
}

/* Read to the end, or that of packet `last`. Returns how many records there
 * were; the first `same` of them are those of the whole trace. */
static unsigned read_up_to(struct trace_reader *reader, unsigned last,
                           unsigned same, enum trace_read *got)
{
    struct trace_record record;
    struct error error = {""};
    unsigned count = 0;

    while ((*got = trace_reader_next(reader, &record, &error)) ==
               TRACE_READ_EVENT &&
           trace_reader_packet(reader) <= last) {
        const uint64_t sum = hash_of(&record);

        if (count < same)
            EXPECT_EQ(sum, hash[count]);
        count++;
    }
    ck_assert_uint_ge(count, same);
    if (*got == TRACE_READ_BAD)
        expect_one_line(error.text);
    return count;
}

static unsigned read_all(struct trace_reader *reader, unsigned same,
                         enum trace_read *got)
{
    return read_up_to(reader, 1, same, got);
}

static void put_bytes(const void *bytes, size_t size, size_t at)
{
    EXPECT_EQ((size_t)pwrite(trace.stream, bytes, size, (off_t)at), size);
}

static void set_used(size_t used)
{
    const uint64_t bits = used * UINT64_C(8);

    put_bytes(&bits, sizeof bits,
              offsetof(struct ctf_packet_head, content_size));
}

static void begin(void)
{
    struct trace_reader *reader;
    struct trace_record record;
    struct error error = {""};
    enum trace_read got;

    small_trace_make(&trace);
    ck_assert_uint_lt(trace.used, USED_MAX);
    reader = opened();
    records = 0;
    for (; trace_reader_next(reader, &record, &error) == TRACE_READ_EVENT;
         records++) {
        ck_assert_uint_lt(records, RECORDS_MAX);
        hash[records] = hash_of(&record);
    }
    ck_assert_str_eq(error.text, "");
    trace_reader_seek(reader, 1);
    EXPECT_EQ(read_all(reader, 0, &got), records / 2);
    EXPECT_EQ(records % 2, 0);
    EXPECT_EQ(got, TRACE_READ_END);
    records /= 2;
    ck_assert_ptr_null(trace_reader_loss(reader));
    trace_reader_close(reader);
}

static void end(void)
{
    small_trace_remove(&trace);
}

/* Cut the content of the first packet at every byte: events that are whole are
 * read, and what is behind the cut is never seen. */
static void cut_content(void)
{
    struct trace_reader *reader = opened();
    unsigned borders = 0;

    for (size_t used = trace.begin; used <= trace.used; used++) {
        enum trace_read got;
        unsigned count;

        set_used(used);
        trace_reader_seek(reader, 0);
        count =
            read_all(reader, used > trace.begin ? within[used - 1] : 0, &got);
        /* At an event's border the second packet follows. */
        if (got == TRACE_READ_END) {
            borders++;
            count -= records;
        }
        within[used] = count;
    }
    EXPECT_EQ(within[trace.used], records);
    ck_assert_uint_ge(borders, 70);
    set_used(trace.used);
    trace_reader_close(reader);
}

START_TEST(events_are_not_read_beyond_the_content_of_a_packet)
{
    begin();
    cut_content();
    for (size_t used = 0; used < trace.begin; used++) {
        struct trace_reader *reader = opened();
        enum trace_read got;

        set_used(used);
        EXPECT_EQ(read_all(reader, 0, &got), 0);
        EXPECT_EQ(got, TRACE_READ_BAD);
        trace_reader_close(reader);
    }
    end();
}
END_TEST

START_TEST(whole_packets_of_a_file_that_is_cut_anywhere_are_read)
{
    const size_t sizes = 2 * (size_t)CTF_PACKET_SIZE;

    begin();
    for (size_t size = sizes; size > 0;) {
        const size_t in_packet = --size % CTF_PACKET_SIZE;
        const unsigned packets = (unsigned)(size / CTF_PACKET_SIZE);
        struct trace_reader *reader;
        enum trace_read got;

        /* Where no packet is read, or nothing but zeroes is missing, not all.
         */
        if ((!packets && in_packet % 61) ||
            (in_packet > trace.used && in_packet % 16381))
            continue;
        EXPECT(ftruncate(trace.stream, (off_t)size) == 0);
        reader = opened();
        EXPECT_EQ(trace_reader_packets(reader), packets);
        EXPECT_EQ(read_all(reader, packets * records, &got), packets * records);
        EXPECT_EQ(got, TRACE_READ_END);
        /* The first packet here has an end mark of its own. */
        if (in_packet || !packets)
            expect_one_line(trace_reader_loss(reader));
        trace_reader_close(reader);
    }
    end();
}
END_TEST

/* Each bit changed, and some values that mean something. */
static unsigned others(uint8_t byte, uint8_t other[16])
{
    static const uint8_t values[] = {0, 1, 0x7f, 0x80, 0xff};
    unsigned count = 0;

    for (unsigned bit = 0; bit < 8; bit++)
        other[count++] = (uint8_t)(byte ^ 1u << bit);
    for (unsigned i = 0; i < sizeof values; i++) {
        if (values[i] != byte)
            other[count++] = values[i];
    }
    return count;
}

START_TEST(events_before_any_changed_byte_are_read_as_they_were)
{
    struct trace_reader *reader;

    begin();
    cut_content();
    reader = opened();
    for (size_t at = 0; at < trace.used; at++) {
        uint8_t other[16];
        uint8_t byte;
        unsigned count;

        EXPECT_EQ((size_t)pread(trace.stream, &byte, 1, (off_t)at), 1);
        count = others(byte, other);
        while (count-- > 0) {
            enum trace_read got;

            put_bytes(&other[count], 1, at);
            trace_reader_seek(reader, 0);
            (void)read_up_to(reader, 0, at < trace.begin ? 0 : within[at],
                             &got);
        }
        put_bytes(&byte, 1, at);
    }
    trace_reader_close(reader);
    end();
}
END_TEST

/* --- Metadata --- */

static char metadata[CTF_METADATA_MAX];
static size_t metadata_size;

static void make_metadata(bool filtered)
{
    const struct trace_info info = {"486", "32x4", "all", 1000000, filtered};

    metadata_size = ctf_metadata_write(metadata, &info);
}

/* True if they are taken; if not, one line says why. */
static bool are_taken(size_t size)
{
    struct trace_info info;
    struct error error = {""};
    const bool taken = ctf_metadata_read(metadata, size, "it", &info, &error);

    if (!taken)
        expect_one_line(error.text);
    return taken;
}

START_TEST(metadata_that_are_cut_anywhere_are_refused)
{
    for (unsigned filtered = 0; filtered < 2; filtered++) {
        make_metadata(filtered);
        EXPECT(are_taken(metadata_size));
        for (size_t size = 0; size < metadata_size; size++)
            EXPECT(!are_taken(size));
    }
}
END_TEST

/* But for a digit or a letter of what the run was, nothing may change. */
START_TEST(metadata_with_any_changed_byte_are_refused_or_name_another_machine)
{
    unsigned taken = 0;

    make_metadata(true);
    for (size_t at = 0; at < metadata_size; at++) {
        const char byte = metadata[at];

        metadata[at] = (char)((uint8_t)byte ^ 1u << at % 8);
        taken += are_taken(metadata_size);
        metadata[at] = byte;
    }
    ck_assert_uint_le(taken, sizeof "486"
                                    "32x4"
                                    "all"
                                    "1000000");
    EXPECT(are_taken(metadata_size));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        events_are_not_read_beyond_the_content_of_a_packet,
        whole_packets_of_a_file_that_is_cut_anywhere_are_read,
        events_before_any_changed_byte_are_read_as_they_were,
        metadata_that_are_cut_anywhere_are_refused,
        metadata_with_any_changed_byte_are_refused_or_name_another_machine,
    };

    return run_tests("damage", tests, sizeof tests / sizeof tests[0]);
}
