/* SPDX-License-Identifier: MIT */
#include "cpu/transfer.h"

void target_real(const struct cpu *cpu, uint16_t selector, uint32_t eip,
                 struct target *target)
{
    target->segment = segment_real(cpu, CS, selector);
    target->eip = eip;
    target->cpl = cpu->cpl;
    target->marked = true;
}

/* CS shows the privilege it runs at as the RPL of its selector. */
static void aim(struct target *target, uint16_t selector,
                const struct descriptor *descriptor, uint8_t cpl)
{
    const uint16_t shown = (uint16_t)((selector & SELECTOR_ERROR) | cpl);

    target->descriptor = *descriptor;
    target->segment = descriptor_segment(shown, descriptor);
    target->cpl = cpl;
    target->marked = false;
}

/* Known is a target whose descriptor is marked as accessed already. */
static bool aim_remembered(const struct cpu *cpu, struct fit_segment *fit,
                           uint16_t selector, const struct target *target)
{
    if (target->descriptor.high & DESC_ACCESSED)
        descriptor_remember(cpu, fit, selector, cpu->cpl, &target->descriptor,
                            &target->segment);
    return true;
}

bool target_direct(struct cpu *cpu, uint16_t selector,
                   const struct descriptor *descriptor, struct target *target)
{
    const uint8_t dpl = descriptor_dpl(descriptor);
    const bool conforming = descriptor_is_conforming_code(descriptor);

    if (!descriptor_is_code(descriptor))
        return descriptor_fault(cpu, VECTOR_GP, selector);
    if (conforming ? dpl > cpu->cpl
                   : (selector & SELECTOR_RPL) > cpu->cpl || dpl != cpu->cpl)
        return descriptor_fault(cpu, VECTOR_GP, selector);
    if (!descriptor_is_present(descriptor))
        return descriptor_fault(cpu, VECTOR_NP, selector);
    aim(target, selector, descriptor, cpu->cpl);
    return true;
}

/* What `fit` knows where the reading of the descriptor is recorded. */
static bool target_recorded(struct cpu *cpu, const struct fit_segment *fit,
                            uint16_t selector, struct target *target)
{
    if (!descriptor_recorded(cpu, fit, selector, cpu->cpl))
        return false;
    target_take_known(fit, target);
    return true;
}

bool target_gate_slow(struct cpu *cpu, const struct descriptor *gate,
                      bool inward, struct target *target)
{
    const uint16_t selector = gate_selector(gate);
    struct fit_segment *fit = &cpu->fit_inward[cpu->cpl];
    struct descriptor descriptor;
    uint8_t cpl;

    if (inward && target_recorded(cpu, fit, selector, target))
        return true;
    if (selector_is_null(selector))
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    TRY(descriptor_read(cpu, selector, VECTOR_GP, &descriptor));
    cpl = descriptor_dpl(&descriptor);
    if (!descriptor_is_code(&descriptor) || cpl > cpu->cpl)
        return descriptor_fault(cpu, VECTOR_GP, selector);
    if (descriptor_is_conforming_code(&descriptor))
        cpl = cpu->cpl;
    if (cpl < cpu->cpl && !inward)
        return descriptor_fault(cpu, VECTOR_GP, selector);
    if (!descriptor_is_present(&descriptor))
        return descriptor_fault(cpu, VECTOR_NP, selector);
    aim(target, selector, &descriptor, cpl);
    return !inward || aim_remembered(cpu, fit, selector, target);
}

bool target_return_slow(struct cpu *cpu, uint16_t selector,
                        struct target *target)
{
    const uint8_t rpl = selector & SELECTOR_RPL;
    struct fit_segment *fit = &cpu->fit_outward[cpu->cpl];
    struct descriptor descriptor;
    uint8_t dpl;

    if (target_recorded(cpu, fit, selector, target))
        return true;
    if (selector_is_null(selector))
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    TRY(descriptor_read(cpu, selector, VECTOR_GP, &descriptor));
    dpl = descriptor_dpl(&descriptor);
    if (!descriptor_is_code(&descriptor) || rpl < cpu->cpl)
        return descriptor_fault(cpu, VECTOR_GP, selector);
    if (descriptor_is_conforming_code(&descriptor) ? dpl > rpl : dpl != rpl)
        return descriptor_fault(cpu, VECTOR_GP, selector);
    if (!descriptor_is_present(&descriptor))
        return descriptor_fault(cpu, VECTOR_NP, selector);
    aim(target, selector, &descriptor, rpl);
    return aim_remembered(cpu, fit, selector, target);
}

bool target_settle_slow(struct cpu *cpu, struct target *target)
{
    if (target->eip > target->segment.limit)
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    if (target->marked)
        return true;
    TRY(descriptor_mark_accessed(cpu, &target->descriptor));
    target->segment.rights |= DESC_ACCESSED;
    return true;
}
