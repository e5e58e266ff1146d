/* SPDX-License-Identifier: MIT */
/*
 * Random traces for the reader: a packet whose head is sound, and events that
 * are mostly real numbers with random bytes behind them. Whatever they say,
 * reading ends, and every record can be written as a line. Usage:
 * fuzz_trace SECONDS [FIRST-SEED].
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "trace/ctf_ids.h"
#include "trace/ctf_metadata.h"
#include "trace/ctf_packet.h"
#include "trace/ctf_state.h"
#include "trace/ctf_table.h"
#include "trace/line.h"
#include "trace/reader.h"

static uint64_t state;

static uint32_t random_number(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 16);
}

static void write_file(const char *directory, const char *name,
                       const void *bytes, size_t size)
{
    char path[300];
    int file;

    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0 || write(file, bytes, size) != (ssize_t)size)
        abort();
    (void)close(file);
}

/* An event of random fields; the bytes are random already. Before an access
 * goes the map of its page. */
static uint8_t *put_event(uint8_t *at, unsigned id)
{
    const struct ctf_class *row = ctf_class_at(id);
    unsigned bits = 0;

    if (id == CTF_STATE)
        return at;
    if (id >= CTF_READ_1 && id <= CTF_WRITE_8) {
        at[0] = CTF_MAP;
        memcpy(at + 12, at, 12);
        at[12] = (uint8_t)id;
        memcpy(at + 16, at + 4, 4);
        return at + 20;
    }
    *at = (uint8_t)id;
    at += 4;
    for (const struct ctf_field *field = row->field; field->member; field++) {
        if (field->bytes == 1 && random_number() % 64)
            *at &= 3; /* CPL, a cause, a size: mostly one that there is */
        at += field->bytes;
        bits += field->width;
        if (field->type == CTF_TEXT)
            *at++ = '\0';
    }
    return at + bits / 8;
}

static void make_packet(uint8_t *packet)
{
    static struct trace_state machine;
    const uint32_t used = 1000 + random_number() % 4000;
    struct ctf_packet_head head = {.magic = CTF_MAGIC,
                                   .content_size = used * UINT64_C(8),
                                   .packet_size = CTF_PACKET_SIZE * 8u,
                                   .timestamp_end = UINT64_MAX};
    uint8_t *at = packet + sizeof head;

    for (unsigned i = 0; i < used; i++)
        packet[i] = (uint8_t)random_number();
    memcpy(packet, &head, sizeof head);
    memset(at, 0, 4);
    machine.entries = random_number() % 8;
    at = ctf_state_put(at + 4, &machine);
    while (at < packet + used - CTF_EVENT_MAX)
        at = put_event(at, random_number() % CTF_ID_COUNT);
    for (unsigned i = random_number() % 4; i > 0; i--)
        packet[random_number() % used] ^= (uint8_t)(1u << random_number() % 8);
}

static uint64_t read_all(const char *directory)
{
    struct error error = {""};
    struct trace_reader *reader = trace_reader_open(directory, &error);
    struct trace_record record;
    uint64_t count = 0;
    char line[LINE_MAX_SIZE];

    if (!reader)
        return 0;
    while (trace_reader_next(reader, &record, &error) == TRACE_READ_EVENT) {
        if (line_write(line, &record) > LINE_MAX_SIZE)
            abort();
        count++;
    }
    trace_reader_close(reader);
    return count;
}

int main(int argc, char **argv)
{
    const time_t until = time(NULL) + (argc > 1 ? atoi(argv[1]) : 5);
    const struct trace_info info = {"486", "32x4", "all", 1000000};
    const char *temporary = getenv("TMPDIR");
    uint8_t *packet = calloc(1, CTF_PACKET_SIZE);
    char *text = malloc(CTF_METADATA_MAX);
    char directory[200];
    char path[300];
    uint64_t traces = 0;
    uint64_t events = 0;

    (void)snprintf(directory, sizeof directory, "%s/pagewalk-fuzz.XXXXXX",
                   temporary ? temporary : "/tmp");
    if (!packet || !text || !mkdtemp(directory))
        return EXIT_FAILURE;
    write_file(directory, CTF_METADATA_NAME, text,
               ctf_metadata_write(text, &info));
    for (uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
         time(NULL) < until; seed++, traces++) {
        state = seed * UINT64_C(0x9e3779b97f4a7c15);
        make_packet(packet);
        write_file(directory, CTF_STREAM_NAME, packet, CTF_PACKET_SIZE);
        events += read_all(directory);
    }
    (void)printf("%llu traces, %llu events\n", (unsigned long long)traces,
                 (unsigned long long)events);
    (void)snprintf(path, sizeof path, "%s/%s", directory, CTF_METADATA_NAME);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/%s", directory, CTF_STREAM_NAME);
    (void)unlink(path);
    (void)rmdir(directory);
    free(packet);
    free(text);
    return EXIT_SUCCESS;
}
