/* SPDX-License-Identifier: MIT */
#include "cpu/insn/x87.h"
#include "cpu/insn/x87_common.h"

static bool todo(struct cpu *cpu, const struct insn *insn)
{
    (void)insn;
    cpu->unimplemented++;
    return true;
}

#define OPERATION(name)                                      \
    bool op_##name(struct cpu *cpu, const struct insn *insn) \
    {                                                        \
        return x87_run(cpu, insn, todo);                     \
    }
OPERATION(f2xm1)
OPERATION(fyl2x)
OPERATION(fyl2xp1)
OPERATION(fptan)
OPERATION(fpatan)
OPERATION(fsin)
OPERATION(fcos)
OPERATION(fsincos)
