/* SPDX-License-Identifier: MIT */
#include "trace/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trace/ctf_packet.h"

static bool fail(struct error *error, const char *path, const char *name,
                 int reason)
{
    return error_set(error, "%s%s%s: %s", path, *name ? "/" : "", name,
                     strerror(reason));
}

/* Read all of a small file. Returns its size, or -1 with `error` set. */
static ssize_t read_small(int directory, const char *path, char *text,
                          size_t room, struct error *error)
{
    const int file = openat(directory, CTF_METADATA_NAME, O_RDONLY | O_CLOEXEC);
    ssize_t size;

    if (file < 0) {
        (void)(errno == ENOENT
                   ? error_set(error, "%s: no trace: it holds no metadata",
                               path)
                   : fail(error, path, CTF_METADATA_NAME, errno));
        return -1;
    }
    size = read(file, text, room);
    if (size < 0)
        (void)fail(error, path, CTF_METADATA_NAME, errno);
    (void)close(file);
    return size;
}

static bool read_metadata(struct trace_source *source, int directory,
                          struct error *error)
{
    char *text = malloc(CTF_METADATA_MAX);
    ssize_t size = -1;
    bool ok;

    if (text)
        size =
            read_small(directory, source->path, text, CTF_METADATA_MAX, error);
    else
        (void)fail(error, source->path, "", ENOMEM);
    ok = size >= 0 && ctf_metadata_read(text, (size_t)size, source->path,
                                        &source->info, error);
    free(text);
    return ok;
}

static bool open_stream(struct trace_source *source, int directory,
                        struct error *error)
{
    struct stat status;

    source->stream = openat(directory, CTF_STREAM_NAME, O_RDONLY | O_CLOEXEC);
    if (source->stream < 0 || fstat(source->stream, &status) != 0)
        return fail(error, source->path, CTF_STREAM_NAME, errno);
    if (!S_ISREG(status.st_mode))
        return error_set(error, "%s/%s: no file", source->path,
                         CTF_STREAM_NAME);
    source->packets = (uint64_t)status.st_size / CTF_PACKET_SIZE;
    source->rest = (uint32_t)((uint64_t)status.st_size % CTF_PACKET_SIZE);
    return true;
}

bool trace_source_open(struct trace_source *source, const char *path,
                       struct error *error)
{
    int directory;
    bool ok;

    *source = (struct trace_source){.path = strdup(path), .stream = -1};
    if (!source->path)
        return fail(error, path, "", ENOMEM);
    directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0 && errno == ENOTDIR)
        return error_set(error, "%s: no trace: a trace is a directory", path);
    if (directory < 0)
        return fail(error, path, "", errno);
    ok = read_metadata(source, directory, error) &&
         open_stream(source, directory, error);
    (void)close(directory);
    return ok;
}

void trace_source_close(struct trace_source *source)
{
    if (source->stream >= 0)
        (void)close(source->stream);
    free(source->path);
}

bool trace_source_read(const struct trace_source *source, void *bytes,
                       size_t size, uint64_t offset)
{
    uint8_t *at = bytes;

    while (size > 0) {
        const ssize_t count = pread(source->stream, at, size, (off_t)offset);

        if (count == 0 || (count < 0 && errno != EINTR))
            return false;
        if (count > 0) {
            at += count;
            offset += (uint64_t)count;
            size -= (size_t)count;
        }
    }
    return true;
}
