/* SPDX-License-Identifier: MIT */
#include "trace/ctf_table.h"

#include <string.h>

#include "trace/derive.h"

/* --- Which row --- */

static enum ctf_id walk_class(const struct trace_record *record)
{
    const struct trace_walk *walk = &record->walk;

    if (!trace_walk_follows(walk, record->cr3))
        return CTF_WALK_ODD;
    if (walk->ok && walk->pae)
        return walk->has_pte ? CTF_WALK_PAE : CTF_WALK_PAE_LARGE;
    if (walk->ok)
        return walk->has_pte ? CTF_WALK : CTF_WALK_LARGE;
    return walk->has_pte ? CTF_WALK_FAULT : CTF_WALK_FAULT_PDE;
}

static enum ctf_id tlb_class(const struct trace_tlb *tlb)
{
    const bool code = tlb->code;

    switch (tlb->action) {
    case TLB_HIT: return code ? CTF_TLB_HIT_CODE : CTF_TLB_HIT;
    case TLB_MISS: return code ? CTF_TLB_MISS_CODE : CTF_TLB_MISS;
    case TLB_FILL: return code ? CTF_TLB_FILL_CODE : CTF_TLB_FILL;
    case TLB_EVICT: return code ? CTF_TLB_EVICT_CODE : CTF_TLB_EVICT;
    case TLB_FLUSH:
    default:
        return tlb->cause == TLB_CAUSE_INVLPG ||
                       tlb->cause == TLB_CAUSE_PAGE_FAULT
                   ? CTF_TLB_FLUSH_PAGE
                   : CTF_TLB_FLUSH;
    }
}

static enum ctf_id access_class(const struct trace_access *access,
                                bool with_value)
{
    const unsigned step =
        with_value && access->has_value ? CTF_READ_1_VALUE - CTF_READ_1 : 0;
    unsigned id = access->write ? CTF_WRITE : CTF_READ;

    switch (access->size) {
    case 1: id = access->write ? CTF_WRITE_1 : CTF_READ_1; break;
    case 2: id = access->write ? CTF_WRITE_2 : CTF_READ_2; break;
    case 4: id = access->write ? CTF_WRITE_4 : CTF_READ_4; break;
    case 8: id = access->write ? CTF_WRITE_8 : CTF_READ_8; break;
    default: break;
    }
    return (enum ctf_id)(id + step);
}

static enum ctf_id fault_class(const struct fault *fault)
{
    if (!fault->has_error_code)
        return CTF_FAULT;
    return fault->vector == VECTOR_PF ? CTF_PAGE_FAULT : CTF_FAULT_ERROR_CODE;
}

static enum ctf_id interrupt_class(const struct trace_interrupt *interrupt)
{
    if (interrupt->iret)
        return CTF_IRET;
    return interrupt->external ? CTF_INTERRUPT_EXTERNAL : CTF_INTERRUPT;
}

static enum ctf_id line_class(const struct trace_line *line)
{
    static const uint8_t ids[] = {[LINE_RAISE] = CTF_IRQ_RAISE,
                                  [LINE_LOWER] = CTF_IRQ_LOWER,
                                  [LINE_ACKNOWLEDGE] = CTF_IRQ_ACKNOWLEDGE,
                                  [LINE_SPURIOUS] = CTF_IRQ_SPURIOUS,
                                  [LINE_POLL] = CTF_IRQ_POLL};

    return (enum ctf_id)ids[line->action];
}

static enum ctf_id dma_line_class(const struct trace_line *line)
{
    if (line->action == LINE_RAISE)
        return line->dack ? CTF_DACK_RAISE : CTF_DREQ_RAISE;
    return line->dack ? CTF_DACK_LOWER : CTF_DREQ_LOWER;
}

