/* SPDX-License-Identifier: MIT */
#include "trace/fold.h"

#include <string.h>

#include "trace/append.h"
#include "trace/derive.h"

/* --- Taking apart --- */

static struct trace_tlb tlb_step(const struct trace_refill *refill)
{
    return (struct trace_tlb){.action = TLB_FILL,
                              .code = refill->code,
                              .linear = refill->linear & PAGE_FRAME_MASK,
                              .physical = refill->pte & PAGE_FRAME_MASK,
                              .set = refill->set,
                              .way = refill->way};
}

static struct trace_tlb evict_step(const struct trace_refill *refill)
{
    struct trace_tlb tlb = tlb_step(refill);

    tlb.action = TLB_EVICT;
    tlb.linear = refill->evicted;
    tlb.physical = refill->evicted_physical;
    return tlb;
}

static struct trace_tlb miss_step(const struct trace_refill *refill)
{
    return (struct trace_tlb){.action = TLB_MISS,
                              .code = refill->access == ACCESS_EXECUTE,
                              .linear = refill->linear & PAGE_FRAME_MASK};
}

static struct trace_walk walk_step(const struct trace_refill *refill,
                                   uint32_t cr3)
{
    struct trace_walk walk = {.linear = refill->linear,
                              .access = refill->access,
                              .privilege = refill->privilege,
                              .has_pde = true,
                              .has_pte = true,
                              .ok = true,
                              .pde = refill->pde,
                              .pte = refill->pte,
                              .marked = refill->marked};

    trace_walk_derive(&walk, cr3);
    return walk;
}

static bool refill_next(struct trace_unfolding *unfolding,
                        struct trace_record *record)
{
    const struct trace_refill *refill = &unfolding->whole.refill;
    uint32_t step = unfolding->next;

    if (step == TRACE_REFILL_EVICTED && !refill->evicts)
        step++;
    if (step > refill->steps)
        return false;
    unfolding->next = step + 1;
    record->event = step == TRACE_REFILL_WALKED ? TRACE_WALK : TRACE_TLB;
    if (step == TRACE_REFILL_WALKED)
        record->walk = walk_step(refill, record->cr3);
    else if (step == TRACE_REFILL_MISSED)
        record->tlb = miss_step(refill);
    else
        record->tlb = step == TRACE_REFILL_EVICTED ? evict_step(refill)
                                                   : tlb_step(refill);
    return true;
}

static bool repeat_next(struct trace_unfolding *unfolding,
                        struct trace_record *record)
{
    const struct trace_repeat *repeat = &unfolding->whole.repeat;
    const uint32_t operands = repeat->kind >= TRACE_REPEAT_COPY ? 2 : 1;
    const uint32_t iteration = unfolding->next / operands;
    const uint32_t operand = unfolding->next % operands;
    uint32_t distance = iteration << repeat->shift;

    if (iteration >= repeat->count)
        return false;
    unfolding->next++;
    if (repeat->down)
        distance = 0u - distance;
    record->event = TRACE_MEM;
    record->tick = unfolding->whole.tick - (repeat->count - 1u) + iteration;
    record->access = (struct trace_access){
        .linear = repeat->linear[operand] + distance,
        .physical = repeat->physical[operand] + distance,
        .size = (uint8_t)(1u << repeat->shift),
        .write = repeat->kind == TRACE_REPEAT_WRITE ||
                 (repeat->kind == TRACE_REPEAT_COPY && operand == 1)};
    return true;
}

static bool update_next(struct trace_unfolding *unfolding,
                        struct trace_record *record)
{
    if (unfolding->next == 2)
        return false;
    record->event = TRACE_MEM;
    record->access = unfolding->whole.access;
    record->access.write = unfolding->next++;
    return true;
}

void trace_unfold(struct trace_unfolding *unfolding,
                  const struct trace_record *whole)
{
    unfolding->whole = *whole;
    unfolding->next = 0;
}

bool trace_unfold_next(struct trace_unfolding *unfolding,
                       struct trace_record *record)
{
    const struct trace_record *whole = &unfolding->whole;

    *record = (struct trace_record){.tick = whole->tick,
                                    .eip = whole->eip,
                                    .cr3 = whole->cr3,
                                    .code_base = whole->code_base,
                                    .cpl = whole->cpl};
    if (whole->fold == TRACE_FOLD_REFILL)
        return refill_next(unfolding, record);
    if (whole->fold == TRACE_FOLD_UPDATE)
        return update_next(unfolding, record);
    return repeat_next(unfolding, record);
}

/* --- Refills --- */

