/* SPDX-License-Identifier: MIT */
#include "cpu/eflags.h"

#include "cpu/insn/system.h"

/**
 * What CLI and STI act on: IF where IOPL allows it, VIF under virtual-8086
 * mode extensions or protected-mode virtual interrupts, else nothing: #GP(0).
 * SDM 2A, "CLI", decision table; SDM 2B, "STI".
 */
static uint32_t interrupt_flag(const struct cpu *cpu)
{
    const uint32_t extension = cpu_is_v86(cpu) ? CR4_VME : CR4_PVI;

    if (cpu->cpl <= eflags_iopl(cpu))
        return FLAG_IF;
    if (cpu->cpl == 3 && (cpu->cr4 & extension))
        return FLAG_VIF;
    return 0;
}

bool op_cli(struct cpu *cpu, const struct insn *insn)
{
    const uint32_t flag = interrupt_flag(cpu);

    (void)insn;
    if (!flag)
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    eflags_write(cpu, 0, flag);
    return true;
}

/* STI: interrupts wait one more instruction. VIF cannot be set while an
 * interrupt is pending for the program: the monitor must see it. */
bool op_sti(struct cpu *cpu, const struct insn *insn)
{
    const uint32_t flag = interrupt_flag(cpu);

    (void)insn;
    if (!flag || (flag == FLAG_VIF && (cpu->eflags & FLAG_VIP)))
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    if (flag == FLAG_IF && !(cpu->eflags & FLAG_IF))
        cpu->shadow = true;
    eflags_write(cpu, flag, flag);
    cpu->attention = true;
    return true;
}

/* True if PUSHF and POPF touch VIF in the place of IF; false with `fault`
 * where virtual-8086 mode forbids them. */
static bool is_virtual(const struct cpu *cpu)
{
    return cpu_is_v86(cpu) && eflags_iopl(cpu) < 3;
}

/* With 16-bit operands virtual-8086 mode extensions help at IOPL below 3. */
static bool check_virtual(struct cpu *cpu, const struct insn *insn)
{
    if (is_virtual(cpu) && (insn->width == WIDTH_32 || !(cpu->cr4 & CR4_VME)))
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    return true;
}

/* Stack pointer moved by `change` at the stack's width. */
static uint32_t moved_pointer(const struct cpu *cpu, uint32_t change)
{
    const uint32_t pointer = cpu->gpr[ESP] + change;

    return cpu->mode & MODE_STACK32 ? pointer : pointer & 0xffff;
}

/* PUSHF: VM and RF are never shown. SDM 2B, "PUSHF/PUSHFD". */
bool op_pushf(struct cpu *cpu, const struct insn *insn)
{
    const unsigned size = insn->width / 8u;
    const uint32_t pointer = moved_pointer(cpu, 0u - size);
    const uint32_t image =
        is_virtual(cpu) ? eflags_virtual_image(cpu)
                        : cpu_eflags(cpu) & ~(uint32_t)(FLAG_VM | FLAG_RF);

    TRY(check_virtual(cpu, insn));
    TRY(cpu_write(cpu, SS, pointer, size, image));
    cpu_set_stack_pointer(cpu, pointer);
    return true;
}

/* POPF in virtual-8086 mode extensions: IF of the image goes to VIF. */
static bool pop_virtual(struct cpu *cpu, uint32_t image)
{
    const bool enables = image & FLAG_IF;

    if ((image & FLAG_TF) || (enables && (cpu->eflags & FLAG_VIP)))
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    eflags_write(cpu, image, FLAGS_PROGRAM);
    eflags_write(cpu, enables ? FLAG_VIF : 0, FLAG_VIF);
    return true;
}

/* POPF as the privilege allows it. */
static void pop_plain(struct cpu *cpu, enum width width, uint32_t image)
{
    const uint32_t cleared = FLAG_RF | FLAG_VIF | FLAG_VIP;
    uint32_t mask = eflags_changeable(cpu, width);

    if (width == WIDTH_32 && !cpu_is_v86(cpu))
        mask |= cpu->cpl == 0 ? cleared : (uint32_t)FLAG_RF;
    eflags_write(cpu, image & ~cleared, mask);
}

/* POPF. POPFD clears RF, and at CPL 0 VIF and VIP. SDM 2B, "POPF/POPFD". */
bool op_popf(struct cpu *cpu, const struct insn *insn)
{
    const unsigned size = insn->width / 8u;
    uint32_t image;

    TRY(check_virtual(cpu, insn));
    TRY(cpu_read(cpu, SS, cpu_stack_pointer(cpu), size, &image));
    if (is_virtual(cpu))
        TRY(pop_virtual(cpu, image));
    else
        pop_plain(cpu, (enum width)insn->width, image);
    cpu_set_stack_pointer(cpu, moved_pointer(cpu, size));
    return true;
}
