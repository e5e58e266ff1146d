/* SPDX-License-Identifier: MIT */
#include "cpu/insn/bcd.h"

#include "cpu/alu.h"

/*
 * What the manual leaves undefined here is that of the addition or subtraction
 * within the instruction, as on the recorded chip.
 */

/** `status` with AF and CF as given. */
static uint32_t with_carries(uint32_t status, bool adjust, bool carry)
{
    status &= ~(uint32_t)(STATUS_AF | STATUS_CF);
    return status | (adjust ? STATUS_AF : 0u) | (carry ? STATUS_CF : 0u);
}

/** True if the low digit of AL calls for a correction. */
static bool low_digit_is_off(const struct cpu *cpu)
{
    return (cpu->gpr[EAX] & 0xf) > 9 || (cpu->status & STATUS_AF);
}

/*
 * AAA: correct AL after an addition of unpacked digits. The correction is to
 * AX, as the manual has it since the 286. OF, SF, ZF and PF, undefined, are
 * those of AX before AL's high digit is cleared. SDM 2A, "AAA".
 */
bool op_aaa(struct cpu *cpu, const struct insn *insn)
{
    const bool adjust = low_digit_is_off(cpu);
    const struct alu_result ax =
        alu_add(WIDTH_16, cpu->gpr[EAX] & 0xffff, adjust ? 0x106 : 0, 0);

    (void)insn;
    cpu_set_register(cpu, EAX, WIDTH_16, ax.value & 0xff0f);
    cpu->status = with_carries(ax.status, adjust, adjust);
    return true;
}

/* AAS: correct AL after a subtraction of unpacked digits. SDM 2A, "AAS". */
bool op_aas(struct cpu *cpu, const struct insn *insn)
{
    const bool adjust = low_digit_is_off(cpu);
    const struct alu_result ax =
        alu_sub(WIDTH_16, cpu->gpr[EAX] & 0xffff, adjust ? 0x106 : 0, 0);

    (void)insn;
    cpu_set_register(cpu, EAX, WIDTH_16, ax.value & 0xff0f);
    cpu->status = with_carries(ax.status, adjust, adjust);
    return true;
}

/* AAM: AH = AL / base, AL = AL % base; base 0 is #DE. SDM 2A, "AAM". */
bool op_aam(struct cpu *cpu, const struct insn *insn)
{
    const uint32_t base = insn->immediate & 0xff;
    const uint32_t al = cpu->gpr[EAX] & 0xff;

    if (base == 0)
        return cpu_fault(cpu, VECTOR_DE);
    cpu_set_register(cpu, EAX, WIDTH_16, al / base << 8 | al % base);
    cpu->status = status_of_value(WIDTH_8, al % base);
    return true;
}

/* AAD: AL = AL + AH * base, AH = 0. SDM 2A, "AAD". */
bool op_aad(struct cpu *cpu, const struct insn *insn)
{
    const uint32_t base = insn->immediate & 0xff;
    const uint32_t ax = cpu->gpr[EAX] & 0xffff;
    const struct alu_result al =
        alu_add(WIDTH_8, ax & 0xff, (ax >> 8) * base & 0xff, 0);

    cpu_set_register(cpu, EAX, WIDTH_16, al.value);
    cpu->status = al.status;
    return true;
}

/* DAA: correct AL after an addition of packed digits. SDM 2A, "DAA". */
bool op_daa(struct cpu *cpu, const struct insn *insn)
{
    const uint32_t before = cpu->gpr[EAX] & 0xff;
    const bool low = low_digit_is_off(cpu);
    const bool high = before > 0x99 || (cpu->status & STATUS_CF);
    const uint32_t correction = (low ? 6u : 0) + (high ? 0x60u : 0);
    const struct alu_result al = alu_add(WIDTH_8, before, correction, 0);

    (void)insn;
    cpu_set_register(cpu, EAX, WIDTH_8, al.value);
    cpu->status = with_carries(al.status, low, high);
    return true;
}

/*
 * DAS: correct AL after a subtraction of packed digits. Unlike in DAA the
 * borrow of the low digit's correction reaches CF. SDM 2A, "DAS".
 */
bool op_das(struct cpu *cpu, const struct insn *insn)
{
    const uint32_t before = cpu->gpr[EAX] & 0xff;
    const bool low = low_digit_is_off(cpu);
    const bool high = before > 0x99 || (cpu->status & STATUS_CF);
    const uint32_t correction = (low ? 6u : 0) + (high ? 0x60u : 0);
    const struct alu_result al = alu_sub(WIDTH_8, before, correction, 0);

    (void)insn;
    cpu_set_register(cpu, EAX, WIDTH_8, al.value);
    cpu->status = with_carries(al.status, low, high || (low && before < 6));
    return true;
}
