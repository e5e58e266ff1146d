/* SPDX-License-Identifier: MIT */
#include "cpu/descriptor.h"
#include "cpu/eflags.h"
#include "cpu/insn/interrupt.h"
#include "cpu/mode.h"
#include "cpu/operand.h"
#include "cpu/task.h"
#include "cpu/transfer.h"
#include "trace/trace.h"

/** Words of the frame, nearest first. */
enum {
    FRAME_EIP,
    FRAME_CS,
    FRAME_EFLAGS,
    FRAME_ESP,
    FRAME_SS,
    FRAME_ES,
    FRAME_WORDS = FRAME_ES + 4
};

/** The frame that IRET pops, as far as it is read. */
struct image {
    unsigned size; /* bytes of one word: 2 or 4 */
    uint32_t word[FRAME_WORDS];
};

/* Read words `first` to `last` of the frame. */
static ALWAYS_INLINE bool read_frame(struct cpu *cpu, struct image *image,
                                     const unsigned first, const unsigned last)
{
    const uint8_t flat = MODE_FLAT_SS | MODE_STACK32;
    const unsigned count = last - first + 1;
    const uint8_t *host = NULL;

    if (LIKELY(image->size == 4 && (cpu->mode & flat) == flat))
        host =
            stack_words(cpu, cpu->gpr[ESP] + 4 * first, 4, count, ACCESS_READ);
    if (UNLIKELY(!host))
        return cpu_read_stack(cpu, first * image->size, image->size, count,
                              &image->word[first]);
    memcpy(&image->word[first], host, 4ul * count);
    return true;
}

static void trace_return(struct cpu *cpu)
{
    struct trace_record record;

    if (!trace_wants(cpu->trace, TRACE_IRQ))
        return;
    record =
        (struct trace_record){.event = TRACE_IRQ, .interrupt = {.iret = true}};
    trace_emit(cpu->trace, &record);
}

/* The return has taken place: NMIs may come again. SDM 3A, "Handling Multiple
 * NMIs". */
static void unblock_nmi(struct cpu *cpu)
{
    cpu->nmi_blocked = false;
    if (cpu->nmi_pending)
        cpu->attention = true;
}

/* CS:EIP, then EFLAGS, judged by the privilege that executed the IRET. The
 * stack is already there, and its part of the mode too. */
static ALWAYS_INLINE void arrive(struct cpu *cpu, const struct target *target,
                                 const struct image *image, uint32_t mask)
{
    trace_return(cpu);
    target_commit(cpu, target);
    eflags_write(cpu, image->word[FRAME_EFLAGS], mask);
    unblock_nmi(cpu);
    cpu_update_code(cpu);
    cpu_jump(cpu, target->eip);
}

static ALWAYS_INLINE uint32_t changeable(const struct cpu *cpu,
                                         const struct image *image)
{
    uint32_t mask =
        eflags_changeable(cpu, image->size == 4 ? WIDTH_32 : WIDTH_16);

    if (image->size == 4)
        mask |= FLAG_RF;
    if (image->size == 4 && cpu->cpl == 0)
        mask |= FLAG_VIF | FLAG_VIP;
    return mask;
}

static void drop_frame(struct cpu *cpu, const struct image *image)
{
    cpu_set_stack_pointer(cpu, cpu_stack_pointer(cpu) + 3 * image->size);
}

/* Real mode, and virtual-8086 mode with IOPL 3. SDM 2A, "IRET". */
NEVER_INLINE static bool return_8086(struct cpu *cpu, const struct image *image,
                                     uint32_t mask)
{
    struct target target;

    target_real(cpu, (uint16_t)image->word[FRAME_CS], image->word[FRAME_EIP],
                &target);
    TRY(target_settle(cpu, &target));
    drop_frame(cpu, image);
    arrive(cpu, &target, image, mask);
    return true;
}

/* Virtual-8086 mode, IOPL below 3: only virtual-8086 mode extensions allow
 * it, with VIF in the place of IF. SDM 2A, "IRET", RETURN-FROM-VIRTUAL-8086. */
static bool return_virtual(struct cpu *cpu, const struct image *image)
{
    const bool enables = image->word[FRAME_EFLAGS] & FLAG_IF;
    const uint32_t mask = FLAGS_PROGRAM;

    if (!(cpu->cr4 & CR4_VME) || image->size != 2 ||
        (image->word[FRAME_EFLAGS] & FLAG_TF) ||
        (enables && (cpu->eflags & FLAG_VIP)))
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    TRY(return_8086(cpu, image, mask));
    eflags_write(cpu, enables ? FLAG_VIF : 0, FLAG_VIF);
    return true;
}