bool trace_hold_miss(struct trace *trace, bool code, linear_addr linear)
{
    const uint32_t both = 1u << TRACE_TLB | 1u << TRACE_WALK;
    struct trace_record *held = &trace->held;

    if (!trace->takes_all || (trace->enabled & both) != both)
        return false;
    trace->locate(trace->locate_context, held);
    if (!trace_may_append(&trace->stream, held->tick, held->eip))
        return false;
    held->fold = TRACE_FOLD_REFILL;
    held->refill.steps = TRACE_REFILL_MISSED;
    held->refill.evicts = false;
    held->refill.access = code ? ACCESS_EXECUTE : ACCESS_READ;
    held->refill.linear = linear;
    trace->holds = true;
    return true;
}

void trace_release(struct trace *trace)
{
    struct trace_unfolding unfolding;
    struct trace_record record;

    trace->holds = false;
    trace_unfold(&unfolding, &trace->held);
    while (trace_unfold_next(&unfolding, &record))
        trace->record(trace->record_context, &record);
}

static uint8_t *put(uint8_t *at, uint32_t value)
{
    memcpy(at, &value, sizeof value);
    return at + sizeof value;
}

/* The byte of bits, as trace/ctf_table.c lays it out. */
static uint32_t refill_bits(const struct trace_refill *refill)
{
    return (uint32_t)refill->access | (uint32_t)refill->privilege << 2 |
           (refill->marked >> 21 & 1) << 3 | (refill->marked >> 5 & 3) << 4 |
           (uint32_t)refill->code << 6;
}

void trace_refill(struct trace *trace)
{
    const struct trace_record *held = &trace->held;
    const struct trace_refill *refill = &held->refill;
    struct trace_stream *stream = &trace->stream;
    uint8_t *at;

    if (refill->evicts &&
        !trace_is_told(stream, refill->evicted, refill->evicted_physical)) {
        trace_release(trace);
        return;
    }
    trace->holds = false;
    at = trace_put_header(stream, held->tick, held->eip,
                          refill->evicts ? CTF_REFILL_EVICT : CTF_REFILL);
    at = put(at, refill_bits(refill) | (uint32_t)refill->way << 8 |
                     (uint32_t)refill->set << 16);
    at = put(at, refill->linear);
    at = put(at, refill->pde);
    at = put(at, refill->pte);
    if (refill->evicts)
        at = put(at, refill->evicted);
    stream->at = at;
    if (!refill->code)
        trace_tell(stream, refill->linear, refill->pte);
}

/* --- Repeats --- */

static bool is_told(const struct trace_stream *stream,
                    const struct trace_repeat *repeat, unsigned operand)
{
    return trace_is_told(stream, repeat->linear[operand],
                         repeat->physical[operand]);
}

bool trace_put_repeat(struct trace *trace, const struct trace_record *record)
{
    static const uint8_t id[] = {[TRACE_REPEAT_READ] = CTF_REPEAT_READ,
                                 [TRACE_REPEAT_WRITE] = CTF_REPEAT_WRITE,
                                 [TRACE_REPEAT_COPY] = CTF_REPEAT_COPY,
                                 [TRACE_REPEAT_COMPARE] = CTF_REPEAT_COMPARE};
    const struct trace_repeat *repeat = &record->repeat;
    const bool two = repeat->kind >= TRACE_REPEAT_COPY;
    const uint64_t first = record->tick - (repeat->count - 1u);
    struct trace_stream *stream = &trace->stream;
    uint8_t *at;

    if (!trace_may_append(stream, first, record->eip) ||
        !is_told(stream, repeat, 0) || (two && !is_told(stream, repeat, 1)))
        return false;
    at = trace_put_header(stream, record->tick, record->eip, id[repeat->kind]);
    *at++ = (uint8_t)(repeat->shift | (unsigned)repeat->down << 2);
    memcpy(at, &repeat->count, sizeof repeat->count);
    at = put(at + sizeof repeat->count, repeat->linear[0]);
    if (two)
        at = put(at, repeat->linear[1]);
    stream->at = at;
    return true;
}

/* All elements lie on the page of the first. */
static bool stays_on_page(const struct trace_repeat *repeat, unsigned operand)
{
    const uint32_t size = 1u << repeat->shift;
    const uint32_t reach = (repeat->count - 1u) << repeat->shift;
    const uint32_t first = repeat->linear[operand] & PAGE_OFFSET_MASK;

    if (repeat->down)
        return reach <= first && first + size <= PAGE_SIZE;
    return first + reach + size <= PAGE_SIZE;
}

bool trace_fold_is_sound(const struct trace_record *whole, uint64_t tick)
{
    const struct trace_repeat *repeat = &whole->repeat;

    if (whole->fold == TRACE_FOLD_REFILL)
        return whole->refill.access <= ACCESS_EXECUTE;
    if (whole->fold == TRACE_FOLD_UPDATE)
        return true;
    return repeat->shift <= 2 && repeat->count > 0 &&
           repeat->count <= PAGE_SIZE && whole->tick >= tick &&
           whole->tick - tick >= repeat->count - 1u &&
           stays_on_page(repeat, 0) &&
           (repeat->kind < TRACE_REPEAT_COPY || stays_on_page(repeat, 1));
}
