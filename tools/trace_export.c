/* SPDX-License-Identifier: MIT */
#include "tools/trace_export.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "tools/exit_status.h"
#include "tools/trace_commands.h"

static const struct format {
    const char *name;
    bool (*write)(struct trace_query *query, FILE *file, struct error *error);
} formats[] = {
    {"text", export_text},           {"csv", export_csv},
    {"chrome", export_chrome},       {"vcd", export_vcd},
    {"callgrind", export_callgrind}, {"sqlite", NULL},
};

enum { FORMAT_COUNT = sizeof formats / sizeof formats[0] };

static const struct format *find_format(const char *name, struct error *error)
{
    for (size_t i = 0; name && i < FORMAT_COUNT; i++) {
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    }
    (void)error_set(error,
                    "--format: must be text, csv, sqlite, chrome, vcd or "
                    "callgrind");
    return NULL;
}

/* A file that could not be completed is taken away again. */
static bool write_file(struct trace_query *query, const struct format *format,
                       struct error *error)
{
    const char *path = query->options->output;
    struct error why = {""};
    FILE *file;
    bool ok;

    if (!path)
        return format->write(query, stdout, error);
    file = fopen(path, "we");
    if (!file)
        return error_set(error, "%s: %s", path, strerror(errno));
    ok = format->write(query, file, &why);
    if (fclose(file) != 0 && ok)
        ok = error_set(&why, "cannot write: %s", strerror(errno));
    if (!ok) {
        (void)unlink(path);
        return error_set(error, "%s: %.400s", path, why.text);
    }
    return true;
}

static bool write_any(struct trace_query *query, const struct format *format,
                      struct error *error)
{
    if (format->write)
        return write_file(query, format, error);
    return export_sqlite(query, query->options->output, error);
}

int trace_export(const struct trace_options *options)
{
    struct error error = {""};
    const struct format *format = find_format(options->format, &error);
    struct trace_query query;
    int status;

    if (!format)
        return trace_complain(&error, STATUS_USAGE);
    if (!format->write && !options->output) {
        (void)error_set(&error, "sqlite needs --output FILE");
        return trace_complain(&error, STATUS_USAGE);
    }
    if (trace_query_open(&query, options, 0, &error) &&
        write_any(&query, format, &error))
        status = trace_query_end(&query);
    else
        status = trace_complain(&error, STATUS_FILE);
    trace_query_close(&query);
    return status;
}
