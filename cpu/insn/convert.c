/* SPDX-License-Identifier: MIT */
#include "cpu/insn/convert.h"

#include "cpu/operand.h"

/* CBW: AX = AL, CWDE: EAX = AX, sign-extended. SDM 2A, "CBW/CWDE". */
bool op_cbw(struct cpu *cpu, const struct insn *insn)
{
    if (insn->width == WIDTH_32)
        cpu->gpr[EAX] = (uint32_t)(int16_t)cpu->gpr[EAX];
    else
        cpu_set_register(cpu, EAX, WIDTH_16, (uint32_t)(int8_t)cpu->gpr[EAX]);
    return true;
}

/* CWD: DX:AX = AX, CDQ: EDX:EAX = EAX, sign-extended. SDM 2A, "CWD/CDQ". */
bool op_cwd(struct cpu *cpu, const struct insn *insn)
{
    if (insn->width == WIDTH_32)
        cpu->gpr[EDX] = cpu->gpr[EAX] >> 31 ? 0xffffffffu : 0;
    else
        cpu_set_register(cpu, EDX, WIDTH_16,
                         cpu->gpr[EAX] >> 15 & 1 ? 0xffff : 0);
    return true;
}

/*
 * BSWAP: reverse the bytes of a register. With 16-bit operands the manual
 * leaves the result undefined; chips give zero. SDM 2A, "BSWAP".
 */
bool op_bswap(struct cpu *cpu, const struct insn *insn)
{
    uint8_t *host = cpu->gpr_bytes + insn->dest;

    if (insn->width == WIDTH_32)
        host_write(host, WIDTH_32,
                   __builtin_bswap32(host_read(host, WIDTH_32)));
    else
        host_write(host, WIDTH_16, 0);
    return true;
}

SPECIALISE_SIMPLE(cbw, NONE)
SPECIALISE_SIMPLE(cwd, NONE)
SPECIALISE_SIMPLE(bswap, REGISTER)

/* XLAT: AL = [eBX + AL]. SDM 2B, "XLAT". */
bool op_xlat(struct cpu *cpu, const struct insn *insn)
{
    const unsigned segment = insn->prefixes & INSN_SEGMENT ? insn->segment : DS;
    effective_addr offset = cpu->gpr[EBX] + (cpu->gpr[EAX] & 0xff);
    uint32_t value;

    if (insn->prefixes & INSN_ADDRESS16)
        offset &= 0xffff;
    TRY(cpu_read(cpu, segment, offset, 1, &value));
    cpu_set_register(cpu, EAX, WIDTH_8, value);
    return true;
}
