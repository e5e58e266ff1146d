/* SPDX-License-Identifier: MIT */
#include "host/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_CAPACITY = 65536 };

static bool fail(struct error *error, const char *name, int reason)
{
    return error_set(error, "%s: %s", name, strerror(reason));
}

/* read() that goes on after signals. */
static ssize_t read_some(int descriptor, uint8_t *bytes, size_t size)
{
    ssize_t count;

    do {
        count = read(descriptor, bytes, size);
    } while (count < 0 && errno == EINTR);
    return count;
}

/* Read up to the end: sizes that the file system tells may be wrong. */
static bool read_whole(int descriptor, const char *path, struct host_file *file,
                       struct error *error)
{
    size_t capacity =
        file->size + 1 > FIRST_CAPACITY ? file->size + 1 : FIRST_CAPACITY;
    size_t used = 0;
    ssize_t count;

    file->bytes = malloc(capacity);
    while (file->bytes && (count = read_some(descriptor, file->bytes + used,
                                             capacity - used)) != 0) {
        if (count < 0)
            return fail(error, path, errno);
        used += (size_t)count;
        if (used > UINT32_MAX)
            return error_set(error, "%s: larger than 4 GiB", path);
        if (used == capacity) {
            uint8_t *larger = realloc(file->bytes, capacity * 2);

            if (!larger)
                return fail(error, path, ENOMEM);
            file->bytes = larger;
            capacity *= 2;
        }
    }
    if (!file->bytes)
        return fail(error, path, ENOMEM);
    file->size = used;
    return true;
}

bool host_file_read(const char *path, struct host_file *file,
                    struct error *error)
{
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    bool ok;

    *file = (struct host_file){0};
    if (descriptor < 0)
        return fail(error, path, errno);
    if (fstat(descriptor, &status) != 0)
        ok = fail(error, path, errno);
    else if (S_ISDIR(status.st_mode))
        ok = fail(error, path, EISDIR);
    else if (status.st_size > UINT32_MAX)
        ok = error_set(error, "%s: larger than 4 GiB", path);
    else {
        file->size = (size_t)status.st_size;
        ok = read_whole(descriptor, path, file, error);
    }
    (void)close(descriptor);
    if (!ok)
        host_file_release(file);
    return ok;
}

void host_file_release(struct host_file *file)
{
    free(file->bytes);
    *file = (struct host_file){0};
}

static void open_as(struct host_output *output, const char *name,
                    int descriptor, bool owned)
{
    output->name = name;
    output->descriptor = descriptor;
    output->owned = owned;
    output->failed = false;
    output->reason = 0;
    output->used = 0;
}

void host_output_null(struct host_output *output)
{
    open_as(output, "", -1, false);
}

void host_output_stdout(struct host_output *output)
{
    open_as(output, "standard output", STDOUT_FILENO, false);
}

bool host_output_file(struct host_output *output, const char *path,
                      struct error *error)
{
    const int descriptor =
        open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

    if (descriptor < 0)
        return fail(error, path, errno);
    open_as(output, path, descriptor, true);
    return true;
}

void host_output_drain(struct host_output *output)
{
    size_t done = 0;

    while (output->descriptor >= 0 && !output->failed && done < output->used) {
        const ssize_t count = write(output->descriptor, output->buffer + done,
                                    output->used - done);

        if (count >= 0) {
            done += (size_t)count;
        } else if (errno != EINTR) {
            output->failed = true;
            output->reason = errno;
        }
    }
    output->used = 0;
}

bool host_output_flush(struct host_output *output, struct error *error)
{
    host_output_drain(output);
    return output->failed ? fail(error, output->name, output->reason) : true;
}

bool host_output_close(struct host_output *output, struct error *error)
{
    bool ok = host_output_flush(output, error);

    if (output->owned && close(output->descriptor) != 0 && ok)
        ok = fail(error, output->name, errno);
    output->descriptor = -1;
    output->owned = false;
    return ok;
}
