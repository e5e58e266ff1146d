/* SPDX-License-Identifier: MIT */
#include "tools/trace_heap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OBJECTS_MAX = HEAP_SLOTS / 4 * 3, ORDER_MAX = 20 };

bool trace_heap_init(struct trace_heap *heap, struct timeline *timeline,
                     struct error *error)
{
    *heap = (struct trace_heap){.timeline = timeline};
    heap->object = calloc(HEAP_SLOTS, sizeof *heap->object);
    return heap->object || error_set(error, "out of memory");
}

void trace_heap_release(struct trace_heap *heap)
{
    free(heap->object);
    heap->object = NULL;
}

static unsigned home_of(uint32_t address)
{
    return (unsigned)(address * UINT32_C(2654435761) >> 14) % HEAP_SLOTS;
}

/* The slot that holds the address, or the empty one where it would stand. */
static unsigned slot_of(const struct trace_heap *heap, uint32_t address)
{
    unsigned slot = home_of(address);

    while (heap->object[slot].address && heap->object[slot].address != address)
        slot = (slot + 1) % HEAP_SLOTS;
    return slot;
}

static void tell(struct trace_heap *heap, struct heap_function *function)
{
    if (function->bytes > function->peak)
        function->peak = function->bytes;
    if (!heap->timeline)
        return;
    timeline_level(heap->timeline, function->objects_series, function->objects);
    timeline_level(heap->timeline, function->bytes_series, function->bytes);
}

/* Empty a slot, and close the gap in the chains that go over it. */
static void take_out(struct trace_heap *heap, unsigned slot)
{
    struct heap_function *owner = &heap->function[heap->object[slot].function];
    unsigned next = slot;

    owner->objects--;
    owner->bytes -= heap->object[slot].bytes;
    tell(heap, owner);
    heap->objects--;
    for (;;) {
        unsigned home;

        heap->object[slot].address = 0;
        do {
            next = (next + 1) % HEAP_SLOTS;
            if (!heap->object[next].address)
                return;
            home = home_of(heap->object[next].address);
        } while ((next - home) % HEAP_SLOTS < (next - slot) % HEAP_SLOTS);
        heap->object[slot] = heap->object[next];
        slot = next;
    }
}

static void put_in(struct trace_heap *heap, const struct heap_object *object)
{
    struct heap_function *owner = &heap->function[object->function];
    unsigned slot = slot_of(heap, object->address);

    if (heap->object[slot].address) {
        take_out(heap, slot);
        slot = slot_of(heap, object->address);
    }
    if (heap->objects == OBJECTS_MAX) {
        heap->dropped++;
        return;
    }
    heap->object[slot] = *object;
    heap->objects++;
    owner->objects++;
    owner->bytes += object->bytes;
    tell(heap, owner);
}

/* Number of the argument of that name, or -1. */
static int argument_named(const struct trace_probe *probe, const char *name)
{
    const char *at = probe->names ? probe->names : "";
    const size_t length = strlen(name);

    for (int i = 0; i < probe->count && *at; i++) {
        const size_t size = strcspn(at, ",");

        if (size == length && memcmp(at, name, length) == 0)
            return i;
        at += size;
        at += *at == ',';
    }
    return -1;
}

/* Bytes that the call asks for, 0 if that cannot be said. */
static uint64_t bytes_asked(const struct trace_probe *probe)
{
    const int size = argument_named(probe, "size");
    const int order = argument_named(probe, "order");

    if (size >= 0)
        return probe->argument[size];
    if (order >= 0 && probe->argument[order] <= ORDER_MAX)
        return (uint64_t)PAGE_SIZE << probe->argument[order];
    return 0;
}

static bool is_allocation(const struct trace_probe *probe)
{
    return probe->leave && probe->has_result &&
           (argument_named(probe, "size") >= 0 ||
            argument_named(probe, "order") >= 0 ||
            strstr(probe->function, "alloc") ||
            strstr(probe->function, "get_zeroed_page"));
}

/* The function's number; HEAP_FUNCTIONS_MAX: there are too many. */
static unsigned function_of(struct trace_heap *heap, const char *name)
{
    struct heap_function *function = heap->function;
    unsigned i;

    for (i = 0; i < heap->functions; i++) {
        if (strncmp(function[i].name, name, TIMELINE_NAME_SIZE - 1) == 0)
            return i;
    }
    if (i == HEAP_FUNCTIONS_MAX)
        return i;
    (void)snprintf(function[i].name, sizeof function[i].name, "%s", name);
    heap->functions++;
    if (!heap->timeline)
        return i;
    function[i].objects_series =
        timeline_series(heap->timeline, "objects", name, true);
    function[i].bytes_series =
        timeline_series(heap->timeline, "bytes", name, true);
    return i;
}

static void allocate(struct trace_heap *heap, const struct trace_record *record)
{
    const struct trace_probe *probe = &record->probe;
    const unsigned number = function_of(heap, probe->function);
    const uint64_t bytes = bytes_asked(probe);

    if (number == HEAP_FUNCTIONS_MAX)
        return;
    heap->function[number].calls++;
    heap->function[number].asked += bytes;
    if (probe->result)
        put_in(heap, &(struct heap_object){.address = probe->result,
                                           .function = (uint16_t)number,
                                           .eip = record->eip,
                                           .tick = record->tick,
                                           .bytes = bytes});
    else
        heap->function[number].refused++;
}

/* Whatever argument of a freeing function is an object is freed by it. */
static void release(struct trace_heap *heap, const struct trace_probe *probe)
{
    const int cache = argument_named(probe, "cache");
    const int order = argument_named(probe, "order");

    for (int i = 0; i < probe->count && i < PROBE_ARGUMENTS_MAX; i++) {
        unsigned slot;

        if (i == cache || i == order || !probe->argument[i])
            continue;
        slot = slot_of(heap, probe->argument[i]);
        if (!heap->object[slot].address)
            continue;
        take_out(heap, slot);
        heap->frees++;
        return;
    }
}

void trace_heap_take(struct trace_heap *heap, const struct trace_record *record)
{
    const struct trace_probe *probe = &record->probe;

    if (!probe->function)
        return;
    if (is_allocation(probe))
        allocate(heap, record);
    else if (!probe->leave && strstr(probe->function, "free"))
        release(heap, probe);
}
