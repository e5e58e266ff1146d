/* SPDX-License-Identifier: MIT */
/*
 * Descriptors: from a selector to the hidden part of a segment register. The
 * room that reads the GDT and the LDT and judges what stands there.
 *
 *   in    selector, the register it is meant for, CPL
 *   out   a filled `struct segment`, or #GP, #NP, #SS, #TS with the selector
 *   reads descriptor tables, as implicit supervisor
 *   writes the accessed bit of a descriptor that is loaded
 *   next  whoever called puts the segment into the register
 *
 * SDM 3A, "Protected-Mode Memory Management" and "Protection". Targets of far
 * transfers are cpu/transfer.h, use of a loaded segment is mmu/segment.h.
 */
#ifndef CPU_DESCRIPTOR_H
#define CPU_DESCRIPTOR_H

#include "cpu/cpu.h"
#include "mmu/memory.h"

/** Parts of a selector. SDM 3A, "Segment Selectors". */
enum {
    SELECTOR_RPL = 3,
    SELECTOR_TI = 1 << 2, /**< in the LDT, not the GDT */
    SELECTOR_INDEX = 0xfff8,
    SELECTOR_ERROR = 0xfffc /**< what an error code shows of it */
};

/** Types of system descriptors. SDM 3A, table "System-Segment and ...". */
enum system_type {
    SYSTEM_TSS16 = 1, /**< available */
    SYSTEM_LDT = 2,
    SYSTEM_TSS16_BUSY = 3,
    SYSTEM_CALL_GATE16 = 4,
    SYSTEM_TASK_GATE = 5,
    SYSTEM_INTERRUPT_GATE16 = 6,
    SYSTEM_TRAP_GATE16 = 7,
    SYSTEM_TSS32 = 9, /**< available */
    SYSTEM_TSS32_BUSY = 11,
    SYSTEM_CALL_GATE32 = 12,
    SYSTEM_INTERRUPT_GATE32 = 14,
    SYSTEM_TRAP_GATE32 = 15
};

/** The bit that tells 32-bit TSSs and gates from 16-bit ones. */
enum { SYSTEM_IS_32 = 8, DESC_BUSY = 1 << 9 };

enum { DESCRIPTOR_SIZE = 8 };

/** A descriptor as it stands in its table. */
struct descriptor {
    uint32_t low;
    uint32_t high;
    linear_addr linear; /**< where it stands */
};

static inline bool selector_is_null(uint16_t selector)
{
    return (selector & SELECTOR_ERROR) == 0;
}

static inline linear_addr descriptor_base(const struct descriptor *descriptor)
{
    return descriptor->low >> 16 | (descriptor->high & 0xff) << 16 |
           (descriptor->high & 0xff000000u);
}

/** Last offset in bytes, whatever G says. */
static inline uint32_t descriptor_limit(const struct descriptor *descriptor)
{
    const uint32_t limit =
        (descriptor->low & 0xffff) | (descriptor->high & 0xf0000);

    return descriptor->high & DESC_G ? limit << 12 | 0xfff : limit;
}

static inline uint8_t descriptor_dpl(const struct descriptor *descriptor)
{
    return descriptor->high >> DESC_DPL_SHIFT & 3;
}

/** enum system_type; meaningful if DESC_S is clear. */
static inline unsigned descriptor_type(const struct descriptor *descriptor)
{
    return descriptor->high >> DESC_TYPE_SHIFT & 15;
}

static inline bool descriptor_is_system(const struct descriptor *descriptor)
{
    return !(descriptor->high & DESC_S);
}

static inline bool descriptor_is_present(const struct descriptor *descriptor)
{
    return descriptor->high & DESC_P;
}

static inline bool descriptor_is_code(const struct descriptor *descriptor)
{
    return (descriptor->high & (DESC_S | DESC_CODE)) == (DESC_S | DESC_CODE);
}

static inline bool descriptor_is_conforming_code(
    const struct descriptor *descriptor)
{
    return descriptor_is_code(descriptor) &&
           (descriptor->high & DESC_CONFORMING);
}

static inline bool descriptor_is_writable_data(
    const struct descriptor *descriptor)
{
    return (descriptor->high & (DESC_S | DESC_CODE | DESC_WRITABLE)) ==
           (DESC_S | DESC_WRITABLE);
}

/** Data, or code that may be read. */
static inline bool descriptor_is_readable(const struct descriptor *descriptor)
{
    return !descriptor_is_system(descriptor) &&
           (descriptor->high & (DESC_CODE | DESC_READABLE)) != DESC_CODE;
}

