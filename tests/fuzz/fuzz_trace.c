/* SPDX-License-Identifier: MIT */
/*
 * Damaged traces for all that reads them. Half of them are recorded from random
 * events of every kind and then damaged where it counts: at the border of an
 * event, in a field, in the head, by a cut at any byte. The others are packets
 * of random bytes behind real numbers of events. Each goes through one of
 * print, stat, diff, export, report, after the reader itself: whatever a trace
 * says, reading ends, every record can be written as a line, and what is wrong
 * has its status. Usage: fuzz_trace SECONDS [FIRST-SEED [LAST-SEED]].
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tools/commands.h"
#include "tools/exit_status.h"
#include "trace/ctf.h"
#include "trace/ctf_ids.h"
#include "trace/ctf_metadata.h"
#include "trace/ctf_packet.h"
#include "trace/ctf_state.h"
#include "trace/ctf_table.h"
#include "trace/line.h"
#include "trace/reader.h"

/* A machine that only has a place, and the files of its trace. */
struct fuzz {
    uint64_t state;
    char directory[200];
    char one[256];   /* the trace that is damaged */
    char other[256]; /* one that is not */
    char output[256];
    uint8_t *bytes;
    uint8_t fields[CTF_EVENT_MAX + 8]; /* what a random record points into */
    struct trace trace;
    struct trace_record place;
    uint64_t events;
    uint64_t traces;
};

static uint32_t random_number(struct fuzz *fuzz)
{
    fuzz->state ^= fuzz->state << 13;
    fuzz->state ^= fuzz->state >> 7;
    fuzz->state ^= fuzz->state << 17;
    return (uint32_t)(fuzz->state >> 16);
}

static uint32_t below(struct fuzz *fuzz, uint32_t limit)
{
    return random_number(fuzz) % limit;
}

static void file_of(char path[300], const char *directory, const char *name)
{
    (void)snprintf(path, 300, "%s/%s", directory, name);
}

static void write_file(const char *directory, const char *name,
                       const void *bytes, size_t size)
{
    char path[300];
    int file;

    file_of(path, directory, name);
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0 || write(file, bytes, size) != (ssize_t)size)
        abort();
    (void)close(file);
}

static size_t read_file(const char *directory, const char *name, uint8_t *bytes,
                        size_t room)
{
    char path[300];
    ssize_t size;
    int file;

    file_of(path, directory, name);
    file = open(path, O_RDONLY);
    size = file < 0 ? -1 : read(file, bytes, room);
    if (size < 0)
        abort();
    (void)close(file);
    return (size_t)size;
}

/* --- A trace of all kinds of events --- */

static void locate(void *context, struct trace_record *record)
{
    const struct trace_record *place = &((struct fuzz *)context)->place;

    record->tick = place->tick;
    record->eip = place->eip;
    record->cr3 = place->cr3;
    record->code_base = place->code_base;
    record->cpl = place->cpl;
}

static void snapshot(void *context, struct trace_state *state)
{
    struct fuzz *fuzz = context;

    state->cr0 = 0x80000011;
    state->valid = state->entries = below(fuzz, 8);
    for (uint32_t i = 0; i < state->entries; i++)
        state->tlb[i] = (struct trace_state_entry){
            .bank = (uint8_t)below(fuzz, 4),
            .set = (uint16_t)below(fuzz, 8),
            .way = (uint8_t)below(fuzz, 4),
            .linear = random_number(fuzz) & PAGE_FRAME_MASK,
            .physical = random_number(fuzz) & PAGE_FRAME_MASK};
}

/* Random members, of a kind that an event's number in the file can say: the
 * bytes of such an event with random fields, read as the reader does. */
static bool random_record(struct fuzz *fuzz, struct trace_record *record)
{
    const struct ctf_class *row =
        ctf_class_at(CTF_READ_1 + below(fuzz, CTF_ID_COUNT - CTF_READ_1));
    uint8_t *bytes = fuzz->fields;

    if (!row || row->event == TRACE_EVENT_COUNT)
        return false;
    for (unsigned i = 0; i < sizeof fuzz->fields; i++)
        bytes[i] =
            (uint8_t)(below(fuzz, 3) ? below(fuzz, 4) : random_number(fuzz));
    *record = (struct trace_record){.cr3 = fuzz->place.cr3};
    for (unsigned tries = 0; tries < CTF_EVENT_MAX; tries++) {
        if (ctf_get_fields(bytes, bytes + sizeof fuzz->fields, row, record))
            return !record->fold;
        bytes[below(fuzz, sizeof fuzz->fields)] = (uint8_t)below(fuzz, 2);
        *record = (struct trace_record){.cr3 = fuzz->place.cr3};
    }
    return false;
}

