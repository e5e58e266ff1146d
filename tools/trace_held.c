/* SPDX-License-Identifier: MIT */
#include "tools/trace_held.h"

#include <stdlib.h>
#include <string.h>

#include "trace/line.h"

bool held_open(struct held_queue *queue, const struct trace_options *options,
               unsigned path, struct error *error)
{
    *queue = (struct held_queue){.ignore = options->ignore};
    queue->held = calloc(HELD_MAX, sizeof *queue->held);
    if (!queue->held)
        return error_set(error, "out of memory");
    return trace_query_open(&queue->query, options, path, error);
}

void held_close(struct held_queue *queue)
{
    trace_query_close(&queue->query);
    free(queue->held);
}

/* Blank where in its page the code is: code walks at its EIP; and the code
 * itself, which says how far others are from it. */
static void without_eip(struct trace_record *record)
{
    record->eip = record->code_base = 0;
    if (record->event == TRACE_WALK && record->walk.access == ACCESS_EXECUTE) {
        record->walk.linear &= PAGE_FRAME_MASK;
        record->walk.physical &= PAGE_FRAME_MASK;
    }
    if (record->event == TRACE_FETCH)
        record->fetch = (struct trace_fetch){
            .linear = record->fetch.linear & PAGE_FRAME_MASK,
            .physical = record->fetch.physical & PAGE_FRAME_MASK};
}

/* Blank what is not to be compared. */
static struct trace_record without(const struct trace_record *record,
                                   unsigned ignore)
{
    struct trace_record rest = *record;

    if (ignore & IGNORE_EIP)
        without_eip(&rest);
    if (ignore & IGNORE_VALUE) {
        if (rest.event == TRACE_MEM)
            rest.access.has_value = false;
        if (rest.event == TRACE_FETCH)
            rest.fetch.size = 0;
        if (rest.event == TRACE_PORT || rest.event == TRACE_MMIO ||
            rest.event == TRACE_DMA)
            rest.cycle.value = 0;
    }
    if (ignore & IGNORE_PHYSICAL) {
        if (rest.event == TRACE_MEM)
            rest.access.physical = 0;
        if (rest.event == TRACE_FETCH)
            rest.fetch.physical = 0;
        if (rest.event == TRACE_TLB || rest.event == TRACE_HIT)
            rest.tlb.physical = 0;
        if (rest.event == TRACE_WALK) {
            rest.walk.physical = rest.walk.pde_address = 0;
            rest.walk.pte_address = 0;
            rest.walk.pdpte = rest.walk.pde = rest.walk.pte = 0;
        }
    }
    if (ignore & IGNORE_CR3 && rest.event == TRACE_WALK)
        rest.walk.cr3 = rest.walk.pde_address = 0;
    if (ignore & IGNORE_CR3 && rest.event == TRACE_CR &&
        rest.control.number == 3)
        rest.control.old_value = rest.control.new_value = 0;
    return rest;
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static uint64_t hash_of(const struct trace_record *record, unsigned ignore)
{
    const struct trace_record rest = without(record, ignore);
    uint64_t hash =
        mix(UINT64_C(0xcbf29ce484222325), &rest.event, sizeof rest.event);
    char text[LINE_MAX_SIZE];

    if (!(ignore & IGNORE_EIP))
        hash = mix(hash, &rest.eip, sizeof rest.eip);
    if (!(ignore & IGNORE_CR3))
        hash = mix(hash, &rest.cr3, sizeof rest.cr3);
    if (!(ignore & IGNORE_CPL))
        hash = mix(hash, &rest.cpl, sizeof rest.cpl);
    return mix(hash, text, line_write_what(text, &rest));
}

/* Keep a name that the reader will overwrite. */
static void keep(const char **name, char own[HELD_NAME_SIZE])
{
    if (!*name)
        return;
    (void)snprintf(own, HELD_NAME_SIZE, "%s", *name);
    *name = own;
}

/* As much of the code as a line shows. */
static void keep_code(struct held *held)
{
    struct trace_fetch *fetch = &held->record.fetch;

    if (fetch->size)
        memcpy(held->code, fetch->code,
               fetch->size < LINE_CODE_SIZE ? fetch->size : LINE_CODE_SIZE);
    fetch->code = held->code;
}

static void keep_names(struct held *held)
{
    struct trace_record *record = &held->record;

    if (record->event == TRACE_FETCH)
        keep_code(held);
    if (record->event == TRACE_PORT || record->event == TRACE_MMIO ||
        record->event == TRACE_DMA)
        keep(&record->cycle.name, held->name[0]);
    if (record->event == TRACE_LINE || record->event == TRACE_DREQ)
        keep(&record->line.controller, held->name[0]);
    if (record->event == TRACE_PROBE) {
        keep(&record->probe.function, held->name[0]);
        keep(&record->probe.names, held->name[1]);
    }
}

/* Read one more into the queue. */
static bool pull(struct held_queue *queue)
{
    struct held *held = &queue->held[(queue->first + queue->count) % HELD_MAX];

    if (queue->ended || !trace_query_next(&queue->query, &held->record)) {
        queue->ended = true;
        return false;
    }
    if (queue->place.packet != trace_reader_packet(queue->query.reader))
        queue->place = (struct trace_event_place){
            .packet = trace_reader_packet(queue->query.reader)};
    held->place = queue->place;
    queue->place.before++;
    held->hash = hash_of(&held->record, queue->ignore);
    keep_names(held);
    queue->count++;
    return true;
}

const struct held *held_at(struct held_queue *queue, unsigned ahead)
{
    while (queue->count <= ahead) {
        if (!pull(queue))
            return NULL;
    }
    return &queue->held[(queue->first + ahead) % HELD_MAX];
}

void held_skip(struct held_queue *queue, unsigned count)
{
    queue->first = (queue->first + count) % HELD_MAX;
    queue->count -= count;
}