/** Selector and offset of a gate; a 16-bit gate has a 16-bit offset. */
static inline uint16_t gate_selector(const struct descriptor *gate)
{
    return (uint16_t)(gate->low >> 16);
}

static inline uint32_t gate_offset(const struct descriptor *gate)
{
    const uint32_t low = gate->low & 0xffff;

    return descriptor_type(gate) & SYSTEM_IS_32
               ? low | (gate->high & 0xffff0000u)
               : low;
}

/** Put a fault with `selector` as its error code on its way. Always false. */
static inline bool descriptor_fault(struct cpu *cpu, enum vector vector,
                                    uint16_t selector)
{
    return cpu_fault_code(cpu, vector, selector & SELECTOR_ERROR);
}

/** descriptor_fetch() where the fast table does not know the page. */
MUST_CHECK bool descriptor_fetch_slow(struct cpu *cpu, linear_addr linear,
                                      struct descriptor *descriptor);

/** Read the eight bytes at `linear` as implicit supervisor: one look-up. */
MUST_CHECK static ALWAYS_INLINE bool descriptor_fetch(
    struct cpu *cpu, linear_addr linear, struct descriptor *descriptor)
{
    const struct page_request request = {linear, ACCESS_READ,
                                         PRIVILEGE_SUPERVISOR};
    const uint8_t *host = memory_known(&cpu->mmu, request, DESCRIPTOR_SIZE, 1);

    if (UNLIKELY(!host))
        return descriptor_fetch_slow(cpu, linear, descriptor);
    descriptor->low = bytes_load(host, 4);
    descriptor->high = bytes_load(host + 4, 4);
    descriptor->linear = linear;
    return true;
}

/**
 * Find where the descriptor of `selector` stands. False, and no fault, if it
 * lies outside its table or there is no LDT. Null is not looked at.
 */
