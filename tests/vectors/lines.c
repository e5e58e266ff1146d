/* SPDX-License-Identifier: MIT */
#include "tests/vectors/lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef PAGEWALK_ZSTD
#include <zstd.h>
#endif

/** Bytes that grow. */
struct buffer {
    char *bytes;
    size_t size;
    size_t capacity;
};

/** Make room for `more` bytes and a zero behind those that are there. */
static bool buffer_reserve(struct buffer *buffer, size_t more,
                           struct error *error)
{
    size_t capacity = buffer->capacity ? buffer->capacity : 65536;
    char *bytes;

    while (capacity - buffer->size < more + 1)
        capacity *= 2;
    if (capacity == buffer->capacity)
        return true;
    bytes = realloc(buffer->bytes, capacity);
    if (!bytes)
        return error_set(error, "no memory for %zu bytes", capacity);
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return true;
}

static bool read_file(const char *path, struct buffer *buffer,
                      struct error *error)
{
    FILE *file = fopen(path, "rb");
    bool ok = true;
    size_t got = 1;

    if (!file)
        return error_set(error, "%s: %s", path, strerror(errno));
    while (ok && got > 0) {
        ok = buffer_reserve(buffer, 65536, error);
        if (!ok)
            break;
        got = fread(buffer->bytes + buffer->size, 1, 65536, file);
        buffer->size += got;
    }
    if (ok && ferror(file))
        ok = error_set(error, "%s: %s", path, strerror(errno));
    fclose(file);
    return ok;
}

#ifdef PAGEWALK_ZSTD

static bool decompress(const char *path, struct buffer *packed,
                       struct buffer *plain, struct error *error)
{
    ZSTD_DStream *stream = ZSTD_createDStream();
    ZSTD_inBuffer in = {packed->bytes, packed->size, 0};
    size_t left = 1;
    bool ok = stream != NULL;

    while (ok && (in.pos < in.size || left > 0)) {
        ZSTD_outBuffer out;

        ok = buffer_reserve(plain, ZSTD_DStreamOutSize(), error);
        if (!ok)
            break;
        out = (ZSTD_outBuffer){plain->bytes + plain->size,
                               ZSTD_DStreamOutSize(), 0};
        left = ZSTD_decompressStream(stream, &out, &in);
        plain->size += out.pos;
        if (ZSTD_isError(left))
            ok = error_set(error, "%s: %s", path, ZSTD_getErrorName(left));
        else if (in.pos == in.size && out.pos == 0 && left > 0)
            ok = error_set(error, "%s: cut short", path);
    }
    ZSTD_freeDStream(stream);
    return ok;
}

#else

static bool decompress(const char *path, struct buffer *packed,
                       struct buffer *plain, struct error *error)
{
    (void)packed;
    (void)plain;
    return error_set(error, "%s: this program was built without zstd", path);
}

#endif

bool lines_open(struct lines *lines, const char *path, struct error *error)
{
    static const char magic[] = {'\x28', '\xb5', '\x2f', '\xfd'};
    struct buffer file = {0};
    struct buffer plain = {0};
    bool ok = read_file(path, &file, error);

    if (ok && file.size >= sizeof magic &&
        memcmp(file.bytes, magic, sizeof magic) == 0) {
        ok = decompress(path, &file, &plain, error) &&
             buffer_reserve(&plain, 0, error);
        free(file.bytes);
        file = plain;
    }
    if (!ok) {
        free(file.bytes);
        return false;
    }
    file.bytes[file.size] = '\0';
    *lines = (struct lines){path, file.bytes, file.bytes, 0};
    return true;
}

void lines_close(struct lines *lines)
{
    free(lines->text);
    *lines = (struct lines){0};
}

char *lines_next(struct lines *lines)
{
    char *line = lines->next;
    char *end;

    if (!line || *line == '\0')
        return NULL;
    end = strchr(line, '\n');
    if (end) {
        *end = '\0';
        lines->next = end + 1;
    } else {
        lines->next = NULL;
    }
    lines->number++;
    return line;
}

const char *lines_peek(const struct lines *lines)
{
    return lines->next && *lines->next ? lines->next : NULL;
}
