/* SPDX-License-Identifier: MIT */
/*
 * The one description of the packet format's events: it writes the metadata,
 * the recorder encodes by it and the reader decodes by it. A row gives the
 * event's name and its fields, each with the member of struct trace_record
 * that it comes from; a member whose value follows from the event's number is
 * `CTF_FIXED` and takes no bytes.
 *
 *   in    struct trace_record, or the bytes of an event
 *   out   the other of the two
 */
#ifndef TRACE_CTF_TABLE_H
#define TRACE_CTF_TABLE_H

#include "trace/ctf_ids.h"
#include "trace/trace.h"

enum ctf_type {
    CTF_FIXED, /**< no bytes: the member has the value `value` */
    CTF_BITS,  /**< `width` bits of the member, from bit `from` on */
    CTF_HEX,   /**< `bytes` lowest bytes of the member, shown as an address */
    CTF_COUNT, /**< the same, shown as a number */
    CTF_TEXT,  /**< a string with its NUL; NULL is written as an empty one */
    CTF_BYTES  /**< as many as the field before says; `value` is the offset of
                  that field's member, of two bytes */
};

struct ctf_field {
    const char *name;
    const char *labels; /**< of the values of CTF_BITS and CTF_COUNT; NULL */
    uint8_t type;       /**< enum ctf_type */
    uint8_t bytes;
    uint8_t from;
    uint8_t width;
    uint8_t member;  /**< bytes of the member */
    uint16_t offset; /**< of the member */
    uint32_t value;
};

enum { CTF_FIELDS_MAX = 18, CTF_TEXT_MAX = 40, CTF_EVENT_MAX = 128 };

struct ctf_class {
    const char *name;
    uint8_t event; /**< enum trace_event; TRACE_EVENT_COUNT: none */
    struct ctf_field field[CTF_FIELDS_MAX];
};

/** The row of an event, or NULL. */
const struct ctf_class *ctf_class_at(unsigned id);

/** The row that a record is written by: as short as loses nothing. */
enum ctf_id ctf_class_of(const struct trace_record *record, bool with_value);

/**
 * Write the fields to `at`, where CTF_EVENT_MAX bytes have room. Returns what
 * follows them.
 */
uint8_t *ctf_put_fields(uint8_t *at, const struct ctf_class *row,
                        const struct trace_record *record);

/**
 * Read the fields from `at`, going no further than `end`, into `record`, whose
 * `cr3` is right; what follows from it is worked out. Returns what follows the
 * fields, or NULL if they are cut off or hold what cannot be. A string lies
 * where it was read.
 */
const uint8_t *ctf_get_fields(const uint8_t *at, const uint8_t *end,
                              const struct ctf_class *row,
                              struct trace_record *record);

#endif
