/* SPDX-License-Identifier: MIT */
#include "cpu/descriptor.h"

#include "mmu/memory.h"

enum { DESCRIPTOR_SIZE = 8 };

/* Where the fast table does not know the page. */
NEVER_INLINE static bool fetch_slow(struct cpu *cpu, linear_addr linear,
                                    struct descriptor *descriptor)
{
    const struct page_request request = {linear, ACCESS_READ,
                                         PRIVILEGE_SUPERVISOR};
    struct memory_place place;
    uint32_t half[2];

    TRY(memory_open_slow(&cpu->mmu, request, DESCRIPTOR_SIZE, &place,
                         &cpu->fault));
    memory_place_read_bytes(&cpu->mmu, &place, half);
    *descriptor = (struct descriptor){half[0], half[1], linear};
    return true;
}

static ALWAYS_INLINE bool fetch(struct cpu *cpu, linear_addr linear,
                                struct descriptor *descriptor)
{
    const struct page_request request = {linear, ACCESS_READ,
                                         PRIVILEGE_SUPERVISOR};
    const uint8_t *host = memory_known(&cpu->mmu, request, DESCRIPTOR_SIZE, 1);

    if (UNLIKELY(!host))
        return fetch_slow(cpu, linear, descriptor);
    descriptor->low = bytes_load(host, 4);
    descriptor->high = bytes_load(host + 4, 4);
    descriptor->linear = linear;
    return true;
}

bool descriptor_fetch(struct cpu *cpu, linear_addr linear,
                      struct descriptor *descriptor)
{
    return fetch(cpu, linear, descriptor);
}

static ALWAYS_INLINE bool locate(const struct cpu *cpu, uint16_t selector,
                                 linear_addr *linear)
{
    const bool local = selector & SELECTOR_TI;
    const uint32_t index = selector & SELECTOR_INDEX;
    const uint32_t limit = local ? cpu->ldtr.limit : cpu->gdtr.limit;

    if ((local && !cpu->ldtr.usable) || index + DESCRIPTOR_SIZE - 1 > limit)
        return false;
    *linear = (local ? cpu->ldtr.base : cpu->gdtr.base) + index;
    return true;
}

bool descriptor_locate(const struct cpu *cpu, uint16_t selector,
                       linear_addr *linear)
{
    return locate(cpu, selector, linear);
}

/* Loads of segment registers are frequent: the two steps stand inline. */
static ALWAYS_INLINE bool read(struct cpu *cpu, uint16_t selector,
                               enum vector vector,
                               struct descriptor *descriptor)
{
    linear_addr linear;

    if (!locate(cpu, selector, &linear))
        return descriptor_fault(cpu, vector, selector);
    return fetch(cpu, linear, descriptor);
}

bool descriptor_read(struct cpu *cpu, uint16_t selector, enum vector vector,
                     struct descriptor *descriptor)
{
    return read(cpu, selector, vector, descriptor);
}

bool descriptor_set_accessed(struct cpu *cpu, struct descriptor *descriptor)
{
    TRY(cpu_write_system(cpu, descriptor->linear + 5, 1,
                         (descriptor->high | DESC_ACCESSED) >> 8 & 0xff));
    descriptor->high |= DESC_ACCESSED;
    return true;
}

struct segment segment_v86(uint16_t selector)
{
    return (struct segment){.selector = selector,
                            .usable = true,
                            .rights = DESC_P | DESC_DPL | DESC_S |
                                      DESC_WRITABLE | DESC_ACCESSED,
                            .base = (linear_addr)selector << 4,
                            .limit = 0xffff};
}

struct segment segment_real(const struct cpu *cpu, unsigned number,
                            uint16_t selector)
{
    const uint32_t writable = DESC_P | DESC_S | DESC_WRITABLE | DESC_ACCESSED;
    struct segment segment = cpu->segment[number];

    if (cpu_is_v86(cpu))
        return segment_v86(selector);
    segment.selector = selector;
    segment.base = (linear_addr)selector << 4;
    if (number == CS || !segment.usable)
        segment.rights = (segment.rights & DESC_DB) | writable;
    segment.usable = true;
    return segment;
}

