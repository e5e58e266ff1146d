/* SPDX-License-Identifier: MIT */
#include "cpu/insn/flags.h"

enum { REGISTER_AH = EAX * 4 + 1 }; /* byte offset in the register file */

/* CLC: clear CF. SDM 2A, "CLC". */
bool op_clc(struct cpu *cpu, const struct insn *insn)
{
    (void)insn;
    cpu->status &= ~(uint32_t)STATUS_CF;
    return true;
}

/* STC: set CF. SDM 2B, "STC". */
bool op_stc(struct cpu *cpu, const struct insn *insn)
{
    (void)insn;
    cpu->status |= STATUS_CF;
    return true;
}

/* CMC: complement CF. SDM 2A, "CMC". */
bool op_cmc(struct cpu *cpu, const struct insn *insn)
{
    (void)insn;
    cpu->status ^= STATUS_CF;
    return true;
}

/* CLD: clear DF, strings go up. SDM 2A, "CLD". */
bool op_cld(struct cpu *cpu, const struct insn *insn)
{
    (void)insn;
    cpu->eflags &= ~(uint32_t)FLAG_DF;
    return true;
}

/* STD: set DF, strings go down. SDM 2B, "STD". */
bool op_std(struct cpu *cpu, const struct insn *insn)
{
    (void)insn;
    cpu->eflags |= FLAG_DF;
    return true;
}

/* LAHF: AH = SF ZF 0 AF 0 PF 1 CF. SDM 2A, "LAHF". */
bool op_lahf(struct cpu *cpu, const struct insn *insn)
{
    (void)insn;
    cpu->gpr_bytes[REGISTER_AH] = (uint8_t)cpu_eflags(cpu);
    return true;
}

/* SAHF: SF ZF AF PF CF = AH; OF stays. SDM 2B, "SAHF". */
bool op_sahf(struct cpu *cpu, const struct insn *insn)
{
    const uint32_t ah = cpu->gpr[EAX] >> 8 & 0xff;

    (void)insn;
    cpu->status = status_of_flags(ah) | (cpu->status & STATUS_OF);
    return true;
}

/*
 * SALC: AL = CF ? FF : 0. In no early manual, on every chip; SDM 3 lists the
 * opcode, D6, as reserved.
 */
bool op_salc(struct cpu *cpu, const struct insn *insn)
{
    (void)insn;
    cpu_set_register(cpu, EAX, WIDTH_8, cpu->status & STATUS_CF ? 0xff : 0);
    return true;
}
