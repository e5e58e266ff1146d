/* SPDX-License-Identifier: MIT */
/* Text, CSV and Chrome's JSON: one line an event. */
#include <errno.h>
#include <string.h>

#include "tools/trace_export.h"
#include "tools/trace_line.h"
#include "trace/line.h"

static bool written(FILE *file, struct error *error)
{
    return (fflush(file) == 0 && !ferror(file)) ||
           error_set(error, "cannot write: %s", strerror(errno));
}

/* The next event, up to --limit of them. */
static bool next(struct trace_query *query, uint64_t *count,
                 struct trace_record *record)
{
    return (*count)++ < query->options->limit &&
           trace_query_next(query, record);
}

bool export_text(struct trace_query *query, FILE *file, struct error *error)
{
    struct trace_record record;
    uint64_t count = 0;
    char line[LINE_MAX_SIZE];

    while (next(query, &count, &record) && !ferror(file))
        (void)fwrite(line, 1, line_write(line, &record), file);
    return written(file, error);
}

static void put_number(FILE *file, bool has, uint32_t number)
{
    if (has)
        (void)fprintf(file, ",0x%x", number);
    else
        (void)fputc(',', file);
}

bool export_csv(struct trace_query *query, FILE *file, struct error *error)
{
    struct trace_record record;
    uint64_t count = 0;

    (void)fputs("tick,eip,cpl,cr3,event,action,linear,physical,size,value,"
                "name,function,text\n",
                file);
    while (next(query, &count, &record) && !ferror(file)) {
        struct export_columns columns;
        char symbol[SYMBOL_TEXT_SIZE];

        export_columns(&columns, &record);
        (void)fprintf(file, "%llu,0x%08x,%u,0x%08x,%s,%s",
                      (unsigned long long)record.tick, record.eip, record.cpl,
                      record.cr3, line_event(record.event), columns.action);
        put_number(file, columns.has_linear, columns.linear);
        put_number(file, columns.has_physical, columns.physical);
        put_number(file, columns.has_size, columns.size);
        put_number(file, columns.has_value, columns.value);
        (void)fprintf(file, ",%s,%s,\"%s\"\n", columns.name,
                      export_function(query, record.eip, symbol), columns.text);
    }
    return written(file, error);
}

/* Names of devices, of which a damaged trace may hold any byte. */
static void put_string(FILE *file, const char *text)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            (void)fputc('\\', file);
        if ((unsigned char)*text >= ' ' && (unsigned char)*text < 127)
            (void)fputc(*text, file);
        else
            (void)fputc('?', file);
    }
}

/* A row of the picture for each kind of event. */
static void put_rows(FILE *file)
{
    for (unsigned i = 0; i < TRACE_EVENT_COUNT; i++)
        (void)fprintf(file,
                      "{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":1,"
                      "\"tid\":%u,\"args\":{\"name\":\"%s\"}},\n",
                      i + 1, line_event((enum trace_event)i));
}

bool export_chrome(struct trace_query *query, FILE *file, struct error *error)
{
    const double microseconds =
        1e6 / (double)trace_reader_info(query->reader)->ticks_per_second;
    struct trace_record record;
    uint64_t count = 0;

    (void)fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n", file);
    put_rows(file);
    while (next(query, &count, &record) && !ferror(file)) {
        struct export_columns columns;
        char symbol[SYMBOL_TEXT_SIZE];

        export_columns(&columns, &record);
        (void)fputs("{\"name\":\"", file);
        put_string(file, columns.text);
        (void)fprintf(file,
                      "\",\"cat\":\"%s\",\"ph\":\"i\",\"s\":\"t\",\"pid\":1,"
                      "\"tid\":%u,\"ts\":%.3f,\"args\":{\"tick\":%llu,"
                      "\"eip\":\"%08x\",\"function\":\"%s\",\"cpl\":%u,"
                      "\"cr3\":\"%08x\"}},\n",
                      line_event(record.event), (unsigned)record.event + 1,
                      (double)record.tick * microseconds,
                      (unsigned long long)record.tick, record.eip,
                      export_function(query, record.eip, symbol), record.cpl,
                      record.cr3);
    }
    (void)fputs("{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":1,"
                "\"args\":{\"name\":\"pagewalk\"}}\n]}\n",
                file);
    return written(file, error);
}
