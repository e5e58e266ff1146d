/* SPDX-License-Identifier: MIT */
#include "cpu/frame.h"

#include "cpu/recorded.h"

/* Bytes that are written of word `i`. */
static uint8_t word_size(const struct frame *frame, unsigned i)
{
    const bool half = frame->odd & FRAME_HALF_LAST && i == frame->count - 1;

    return half ? 2 : frame->size;
}

/* Stack pointer after `count` pushes, at the stack's width. */
static uint32_t pointer_after(const struct frame *frame, unsigned count)
{
    const uint32_t pointer = frame->pointer - count * frame->size;

    return frame->stack.rights & DESC_DB ? pointer : pointer & 0xffff;
}

/* A 486 writes 16 bits of it, though ESP moves by four. SDM 3B, "Error Code
 * Pushes". Unverified: a 386 writes all. */
void frame_push_error_code(const struct cpu *cpu, struct frame *frame,
                           uint32_t error_code)
{
    frame_push(frame, error_code);
    if (cpu->model->generation == CPU_486)
        frame->odd |= FRAME_HALF_LAST;
}

bool frame_check_slow(struct cpu *cpu, struct frame *frame)
{
    linear_addr linear;

    frame->together =
        segment_span(&frame->stack, pointer_after(frame, frame->count),
                     frame->count * frame->size, ACCESS_WRITE, &frame->linear);
    if (LIKELY(frame->together))
        return true;
    for (unsigned i = 1; i <= frame->count; i++) {
        if (!segment_linear(&frame->stack, pointer_after(frame, i), frame->size,
                            ACCESS_WRITE, &linear))
            return cpu_fault_code(cpu, VECTOR_SS, frame->error_code);
    }
    return true;
}

bool frame_align(struct cpu *cpu, const struct frame *frame)
{
    const bool checked =
        frame->cpl == 3 && (cpu->cr0 & CR0_AM) && (cpu->eflags & FLAG_AC);
    const linear_addr linear = frame->stack.base + pointer_after(frame, 0);

    if (checked && (linear & (frame->size - 1u)))
        return cpu_fault_code(cpu, VECTOR_AC, 0);
    return true;
}

/* The page is one whose accesses are recorded, as these are to be. */
static bool open_recorded(struct cpu *cpu, struct frame *frame,
                          enum privilege privilege)
{
    if (LIKELY(!cpu->mmu.recording) || !frame->together)
        return false;
    frame->host = fast_probe_tagged(cpu->mmu.table[privilege], frame->linear,
                                    frame->count * frame->size, ACCESS_WRITE,
                                    FAST_RECORDED);
    if (!frame->host)
        return false;
    frame->odd |= FRAME_RECORDED;
    cpu->mmu.counts.data_lookups += frame->count;
    return true;
}

bool frame_open_slow(struct cpu *cpu, struct frame *frame)
{
    struct page_request request = {
        .access = ACCESS_WRITE,
        .privilege = frame->cpl == 3 ? PRIVILEGE_USER : PRIVILEGE_SUPERVISOR};

    if (open_recorded(cpu, frame, request.privilege))
        return true;
    for (unsigned i = 0; i < frame->count; i++) {
        request.linear = frame->stack.base + pointer_after(frame, i + 1);
        TRY(stores_add(cpu, &frame->stores, request, word_size(frame, i),
                       frame->value[i]));
    }
    return true;
}

static uint32_t word_offset(const struct frame *frame, unsigned i)
{
    return (frame->count - 1 - i) * frame->size;
}

/* The words of a frame that lies together, as stores. */
static void spread(struct cpu *cpu, struct frame *frame)
{
    const physical_addr physical =
        (physical_addr)(frame->host - cpu->mmu.bus->memory);

    for (unsigned i = 0; i < frame->count; i++) {
        const uint8_t size = word_size(frame, i);
        const uint32_t above = word_offset(frame, i);

        frame->stores.item[i].place =
            (struct memory_place){.linear = frame->linear + above,
                                  .first = physical + above,
                                  .size = size,
                                  .first_size = size};
        frame->stores.item[i].value = frame->value[i];
        frame->stores.item[i].size = size;
    }
    frame->stores.count = frame->count;
    frame->host = NULL;
}

void frame_show(struct cpu *cpu, struct frame *frame)
{
    if (frame->host)
        spread(cpu, frame);
    for (unsigned i = 0; i < frame->stores.count; i++)
        frame->stores.item[i].place.host = NULL;
}

static ALWAYS_INLINE void write_words(const struct frame *frame, unsigned size)
{
    const bool half_last = frame->odd & FRAME_HALF_LAST;
    const unsigned whole = frame->count - half_last;
    uint8_t *host = frame->host + frame->count * size;

    for (unsigned i = 0; i < whole; i++)
        bytes_store(host -= size, size, frame->value[i]);
    if (half_last)
        bytes_store(frame->host, 2, frame->value[whole]);
}

static void write_together(const struct frame *frame)
{
    if (LIKELY(frame->size == 4))
        write_words(frame, 4);
    else
        write_words(frame, 2);
}

/* Append the stores of a recorded frame. False: they take the front door; an
 * event between may have begun a packet that does not know the page. */
static bool record(struct cpu *cpu, const struct frame *frame)
{
    const physical_addr physical =
        (physical_addr)(frame->host - cpu->mmu.bus->memory);
    struct recorded recorded;

    if (!trace_is_told(&cpu->trace->stream, frame->linear, physical) ||
        !recorded_here(cpu, &recorded))
        return false;
    for (unsigned i = 0; i < frame->count; i++) {
        recorded.linear = frame->linear + word_offset(frame, i);
        recorded_append(cpu, &recorded, true, word_size(frame, i));
    }
    return true;
}

void frame_commit_slow(struct cpu *cpu, struct frame *frame)
{
    const bool is_32 = frame->stack.rights & DESC_DB;

    if (frame->odd & FRAME_RECORDED && frame->host && !record(cpu, frame))
        frame_show(cpu, frame);
    if (LIKELY(frame->host))
        write_together(frame);
    else
        stores_commit(cpu, &frame->stores);
    cpu->segment[SS] = frame->stack;
    cpu_set_register(cpu, ESP, is_32 ? WIDTH_32 : WIDTH_16,
                     pointer_after(frame, frame->count));
}
