/* SPDX-License-Identifier: MIT */
#include "cpu/insn/io.h"

#include "cpu/debug.h"
#include "cpu/insn/repeat.h"

enum {
    TSS_IO_MAP_BASE = 102, /**< where a 32-bit TSS says where its map is */
    TSS_TYPE_32 = 9,       /**< descriptor type; bit 1 is "busy" */
    TSS_TYPE_BUSY = 2
};

/* Look the ports up in the bit map: every bit must be clear. */
static bool check_map(struct cpu *cpu, uint16_t port, unsigned size)
{
    const uint32_t type = (cpu->tr.rights & DESC_TYPE) >> DESC_TYPE_SHIFT;
    const uint32_t mask = (1u << size) - 1;
    uint32_t map;
    uint32_t bits;

    if (!cpu->tr.usable || (type & ~(uint32_t)TSS_TYPE_BUSY) != TSS_TYPE_32 ||
        cpu->tr.limit < TSS_IO_MAP_BASE + 1)
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    TRY(cpu_read_system(cpu, cpu->tr.base + TSS_IO_MAP_BASE, 2, &map));
    /* Always two bytes, so that ports 7 and 8 of a byte pair need no care. */
    if (map + port / 8u + 1 > cpu->tr.limit)
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    TRY(cpu_read_system(cpu, cpu->tr.base + map + port / 8u, 2, &bits));
    if (bits >> (port & 7) & mask)
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    return true;
}

/* True if the program may reach all ports. */
static ALWAYS_INLINE bool is_privileged(const struct cpu *cpu)
{
    const uint32_t iopl = (cpu->eflags & FLAG_IOPL) >> FLAG_IOPL_SHIFT;

    return !cpu_is_protected(cpu) || (cpu->cpl <= iopl && !cpu_is_v86(cpu));
}

/*
 * Ask for permission, and tell the debug registers. SDM 1, "I/O Permission Bit
 * Map".
 */
MUST_CHECK static ALWAYS_INLINE bool reach(struct cpu *cpu, uint16_t port,
                                           unsigned size)
{
    if (UNLIKELY(!is_privileged(cpu)))
        TRY(check_map(cpu, port, size));
    if (UNLIKELY(cpu->cr4 & CR4_DE))
        debug_port(cpu, port, size);
    return true;
}

/** The port of IN and OUT: DX, or the immediate byte. */
static uint16_t io_port(const struct cpu *cpu, const struct insn *insn,
                        enum operand_kind kind)
{
    if (kind == KIND_IMMEDIATE)
        return (uint8_t)insn->immediate;
    return (uint16_t)cpu->gpr[EDX];
}

/* IN: accumulator = port. SDM 2A, "IN". */
bool op_in(struct cpu *cpu, const struct insn *insn)
{
    const uint16_t port = io_port(cpu, insn, insn_src_kind(insn));
    const unsigned size = insn->width / 8u;

    TRY(reach(cpu, port, size));
    host_write(cpu->gpr_bytes, (enum width)insn->width,
               ports_read(cpu->ports, port, size));
    return true;
}

/* OUT: port = accumulator. SDM 2B, "OUT". */
bool op_out(struct cpu *cpu, const struct insn *insn)
{
    const uint16_t port = io_port(cpu, insn, insn_dest_kind(insn));
    const unsigned size = insn->width / 8u;

    TRY(reach(cpu, port, size));
    ports_write(cpu->ports, port, size,
                host_read(cpu->gpr_bytes, (enum width)insn->width));
    return true;
}

/**
 * INS, one element: ES:[eDI] = port DX. The destination is opened first: what
 * a device has handed out cannot be read again. SDM 2A, "INS".
 */
static bool ins_element(struct cpu *cpu, const struct insn *insn)
{
    const struct form form = form_of(insn);
    const uint16_t port = (uint16_t)cpu->gpr[EDX];
    const unsigned size = insn->width / 8u;
    struct place place;

    TRY(reach(cpu, port, size));
    TRY(cpu_open(cpu, ES, string_index(cpu, insn, EDI), size, ACCESS_WRITE,
                 &place));
    place_write(cpu, form, &place, ports_read(cpu->ports, port, size));
    string_advance(cpu, insn, EDI, size);
    return true;
}

bool op_ins(struct cpu *cpu, const struct insn *insn)
{
    return string_repeat(cpu, insn, ins_element, NULL, NULL);
}

/** OUTS, one element: port DX = DS:[eSI]. SDM 2B, "OUTS". */
static bool outs_element(struct cpu *cpu, const struct insn *insn)
{
    const uint16_t port = (uint16_t)cpu->gpr[EDX];
    const unsigned size = insn->width / 8u;
    uint32_t value;

    TRY(reach(cpu, port, size));
    TRY(cpu_read(cpu, string_source(insn), string_index(cpu, insn, ESI), size,
                 &value));
    ports_write(cpu->ports, port, size, value);
    string_advance(cpu, insn, ESI, size);
    return true;
}

bool op_outs(struct cpu *cpu, const struct insn *insn)
{
    return string_repeat(cpu, insn, outs_element, NULL, NULL);
}
