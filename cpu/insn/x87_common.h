/* SPDX-License-Identifier: MIT */
/*
 * What all x87 instructions share: whether one may begin, what it leaves for
 * an exception handler, its operand in memory, and how a host's result comes
 * into the guest's registers.
 *
 * An instruction is split in two: a fast handler (specialised, plain numbers
 * only) and the full form. Both change nothing before nothing can fail.
 */
#ifndef CPU_INSN_X87_COMMON_H
#define CPU_INSN_X87_COMMON_H

#include "cpu/operand.h"
#include "cpu/specialise.h"
#include "cpu/x87.h"
#include "cpu/x87_host.h"

/** Body of an instruction in its full form. False: a fault is waiting. */
typedef bool x87_body(struct cpu *cpu, const struct insn *insn);

/**
 * Run an instruction that waits for pending exceptions: #NM, #MF, or the
 * processor stops until an interrupt (FERR#). Leaves FIP, FCS, FOP and, with
 * a memory operand, FDP and FDS. SDM 1, "x87 FPU Exception Handling".
 */
MUST_CHECK bool x87_run(struct cpu *cpu, const struct insn *insn,
                        x87_body *body);

/** The same for a control instruction, which leaves those registers alone. */
MUST_CHECK bool x87_run_control(struct cpu *cpu, const struct insn *insn,
                                x87_body *body);

/** The same for one that does not wait: only #NM. */
MUST_CHECK bool x87_run_no_wait(struct cpu *cpu, const struct insn *insn,
                                x87_body *body);

/** ModR/M.reg and rm of the instruction, from the opcode register's image. */
static ALWAYS_INLINE unsigned x87_reg_field(const struct insn *insn)
{
    return insn->immediate >> 3 & 7;
}

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
 * The host has answered with `status`: take C1 and raise the exceptions.
 * False if one of `refused` is not masked, so that there is no result.
 */
bool x87_take_status(struct x87 *x87, uint16_t status, unsigned refused);

/* --- For fast handlers, which give up by returning false --- */

/** True if a plain instruction on ST(0) may begin. */
static ALWAYS_INLINE bool x87_can_start(const struct x87 *x87)
{
    return LIKELY(!x87->blocked) && LIKELY(x87_is_full(x87, x87->top));
}

/** True if a plain instruction that pushes may begin. */
static ALWAYS_INLINE bool x87_can_push(const struct x87 *x87)
{
    return LIKELY(!x87->blocked) && LIKELY(!x87_is_full(x87, x87_st(x87, 7)));
}

/** Specialised for memory operands in the source and in the destination. */
#define FORMS_X87_LOAD(X, name, body, bits) \
    X(name, body, bits, NONE, MEMORY)       \
    X(name, body, bits, NONE, INDEXED)
#define FORMS_X87_STORE(X, name, body, bits) \
    X(name, body, bits, MEMORY, NONE)        \
    X(name, body, bits, INDEXED, NONE)

/** ST(0) and ST(i); ST(i) and ST(0); nothing but ST(0). */
#define FORMS_X87_SOURCE(X, name, body, bits) X(name, body, bits, NONE, SPECIAL)
#define FORMS_X87_DEST(X, name, body, bits)   X(name, body, bits, SPECIAL, NONE)
#define FORMS_X87_NONE(X, name, body, bits)   X(name, body, bits, NONE, NONE)

#endif