static ALWAYS_INLINE bool descriptor_locate(const struct cpu *cpu,
                                            uint16_t selector,
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

/** Read the descriptor of `selector`; `vector`(selector) if it has none. */
MUST_CHECK static ALWAYS_INLINE bool descriptor_read(
    struct cpu *cpu, uint16_t selector, enum vector vector,
    struct descriptor *descriptor)
{
    linear_addr linear;

    if (UNLIKELY(!descriptor_locate(cpu, selector, &linear)))
        return descriptor_fault(cpu, vector, selector);
    return descriptor_fetch(cpu, linear, descriptor);
}

/** Set the accessed bit, in the table and in `descriptor`. */
MUST_CHECK bool descriptor_set_accessed(struct cpu *cpu,
                                        struct descriptor *descriptor);

/** The same, if it is clear. */
MUST_CHECK static inline bool descriptor_mark_accessed(
    struct cpu *cpu, struct descriptor *descriptor)
{
    return LIKELY(descriptor->high & DESC_ACCESSED) ||
           descriptor_set_accessed(cpu, descriptor);
}

/** The segment register that `selector` and its descriptor make. */
static ALWAYS_INLINE struct segment descriptor_segment(
    uint16_t selector, const struct descriptor *descriptor)
{
    return (struct segment){.selector = selector,
                            .usable = true,
                            .rights = descriptor->high & DESC_RIGHTS,
                            .base = descriptor_base(descriptor),
                            .limit = descriptor_limit(descriptor)};
}

/**
 * What segment register `number` becomes in real or virtual-8086 mode: base
 * selector * 16. In real mode limit and rights stay as they were, but CS is
 * writable; in virtual-8086 mode they are those of a 64-KByte data segment.
 */
struct segment segment_real(const struct cpu *cpu, unsigned number,
                            uint16_t selector);

/** The same in virtual-8086 mode, whatever the present mode is. */
struct segment segment_v86(uint16_t selector);

/** A null segment register: any use of it faults. */
struct segment segment_null(uint16_t selector);

/**
 * Judge `selector` for DS, ES, FS or GS. Null is allowed. Raises #GP and #NP;
 * a task switch asks for `vector` VECTOR_TS in place of VECTOR_GP.
 * SDM 2B, "MOV", protected mode.
 */
MUST_CHECK bool descriptor_load_data(struct cpu *cpu, uint16_t selector,
                                     enum vector vector,
                                     struct segment *segment);

/** What a segment is known by; never 0. */
static ALWAYS_INLINE uint32_t descriptor_key(uint32_t selector, uint8_t cpl)
{
    return selector + ((uint32_t)cpl << 16) + (4u << 16);
}

/* The two below; `tag` as for fast_probe_tagged(). */
static ALWAYS_INLINE bool descriptor_fits(const struct cpu *cpu,
                                          const struct fit_segment *fit,
                                          uint32_t selector, uint8_t cpl,
                                          uint32_t tag)
{
    const struct fast_entry *entry =
        &cpu->mmu.table[PRIVILEGE_SUPERVISOR][fit->place];

    if (UNLIKELY(fit->key != descriptor_key(selector, cpl) ||
                 memcmp(&fit->table, &cpu->gdtr, sizeof fit->table) ||
                 entry->read_page != (fit->page | tag)))
        return false;
    fast_touch(entry);
    return LIKELY(!memcmp(fast_host(entry, fit->linear), &fit->descriptor,
                          DESCRIPTOR_SIZE));
}

/**
 * True if `fit` says what `selector` gives at `cpl`: no check could give
 * another answer than before, as the descriptor reads the same. Its page is
 * then noted as used; whoever goes by this counts the look-up.
 */
static ALWAYS_INLINE bool descriptor_known(const struct cpu *cpu,
                                           const struct fit_segment *fit,
                                           uint32_t selector, uint8_t cpl)
{
    return descriptor_fits(cpu, fit, selector, cpl, 0);
}

/** The same where the reading is recorded: then that is done, and counted. */
MUST_CHECK bool descriptor_recorded(struct cpu *cpu,
                                    const struct fit_segment *fit,
                                    uint32_t selector, uint8_t cpl);

/**
 * Make it known that `descriptor` gave `segment` for `selector` at `cpl`. Of
 * selectors of the LDT nothing is ever known.
 */
void descriptor_remember(const struct cpu *cpu, struct fit_segment *fit,
                         uint16_t selector, uint8_t cpl,
                         const struct descriptor *descriptor,
                         const struct segment *segment);

/**
 * Load DS, ES, FS or GS with a known selector, if no short cut comes or goes
 * with it. False: nothing is done, though the descriptor's page may have been
 * noted as used, as a load does. `tag` as for fast_probe_tagged().
 */
MUST_CHECK static ALWAYS_INLINE bool descriptor_reload(struct cpu *cpu,
                                                       unsigned number,
                                                       uint32_t selector,
                                                       uint32_t tag)
{
    /* By its bytes: as the element of an array it takes one register more than
     * a handler has. */
    const uint32_t at =
        (selector >> 3 & (FIT_SEGMENTS - 1)) * sizeof *cpu->fit_data;
    const struct fit_segment *fit =
        (const void *)((const uint8_t *)cpu->fit_data + at);

    if (UNLIKELY(!cpu_is_protected(cpu) || cpu_is_v86(cpu)))
        return false;
    if (UNLIKELY(!descriptor_fits(cpu, fit, selector, cpu->cpl, tag) ||
                 (cpu->mode ^ fit->mode) & segment_flat_bit(number)))
        return false;
    cpu->mmu.counts.data_lookups++;
    cpu->segment[number] = fit->segment;
    return true;
}

/**
 * Judge `selector` for SS at privilege `cpl`. Raises `vector` (#GP in a load
 * or a return, #TS where it comes from a TSS), or #SS if not present.
 */
MUST_CHECK bool descriptor_load_stack(struct cpu *cpu, uint16_t selector,
                                      uint8_t cpl, enum vector vector,
                                      struct segment *segment);

/**
 * Judge `selector` for LDTR. Null is allowed. Raises `vector`; #NP, or #TS if
 * that is `vector`, where the LDT is not present.
 */
MUST_CHECK bool descriptor_load_ldt(struct cpu *cpu, uint16_t selector,
                                    enum vector vector,
                                    struct segment *segment);

/**
 * Judge `selector` for segment register `number` (not CS) as an instruction
 * loads it, in any mode. The caller puts the segment into the register and
 * calls cpu_update_segment().
 */
MUST_CHECK bool segment_load(struct cpu *cpu, unsigned number,
                             uint16_t selector, struct segment *segment);

/**
 * A return to privilege `cpl`: null the data segment registers that this
 * privilege may not have, and update the mode. SDM 2B, "RET", outer privilege
 * level.
 */
void segment_drop_inner(struct cpu *cpu, uint8_t cpl);

#endif