enum ctf_id ctf_class_of(const struct trace_record *record, bool with_value)
{
    switch (record->event) {
    case TRACE_TLB:
    case TRACE_HIT: return tlb_class(&record->tlb);
    case TRACE_WALK: return walk_class(record);
    case TRACE_FAULT: return fault_class(&record->fault);
    case TRACE_MEM: return access_class(&record->access, with_value);
    case TRACE_FETCH:
        return record->fetch.next ? CTF_FETCH_NEXT_CODE : CTF_FETCH_CODE;
    case TRACE_PORT:
        return record->cycle.write ? CTF_PORT_WRITE : CTF_PORT_READ;
    case TRACE_MMIO:
        return record->cycle.write ? CTF_MMIO_WRITE : CTF_MMIO_READ;
    case TRACE_DMA: return record->cycle.write ? CTF_DMA_WRITE : CTF_DMA_READ;
    case TRACE_IRQ: return interrupt_class(&record->interrupt);
    case TRACE_LINE: return line_class(&record->line);
    case TRACE_DREQ: return dma_line_class(&record->line);
    case TRACE_CR: return CTF_CONTROL;
    case TRACE_MODE: return CTF_MODE;
    case TRACE_TASK: return CTF_TASK_SWITCH;
    case TRACE_MARKER: return CTF_MARKER;
    case TRACE_PROBE:
        return record->probe.leave ? CTF_PROBE_RETURN : CTF_PROBE_CALL;
    case TRACE_EXEC:
    case TRACE_EVENT_COUNT:
    default: return CTF_EXEC;
    }
}

/* --- Bytes --- */

/* The lowest bytes of a value: of a number of bytes that the compiler does not
 * know, so that it would call memcpy() for each. */
static inline void copy_bytes(void *to, const void *from, unsigned bytes)
{
    switch (bytes) {
    case 1: memcpy(to, from, 1); break;
    case 2: memcpy(to, from, 2); break;
    case 4: memcpy(to, from, 4); break;
    case 8: memcpy(to, from, 8); break;
    default: memcpy(to, from, bytes); break;
    }
}

static uint64_t member_load(const struct trace_record *record,
                            const struct ctf_field *field)
{
    uint64_t value = 0;

    copy_bytes(&value, (const uint8_t *)record + field->offset, field->member);
    return value;
}

static void member_store(struct trace_record *record,
                         const struct ctf_field *field, uint64_t value)
{
    copy_bytes((uint8_t *)record + field->offset, &value, field->member);
}

static uint8_t *put_text(uint8_t *at, const struct trace_record *record,
                         const struct ctf_field *field)
{
    const char *text;
    size_t length;

    memcpy(&text, (const uint8_t *)record + field->offset, sizeof text);
    length = text ? strnlen(text, CTF_TEXT_MAX - 1) : 0;
    if (length)
        memcpy(at, text, length);
    at[length] = '\0';
    return at + length + 1;
}

/* How many bytes a field of CTF_BYTES has. */
static uint16_t bytes_count(const struct trace_record *record,
                            const struct ctf_field *field)
{
    uint16_t count;

    memcpy(&count, (const uint8_t *)record + field->value, sizeof count);
    return count;
}

static uint8_t *put_bytes(uint8_t *at, const struct trace_record *record,
                          const struct ctf_field *field)
{
    const uint16_t count = bytes_count(record, field);
    const uint8_t *bytes;

    memcpy(&bytes, (const uint8_t *)record + field->offset, sizeof bytes);
    if (count)
        memcpy(at, bytes, count);
    return at + count;
}

/* Bits are collected from the lowest on until they make a byte. */
struct bits {
    uint8_t byte;
    uint8_t count;
};

/* Not of a number: text or bytes. */
NEVER_INLINE static uint8_t *put_string(uint8_t *at,
                                        const struct trace_record *record,
                                        const struct ctf_field *field)
{
    if (field->type == CTF_TEXT)
        return put_text(at, record, field);
    return put_bytes(at, record, field);
}

/*
 * Numbers are taken and written as words of eight bytes, of which those count
 * that the field has: what is beyond lies in the record too, as ctf_rows.c
 * makes sure, and is written over by what comes next.
 */
uint8_t *ctf_put_fields(uint8_t *at, const struct ctf_class *row,
                        const struct trace_record *record)
{
    const uint8_t *bytes = (const uint8_t *)record;
    unsigned bits = 0;
    unsigned count = 0;

    for (const struct ctf_field *field = row->field; field->member; field++) {
        uint64_t value;

        if (field->type == CTF_FIXED)
            continue;
        if (UNLIKELY(field->type > CTF_COUNT)) {
            at = put_string(at, record, field);
            continue;
        }
        memcpy(&value, bytes + field->offset, sizeof value);
        if (field->type == CTF_BITS) {
            value = value >> field->from & ((1u << field->width) - 1);
            bits |= (unsigned)value << count;
            count += field->width;
            if (count < 8)
                continue;
            *at++ = (uint8_t)bits;
            bits = 0;
            count = 0;
            continue;
        }
        memcpy(at, &value, sizeof value);
        at += field->bytes;
    }
    return at;
}

