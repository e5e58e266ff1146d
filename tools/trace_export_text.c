/* SPDX-License-Identifier: MIT */
/* Text, CSV and Chrome's JSON: one line an event, written by hand, because
 * printf is too slow for millions of them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tools/trace_export.h"
#include "trace/line.h"

/* A name takes no more than NAME_SHOWN characters, each of which may need
 * another to escape it; so do the characters of a line of text. */
enum {
    NAME_SHOWN = 64,
    ROW_SIZE = 2 * LINE_MAX_SIZE + 4 * NAME_SHOWN + 2 * PAGE_SIZE + 512
};

struct rows {
    struct trace_query *query;
    struct export_functions *functions;
    uint64_t ticks_per_second;
};

/* Write the line of an event; returns what follows it. */
typedef char *put_row(const struct rows *rows, char *at,
                      const struct trace_record *record);

static bool written(FILE *file, struct error *error)
{
    return (fflush(file) == 0 && !ferror(file)) ||
           error_set(error, "cannot write: %s", strerror(errno));
}

/* All events, up to --limit of them. */
static void put_rows(const struct rows *rows, FILE *file, put_row *put)
{
    uint64_t left = rows->query->options->limit;
    const struct trace_record *record;
    char line[ROW_SIZE];

    while (left > 0 && !ferror(file)) {
        unsigned count = trace_query_batch(rows->query, &record);

        if (!count)
            return;
        if (count > left)
            count = (unsigned)left;
        left -= count;
        for (; count > 0; count--, record++)
            (void)fwrite(line, 1, (size_t)(put(rows, line, record) - line),
                         file);
    }
}

/* `tail` stands behind the rows. */
static bool export_rows(struct trace_query *query, FILE *file, put_row *put,
                        const char *tail, struct error *error)
{
    struct rows rows = {.query = query,
                        .functions = export_functions_create(query->symbols),
                        .ticks_per_second =
                            trace_reader_info(query->reader)->ticks_per_second};

    if (!rows.functions)
        return error_set(error, "out of memory");
    put_rows(&rows, file, put);
    (void)fputs(tail, file);
    export_functions_destroy(rows.functions);
    return written(file, error);
}

/* --- Pieces --- */

/* The length of a literal is known when this is compiled. */
static ALWAYS_INLINE char *put_text(char *at, const char *text)
{
    const size_t length = strlen(text);

    memcpy(at, text, length);
    return at + length;
}

/* "0x12" */
static char *put_hex(char *at, uint32_t value)
{
    unsigned digits = 1;

    while (digits < 8 && value >> 4 * digits)
        digits++;
    return line_hex(put_text(at, "0x"), value, digits);
}

/* --- Text --- */

static char *put_text_row(const struct rows *rows, char *at,
                          const struct trace_record *record)
{
    (void)rows;
    return at + line_write(at, record);
}

bool export_text(struct trace_query *query, FILE *file, struct error *error)
{
    return export_rows(query, file, put_text_row, "", error);
}

/* --- CSV --- */

/* RFC 4180: a quotation mark within stands twice. Blanks need no quotes. */
static char *put_quoted(char *at, const char *text, size_t length)
{
    *at++ = '"';
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"')
            *at++ = '"';
        *at++ = text[i];
    }
    *at++ = '"';
    return at;
}

static char *put_name(char *at, const char *name)
{
    size_t length = 0;
    bool plain = true;

    for (; length < NAME_SHOWN && name[length]; length++)
        plain &=
            name[length] >= ' ' && name[length] != '"' && name[length] != ',';
    if (!plain)
        return put_quoted(at, name, length);
    memcpy(at, name, length);
    return at + length;
}

static char *put_number(char *at, bool has, uint32_t number)
{
    *at++ = ',';
    return has ? put_hex(at, number) : at;
}

/* All bytes of a fetch. */
static char *put_code(char *at, const struct export_columns *columns)
{
    for (uint32_t i = 0; columns->code && i < columns->size; i++)
        at = line_hex(at, columns->code[i], 2);
    return at;
}

