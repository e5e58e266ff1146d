/* SPDX-License-Identifier: MIT */
/*
 * What all x87 instructions share: whether one may begin, what it leaves for
 * an exception handler, its operand in memory.
 */
#ifndef CPU_INSN_X87_COMMON_H
#define CPU_INSN_X87_COMMON_H

#include "cpu/operand.h"
#include "cpu/x87.h"
#include "cpu/x87_host.h"

/** Body of an instruction in its full form. False: a fault is waiting. */
typedef bool x87_body(struct cpu *cpu, const struct insn *insn);

/** How an instruction is run. */
enum x87_manner {
    X87_WAITS = 1 << 0,   /**< for pending exceptions */
    X87_NOTES = 1 << 1,   /**< leaves FIP, FCS, FOP, FDP and FDS */
    X87_ON_HOST = 1 << 2, /**< its body moves the registers there itself;
                               for the others they are at home */
    X87_CONTROL = X87_WAITS,
    X87_COMPUTES = X87_WAITS | X87_NOTES
};

/**
 * Run an instruction: #NM, #MF, or the processor stops until an interrupt
 * (FERR#); the body; FERR# and the pointers. SDM 1, "x87 FPU Exception
 * Handling".
 */
MUST_CHECK bool x87_run(struct cpu *cpu, const struct insn *insn,
                        x87_body *body, unsigned manner);

/** ModR/M.rm of the instruction, from the image of FOP. */
static ALWAYS_INLINE unsigned x87_rm_field(const struct insn *insn)
{
    return insn->immediate & 7;
}

/** Leave the pointers of an instruction without memory operand. */
static ALWAYS_INLINE void x87_note(struct cpu *cpu, const struct insn *insn)
{
    cpu->x87.instruction = cpu->eip + insn->offset;
    cpu->x87.code_selector = cpu->segment[CS].selector;
    cpu->x87.opcode = (uint16_t)insn->immediate;
}

/** The same with one. */
static ALWAYS_INLINE void x87_note_memory(struct cpu *cpu,
                                          const struct insn *insn,
                                          effective_addr offset)
{
    x87_note(cpu, insn);
    cpu->x87.data = offset;
    cpu->x87.data_selector = cpu->segment[insn->segment].selector;
}

/** Open the record's memory operand; #AC wants 80 bits at a multiple of 8. */
MUST_CHECK bool x87_open(struct cpu *cpu, const struct insn *insn,
                         uint32_t size, enum access access,
                         struct place *place);

/** Read the operand: `size` bytes, up to 16. */
MUST_CHECK bool x87_read(struct cpu *cpu, const struct insn *insn,
                         uint32_t size, void *bytes);

/**
 * An instruction has come out with `status`: take C1 and raise the exceptions.
 * False if one of `refused` is not masked, so that there is no result.
 */
bool x87_take_status(struct x87 *x87, uint16_t status, unsigned refused);

#endif