/* An allocation or a freeing, as a report follows them. */
static void random_probe(struct fuzz *fuzz, struct trace_record *record)
{
    static const char *const functions[] = {"kmalloc", "alloc_pages", "kfree"};
    static const char *const names[] = {"size,flags", "order,size", "object"};
    const unsigned which = below(fuzz, 3);

    *record = (struct trace_record){
        .event = TRACE_PROBE,
        .probe = {.function = functions[which],
                  .names = names[below(fuzz, 3)],
                  .leave = below(fuzz, 2),
                  .count = (uint8_t)below(fuzz, PROBE_ARGUMENTS_MAX + 1),
                  .argument = {below(fuzz, 64) << 5, below(fuzz, 4)},
                  .has_result = below(fuzz, 4) > 0,
                  .result = below(fuzz, 64) << 5}};
}

static void record_trace(struct fuzz *fuzz, const char *path)
{
    const struct trace_ctf_options options = {
        .info = {"486", "32x4", "all", 1000000}};
    struct error error;
    struct trace_ctf *ctf;

    fuzz->trace = (struct trace){.enabled = ((1u << TRACE_EVENT_COUNT) - 1) |
                                            TRACE_VALUES,
                                 .locate = locate,
                                 .locate_context = fuzz,
                                 .snapshot = snapshot};
    fuzz->place = (struct trace_record){.eip = 0xc0100000, .cr3 = 0x1000};
    ctf = trace_ctf_open(path, &fuzz->trace, &options, &error);
    if (!ctf)
        abort();
    fuzz->trace.record = trace_ctf_record;
    fuzz->trace.record_context = ctf;
    for (unsigned i = 100 + below(fuzz, 900); i > 0; i--) {
        struct trace_record record;

        fuzz->place.tick +=
            below(fuzz, 8) ? below(fuzz, 300) : random_number(fuzz);
        fuzz->place.eip += below(fuzz, 8) ? below(fuzz, 15) : 0x12345;
        if (below(fuzz, 32) == 0)
            fuzz->place.cpl = (uint8_t)below(fuzz, 4);
        if (below(fuzz, 4) == 0)
            random_probe(fuzz, &record);
        else if (!random_record(fuzz, &record))
            continue;
        trace_emit(&fuzz->trace, &record);
    }
    if (!trace_ctf_close(ctf, &error))
        abort();
}

/* --- Damage --- */

/* Where the fields of an event end. NULL: it makes no sense. */
static const uint8_t *event_end(const uint8_t *at, const uint8_t *end)
{
    const size_t header = *at == CTF_EXTENDED ? 12 : 4;
    const struct ctf_class *row;
    struct trace_record record = {.tick = 0};
    static struct trace_state state;
    unsigned id;

    if ((size_t)(end - at) < header)
        return NULL;
    id = *at == CTF_EXTENDED ? at[1] : *at;
    if (id == CTF_STATE)
        return ctf_state_get(at + header, end, &state);
    row = ctf_class_at(id);
    return row ? ctf_get_fields(at + header, end, row, &record) : NULL;
}

/* The border of some event in the packet. */
static size_t some_border(struct fuzz *fuzz, size_t used)
{
    const uint8_t *at = fuzz->bytes + sizeof(struct ctf_packet_head);
    const uint8_t *end = fuzz->bytes + used;

    for (unsigned left = below(fuzz, 400); left > 0 && at < end; left--) {
        const uint8_t *next = event_end(at, end);

        if (!next || next >= end)
            break;
        at = next;
    }
    return (size_t)(at - fuzz->bytes);
}

