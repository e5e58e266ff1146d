/* SPDX-License-Identifier: MIT */
#include "cpu/descriptor.h"

#include "cpu/recorded.h"
#include "mmu/memory.h"

bool descriptor_fetch_slow(struct cpu *cpu, linear_addr linear,
                           struct descriptor *descriptor)
{
    const struct page_request request = {linear, ACCESS_READ,
                                         PRIVILEGE_SUPERVISOR};
    const uint8_t *host = recorded_words(cpu, request, DESCRIPTOR_SIZE, 1);
    struct memory_place place;
    uint32_t half[2];

    if (host) {
        *descriptor = (struct descriptor){bytes_load(host, 4),
                                          bytes_load(host + 4, 4), linear};
        return true;
    }
    TRY(memory_open_slow(&cpu->mmu, request, DESCRIPTOR_SIZE, &place,
                         &cpu->fault));
    memory_place_read_bytes(&cpu->mmu, &place, half);
    *descriptor = (struct descriptor){half[0], half[1], linear};
    return true;
}

bool descriptor_set_accessed(struct cpu *cpu, struct descriptor *descriptor)
{
    TRY(cpu_write_system(cpu, descriptor->linear + 5, 1,
                         (descriptor->high | DESC_ACCESSED) >> 8 & 0xff));
    descriptor->high |= DESC_ACCESSED;
    return true;
}

bool descriptor_recorded(struct cpu *cpu, const struct fit_segment *fit,
                         uint32_t selector, uint8_t cpl)
{
    struct recorded recorded;

    if (LIKELY(!cpu->mmu.recording) ||
        !descriptor_fits(cpu, fit, selector, cpl, FAST_RECORDED) ||
        !recorded_here(cpu, &recorded))
        return false;
    cpu->mmu.counts.data_lookups++;
    recorded.linear = fit->linear;
    recorded_append(cpu, &recorded, false, DESCRIPTOR_SIZE);
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

void descriptor_remember(const struct cpu *cpu, struct fit_segment *fit,
                         uint16_t selector, uint8_t cpl,
                         const struct descriptor *descriptor,
                         const struct segment *segment)
{
    if (selector & SELECTOR_TI ||
        page_crosses(descriptor->linear, DESCRIPTOR_SIZE))
        return;
    fit->descriptor = (uint64_t)descriptor->high << 32 | descriptor->low;
    fit->table = cpu->gdtr;
    fit->key = descriptor_key(selector, cpl);
    fit->linear = descriptor->linear;
    fit->page = descriptor->linear & PAGE_FRAME_MASK;
    fit->place = (uint16_t)fast_place(descriptor->linear);
    fit->mode = segment_is_flat(segment) ? 0xff : 0;
    fit->segment = *segment;
}

bool descriptor_load_data(struct cpu *cpu, uint16_t selector,
                          enum vector vector, struct segment *segment)
{
    struct fit_segment *fit =
        &cpu->fit_data[selector >> 3 & (FIT_SEGMENTS - 1)];
    struct descriptor descriptor;
    uint8_t dpl;

    if (selector_is_null(selector)) {
        *segment = segment_null(selector);
        return true;
    }
    if (descriptor_recorded(cpu, fit, selector, cpu->cpl)) {
        *segment = fit->segment;
        return true;
    }
    TRY(descriptor_read(cpu, selector, vector, &descriptor));
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
    descriptor_remember(cpu, fit, selector, cpu->cpl, &descriptor, segment);
    return true;
}

/* The same, where it is not known. */
NEVER_INLINE static bool load_stack(struct cpu *cpu, uint16_t selector,
                                    uint8_t cpl, enum vector vector,
                                    struct segment *segment)
{
    struct fit_segment *fit = &cpu->fit_stack[cpl];
    struct descriptor descriptor;

    if (descriptor_recorded(cpu, fit, selector, cpl)) {
        *segment = fit->segment;
        return true;
    }
    if (selector_is_null(selector))
        return cpu_fault_code(cpu, vector, 0);
    TRY(descriptor_read(cpu, selector, vector, &descriptor));
    if ((selector & SELECTOR_RPL) != cpl ||
        !descriptor_is_writable_data(&descriptor) ||
        descriptor_dpl(&descriptor) != cpl)
        return descriptor_fault(cpu, vector, selector);
    if (!descriptor_is_present(&descriptor))
        return descriptor_fault(cpu, VECTOR_SS, selector);
    TRY(descriptor_mark_accessed(cpu, &descriptor));
    *segment = descriptor_segment(selector, &descriptor);
    descriptor_remember(cpu, fit, selector, cpl, &descriptor, segment);
    return true;
}

bool descriptor_load_stack(struct cpu *cpu, uint16_t selector, uint8_t cpl,
                           enum vector vector, struct segment *segment)
{
    const struct fit_segment *fit = &cpu->fit_stack[cpl];

    if (UNLIKELY(!descriptor_known(cpu, fit, selector, cpl)))
        return load_stack(cpu, selector, cpl, vector, segment);
    cpu->mmu.counts.data_lookups++;
    *segment = fit->segment;
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
    TRY(descriptor_read(cpu, selector, vector, &descriptor));
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

static ALWAYS_INLINE void drop_inner(struct cpu *cpu, unsigned number,
                                     uint8_t cpl)
{
    struct segment *segment = &cpu->segment[number];
    const uint32_t conforming = DESC_CODE | DESC_CONFORMING;

    if (LIKELY((segment->rights & DESC_DPL) >= (uint32_t)cpl << DESC_DPL_SHIFT))
        return;
    if (!segment->usable || (segment->rights & conforming) == conforming)
        return;
    *segment = segment_null(0);
    cpu_update_segment(cpu, number);
}

void segment_drop_inner(struct cpu *cpu, uint8_t cpl)
{
    drop_inner(cpu, ES, cpl);
    drop_inner(cpu, FS, cpl);
    drop_inner(cpu, GS, cpl);
    drop_inner(cpu, DS, cpl);
}
