/* SPDX-License-Identifier: MIT */
/*
 * Files of the host: images read whole, and where a guest's bytes go.
 */
#ifndef HOST_FILES_H
#define HOST_FILES_H

#include "base/error.h"
#include "base/types.h"

/** A file's content. */
struct host_file {
    uint8_t *bytes;
    size_t size;
};

/** Read the file whole. Fails, naming it: missing, a directory, too large. */
bool host_file_read(const char *path, struct host_file *file,
                    struct error *error);
void host_file_release(struct host_file *file);

enum { HOST_OUTPUT_SIZE = 4096 };

/** A file descriptor with a buffer, for bytes that come one by one. */
struct host_output {
    const char *name; /**< for messages; belongs to the caller */
    int descriptor;   /**< -1: bytes are dropped */
    bool owned;       /**< close it in the end */
    bool failed;      /**< `reason` says why; bytes are dropped since */
    int reason;       /**< errno of the first failure */
    size_t used;
    uint8_t buffer[HOST_OUTPUT_SIZE];
};

/** Bytes that nobody wants. */
void host_output_null(struct host_output *output);

/** Standard output. */
void host_output_stdout(struct host_output *output);

/** A file, emptied if it exists. `path` outlives the output. */
bool host_output_file(struct host_output *output, const char *path,
                      struct error *error);

/** Take one byte; it is written when a line ends, when the buffer is full, and
 * when it is flushed. */
static inline void host_output_put(struct host_output *output, uint8_t byte);

/** Write what is buffered. False, also later, once a write has failed. */
bool host_output_flush(struct host_output *output, struct error *error);

/** Flush and close. */
bool host_output_close(struct host_output *output, struct error *error);

/** Write the buffer out; failures are remembered. */
void host_output_drain(struct host_output *output);

static inline void host_output_put(struct host_output *output, uint8_t byte)
{
    output->buffer[output->used++] = byte;
    if (byte == '\n' || output->used == HOST_OUTPUT_SIZE)
        host_output_drain(output);
}

#endif