static void put_value(struct fuzz *fuzz, size_t at)
{
    static const uint64_t values[] = {
        0,          1,          0x7f,       0x80,       0xff,      0xfff,
        0x7fffffff, 0x80000000, 0xffffffff, 0xfffff000, UINT64_MAX};
    const uint64_t value =
        values[below(fuzz, sizeof values / sizeof values[0])];

    memcpy(fuzz->bytes + at, &value, (size_t)1 << below(fuzz, 4));
}

/* One piece of damage; `used` bytes of the packet have a meaning. */
static void damage(struct fuzz *fuzz, size_t used)
{
    uint8_t *bytes = fuzz->bytes;
    const size_t border = some_border(fuzz, used);
    const size_t another = some_border(fuzz, used);
    const size_t anywhere = below(fuzz, (uint32_t)used - 8);
    struct ctf_packet_head head;

    switch (below(fuzz, 8)) {
    case 0: bytes[anywhere] ^= (uint8_t)(1u << below(fuzz, 8)); break;
    case 1: put_value(fuzz, anywhere); break;
    case 2: bytes[border] = (uint8_t)below(fuzz, 256); break;
    case 3: bytes[border] = (uint8_t)below(fuzz, CTF_ID_COUNT); break;
    case 4: put_value(fuzz, border + 4 + below(fuzz, 16)); break;
    case 5: /* an event is missing, or is there twice */
        memmove(bytes + border, bytes + another,
                used - (border > another ? border : another));
        break;
    case 6:
        memcpy(&head, bytes, sizeof head);
        head.content_size = below(fuzz, 2) ? border * 8 : anywhere * 8;
        memcpy(bytes, &head, sizeof head);
        break;
    case 7:
    default: put_value(fuzz, below(fuzz, sizeof head)); break;
    }
}

/* --- Random packets --- */

enum { HEADER_SIZE = 4, MAP_SIZE = 12 };

/* Where the fields behind a header at `at` end; the bytes are random already,
 * and mostly made to say something that there is. */
static uint8_t *put_fields(struct fuzz *fuzz, uint8_t *at,
                           const struct ctf_class *row)
{
    unsigned bits = 0;

    at += HEADER_SIZE;
    for (const struct ctf_field *field = row->field; field->member; field++) {
        if (field->bytes == 1 && below(fuzz, 64))
            *at &= 3; /* CPL, a cause, a size */
        at += field->bytes;
        bits += field->width;
        if (bits == 8) {
            if ((*at & 3) == 3 && below(fuzz, 64))
                *at ^= 1; /* a kind of access */
            at++;
            bits = 0;
        }
        if (field->type == CTF_TEXT)
            *at++ = '\0';
    }
    return at;
}

static uint8_t *put_map(struct fuzz *fuzz, uint8_t *at, linear_addr linear)
{
    at[0] = CTF_MAP;
    at[1] = (uint8_t)below(fuzz, 4);
    memcpy(at + HEADER_SIZE, &linear, sizeof linear);
    return at + MAP_SIZE;
}

/* What stands for several events, behind the maps of its pages: a byte of bits
 * comes first, and a count of iterations that fit into the ticks before. */
static uint8_t *put_folded(struct fuzz *fuzz, uint8_t *at, unsigned id,
                           const struct ctf_class *row)
{
    const bool is_repeat = id >= CTF_REPEAT_READ;
    uint8_t *event = at + 2 * MAP_SIZE;
    uint8_t *fields = event + HEADER_SIZE;
    struct trace_record record = {.tick = 0};
    uint8_t *end;

    *event = (uint8_t)id;
    if (below(fuzz, 16)) {
        *fields &= is_repeat ? 7 : 0x7f;
        if (is_repeat) {
            fields[1] = (uint8_t)(1 + below(fuzz, 20));
            fields[2] = 0;
        }
    }
    end = put_fields(fuzz, event, row);
    if (!ctf_get_fields(fields, end, row, &record))
        return at;
    (void)put_map(fuzz, at,
                  is_repeat ? record.repeat.linear[0] : record.refill.evicted);
    (void)put_map(fuzz, at + MAP_SIZE, record.repeat.linear[1]);
    return end;
}