static const uint8_t *get_text(const uint8_t *at, const uint8_t *end,
                               const struct ctf_field *field,
                               struct trace_record *record)
{
    const char *text = *at ? (const char *)at : NULL;
    const size_t length = strnlen((const char *)at, (size_t)(end - at));

    if (length >= CTF_TEXT_MAX || at + length == end)
        return NULL;
    memcpy((uint8_t *)record + field->offset, &text, sizeof text);
    return at + length + 1;
}

static const uint8_t *get_bytes(const uint8_t *at, const uint8_t *end,
                                const struct ctf_field *field,
                                struct trace_record *record)
{
    const uint16_t count = bytes_count(record, field);

    if (end - at < count)
        return NULL;
    memcpy((uint8_t *)record + field->offset, &at, sizeof at);
    return at + count;
}

/* A field of bits adds to what others have put into its member. */
static const uint8_t *get_bits(const uint8_t *at, struct bits *bits,
                               const struct ctf_field *field,
                               struct trace_record *record)
{
    const unsigned mask = (1u << field->width) - 1;

    member_store(record, field,
                 member_load(record, field) |
                     (uint64_t)(*at >> bits->count & mask) << field->from);
    bits->count = (uint8_t)(bits->count + field->width);
    if (bits->count < 8)
        return at;
    bits->count = 0;
    return at + 1;
}

/* Enumerations that later code takes as an index. */
static bool is_sound(const struct trace_record *record)
{
    switch (record->event) {
    case TRACE_TLB: return record->tlb.cause <= TLB_CAUSE_RESET;
    case TRACE_WALK: return record->walk.access <= ACCESS_EXECUTE;
    case TRACE_CR: return record->control.number <= 8;
    case TRACE_MODE:
        return record->mode.before <= PROCESSOR_V86_PAE &&
               record->mode.after <= PROCESSOR_V86_PAE;
    case TRACE_TASK: return record->task.cause <= TASK_RETURN;
    case TRACE_FETCH:
        return record->fetch.size <= PAGE_SIZE &&
               record->fetch.bits % 16 == 0 && record->fetch.bits <= 32;
    case TRACE_LINE: return record->line.number < TRACE_IRQS;
    case TRACE_DREQ: return record->line.number < TRACE_CHANNELS;
    case TRACE_PROBE:
        return record->probe.function &&
               record->probe.count <= PROBE_ARGUMENTS_MAX;
    case TRACE_HIT:
    case TRACE_FAULT:
    case TRACE_MEM:
    case TRACE_EXEC:
    case TRACE_PORT:
    case TRACE_MMIO:
    case TRACE_DMA:
    case TRACE_IRQ:
    case TRACE_MARKER:
    case TRACE_EVENT_COUNT:
    default: return true;
    }
}

/* A field that takes bytes. Returns what follows it, or NULL. */
static const uint8_t *get_field(const uint8_t *at, const uint8_t *end,
                                struct bits *bits,
                                const struct ctf_field *field,
                                struct trace_record *record)
{
    uint64_t value = 0;

    if (field->type == CTF_BYTES)
        return get_bytes(at, end, field, record);
    if (at >= end || (size_t)(end - at) < field->bytes)
        return NULL;
    if (field->type == CTF_TEXT)
        return get_text(at, end, field, record);
    if (field->type == CTF_BITS)
        return get_bits(at, bits, field, record);
    copy_bytes(&value, at, field->bytes);
    member_store(record, field, value);
    return at + field->bytes;
}

/* What follows from the fields and the place. */
static void derive(struct trace_record *record, bool odd)
{
    if (odd)
        record->walk.cr3 = record->cr3;
    else if (record->event == TRACE_WALK)
        trace_walk_derive(&record->walk, record->cr3);
    else if (record->event == TRACE_FETCH)
        trace_fetch_derive(record);
}

const uint8_t *ctf_get_fields(const uint8_t *at, const uint8_t *end,
                              const struct ctf_class *row,
                              struct trace_record *record)
{
    struct bits bits = {0, 0};

    record->event = (enum trace_event)row->event;
    for (const struct ctf_field *field = row->field; field->member; field++) {
        if (field->type == CTF_FIXED)
            member_store(record, field, field->value);
        else
            at = get_field(at, end, &bits, field, record);
        if (!at)
            return NULL;
    }
    derive(record, row == ctf_class_at(CTF_WALK_ODD));
    return is_sound(record) ? at : NULL;
}
