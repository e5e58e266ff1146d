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
    Mq,
    Mw,
    Md,
    Mt, /* memory only; Mt: ten bytes */
    ST0,
    STi, /* x87 registers: the top of the stack, and by ModR/M.rm */
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
    GROUP = 1 << 12,      /**< `group` rows by ModR/M: opcode_slot() */
    INVALID = 1 << 13,    /**< #UD */
    MODRM = 1 << 14,      /**< has ModR/M though no operand code says so */
    STAYS = 1 << 15       /**< does not end its block in its fast form */
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
    const struct opcode *group; /**< eight rows, or 72, with GROUP */
};

/** Rows of a group of the escape opcodes D8 to DF: eight for memory operands,
 * 64 for registers. */
enum { OPCODE_ESCAPE_ROWS = 8 + 64 };

/** Maps of one-byte opcodes and of those behind 0F. */
extern const struct opcode one_byte_map[256];
extern const struct opcode two_byte_map[256];

/** Groups of the escape opcodes D8 to DF. */
extern const struct opcode escape_map[8][OPCODE_ESCAPE_ROWS];

/** True for D8 to DF in the one-byte map. */
static inline bool opcode_is_escape(bool two_byte, uint8_t byte)
{
    return !two_byte && (byte & 0xf8) == 0xd8;
}

/** Which row of a group ModR/M names: by its reg field; of the escape opcodes
 * by its low six bits, behind those, where its mod is 3. */
static inline unsigned opcode_slot(bool two_byte, uint8_t byte, uint8_t modrm)
{
    if (opcode_is_escape(two_byte, byte) && modrm >= 0xc0)
        return 8u + (modrm & 63u);
    return modrm >> 3 & 7u;
}

/** `insn.row` of an opcode: its map, its byte, and the slot in a group, whose
 * low three bits stand lowest and the rest on top. */
static inline uint16_t opcode_index(bool two_byte, uint8_t byte, uint8_t modrm)
{
    const unsigned slot = opcode_slot(two_byte, byte, modrm);

    return (uint16_t)((slot >> 3) << 12 | (unsigned)two_byte << 11 |
                      (unsigned)byte << 3 | (slot & 7));
}

/** The row that `insn.row` names. */
static inline const struct opcode *opcode_row(uint16_t index)
{
    const struct opcode *map = index >> 11 & 1 ? two_byte_map : one_byte_map;
    const struct opcode *row = &map[index >> 3 & 0xff];

    return row->attributes & GROUP ? &row->group[index >> 12 << 3 | (index & 7)]
                                   : row;
}

#endif