/* An access, behind the map of its page. */
static uint8_t *put_access(struct fuzz *fuzz, uint8_t *at, unsigned id,
                           const struct ctf_class *row)
{
    uint8_t *event = at + MAP_SIZE;
    struct trace_record record = {.tick = 0};
    uint8_t *end;

    *event = (uint8_t)id;
    end = put_fields(fuzz, event, row);
    if (!ctf_get_fields(event + HEADER_SIZE, end, row, &record))
        return at;
    (void)put_map(fuzz, at, record.access.linear);
    return end;
}

/* An event of random fields. */
static uint8_t *put_event(struct fuzz *fuzz, uint8_t *at, unsigned id)
{
    const struct ctf_class *row = ctf_class_at(id);

    if (id == CTF_STATE || !row)
        return at;
    if (id >= CTF_REFILL)
        return put_folded(fuzz, at, id, row);
    if (row->event == TRACE_MEM)
        return put_access(fuzz, at, id, row);
    *at = (uint8_t)id;
    return put_fields(fuzz, at, row);
}

static void make_packet(struct fuzz *fuzz)
{
    static struct trace_state machine;
    const uint32_t used = 1000 + below(fuzz, 4000);
    struct ctf_packet_head head = {.magic = CTF_MAGIC,
                                   .content_size = used * UINT64_C(8),
                                   .packet_size = CTF_PACKET_SIZE * 8u,
                                   .timestamp_end = UINT64_MAX};
    uint8_t *at = fuzz->bytes + sizeof head;

    for (unsigned i = 0; i < used; i++)
        fuzz->bytes[i] = (uint8_t)random_number(fuzz);
    memcpy(fuzz->bytes, &head, sizeof head);
    memset(at, 0, 4);
    machine.entries = below(fuzz, 8);
    at = ctf_state_put(at + 4, &machine);
    while (at < fuzz->bytes + used - CTF_EVENT_MAX - 2 * MAP_SIZE)
        at = put_event(fuzz, at, below(fuzz, CTF_ID_COUNT));
    for (unsigned i = below(fuzz, 4); i > 0; i--)
        fuzz->bytes[below(fuzz, used)] ^= (uint8_t)(1u << below(fuzz, 8));
}

/* --- Reading --- */

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

/* Run `pagewalk trace COMMAND`, whose words ONE, OTHER and FILE are paths.
 * Nobody reads what it says, but it ends with a status that it may have. */
static void run(struct fuzz *fuzz, const char *command)
{
    char text[128];
    char *words[12];
    char *rest = NULL;
    int count = 0;
    int status;

    (void)snprintf(text, sizeof text, "%s", command);
    for (char *word = strtok_r(text, " ", &rest); word && count < 12;
         word = strtok_r(NULL, " ", &rest)) {
        if (strcmp(word, "ONE") == 0)
            word = fuzz->one;
        else if (strcmp(word, "OTHER") == 0)
            word = fuzz->other;
        else if (strcmp(word, "FILE") == 0)
            word = fuzz->output;
        words[count++] = word;
    }
    status = command_trace(count, words);
    if (status != STATUS_OK && status != STATUS_FILE &&
        !(strcmp(words[0], "diff") == 0 && (status == 1 || status == 2)))
        abort();
    (void)unlink(fuzz->output);
}

static void run_one(struct fuzz *fuzz)
{
    static const char *const commands[] = {
        "print --columns tick,eip,cpl,cr3,event,what,symbol ONE",
        "print --colour always --only linear=0-0x7fffffff ONE",
        "print --from 1000 --to 10M ONE",
        "stat ONE",
        "stat --tlb pentiumpro ONE",
        "stat --events mem,tlb,probe,dma,port ONE",
        "diff ONE OTHER",
        "diff --ignore tick,physical OTHER ONE",
        "export --format csv --output FILE ONE",
        "export --format sqlite --output FILE ONE",
        "export --format chrome --output FILE ONE",
        "export --format vcd --output FILE ONE",
        "export --format callgrind --output FILE ONE",
        "report --output FILE ONE",
    };

    run(fuzz, commands[below(fuzz, sizeof commands / sizeof commands[0])]);
}