/* To virtual-8086 mode: the frame holds all segment registers, and EFLAGS is
 * taken whole. SDM 2A, "IRET", RETURN-TO-VIRTUAL-8086-MODE. */
NEVER_INLINE static bool return_to_v86(struct cpu *cpu, struct image *image)
{
    static const uint8_t order[] = {ES, DS, FS, GS};
    struct target target = {.segment =
                                segment_v86((uint16_t)image->word[FRAME_CS]),
                            .eip = image->word[FRAME_EIP],
                            .cpl = 3,
                            .marked = true};

    TRY(read_frame(cpu, image, FRAME_ESP, FRAME_WORDS - 1));
    TRY(target_settle(cpu, &target));
    cpu->segment[SS] = segment_v86((uint16_t)image->word[FRAME_SS]);
    for (unsigned i = 0; i < sizeof order; i++)
        cpu->segment[order[i]] =
            segment_v86((uint16_t)image->word[FRAME_ES + i]);
    cpu->gpr[ESP] = image->word[FRAME_ESP];
    arrive(cpu, &target, image, FLAGS_ALL);
    cpu_update_segment(cpu, SS);
    cpu_update_segment(cpu, ES);
    cpu_update_segment(cpu, DS);
    return true;
}

/* To an outer privilege, with its stack. SDM 2A, "IRET",
 * RETURN-TO-OUTER-PRIVILEGE-LEVEL. */
static bool return_outer(struct cpu *cpu, struct image *image,
                         struct target *target)
{
    struct segment stack;

    TRY(read_frame(cpu, image, FRAME_ESP, FRAME_SS));
    TRY(descriptor_load_stack(cpu, (uint16_t)image->word[FRAME_SS], target->cpl,
                              VECTOR_GP, &stack));
    TRY(target_settle(cpu, target));
    cpu->segment[SS] = stack;
    cpu_update_segment(cpu, SS);
    segment_drop_inner(cpu, target->cpl);
    arrive(cpu, target, image, changeable(cpu, image));
    cpu_set_stack_pointer(cpu, image->word[FRAME_ESP]);
    return true;
}

static bool return_protected(struct cpu *cpu, struct image *image)
{
    struct target target;

    if ((image->word[FRAME_EFLAGS] & FLAG_VM) && image->size == 4 &&
        cpu->cpl == 0)
        return return_to_v86(cpu, image);
    TRY(target_return(cpu, (uint16_t)image->word[FRAME_CS],
                      image->word[FRAME_EIP], &target));
    if (target.cpl > cpu->cpl)
        return return_outer(cpu, image, &target);
    TRY(target_settle(cpu, &target));
    drop_frame(cpu, image);
    arrive(cpu, &target, image, changeable(cpu, image));
    return true;
}

/* EFLAGS.NT: back to the task that this one was called from. */
NEVER_INLINE static bool return_to_task(struct cpu *cpu)
{
    struct task_switch request = {.source = TASK_RETURN,
                                  .return_eip = cpu->next_eip,
                                  .eflags = cpu_eflags(cpu) &
                                            ~(uint32_t)(FLAG_NT | FLAG_RF)};

    TRY(task_back_link(cpu, &request.selector));
    trace_return(cpu);
    TRY(task_transfer(cpu, &request));
    unblock_nmi(cpu);
    return true;
}

NEVER_INLINE static bool return_from_v86(struct cpu *cpu, struct image *image)
{
    const bool trusted = eflags_iopl(cpu) == 3;

    if (!trusted && !(cpu->cr4 & CR4_VME))
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    TRY(read_frame(cpu, image, FRAME_EIP, FRAME_EFLAGS));
    if (!trusted)
        return return_virtual(cpu, image);
    return return_8086(cpu, image, changeable(cpu, image));
}

/* IRET, IRETD. SDM 2A, "IRET/IRETD". */
bool op_iret(struct cpu *cpu, const struct insn *insn)
{
    struct image image;
    const uint32_t kept = FLAG_VIF | FLAG_VIP;

    image.size = insn->width / 8u;
    if (cpu_is_v86(cpu))
        return return_from_v86(cpu, &image);
    if (cpu_is_protected(cpu) && (cpu->eflags & FLAG_NT))
        return return_to_task(cpu);
    TRY(read_frame(cpu, &image, FRAME_EIP, FRAME_EFLAGS));
    if (cpu_is_protected(cpu))
        return return_protected(cpu, &image);
    return return_8086(cpu, &image, changeable(cpu, &image) & ~kept);
}
