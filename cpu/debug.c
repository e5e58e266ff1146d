/* SPDX-License-Identifier: MIT */
#include "cpu/debug.h"

#include "cpu/block.h"
#include "cpu/exception.h"

/* R/W field of DR7: what a breakpoint is on. */
enum breakpoint_kind {
    ON_INSTRUCTION,
    ON_WRITE,
    ON_PORT, /* with CR4.DE */
    ON_ACCESS
};

static bool is_enabled(const struct cpu *cpu, unsigned n)
{
    return cpu->debug.dr7 >> 2 * n & 3;
}

static enum breakpoint_kind kind_of(const struct cpu *cpu, unsigned n)
{
    return (enum breakpoint_kind)(cpu->debug.dr7 >> (16 + 4 * n) & 3);
}

/* LEN field: 1, 2 or 4 bytes. The encoding 2 is undefined; taken as 1. */
static uint32_t length_of(const struct cpu *cpu, unsigned n)
{
    static const uint8_t lengths[4] = {1, 2, 1, 4};

    return lengths[cpu->debug.dr7 >> (18 + 4 * n) & 3];
}

/* The address bits below the length are ignored. */
static bool overlaps(const struct cpu *cpu, unsigned n, uint32_t first,
                     uint32_t size)
{
    const uint32_t length = length_of(cpu, n);
    const uint32_t start = cpu->debug.address[n] & ~(length - 1);

    return start - first < size || first - start < length;
}

uint32_t debug_instruction(const struct cpu *cpu, linear_addr linear,
                           bool anywhere)
{
    const uint32_t mask = anywhere ? PAGE_OFFSET_MASK : 0xffffffffu;
    uint32_t hits = 0;

    if (LIKELY(!(cpu->debug.dr7 & DR7_ENABLES)))
        return 0;
    for (unsigned n = 0; n < DEBUG_ADDRESSES; n++) {
        if (is_enabled(cpu, n) && kind_of(cpu, n) == ON_INSTRUCTION &&
            !((cpu->debug.address[n] ^ linear) & mask))
            hits |= 1u << n;
    }
    return hits;
}

static bool is_on_data(const struct cpu *cpu, unsigned n)
{
    const enum breakpoint_kind kind = kind_of(cpu, n);

    return is_enabled(cpu, n) && (kind == ON_WRITE || kind == ON_ACCESS);
}

/* The memory's front door calls: an operand on a watched page is opened. */
static void data_watched(void *context, const struct page_request *request,
                         uint32_t size)
{
    struct cpu *cpu = context;
    uint32_t hits = 0;

    for (unsigned n = 0; n < DEBUG_ADDRESSES; n++) {
        if (!is_on_data(cpu, n) || !overlaps(cpu, n, request->linear, size))
            continue;
        if (kind_of(cpu, n) == ON_ACCESS || request->access == ACCESS_WRITE)
            hits |= 1u << n;
    }
    if (hits)
        debug_pend(cpu, hits);
}

void debug_port(struct cpu *cpu, uint16_t port, unsigned size)
{
    uint32_t hits = 0;

    if (!(cpu->cr4 & CR4_DE))
        return;
    for (unsigned n = 0; n < DEBUG_ADDRESSES; n++) {
        if (is_enabled(cpu, n) && kind_of(cpu, n) == ON_PORT &&
            overlaps(cpu, n, port, size))
            hits |= 1u << n;
    }
    if (hits)
        debug_pend(cpu, hits);
}

void debug_update(struct cpu *cpu)
{
    struct mmu *mmu = &cpu->mmu;

    mmu->watch = data_watched;
    mmu->watch_context = cpu;
    mmu->watched_count = 0;
    for (unsigned n = 0; n < DEBUG_ADDRESSES; n++) {
        if (is_on_data(cpu, n))
            mmu->watched[mmu->watched_count++] =
                cpu->debug.address[n] & PAGE_FRAME_MASK;
    }
    mmu_clear_fast(mmu);
    mmu_choose_way(mmu);
    block_cache_clear(cpu->blocks);
}

bool debug_fault(struct cpu *cpu, uint32_t dr6)
{
    cpu->debug.dr6 |= dr6;
    cpu->debug.raised = dr6;
    return cpu_fault(cpu, VECTOR_DB);
}

void debug_deliver(struct cpu *cpu)
{
    (void)debug_fault(cpu, cpu->debug.pending);
    cpu->debug.pending = 0;
    exception_deliver(cpu);
}
