/* SPDX-License-Identifier: MIT */
#include "cpu/insn/x87_common.h"

#include "cpu/insn/x87.h"

enum start { START_GO, START_FAULT, START_FROZEN };

/* The FERR# pin follows the error, unless CR0.NE makes it #MF or the board
 * drives IGNNE#. SDM 1, "MS-DOS* Compatibility Sub-mode". */
static void update_ferr(struct cpu *cpu)
{
    struct x87 *x87 = &cpu->x87;
    const bool error = x87->status & X87_ES;
    bool level;

    if (!error)
        x87->ignored = false;
    level = error && !x87->ignored && !(cpu->cr0 & CR0_NE);
    if (level == x87->ferr)
        return;
    x87->ferr = level;
    if (cpu->ferr)
        cpu->ferr(cpu->context, level);
}

/* Wait where the instruction stands until an interrupt comes: it is begun
 * again behind the handler. */
static enum start freeze(struct cpu *cpu, const struct insn *insn)
{
    cpu->eip -= insn->length; /* which leaving the block will add */
    cpu->halted = true;
    cpu->attention = true;
    return START_FROZEN;
}

static enum start start(struct cpu *cpu, const struct insn *insn, bool waits)
{
    if (cpu->cr0 & (CR0_EM | CR0_TS)) {
        (void)cpu_fault(cpu, VECTOR_NM);
        return START_FAULT;
    }
    if (!waits || !(cpu->x87.status & X87_ES))
        return START_GO;
    if (cpu->cr0 & CR0_NE) {
        (void)cpu_fault(cpu, VECTOR_MF);
        return START_FAULT;
    }
    update_ferr(cpu);
    return cpu->x87.ignored ? START_GO : freeze(cpu, insn);
}

bool x87_run(struct cpu *cpu, const struct insn *insn, x87_body *body,
             unsigned manner)
{
    struct x87 *x87 = &cpu->x87;

    if (UNLIKELY(x87->blocked & (X87_BLOCK_CONTROL | X87_BLOCK_ERROR))) {
        const enum start answer = start(cpu, insn, manner & X87_WAITS);

        if (answer != START_GO)
            return answer == START_FROZEN;
    }
    if (!(manner & X87_ON_HOST))
        x87_from_host(x87);
    TRY(body(cpu, insn));
    if (UNLIKELY((x87->blocked & X87_BLOCK_ERROR) || x87->ferr || x87->ignored))
        update_ferr(cpu);
    if (!(manner & X87_NOTES))
        return true;
    if (insn_has_memory(insn))
        x87_note_memory(cpu, insn, operand_effective(cpu, insn));
    else
        x87_note(cpu, insn);
    return true;
}

bool x87_open(struct cpu *cpu, const struct insn *insn, uint32_t size,
              enum access access, struct place *place)
{
    return cpu_open_aligned(cpu, insn->segment, operand_effective(cpu, insn),
                            size, size < 8 ? size : 8, access, place);
}

bool x87_read(struct cpu *cpu, const struct insn *insn, uint32_t size,
              void *bytes)
{
    struct place place;

    TRY(x87_open(cpu, insn, size, ACCESS_READ, &place));
    memory_place_read_bytes(&cpu->mmu, &place.memory, bytes);
    return true;
}

bool x87_take_status(struct x87 *x87, uint16_t status, unsigned refused)
{
    const unsigned flags = status & X87_EXCEPTIONS;

    x87_set_c1(x87, status & X87_C1);
    x87_raise(x87, flags);
    return !x87_unmasked(x87, flags & refused);
}

void cpu_ignore_x87_error(struct cpu *cpu)
{
    if (cpu->x87.status & X87_ES)
        cpu->x87.ignored = true;
    update_ferr(cpu);
}

/*
 * WAIT: #NM after a task switch where CR0.MP asks for it; otherwise it waits
 * for pending exceptions. SDM 2B, "WAIT/FWAIT".
 */
bool op_wait(struct cpu *cpu, const struct insn *insn)
{
    const uint32_t both = CR0_MP | CR0_TS;

    if ((cpu->cr0 & both) == both)
        return cpu_fault(cpu, VECTOR_NM);
    if (LIKELY(!(cpu->x87.status & X87_ES)))
        return true;
    if (cpu->cr0 & CR0_NE)
        return cpu_fault(cpu, VECTOR_MF);
    update_ferr(cpu);
    if (!cpu->x87.ignored)
        (void)freeze(cpu, insn);
    return true;
}