struct segment segment_null(uint16_t selector)
{
    return (struct segment){.selector = selector};
}

bool descriptor_load_data(struct cpu *cpu, uint16_t selector,
                          enum vector vector, struct segment *segment)
{
    struct descriptor descriptor;
    uint8_t dpl;

    if (selector_is_null(selector)) {
        *segment = segment_null(selector);
        return true;
    }
    TRY(read(cpu, selector, vector, &descriptor));
    if (!descriptor_is_readable(&descriptor))
        return descriptor_fault(cpu, vector, selector);
    dpl = descriptor_dpl(&descriptor);
    if (!descriptor_is_conforming_code(&descriptor) &&
        ((selector & SELECTOR_RPL) > dpl || cpu->cpl > dpl))
        return descriptor_fault(cpu, vector, selector);
    if (!descriptor_is_present(&descriptor))
        return descriptor_fault(cpu, VECTOR_NP, selector);
    TRY(descriptor_mark_accessed(cpu, &descriptor));
    *segment = descriptor_segment(selector, &descriptor);
    return true;
}

bool descriptor_load_stack(struct cpu *cpu, uint16_t selector, uint8_t cpl,
                           enum vector vector, struct segment *segment)
{
    struct descriptor descriptor;

    if (selector_is_null(selector))
        return cpu_fault_code(cpu, vector, 0);
    TRY(read(cpu, selector, vector, &descriptor));
    if ((selector & SELECTOR_RPL) != cpl ||
        !descriptor_is_writable_data(&descriptor) ||
        descriptor_dpl(&descriptor) != cpl)
        return descriptor_fault(cpu, vector, selector);
    if (!descriptor_is_present(&descriptor))
        return descriptor_fault(cpu, VECTOR_SS, selector);
    TRY(descriptor_mark_accessed(cpu, &descriptor));
    *segment = descriptor_segment(selector, &descriptor);
    return true;
}

bool descriptor_load_ldt(struct cpu *cpu, uint16_t selector, enum vector vector,
                         struct segment *segment)
{
    struct descriptor descriptor;

    if (selector_is_null(selector)) {
        *segment = segment_null(selector);
        return true;
    }
    if (selector & SELECTOR_TI)
        return descriptor_fault(cpu, vector, selector);
    TRY(read(cpu, selector, vector, &descriptor));
    if (!descriptor_is_system(&descriptor) ||
        descriptor_type(&descriptor) != SYSTEM_LDT)
        return descriptor_fault(cpu, vector, selector);
    if (!descriptor_is_present(&descriptor))
        return descriptor_fault(
            cpu, vector == VECTOR_TS ? VECTOR_TS : VECTOR_NP, selector);
    *segment = descriptor_segment(selector, &descriptor);
    return true;
}

bool segment_load(struct cpu *cpu, unsigned number, uint16_t selector,
                  struct segment *segment)
{
    if (!cpu_is_protected(cpu) || cpu_is_v86(cpu)) {
        *segment = segment_real(cpu, number, selector);
        return true;
    }
    if (number == SS)
        return descriptor_load_stack(cpu, selector, cpu->cpl, VECTOR_GP,
                                     segment);
    return descriptor_load_data(cpu, selector, VECTOR_GP, segment);
}

void segment_drop_inner(struct cpu *cpu, uint8_t cpl)
{
    static const uint8_t data[] = {ES, FS, GS, DS};
    const uint32_t conforming = DESC_CODE | DESC_CONFORMING;

    for (unsigned i = 0; i < sizeof data; i++) {
        struct segment *segment = &cpu->segment[data[i]];
        const unsigned dpl = (segment->rights & DESC_DPL) >> DESC_DPL_SHIFT;

        if (segment->usable && dpl < cpl &&
            (segment->rights & conforming) != conforming) {
            *segment = segment_null(0);
            cpu_update_segment(cpu, data[i]);
        }
    }
}
