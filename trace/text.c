/* SPDX-License-Identifier: MIT */
#include "trace/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trace/line.h"

enum {
    BUFFER_SIZE = 1 << 16,
    /* A line is written into the buffer whole. */
    FLUSH_AT = BUFFER_SIZE - LINE_MAX_SIZE
};

struct trace_text {
    char *path;
    int descriptor;
    int reason; /* errno of the first failure, or 0 */
    size_t used;
    char buffer[BUFFER_SIZE];
};

static const char head[] = "# pagewalk trace, text 1\n"
                           "#       tick      eip cpl event  what\n";

static bool fail(struct error *error, const char *path, int reason)
{
    return error_set(error, "%s: %s", path, strerror(reason));
}

static void flush(struct trace_text *text)
{
    size_t done = 0;

    while (!text->reason && done < text->used) {
        const ssize_t count =
            write(text->descriptor, text->buffer + done, text->used - done);

        if (count >= 0)
            done += (size_t)count;
        else if (errno != EINTR)
            text->reason = errno;
    }
    text->used = 0;
}

/* A file is overwritten only if it is empty or begins as a trace does. */
static bool may_overwrite(int descriptor)
{
    enum { NAME_SIZE = sizeof "# pagewalk trace" - 1 };
    char begin[NAME_SIZE];
    struct stat status;

    if (fstat(descriptor, &status) != 0)
        return false;
    if (!S_ISREG(status.st_mode) || status.st_size == 0)
        return true;
    return pread(descriptor, begin, NAME_SIZE, 0) == NAME_SIZE &&
           memcmp(begin, head, NAME_SIZE) == 0;
}

/* Open for writing, keeping what is there until it is known what that is. */
static int open_path(const char *path)
{
    const int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

    if (descriptor >= 0 || errno == EISDIR)
        return descriptor;
    return open(path, O_WRONLY | O_CLOEXEC);
}

static int open_file(const char *path, struct error *error)
{
    const int descriptor = open_path(path);
    struct stat status;

    if (descriptor < 0) {
        (void)fail(error, path, errno);
    } else if (!may_overwrite(descriptor)) {
        (void)error_set(error, "%s: exists and is no trace; not overwritten",
                        path);
    } else if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
               ftruncate(descriptor, 0) != 0) {
        (void)fail(error, path, errno);
    } else {
        return descriptor;
    }
    if (descriptor >= 0)
        (void)close(descriptor);
    return -1;
}

struct trace_text *trace_text_open(const char *path, struct error *error)
{
    struct trace_text *text = malloc(sizeof *text);
    char *copy = strdup(path);
    int descriptor = -1;

    if (text && copy)
        descriptor = open_file(path, error);
    else
        (void)fail(error, path, ENOMEM);
    if (descriptor < 0) {
        free(copy);
        free(text);
        return NULL;
    }
    text->path = copy;
    text->descriptor = descriptor;
    text->reason = 0;
    memcpy(text->buffer, head, sizeof head - 1);
    text->used = sizeof head - 1;
    return text;
}

void trace_text_record(void *context, const struct trace_record *record)
{
    struct trace_text *text = context;

    text->used += line_write(text->buffer + text->used, record);
    if (text->used > FLUSH_AT)
        flush(text);
}

bool trace_text_ok(const struct trace_text *text, struct error *error)
{
    return text->reason ? fail(error, text->path, text->reason) : true;
}

bool trace_text_close(struct trace_text *text, struct error *error)
{
    bool ok;

    flush(text);
    if (close(text->descriptor) != 0 && !text->reason)
        text->reason = errno;
    ok = trace_text_ok(text, error);
    free(text->path);
    free(text);
    return ok;
}
