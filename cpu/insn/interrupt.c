/* SPDX-License-Identifier: MIT */
#include "cpu/insn/interrupt.h"

#include "cpu/eflags.h"
#include "cpu/interrupt.h"

/* Enter the handler of `vector`; it will return behind this instruction. */
static bool interrupt(struct cpu *cpu, uint8_t vector,
                      enum interrupt_source source)
{
    const struct interrupt entry = {
        .vector = vector, .source = source, .return_eip = cpu->next_eip};

    TRY(interrupt_enter(cpu, &entry));
    cpu_jump(cpu, cpu->eip);
    return true;
}

/* True if virtual-8086 mode extensions send INT `vector` to the 8086
 * program's own handler: its bit in the map below the I/O map is clear. */
static bool read_redirection(struct cpu *cpu, uint8_t vector, bool *redirected)
{
    enum { TSS_IO_MAP = 0x66, MAP_SIZE = 32 };
    uint32_t map;
    uint32_t bits;

    if (TSS_IO_MAP + 1 > cpu->tr.limit)
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    TRY(cpu_read_system(cpu, cpu->tr.base + TSS_IO_MAP, 2, &map));
    map = map - MAP_SIZE + vector / 8u;
    if (map > cpu->tr.limit)
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    TRY(cpu_read_system(cpu, cpu->tr.base + map, 1, &bits));
    *redirected = !(bits >> vector % 8 & 1);
    return true;
}

/* INT n in virtual-8086 mode: IOPL-sensitive, and with CR4.VME redirected
 * vector by vector. SDM 3A, "Class 3—Software Interrupt Handling in
 * Virtual-8086 Mode". */
static bool interrupt_v86(struct cpu *cpu, uint8_t vector)
{
    const struct interrupt entry = {.vector = vector,
                                    .source = INTERRUPT_SOFTWARE,
                                    .return_eip = cpu->next_eip};
    bool redirected = false;

    if (cpu->cr4 & CR4_VME)
        TRY(read_redirection(cpu, vector, &redirected));
    if (redirected) {
        TRY(interrupt_enter_redirected(cpu, &entry));
        cpu_jump(cpu, cpu->eip);
        return true;
    }
    if (eflags_iopl(cpu) < 3)
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    return interrupt(cpu, vector, INTERRUPT_SOFTWARE);
}

/* INT n. SDM 2A, "INT n/INTO/INT3/INT1". */
bool op_int(struct cpu *cpu, const struct insn *insn)
{
    const uint8_t vector = (uint8_t)insn->immediate;

    if (cpu_is_v86(cpu))
        return interrupt_v86(cpu, vector);
    return interrupt(cpu, vector, INTERRUPT_SOFTWARE);
}

/* INT3, the one-byte breakpoint: not IOPL-sensitive, never redirected. */
bool op_int3(struct cpu *cpu, const struct insn *insn)
{
    (void)insn;
    return interrupt(cpu, VECTOR_BP, INTERRUPT_SOFTWARE);
}

/* INTO: a breakpoint on overflow. */
bool op_into(struct cpu *cpu, const struct insn *insn)
{
    (void)insn;
    if (!(cpu_eflags(cpu) & FLAG_OF))
        return true;
    return interrupt(cpu, VECTOR_OF, INTERRUPT_SOFTWARE);
}

/* INT1, also called ICEBP: as a debug trap, so the gate's DPL does not
 * matter. */
bool op_icebp(struct cpu *cpu, const struct insn *insn)
{
    (void)insn;
    return interrupt(cpu, VECTOR_DB, INTERRUPT_EXCEPTION);
}