static char *put_csv_row(const struct rows *rows, char *at,
                         const struct trace_record *record)
{
    struct export_columns columns;
    char text[LINE_MAX_SIZE];

    export_columns(&columns, record);
    at = put_text(line_decimal(at, record->tick, 1), ",0x");
    at = put_text(line_hex(at, record->eip, 8), ",");
    at = put_text(line_decimal(at, record->cpl, 1), ",0x");
    at = put_text(line_hex(at, record->cr3, 8), ",");
    at = put_text(put_text(at, line_event(record->event)), ",");
    at = put_text(at, columns.action);
    at = put_number(at, columns.has_linear, columns.linear);
    at = put_number(at, columns.has_physical, columns.physical);
    at = put_number(at, columns.has_size, columns.size);
    at = put_number(at, columns.has_value, columns.value);
    at = put_name(put_text(at, ","), columns.name);
    at = put_text(at, ",");
    at = put_name(at, export_function(rows->functions, record->eip));
    at = put_text(at, ",");
    at = put_quoted(at, text, line_write_what(text, record));
    at = put_code(put_text(at, ","), &columns);
    return put_text(at, "\n");
}

bool export_csv(struct trace_query *query, FILE *file, struct error *error)
{
    (void)fputs("tick,eip,cpl,cr3,event,action,linear,physical,size,value,"
                "name,function,text,code\n",
                file);
    return export_rows(query, file, put_csv_row, "", error);
}

/* --- JSON --- */

/* Names of devices, of which a damaged trace may hold any byte. */
static char *put_string(char *at, const char *text, size_t length)
{
    *at++ = '"';
    for (size_t i = 0; i < length; i++) {
        const uint8_t byte = (uint8_t)text[i];

        if (byte == '"' || byte == '\\')
            *at++ = '\\';
        *at++ = byte >= ' ' && byte < 127 ? text[i] : '?';
    }
    *at++ = '"';
    return at;
}

/* Microseconds of the machine's time, with three places. */
static char *put_time(char *at, uint64_t tick, uint64_t ticks_per_second)
{
    enum { NANOSECONDS = 1000000000, THOUSAND = 1000 };
    const uint64_t nanoseconds =
        tick / ticks_per_second * NANOSECONDS +
        tick % ticks_per_second * NANOSECONDS / ticks_per_second;
    const unsigned places = (unsigned)(nanoseconds % THOUSAND);

    at = line_decimal(at, nanoseconds / THOUSAND, 1);
    *at++ = '.';
    *at++ = (char)('0' + places / 100);
    *at++ = (char)('0' + places / 10 % 10);
    *at++ = (char)('0' + places % 10);
    return at;
}

static char *put_chrome_row(const struct rows *rows, char *at,
                            const struct trace_record *record)
{
    const char *function = export_function(rows->functions, record->eip);
    char text[LINE_MAX_SIZE];

    at = put_text(at, "{\"name\":");
    at = put_string(at, text, line_write_what(text, record));
    at = put_text(at, ",\"cat\":\"");
    at = put_text(at, line_event(record->event));
    at = put_text(at, "\",\"ph\":\"i\",\"s\":\"t\",\"pid\":1,\"tid\":");
    at = line_decimal(at, (uint64_t)record->event + 1, 1);
    at = put_text(at, ",\"ts\":");
    at = put_time(at, record->tick, rows->ticks_per_second);
    at = put_text(at, ",\"args\":{\"tick\":");
    at = line_decimal(at, record->tick, 1);
    at = put_text(at, ",\"eip\":\"");
    at = line_hex(at, record->eip, 8);
    at = put_text(at, "\",\"function\":");
    at = put_string(at, function, strnlen(function, NAME_SHOWN));
    at = put_text(at, ",\"cpl\":");
    at = line_decimal(at, record->cpl, 1);
    at = put_text(at, ",\"cr3\":\"");
    at = line_hex(at, record->cr3, 8);
    return put_text(at, "\"}},\n");
}

/* A row of the picture for each kind of event. */
static void put_threads(FILE *file)
{
    for (unsigned i = 0; i < TRACE_EVENT_COUNT; i++)
        (void)fprintf(file,
                      "{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":1,"
                      "\"tid\":%u,\"args\":{\"name\":\"%s\"}},\n",
                      i + 1, line_event((enum trace_event)i));
}

bool export_chrome(struct trace_query *query, FILE *file, struct error *error)
{
    (void)fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n", file);
    put_threads(file);
    return export_rows(query, file, put_chrome_row,
                       "{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":1,"
                       "\"args\":{\"name\":\"pagewalk\"}}\n]}\n",
                       error);
}
