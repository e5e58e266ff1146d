/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "tools/exit_status.h"
#include "tools/trace_commands.h"
#include "tools/trace_picture_write.h"
#include "tools/trace_query.h"
#include "tools/trace_report_page.h"

static void gather(struct trace_query *query, struct trace_picture *picture)
{
    const struct trace_reader *reader = query->reader;
    const struct trace_state *state = trace_reader_state(reader);
    struct trace_record record;
    uint64_t packet = UINT64_MAX;

    while (trace_query_next(query, &record)) {
        if (trace_reader_packet(reader) != packet) {
            packet = trace_reader_packet(reader);
            trace_picture_state(picture, state);
        }
        trace_picture_take(picture, &record);
    }
    trace_picture_end(picture);
}

static void put_lines(FILE *file, const char *const *lines)
{
    for (; *lines; lines++)
        (void)fprintf(file, "%s\n", *lines);
}

/* False: `errno` says why. */
static bool write_page(FILE *file, const struct trace_picture *picture,
                       const struct picture_about *about)
{
    put_lines(file, trace_report_head);
    trace_picture_write(file, picture, about);
    put_lines(file, trace_report_tail);
    return fflush(file) == 0 && !ferror(file);
}

/* The page takes its name only when it is whole. */
static bool write_file(const char *path, const struct trace_picture *picture,
                       const struct picture_about *about, struct error *error)
{
    char partial[PATH_MAX];
    FILE *file;
    bool ok;

    if (snprintf(partial, sizeof partial, "%s.partial", path) >=
        (int)sizeof partial)
        return error_set(error, "%s: %s", path, strerror(ENAMETOOLONG));
    file = fopen(partial, "w");
    if (!file)
        return error_set(error, "%s: %s", path, strerror(errno));
    ok = write_page(file, picture, about);
    ok = fclose(file) == 0 && ok;
    if (ok && rename(partial, path) == 0)
        return true;
    (void)error_set(error, "%s: %s", path, strerror(errno));
    (void)remove(partial);
    return false;
}

static bool write_out(const struct trace_query *query,
                      const struct trace_picture *picture, struct error *error)
{
    const struct trace_options *options = query->options;
    const struct picture_about about = {
        .path = options->path[0],
        .info = trace_reader_info(query->reader),
        .loss = trace_reader_loss(query->reader),
        .symbols = query->symbols};

    if (options->output)
        return write_file(options->output, picture, &about, error);
    return write_page(stdout, picture, &about) ||
           error_set(error, "standard output: %s", strerror(errno));
}

static int report(struct trace_query *query, struct error *error)
{
    struct trace_picture *picture =
        trace_picture_create(trace_reader_info(query->reader), error);
    int status;

    if (!picture)
        return trace_complain(error, STATUS_FILE);
    gather(query, picture);
    status = trace_query_end(query);
    if (status == STATUS_OK && !write_out(query, picture, error))
        status = trace_complain(error, STATUS_FILE);
    trace_picture_destroy(picture);
    return status;
}

int trace_report(const struct trace_options *options)
{
    struct trace_query query;
    struct error error = {""};
    int status;

    if (trace_query_open(&query, options, 0, &error))
        status = report(&query, &error);
    else
        status = trace_complain(&error, STATUS_FILE);
    trace_query_close(&query);
    return status;
}
