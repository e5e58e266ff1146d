/* SPDX-License-Identifier: MIT */
#include "trace/ctf_metadata.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace/ctf_packet.h"
#include "trace/ctf_table.h"

static const char head[] = "/* CTF 1.8 */\n\n";
static const char types[] =
    "typealias integer { size = 1; align = 1; signed = false; } := bits1;\n"
    "typealias integer { size = 2; align = 1; signed = false; } := bits2;\n"
    "typealias integer { size = 5; align = 1; signed = false; } := bits5;\n"
    "typealias integer { size = 8; align = 8; signed = false; } := count8;\n"
    "typealias integer { size = 16; align = 8; signed = false; } := count16;\n"
    "typealias integer { size = 32; align = 8; signed = false; } := count32;\n"
    "typealias integer { size = 64; align = 8; signed = false; } := count64;\n"
    "typealias integer { size = 8; align = 8; signed = false; base = 16; }"
    " := hex8;\n"
    "typealias integer { size = 16; align = 8; signed = false; base = 16; }"
    " := hex16;\n"
    "typealias integer { size = 32; align = 8; signed = false; base = 16; }"
    " := hex32;\n"
    "typealias integer { size = 64; align = 8; signed = false; base = 16; }"
    " := hex64;\n\n";
static const char trace_block[] =
    "trace {\n"
    "    major = 1;\n"
    "    minor = 8;\n"
    "    byte_order = le;\n"
    "    packet.header := struct { count32 magic; count32 stream_id; };\n"
    "};\n\n";
static const char stream_block[] =
    "typealias integer { size = 8; align = 8; signed = false;"
    " map = clock.tick.value; } := tick8;\n"
    "typealias integer { size = 64; align = 8; signed = false;"
    " map = clock.tick.value; } := tick64;\n\n"
    "stream {\n"
    "    id = 0;\n"
    "    event.header := struct {\n"
    "        enum : count8 { compact = 0 ... 254, extended = 255 } id;\n"
    "        variant <id> {\n"
    "            struct { tick8 timestamp; } compact;\n"
    "            struct { count8 id; tick64 timestamp; } extended;\n"
    "        } v;\n"
    "    };\n"
    "    event.context := struct { hex16 eip_low; };\n"
    "    packet.context := struct {\n"
    "        tick64 timestamp_begin;\n"
    "        tick64 timestamp_end;\n"
    "        count64 content_size;\n"
    "        count64 packet_size;\n"
    "        count64 packet_seq_num;\n"
    "        count64 events_discarded;\n"
    "    };\n"
    "};\n\n"
    "struct tlb_entry {\n"
    "    count8 bank;\n"
    "    count8 way;\n"
    "    count16 set;\n"
    "    hex32 linear;\n"
    "    hex32 physical;\n"
    "    hex16 flags;\n"
    "};\n\n";
static const char state_fields[] = "        hex32 eip;\n"
                                   "        hex32 cr3;\n"
                                   "        hex32 code_base;\n"
                                   "        count8 cpl;\n"
                                   "        count8 a20;\n"
                                   "        hex32 eax;\n"
                                   "        hex32 ecx;\n"
                                   "        hex32 edx;\n"
                                   "        hex32 ebx;\n"
                                   "        hex32 esp;\n"
                                   "        hex32 ebp;\n"
                                   "        hex32 esi;\n"
                                   "        hex32 edi;\n"
                                   "        hex32 eflags;\n"
                                   "        hex32 cr0;\n"
                                   "        hex32 cr2;\n"
                                   "        hex32 cr4;\n"
                                   "        count64 lookups;\n"
                                   "        count64 misses;\n"
                                   "        count64 walks;\n"
                                   "        count64 page_faults;\n"
                                   "        count32 valid;\n"
                                   "        count32 entries;\n"
                                   "        struct tlb_entry tlb[entries];\n";

/* Text that grows; what does not fit is our own mistake, and cut. */
struct writer {
    char *text;
    size_t used;
};

