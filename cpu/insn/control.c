/* SPDX-License-Identifier: MIT */
#include "cpu/control.h"

#include "cpu/debug.h"
#include "cpu/insn/system.h"
#include "cpu/operand.h"
#include "mmu/code.h"

/** Debug registers 6 and 7. SDM 3B, "Debug Registers". */
#define DR6_FIXED    0xffff0ff0u
#define DR6_WRITABLE 0x0000e00fu
#define DR7_FIXED    0x00000400u
#define DR7_WRITABLE 0xffff23ffu

/* LMSW: PE can be set by it, not cleared. SDM 2A, "LMSW". */
bool op_lmsw(struct cpu *cpu, const struct insn *insn)
{
    const uint32_t mask = CR0_MP | CR0_EM | CR0_TS;
    struct form form = form_of(insn);
    uint32_t value;

    form.width = WIDTH_16;
    TRY(dest_read(cpu, insn, form, &value));
    return control_set_cr0(cpu, (cpu->cr0 & ~mask) | (value & (mask | CR0_PE)));
}

/* CLTS. SDM 2A, "CLTS". */
bool op_clts(struct cpu *cpu, const struct insn *insn)
{
    (void)insn;
    control_set_task_switched(cpu, false);
    return true;
}

/* MOV Rd,Cd. SDM 2B, "MOV—Move to/from Control Registers". */
bool op_mov_from_cr(struct cpu *cpu, const struct insn *insn)
{
    uint32_t value;

    switch (insn->src) {
    case 0: value = cpu->cr0; break;
    case 2: value = cpu->cr2; break;
    case 3: value = cpu->mmu.mode.cr3; break;
    case 4:
        if (!cpu->model->cr4_bits)
            return cpu_fault(cpu, VECTOR_UD);
        value = cpu->cr4;
        break;
    default: return cpu_fault(cpu, VECTOR_UD);
    }
    host_write(cpu->gpr_bytes + insn->dest, WIDTH_32, value);
    return true;
}

/* MOV Cd,Rd. */
bool op_mov_to_cr(struct cpu *cpu, const struct insn *insn)
{
    const uint32_t value = host_read(cpu->gpr_bytes + insn->src, WIDTH_32);

    switch (insn->dest) {
    case 0: return control_set_cr0(cpu, value);
    case 2: control_set_cr2(cpu, value); return true;
    case 3: return control_set_cr3(cpu, value);
    case 4:
        if (!cpu->model->cr4_bits)
            return cpu_fault(cpu, VECTOR_UD);
        return control_set_cr4(cpu, value);
    default: return cpu_fault(cpu, VECTOR_UD);
    }
}

/* What stands before any access to a debug register: DR4 and DR5 are gone
 * with CR4.DE, and DR7.GD makes the access a debug exception. */
static bool open_debug(struct cpu *cpu, unsigned number)
{
    if ((number == 4 || number == 5) && (cpu->cr4 & CR4_DE))
        return cpu_fault(cpu, VECTOR_UD);
    if (cpu->debug.dr7 & DR7_GD)
        return debug_fault(cpu, DR6_BD);
    return true;
}

/* MOV Rd,Dd; DR4 and DR5 are other names of DR6 and DR7. SDM 2B,
 * "MOV—Move to/from Debug Registers". */
bool op_mov_from_dr(struct cpu *cpu, const struct insn *insn)
{
    const unsigned number = insn->src;
    uint32_t value;

    TRY(open_debug(cpu, number));
    if (number < 4)
        value = cpu->debug.address[number];
    else
        value = number & 1 ? cpu->debug.dr7 : cpu->debug.dr6;
    host_write(cpu->gpr_bytes + insn->dest, WIDTH_32, value);
    return true;
}

/* MOV Dd,Rd. */
bool op_mov_to_dr(struct cpu *cpu, const struct insn *insn)
{
    const uint32_t value = host_read(cpu->gpr_bytes + insn->src, WIDTH_32);
    const unsigned number = insn->dest;

    TRY(open_debug(cpu, number));
    if (number < 4)
        cpu->debug.address[number & 3] = value;
    else if (number & 1)
        cpu->debug.dr7 = (value & DR7_WRITABLE) | DR7_FIXED;
    else
        cpu->debug.dr6 = (value & DR6_WRITABLE) | DR6_FIXED;
    debug_update(cpu);
    return true;
}

/* INVLPG: the address is formed without a limit check. SDM 2A, "INVLPG". */
bool op_invlpg(struct cpu *cpu, const struct insn *insn)
{
    const linear_addr plain = cpu->mmu.code.plain;

    mmu_invalidate_page(&cpu->mmu, cpu->segment[insn->segment].base +
                                       operand_effective(cpu, insn));
    if (LIKELY(mmu_fetch_on(&cpu->mmu, plain)))
        cpu->transfer = true;
    return true;
}