static void one_trace(struct fuzz *fuzz)
{
    size_t size = CTF_PACKET_SIZE;

    memset(fuzz->bytes, 0, CTF_PACKET_SIZE);
    if (below(fuzz, 2)) {
        struct ctf_packet_head head;

        record_trace(fuzz, fuzz->one);
        (void)read_file(fuzz->one, CTF_STREAM_NAME, fuzz->bytes,
                        CTF_PACKET_SIZE);
        memcpy(&head, fuzz->bytes, sizeof head);
        for (unsigned i = below(fuzz, 5); i > 0; i--)
            damage(fuzz, (size_t)(head.content_size / 8));
    } else {
        make_packet(fuzz);
    }
    if (below(fuzz, 16) == 0)
        size = below(fuzz, CTF_PACKET_SIZE);
    write_file(fuzz->one, CTF_STREAM_NAME, fuzz->bytes, size);
    fuzz->events += read_all(fuzz->one);
    run_one(fuzz);
    fuzz->traces++;
}

/* The metadata must be, byte for byte, those of this version: anything else is
 * refused, in words. */
static void damage_metadata(struct fuzz *fuzz)
{
    uint8_t text[CTF_METADATA_MAX];
    const size_t size =
        read_file(fuzz->one, CTF_METADATA_NAME, text, sizeof text);
    uint8_t *byte = &text[below(fuzz, (uint32_t)size)];
    const uint8_t before = *byte;
    struct error error = {""};
    struct trace_reader *reader;

    *byte ^= (uint8_t)(1u << below(fuzz, 8));
    write_file(fuzz->one, CTF_METADATA_NAME, text,
               below(fuzz, 8) ? size : below(fuzz, (uint32_t)size));
    reader = trace_reader_open(fuzz->one, &error);
    if (reader)
        trace_reader_close(reader);
    else if (!error.text[0])
        abort();
    *byte = before;
    write_file(fuzz->one, CTF_METADATA_NAME, text, size);
}

static void make_places(struct fuzz *fuzz)
{
    const char *temporary = getenv("TMPDIR");

    (void)snprintf(fuzz->directory, sizeof fuzz->directory,
                   "%s/pagewalk-fuzz.XXXXXX", temporary ? temporary : "/tmp");
    fuzz->bytes = calloc(2, CTF_PACKET_SIZE);
    if (!fuzz->bytes || !mkdtemp(fuzz->directory))
        abort();
    (void)snprintf(fuzz->one, sizeof fuzz->one, "%s/one", fuzz->directory);
    (void)snprintf(fuzz->other, sizeof fuzz->other, "%s/other",
                   fuzz->directory);
    (void)snprintf(fuzz->output, sizeof fuzz->output, "%s/output",
                   fuzz->directory);
    fuzz->state = 1;
    record_trace(fuzz, fuzz->other);
    record_trace(fuzz, fuzz->one);
}

static void remove_places(struct fuzz *fuzz)
{
    const char *const directories[] = {fuzz->one, fuzz->other};
    char path[300];

    for (unsigned i = 0; i < 2; i++) {
        file_of(path, directories[i], CTF_METADATA_NAME);
        (void)unlink(path);
        file_of(path, directories[i], CTF_STREAM_NAME);
        (void)unlink(path);
        (void)rmdir(directories[i]);
    }
    (void)rmdir(fuzz->directory);
    free(fuzz->bytes);
}

int main(int argc, char **argv)
{
    const time_t until = time(NULL) + (argc > 1 ? atoi(argv[1]) : 5);
    const uint64_t last = argc > 3 ? strtoull(argv[3], NULL, 0) : UINT64_MAX;
    const int said = dup(STDOUT_FILENO);
    static struct fuzz fuzz;

    make_places(&fuzz);
    if (!freopen("/dev/null", "w", stdout) ||
        (argc < 3 && !freopen("/dev/null", "w", stderr)))
        return EXIT_FAILURE;
    for (uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
         time(NULL) < until && seed <= last; seed++) {
        fuzz.state = seed * UINT64_C(0x9e3779b97f4a7c15);
        one_trace(&fuzz);
        if (below(&fuzz, 16) == 0)
            damage_metadata(&fuzz);
    }
    (void)dprintf(said, "%llu traces, %llu events\n",
                  (unsigned long long)fuzz.traces,
                  (unsigned long long)fuzz.events);
    remove_places(&fuzz);
    return EXIT_SUCCESS;
}
