/* SPDX-License-Identifier: MIT */
/*
 * The instruction set as data: one row per opcode, in the notation of the
 * SDM's appendix A. Decoder, interpreter, tests and tools read these rows.
 * SDM 2D, "Opcode Map".
 */
#ifndef CPU_OPCODES_H
#define CPU_OPCODES_H

#include "cpu/cpu.h"

/** Runs one instruction in its full form. False: a fault is waiting. */
typedef bool insn_operation(struct cpu *cpu, const struct insn *insn);

/**
 * Operand codes, named as in SDM 2D, appendix A. Z codes are a register in
 * the opcode's low three bits. C1 is the constant 1 of the shifts.
 */
enum operand_code {
    NONE,
    Eb,
    Ew,
    Ed,
    Ev, /* register or memory, by ModR/M.rm */
    Gb,
    Gw,
    Gd,
    Gv, /* register, by ModR/M.reg */
    Rd, /* register, by ModR/M.rm whatever its mod */
    Ib,
    Iw,
    Iz,
    Ibs, /* immediate; Ibs: a byte, sign-extended */
    C1,  /* the constant 1 */
    Jb,
    Jz, /* branch displacement */
    Ap, /* far pointer in the instruction */
    M,
    Ma,
    Mp,
    Ms,
    Mq, /* memory only */
    Ob,
    Ov, /* memory at an offset in the instruction */
    Sw,
    Cd,
    Dd, /* segment, control, debug register, by ModR/M.reg */
    AL,
    CL,
    DX,
    eAX, /* fixed registers; eAX at the operand size */
    Zb,
    Zv, /* register in the opcode */
    Xb,
    Xv,
    Yb,
    Yv /* strings: DS:eSI, ES:eDI; implied, no operand record */
};

/** Attribute bits of a row. */
enum {
    LOCKABLE = 1 << 0,    /**< LOCK allowed with a memory destination */
    ENDS_BLOCK = 1 << 1,  /**< the next instruction is looked up anew */
    PRIVILEGED = 1 << 2,  /**< CPL 0 only, else #GP(0) */
    USES_STACK = 1 << 3,  /**< its fast handler makes one access by ESP */
    NEAR_BRANCH = 1 << 4, /**< relative: gets a link */
    NO_ACCESS = 1 << 5,   /**< its memory operand is not touched */
    BYTE = 1 << 6,        /**< width is 8 */
    WORD = 1 << 7,        /**< width is 16 whatever the operand size */
    DWORD = 1 << 8,       /**< width is 32 whatever the operand size */
    STRING = 1 << 9,      /**< REP repeats it; then it ends the block */
    PROTECTED = 1 << 10,  /**< #UD in real and virtual-8086 mode */
    PREFIX = 1 << 11,     /**< not an instruction */
    GROUP = 1 << 12,      /**< `group` rows by ModR/M.reg */
    INVALID = 1 << 13,    /**< #UD */
    MODRM = 1 << 14       /**< has ModR/M though no operand code says so */
};

struct forms;

struct opcode {
    const char *mnemonic;
    insn_operation *operate;  /**< NULL: #UD */
    const struct forms *fast; /**< specialised handlers, or NULL */
    uint8_t dest;             /**< enum operand_code */
    uint8_t src;              /**< enum operand_code */
    uint8_t third;            /**< enum operand_code: immediate or CL */
    uint8_t generation;       /**< enum cpu_generation: first that has it */
    uint16_t attributes;
    uint16_t undefined_flags;   /**< EFLAGS bits a test must not compare */
    const struct opcode *group; /**< eight rows, with GROUP */
};

/** Maps of one-byte opcodes and of those behind 0F. */
extern const struct opcode one_byte_map[256];
extern const struct opcode two_byte_map[256];

/** `insn.row` of an opcode: its map, its byte, and ModR/M.reg in a group. */
static inline uint16_t opcode_index(bool two_byte, uint8_t byte, unsigned reg)
{
    return (uint16_t)((unsigned)two_byte << 11 | (unsigned)byte << 3 | reg);
}

/** The row that `insn.row` names. */
static inline const struct opcode *opcode_row(uint16_t index)
{
    const struct opcode *map = index >> 11 ? two_byte_map : one_byte_map;
    const struct opcode *row = &map[index >> 3 & 0xff];

    return row->attributes & GROUP ? &row->group[index & 7] : row;
}

#endif