static void add(struct writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add(struct writer *writer, const char *format, ...)
{
    const size_t room = CTF_METADATA_MAX - writer->used;
    va_list arguments;
    int count;

    va_start(arguments, format);
    count = vsnprintf(writer->text + writer->used, room, format, arguments);
    va_end(arguments);
    if (count > 0)
        writer->used += (size_t)count < room ? (size_t)count : room - 1;
}

static void add_field(struct writer *writer, const struct ctf_field *field)
{
    char type[16];

    if (field->type == CTF_BYTES) {
        add(writer, "        hex8 %s[size];\n", field->name);
        return;
    }
    if (field->type == CTF_TEXT)
        (void)snprintf(type, sizeof type, "string");
    else if (field->type == CTF_BITS)
        (void)snprintf(type, sizeof type, "bits%u", field->width);
    else
        (void)snprintf(type, sizeof type, "%s%u",
                       field->type == CTF_HEX ? "hex" : "count",
                       field->bytes * 8u);
    if (field->labels)
        add(writer, "        enum : %s { %s } %s;\n", type, field->labels,
            field->name);
    else
        add(writer, "        %s %s;\n", type, field->name);
}

static void add_event(struct writer *writer, unsigned id)
{
    const struct ctf_class *row = ctf_class_at(id);

    if (!row)
        return;
    add(writer,
        "event {\n    name = \"%s\";\n    id = %u;\n    stream_id = 0;\n"
        "    fields := struct {\n",
        row->name, id);
    if (id == CTF_STATE)
        add(writer, "%s", state_fields);
    for (const struct ctf_field *field = row->field; field->member; field++) {
        if (field->type != CTF_FIXED)
            add_field(writer, field);
    }
    add(writer, "    };\n};\n\n");
}

/* Only where it is so: what it says is then missing. */
static const char filtered[] = "    filtered = 1;\n";

static void add_env(struct writer *writer, const struct trace_info *info)
{
    add(writer,
        "env {\n    tracer_name = \"pagewalk\";\n    format = %d;\n"
        "    cpu = \"%s\";\n    tlb = \"%s\";\n    events = \"%s\";\n"
        "    ticks_per_second = %llu;\n%s};\n\n",
        CTF_FORMAT, info->cpu, info->tlb, info->events,
        (unsigned long long)info->ticks_per_second,
        info->filtered ? filtered : "");
    add(writer,
        "clock {\n    name = tick;\n"
        "    description = \"retired instructions, iterations of REP, "
        "deliveries\";\n    freq = %llu;\n    offset = 0;\n};\n\n",
        (unsigned long long)info->ticks_per_second);
}

size_t ctf_metadata_write(char *text, const struct trace_info *info)
{
    struct writer writer = {text, 0};

    add(&writer, "%s%s%s", head, types, trace_block);
    add_env(&writer, info);
    add(&writer, "%s", stream_block);
    for (unsigned id = 0; id < CTF_ID_COUNT; id++)
        add_event(&writer, id);
    return writer.used;
}

bool ctf_metadata_is_ours(const char *text, size_t size)
{
    return size >= sizeof head - 1 &&
           memcmp(text, head, sizeof head - 1) == 0 &&
           memmem(text, size, "tracer_name = \"pagewalk\"", 24) != NULL;
}

/* What stands behind `key` up to `end`; false if it is not there. */
static bool find_value(const char *text, const char *key, char end, char *value,
                       size_t size)
{
    const char *begin = strstr(text, key);
    const char *stop = begin ? strchr(begin + strlen(key), end) : NULL;
    size_t length;

    if (!stop)
        return false;
    begin += strlen(key);
    length = (size_t)(stop - begin);
    if (length >= size)
        return false;
    memcpy(value, begin, length);
    value[length] = '\0';
    return true;
}

static bool read_info(const char *text, struct trace_info *info)
{
    char number[24];

    *info = (struct trace_info){.ticks_per_second = 0};
    if (!find_value(text, "\n    cpu = \"", '"', info->cpu, sizeof info->cpu) ||
        !find_value(text, "\n    tlb = \"", '"', info->tlb, sizeof info->tlb) ||
        !find_value(text, "\n    events = \"", '"', info->events,
                    sizeof info->events) ||
        !find_value(text, "\n    ticks_per_second = ", ';', number,
                    sizeof number))
        return false;
    info->ticks_per_second = strtoull(number, NULL, 10);
    info->filtered = strstr(text, filtered) != NULL;
    return info->ticks_per_second != 0;
}

/* The last event ends where the text does. */
static bool is_whole(const char *text, size_t size)
{
    static const char end[] = "    };\n};\n\n";
    const size_t length = sizeof end - 1;

    return size >= length && memcmp(text + size - length, end, length) == 0;
}

bool ctf_metadata_read(const char *text, size_t size, const char *name,
                       struct trace_info *info, struct error *error)
{
    char *copy;
    char *again;
    char format[16];
    bool ok;

    if (!ctf_metadata_is_ours(text, size))
        return error_set(error, "%s: no trace of pagewalk", name);
    if (!is_whole(text, size))
        return error_set(error, "%s: damaged: its metadata are cut", name);
    copy = strndup(text, size);
    again = malloc(CTF_METADATA_MAX);
    if (!copy || !again) {
        free(copy);
        free(again);
        return error_set(error, "%s: out of memory", name);
    }
    ok = read_info(copy, info) && ctf_metadata_write(again, info) == size &&
         memcmp(again, text, size) == 0;
    if (!ok &&
        find_value(copy, "\n    format = ", ';', format, sizeof format) &&
        strtol(format, NULL, 10) != CTF_FORMAT)
        (void)error_set(error,
                        "%s: a trace of another version (format %s; this "
                        "pagewalk reads %d)",
                        name, format, CTF_FORMAT);
    else if (!ok)
        (void)error_set(error, "%s: damaged: its metadata make no sense", name);
    free(again);
    free(copy);
    return ok;
}
