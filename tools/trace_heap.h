/* SPDX-License-Identifier: MIT */
/*
 * Which objects a guest's allocators have handed out, from the calls that
 * probes recorded. An object belongs to the outermost function that returned
 * it: what kmem_cache_alloc returns to kmalloc is one of kmalloc's.
 *
 *   in    probe events
 *   out   objects and bytes alive, by function, over time; each object alive
 */
#ifndef TOOLS_TRACE_HEAP_H
#define TOOLS_TRACE_HEAP_H

#include "tools/timeline.h"
#include "trace/trace.h"

enum { HEAP_FUNCTIONS_MAX = 64, HEAP_SLOTS = 1 << 18 };

/** A function that hands out memory. */
struct heap_function {
    char name[TIMELINE_NAME_SIZE];
    uint64_t calls;
    uint64_t refused; /**< returned 0 */
    uint64_t asked;   /**< bytes, where an argument `size` or `order` says */
    uint64_t objects; /**< alive */
    uint64_t bytes;   /**< alive */
    uint64_t peak;    /**< highest `bytes` */
    unsigned objects_series;
    unsigned bytes_series;
};

struct heap_object {
    uint32_t address; /**< 0: none here */
    uint16_t function;
    uint32_t eip; /**< where the call returned to */
    uint64_t tick;
    uint64_t bytes;
};

struct trace_heap {
    struct timeline *timeline; /**< or NULL */
    struct heap_function function[HEAP_FUNCTIONS_MAX];
    unsigned functions;
    struct heap_object *object; /**< a hash table of HEAP_SLOTS */
    unsigned objects;
    uint64_t dropped; /**< objects that had no room */
    uint64_t frees;   /**< of objects that were known */
};

/** `timeline` shows objects and bytes alive over time; NULL: nothing does. */
bool trace_heap_init(struct trace_heap *heap, struct timeline *timeline,
                     struct error *error);
void trace_heap_release(struct trace_heap *heap);

/** Take a call or a return: a TRACE_PROBE. */
void trace_heap_take(struct trace_heap *heap,
                     const struct trace_record *record);

#endif
