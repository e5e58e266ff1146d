/* SPDX-License-Identifier: MIT */
#include "cpu/insn/segment.h"

#include "cpu/descriptor.h"
#include "cpu/operand.h"

/* The form of an operand of which 16 bits count whatever the operand size. */
static struct form word_form(const struct insn *insn)
{
    struct form form = form_of(insn);

    form.width = WIDTH_16;
    return form;
}

/* Put a judged segment into its register. */
static void take_segment(struct cpu *cpu, unsigned number,
                         const struct segment *segment)
{
    cpu->segment[number] = *segment;
    cpu_update_segment(cpu, number);
}

/* After SS is loaded the next instruction, which loads ESP, is not
 * interrupted. SDM 2B, "MOV". */
static void guard_stack_load(struct cpu *cpu)
{
    cpu->shadow = true;
    cpu->holds_debug = true;
    cpu->attention = true;
}

/* MOV Ev,Sw: a register takes the selector zero-extended, memory 16 bits of
 * it. SDM 2B, "MOV". */
bool op_mov_from_segment(struct cpu *cpu, const struct insn *insn)
{
    const struct form form =
        insn_dest_kind(insn) == KIND_REGISTER ? form_of(insn) : word_form(insn);
    struct place place;

    if (insn->src >= SEGMENT_COUNT)
        return cpu_fault(cpu, VECTOR_UD);
    TRY(dest_open(cpu, insn, form, ACCESS_WRITE, &place));
    place_write(cpu, form, &place, cpu->segment[insn->src].selector);
    return true;
}

/* Load a data segment register on a path that is not the full one. */
static ALWAYS_INLINE bool reload(struct cpu *cpu, const struct insn *insn,
                                 const struct form form, unsigned number,
                                 uint32_t selector)
{
    const uint32_t data = 1u << ES | 1u << DS | 1u << FS | 1u << GS;
    struct recorded recorded;

    if (!(data >> number & 1))
        return false;
    if (form.path != PATH_RECORDED)
        return descriptor_reload(cpu, number, selector, 0);
    if (UNLIKELY(!recorded_begin(cpu, insn, &recorded)) ||
        !descriptor_reload(cpu, number, selector, FAST_RECORDED))
        return false;
    recorded.linear = cpu->gdtr.base + (selector & SELECTOR_INDEX);
    recorded_append(cpu, &recorded, false, DESCRIPTOR_SIZE);
    return true;
}

/* MOV Sw,Ew. #UD for CS and for numbers that are none. SDM 2B, "MOV". */
static ALWAYS_INLINE bool mov_to_segment_body(struct cpu *cpu,
                                              const struct insn *insn,
                                              const struct form form)
{
    struct segment segment;
    uint32_t selector;

    if (form.path != PATH_FULL)
        return src_read(cpu, insn, form, &selector) &&
               reload(cpu, insn, form, insn->dest, selector);
    if (insn->dest == CS || insn->dest >= SEGMENT_COUNT)
        return cpu_fault(cpu, VECTOR_UD);
    TRY(src_read(cpu, insn, word_form(insn), &selector));
    TRY(segment_load(cpu, insn->dest, (uint16_t)selector, &segment));
    take_segment(cpu, insn->dest, &segment);
    if (insn->dest == SS)
        guard_stack_load(cpu);
    return true;
}

bool op_mov_to_segment(struct cpu *cpu, const struct insn *insn)
{
    return mov_to_segment_body(cpu, insn, form_of(insn));
}

#define FORMS_SEGMENT(X, name, body, bits) \
    X(name, body, bits, SPECIAL, REGISTER)
SPECIALISE_16(mov_seg, mov_to_segment_body, FORMS_SEGMENT)

/* Stack pointer moved by `change` at the stack's width. */
static uint32_t moved_pointer(const struct cpu *cpu, uint32_t change)
{
    const uint32_t pointer = cpu->gpr[ESP] + change;

    return cpu->mode & MODE_STACK32 ? pointer : pointer & 0xffff;
}

/*
 * With 32-bit operands only the Pentium moves 32 bits, the upper ones zero;
 * the others move the selector alone. SDM 3B, "Selector Pushes and Pops".
 */
static unsigned selector_size(const struct cpu *cpu, const struct insn *insn)
{
    const bool wide = cpu->model->generation == CPU_PENTIUM;

    return insn->width == WIDTH_32 && wide ? 4 : 2;
}

/* PUSH of a segment register. SDM 2B, "PUSH". */
static ALWAYS_INLINE bool push_segment(struct cpu *cpu, const struct insn *insn,
                                       const struct form form, unsigned number)
{
    const struct form half =
        form_make((enum path)form.path, KIND_NONE, KIND_NONE, WIDTH_16);
    const uint16_t selector = cpu->segment[number].selector;
    const unsigned size = selector_size(cpu, insn);
    struct place top;
    uint32_t pointer;

    if (form.path != PATH_FULL) {
        TRY(size == 2);
        TRY(linear_open(cpu, insn, half, cpu->gpr[ESP] - 4, ACCESS_WRITE,
                        &top));
        place_write(cpu, half, &top, selector);
        cpu->gpr[ESP] -= 4;
        return true;
    }
    pointer = moved_pointer(cpu, 0u - insn->width / 8u);
    TRY(cpu_write(cpu, SS, pointer, size, selector));
    cpu_set_stack_pointer(cpu, pointer);
    return true;
}

