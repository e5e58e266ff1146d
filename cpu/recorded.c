/* SPDX-License-Identifier: MIT */
#include "cpu/recorded.h"

/* The place of the instruction at work. */
static struct recorded recorded_now(const struct cpu *cpu)
{
    const struct insn *insn = cpu->current;
    struct recorded recorded = {
        .tick = cpu->deadline - (uint64_t)cpu->ticks_left, .eip = cpu->eip};

    if (insn) {
        recorded.tick -= insn->left;
        recorded.eip += insn->offset;
    }
    return recorded;
}

bool recorded_here(struct cpu *cpu, struct recorded *recorded)
{
    if (!cpu->mmu.recording || !cpu->running)
        return false;
    *recorded = recorded_now(cpu);
    return LIKELY(trace_may_append(&cpu->trace->stream, recorded->tick,
                                   recorded->eip)) ||
           trace_settle(cpu->trace);
}

uint8_t *recorded_words(struct cpu *cpu, struct page_request request,
                        uint32_t size, unsigned count)
{
    struct recorded recorded;
    uint8_t *host;

    if (LIKELY(!cpu->mmu.recording))
        return NULL;
    host = fast_probe_tagged(cpu->mmu.table[request.privilege], request.linear,
                             size * count, request.access, FAST_RECORDED);
    if (!host || !recorded_here(cpu, &recorded))
        return NULL;
    cpu->mmu.counts.data_lookups += count;
    trace_append_words(&cpu->trace->stream, recorded.tick, recorded.eip,
                       trace_access_id(request.access == ACCESS_WRITE, size),
                       request.linear, size, count);
    return host;
}

uint8_t *recorded_stack(struct cpu *cpu, uint32_t offset, uint32_t size,
                        unsigned count)
{
    struct page_request request = {.access = ACCESS_READ,
                                   .privilege = cpu_privilege(cpu)};

    if (!cpu->mmu.recording || cpu->mode & MODE_ALIGNED ||
        !segment_span(&cpu->segment[SS], offset, size * count, ACCESS_READ,
                      &request.linear))
        return NULL;
    return recorded_words(cpu, request, size, count);
}

uint8_t *recorded_data(struct cpu *cpu, unsigned segment, effective_addr offset,
                       uint32_t size, enum access access)
{
    const struct page_request request = {offset, access, cpu_privilege(cpu)};

    if (!cpu_is_flat(cpu, segment))
        return NULL;
    return recorded_words(cpu, request, size, 1);
}
