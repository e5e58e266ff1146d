/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "tools/trace_statistics.h"

/* Objects that are alive in the end, by the place that asked for them. */
struct place {
    uint32_t eip;
    uint32_t function;
    uint64_t objects;
    uint64_t bytes;
    uint64_t first; /* tick of the oldest */
};

static unsigned long long number_of(uint64_t value)
{
    return (unsigned long long)value;
}

static int by_place(const void *one, const void *other)
{
    const struct heap_object *a = one;
    const struct heap_object *b = other;

    if (a->eip != b->eip)
        return a->eip < b->eip ? -1 : 1;
    if (a->function != b->function)
        return a->function < b->function ? -1 : 1;
    return a->tick < b->tick ? -1 : a->tick > b->tick;
}

static int by_bytes(const void *one, const void *other)
{
    const struct place *a = one;
    const struct place *b = other;

    if (a->bytes != b->bytes)
        return a->bytes > b->bytes ? -1 : 1;
    if (a->objects != b->objects)
        return a->objects > b->objects ? -1 : 1;
    return a->eip < b->eip ? -1 : a->eip > b->eip;
}

/* All objects alive, place by place. NULL: no memory. */
static struct heap_object *sorted(const struct trace_heap *heap)
{
    struct heap_object *alive = calloc(heap->objects + 1, sizeof *alive);
    unsigned count = 0;

    for (unsigned i = 0; alive && i < HEAP_SLOTS; i++) {
        if (heap->object[i].address)
            alive[count++] = heap->object[i];
    }
    if (alive)
        qsort(alive, count, sizeof *alive, by_place);
    return alive;
}

/* Make the objects into places, in place. Returns how many. */
static unsigned gather(const struct heap_object *alive, unsigned count,
                       struct place *place)
{
    unsigned places = 0;

    for (unsigned i = 0; i < count; i++) {
        struct place *last = places ? &place[places - 1] : NULL;

        if (!last || last->eip != alive[i].eip ||
            last->function != alive[i].function) {
            last = &place[places++];
            *last = (struct place){.eip = alive[i].eip,
                                   .function = alive[i].function,
                                   .first = alive[i].tick};
        }
        last->objects++;
        last->bytes += alive[i].bytes;
    }
    return places;
}

static void show_places(FILE *file, const struct trace_statistics *statistics,
                        const struct place *place, unsigned places)
{
    const struct trace_heap *heap = &statistics->heap;
    char text[SYMBOL_TEXT_SIZE];

    (void)fputs("\nalive at the end, by caller            objects        "
                "bytes  oldest at tick  from\n",
                file);
    for (unsigned i = 0; i < places && i < statistics->options->top; i++)
        (void)fprintf(
            file, "  %08x %-24.24s %9llu %12llu %15llu  %s\n", place[i].eip,
            symbols_text(statistics->symbols, place[i].eip, text),
            number_of(place[i].objects), number_of(place[i].bytes),
            number_of(place[i].first), heap->function[place[i].function].name);
    if (places > statistics->options->top)
        (void)fprintf(file, "  and %llu more\n",
                      number_of(places - statistics->options->top));
}

static void show_alive(FILE *file, const struct trace_statistics *statistics)
{
    const struct trace_heap *heap = &statistics->heap;
    struct heap_object *alive = sorted(heap);
    struct place *place = calloc(heap->objects + 1, sizeof *place);
    unsigned places;

    if (alive && place && heap->objects) {
        places = gather(alive, heap->objects, place);
        qsort(place, places, sizeof *place, by_bytes);
        show_places(file, statistics, place, places);
    }
    free(alive);
    free(place);
}

void trace_statistics_show_heap(FILE *file,
                                const struct trace_statistics *statistics)
{
    const struct trace_heap *heap = &statistics->heap;

    if (!heap->functions)
        return;
    (void)fputs("\nallocators                      calls   refused        "
                "asked         peak  alive: objects        bytes\n",
                file);
    for (unsigned i = 0; i < heap->functions; i++) {
        const struct heap_function *of = &heap->function[i];

        (void)fprintf(file, "  %-26s %9llu %9llu %12llu %12llu %15llu %12llu\n",
                      of->name, number_of(of->calls), number_of(of->refused),
                      number_of(of->asked), number_of(of->peak),
                      number_of(of->objects), number_of(of->bytes));
    }
    (void)fprintf(file, "  objects freed %26llu\n", number_of(heap->frees));
    if (heap->dropped)
        (void)fprintf(file, "  objects not followed for want of room %llu\n",
                      number_of(heap->dropped));
    show_alive(file, statistics);
}