/* POP into a segment register. ESP moves by the width of the stack that the
 * selector came from, also when SS changes. SDM 2B, "POP". */
static ALWAYS_INLINE bool pop_segment(struct cpu *cpu, const struct insn *insn,
                                      const struct form form, unsigned number)
{
    const struct form half =
        form_make((enum path)form.path, KIND_NONE, KIND_NONE, WIDTH_16);
    const unsigned size = selector_size(cpu, insn);
    struct segment segment;
    struct place top;
    uint32_t selector;

    if (form.path != PATH_FULL) {
        TRY(size == 2);
        TRY(linear_open(cpu, insn, half, cpu->gpr[ESP], ACCESS_READ, &top));
        TRY(reload(cpu, insn, form, number, place_read(cpu, half, &top)));
        cpu->gpr[ESP] += 4;
        return true;
    }
    TRY(cpu_read(cpu, SS, cpu_stack_pointer(cpu), size, &selector));
    TRY(segment_load(cpu, number, (uint16_t)selector, &segment));
    cpu_set_stack_pointer(cpu, moved_pointer(cpu, insn->width / 8u));
    take_segment(cpu, number, &segment);
    return true;
}

/* The bodies for one register, and their full forms. */
#define SEGMENT_PUSH(name, number)                                        \
    static ALWAYS_INLINE bool name##_body(                                \
        struct cpu *cpu, const struct insn *insn, const struct form form) \
    {                                                                     \
        return push_segment(cpu, insn, form, number);                     \
    }                                                                     \
    bool op_##name(struct cpu *cpu, const struct insn *insn)              \
    {                                                                     \
        return name##_body(cpu, insn, form_of(insn));                     \
    }                                                                     \
    SPECIALISE_32(name, name##_body, FORMS_NONE)
#define SEGMENT_POP(name, number)                                         \
    static ALWAYS_INLINE bool name##_body(                                \
        struct cpu *cpu, const struct insn *insn, const struct form form) \
    {                                                                     \
        return pop_segment(cpu, insn, form, number);                      \
    }                                                                     \
    bool op_##name(struct cpu *cpu, const struct insn *insn)              \
    {                                                                     \
        return name##_body(cpu, insn, form_of(insn));                     \
    }                                                                     \
    SPECIALISE_32(name, name##_body, FORMS_NONE)

SEGMENT_PUSH(push_es, ES)
SEGMENT_PUSH(push_cs, CS)
SEGMENT_PUSH(push_ss, SS)
SEGMENT_PUSH(push_ds, DS)
SEGMENT_PUSH(push_fs, FS)
SEGMENT_PUSH(push_gs, GS)

SEGMENT_POP(pop_es, ES)
SEGMENT_POP(pop_ds, DS)
SEGMENT_POP(pop_fs, FS)
SEGMENT_POP(pop_gs, GS)

bool op_pop_ss(struct cpu *cpu, const struct insn *insn)
{
    TRY(pop_segment(cpu, insn, form_of(insn), SS));
    guard_stack_load(cpu);
    return true;
}

/* LDS, LES, LFS, LGS, LSS: a far pointer into segment and general register.
 * SDM 2A, "LDS/LES/LFS/LGS/LSS". */
static bool load_far_pointer(struct cpu *cpu, const struct insn *insn,
                             unsigned number)
{
    const unsigned size = insn->width / 8u;
    const effective_addr effective = operand_effective(cpu, insn);
    struct segment segment;
    uint32_t offset;
    uint32_t selector;

    TRY(cpu_read(cpu, insn->segment, effective, size, &offset));
    TRY(cpu_read(cpu, insn->segment, effective + size, 2, &selector));
    TRY(segment_load(cpu, number, (uint16_t)selector, &segment));
    host_write(cpu->gpr_bytes + insn->dest, (enum width)insn->width, offset);
    take_segment(cpu, number, &segment);
    return true;
}

bool op_les(struct cpu *cpu, const struct insn *insn)
{
    return load_far_pointer(cpu, insn, ES);
}

bool op_lds(struct cpu *cpu, const struct insn *insn)
{
    return load_far_pointer(cpu, insn, DS);
}

bool op_lss(struct cpu *cpu, const struct insn *insn)
{
    return load_far_pointer(cpu, insn, SS);
}

bool op_lfs(struct cpu *cpu, const struct insn *insn)
{
    return load_far_pointer(cpu, insn, FS);
}

bool op_lgs(struct cpu *cpu, const struct insn *insn)
{
    return load_far_pointer(cpu, insn, GS);
}

static void set_zero_flag(struct cpu *cpu, bool zero)
{
    cpu->status &= ~(uint32_t)STATUS_ZF;
    if (zero)
        cpu->status |= STATUS_ZF;
}

/*
 * Look at a descriptor without loading it: `visible` if it is in its table
 * and the program's privilege and the selector's allow to see it. Conforming
 * code is seen by all. Fails only where the table's page is absent.
 */
static bool examine(struct cpu *cpu, uint16_t selector,
                    struct descriptor *descriptor, bool *visible)
{
    linear_addr linear;
    uint8_t dpl;

    *visible = false;
    if (selector_is_null(selector) ||
        !descriptor_locate(cpu, selector, &linear))
        return true;
    TRY(descriptor_fetch(cpu, linear, descriptor));
    dpl = descriptor_dpl(descriptor);
    *visible = descriptor_is_conforming_code(descriptor) ||
               (dpl >= cpu->cpl && dpl >= (selector & SELECTOR_RPL));
    return true;
}

/* Types of system descriptors that LAR and LSL know. */
enum {
    LSL_TYPES = 1 << SYSTEM_TSS16 | 1 << SYSTEM_LDT | 1 << SYSTEM_TSS16_BUSY |
                1 << SYSTEM_TSS32 | 1 << SYSTEM_TSS32_BUSY,
    LAR_TYPES = LSL_TYPES | 1 << SYSTEM_CALL_GATE16 | 1 << SYSTEM_TASK_GATE |
                1 << SYSTEM_CALL_GATE32
};

static bool has_type_in(const struct descriptor *descriptor, uint32_t types)
{
    return !descriptor_is_system(descriptor) ||
           (types >> descriptor_type(descriptor) & 1);
}

/* LAR: access rights, with bits 19:16 as the chip shows them. SDM 2A, "LAR". */
bool op_lar(struct cpu *cpu, const struct insn *insn)
{
    struct descriptor descriptor;
    uint32_t selector;
    bool visible;

    TRY(src_read(cpu, insn, word_form(insn), &selector));
    TRY(examine(cpu, (uint16_t)selector, &descriptor, &visible));
    visible = visible && has_type_in(&descriptor, LAR_TYPES);
    if (visible)
        host_write(cpu->gpr_bytes + insn->dest, (enum width)insn->width,
                   descriptor.high & 0x00ffff00);
    set_zero_flag(cpu, visible);
    return true;
}

/* LSL: limit in bytes. SDM 2A, "LSL". */
bool op_lsl(struct cpu *cpu, const struct insn *insn)
{
    struct descriptor descriptor;
    uint32_t selector;
    bool visible;

    TRY(src_read(cpu, insn, word_form(insn), &selector));
    TRY(examine(cpu, (uint16_t)selector, &descriptor, &visible));
    visible = visible && has_type_in(&descriptor, LSL_TYPES);
    if (visible)
        host_write(cpu->gpr_bytes + insn->dest, (enum width)insn->width,
                   descriptor_limit(&descriptor));
    set_zero_flag(cpu, visible);
    return true;
}

/* VERR: may the segment be read. SDM 2C, "VERR/VERW". */
bool op_verr(struct cpu *cpu, const struct insn *insn)
{
    struct descriptor descriptor;
    uint32_t selector;
    bool visible;

    TRY(dest_read(cpu, insn, word_form(insn), &selector));
    TRY(examine(cpu, (uint16_t)selector, &descriptor, &visible));
    set_zero_flag(cpu, visible && descriptor_is_readable(&descriptor));
    return true;
}

/* VERW: may the segment be written. SDM 2C, "VERR/VERW". */
bool op_verw(struct cpu *cpu, const struct insn *insn)
{
    struct descriptor descriptor;
    uint32_t selector;
    bool visible;

    TRY(dest_read(cpu, insn, word_form(insn), &selector));
    TRY(examine(cpu, (uint16_t)selector, &descriptor, &visible));
    set_zero_flag(cpu, visible && descriptor_is_writable_data(&descriptor));
    return true;
}

/* ARPL: raise the RPL of the destination to that of the source. A destination
 * that stays as it is need not be writable. SDM 2A, "ARPL". */
bool op_arpl(struct cpu *cpu, const struct insn *insn)
{
    const struct form form = word_form(insn);
    struct place place;
    uint32_t dest;
    uint32_t src;
    bool raised;

    TRY(dest_read(cpu, insn, form, &dest));
    TRY(src_read(cpu, insn, form, &src));
    src &= SELECTOR_RPL;
    raised = (dest & SELECTOR_RPL) < src;
    if (raised) {
        TRY(dest_open(cpu, insn, form, ACCESS_WRITE, &place));
        place_write(cpu, form, &place, (dest & ~(uint32_t)SELECTOR_RPL) | src);
    }
    set_zero_flag(cpu, raised);
    return true;
}
