/* SPDX-License-Identifier: MIT */
#include "trace/ctf_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trace/ctf_packet.h"

static bool fail(struct error *error, const char *path, int reason)
{
    return error_set(error, "%s: %s", path, strerror(reason));
}

static bool holds_trace(int directory)
{
    const int file = openat(directory, CTF_METADATA_NAME, O_RDONLY | O_CLOEXEC);
    char *text = malloc(CTF_METADATA_MAX);
    ssize_t size = -1;
    bool ours;

    if (file >= 0 && text)
        size = read(file, text, CTF_METADATA_MAX);
    if (file >= 0)
        (void)close(file);
    ours = size > 0 && ctf_metadata_is_ours(text, (size_t)size);
    free(text);
    return ours;
}

static bool is_empty(const char *path)
{
    DIR *stream = opendir(path);
    const struct dirent *entry;
    bool empty = stream != NULL;

    while (stream && empty && (entry = readdir(stream)))
        empty =
            strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    if (stream)
        (void)closedir(stream);
    return empty;
}

/* The directory, which is ours to write to. -1: `error` says why not. */
static int open_directory(const char *path, struct error *error)
{
    int directory;

    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        (void)fail(error, path, errno);
        return -1;
    }
    directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0 && errno == ENOTDIR)
        (void)error_set(error, "%s: exists and is no trace; not overwritten",
                        path);
    else if (directory < 0)
        (void)fail(error, path, errno);
    if (directory < 0)
        return -1;
    if (is_empty(path) || holds_trace(directory))
        return directory;
    (void)error_set(error, "%s: exists and is no trace; not overwritten", path);
    (void)close(directory);
    return -1;
}

static int create(int directory, const char *name)
{
    return openat(directory, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                  0666);
}

/* All of it, or errno. */
static int write_all(int descriptor, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;

    while (size > 0) {
        const ssize_t count = write(descriptor, at, size);

        if (count < 0 && errno != EINTR)
            return errno;
        if (count > 0) {
            at += count;
            size -= (size_t)count;
        }
    }
    return 0;
}

static int write_metadata(int directory, const struct trace_info *info)
{
    const int file = create(directory, CTF_METADATA_NAME);
    char *text = malloc(CTF_METADATA_MAX);
    int reason = file < 0 ? errno : 0;

    if (!reason && !text)
        reason = ENOMEM;
    if (!reason)
        reason = write_all(file, text, ctf_metadata_write(text, info));
    if (file >= 0 && close(file) != 0 && !reason)
        reason = errno;
    free(text);
    return reason;
}

bool ctf_files_open(struct ctf_files *files, const char *path,
                    const struct trace_info *info, struct error *error)
{
    const int directory = open_directory(path, error);
    int reason;

    *files = (struct ctf_files){.descriptor = -1};
    if (directory < 0)
        return false;
    /* The old stream goes before the new metadata come. */
    files->descriptor = create(directory, CTF_STREAM_NAME);
    reason = files->descriptor < 0 ? errno : write_metadata(directory, info);
    (void)close(directory);
    files->path = strdup(path);
    if (!reason && !files->path)
        reason = ENOMEM;
    if (!reason)
        return true;
    if (files->descriptor >= 0)
        (void)close(files->descriptor);
    free(files->path);
    return fail(error, path, reason);
}

void ctf_files_append(struct ctf_files *files, const uint8_t *packet,
                      uint64_t first_tick, uint64_t last_tick)
{
    if (files->reason)
        return;
    if (files->packets == 0)
        files->complete = first_tick;
    files->reason = write_all(files->descriptor, packet, CTF_PACKET_SIZE);
    if (!files->reason) {
        files->packets++;
        files->complete = last_tick;
        return;
    }
    /* Half a packet helps nobody. If this fails too, the reader copes. */
    (void)!ftruncate(files->descriptor,
                     (off_t)(files->packets * CTF_PACKET_SIZE));
}

bool ctf_files_ok(const struct ctf_files *files, struct error *error)
{
    if (!files->reason)
        return true;
    return error_set(error,
                     "%s: %s; the trace holds %llu whole packets, what "
                     "happened after tick %llu is lost",
                     files->path, strerror(files->reason),
                     (unsigned long long)files->packets,
                     (unsigned long long)files->complete);
}

bool ctf_files_close(struct ctf_files *files, struct error *error)
{
    bool ok;

    if (close(files->descriptor) != 0 && !files->reason)
        files->reason = errno;
    ok = ctf_files_ok(files, error);
    free(files->path);
    *files = (struct ctf_files){.descriptor = -1};
    return ok;
}
