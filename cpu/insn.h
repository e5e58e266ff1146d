/* SPDX-License-Identifier: MIT */
/*
 * A decoded instruction. Immutable for its readers, 32 bytes, free of guest
 * pointers and of state of a run: the handler and the link are derived and
 * can be rebuilt from the bytes.
 */
#ifndef CPU_INSN_H
#define CPU_INSN_H

#include "base/types.h"

struct block;
struct cpu;
struct insn;

/**
 * Runs the record and those behind it. Returns the record to go on with
 * (builds that loop after each record), or NULL: back to the run loop.
 */
typedef const struct insn *insn_handler(struct cpu *cpu,
                                        const struct insn *insn);

/** General registers, as encoded. SDM 2A, "ModR/M and SIB Bytes". */
enum { EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI, GPR_COUNT };

/** Segment registers, as encoded. */
enum { ES, CS, SS, DS, FS, GS, SEGMENT_COUNT };

/** Operand width in bits; the value is used in shifts. */
enum width { WIDTH_8 = 8, WIDTH_16 = 16, WIDTH_32 = 32 };

/** Where an operand lies. */
enum operand_kind {
    KIND_NONE,
    KIND_REGISTER,  /**< general register: byte offset in the register file */
    KIND_IMMEDIATE, /**< `immediate` */
    KIND_MEMORY,    /**< [base + displacement] */
    KIND_INDEXED,   /**< [base + index << scale + displacement] */
    KIND_SPECIAL,   /**< segment, control, debug register: its number */
    KIND_COUNT
};

/** Byte offset of "no register" in the register file: always zero there. */
enum { REGISTER_ZERO = GPR_COUNT * 4 };

/** Bits of `insn.prefixes`. */
enum {
    INSN_LOCK = 1 << 0,
    INSN_REP = 1 << 1,       /**< F3 */
    INSN_REPNE = 1 << 2,     /**< F2 */
    INSN_ADDRESS16 = 1 << 3, /**< effective addresses are 16 bits wide */
    INSN_SEGMENT = 1 << 4,   /**< a segment override was given */
    INSN_FUSED = 1 << 5,     /**< its handler runs the record behind it too */
    INSN_MAY_BE_QUIET = 1 << 6, /**< it has `quiet` */
    INSN_QUIET = 1 << 7         /**< and that is its handler */
};

struct insn {
    insn_handler *execute;
    union {
        struct {
            uint32_t displacement; /**< or second immediate: far selector,
                                        level of ENTER */
            uint8_t base;          /**< byte offset in the register file */
            uint8_t index;         /**< the same */
            uint8_t scale;         /**< shift count */
            uint8_t segment;       /**< ES to GS, of a memory operand */
        };
        const struct block *link; /**< of a near branch: the taken target */
        insn_handler *quiet;      /**< see cpu/insn/quiet.h */
    };
    uint32_t immediate; /**< sign-extended where the manual says so; of a near
                             branch: target less the block's first EIP; of an
                             x87 instruction: the image of FOP */
    uint16_t row;       /**< index for opcode_row() */
    union {
        struct {
            uint8_t dest; /**< register's byte offset, or special number */
            uint8_t src;
        };
        struct {              /* of a near branch that has a link: */
            int8_t net_ticks; /**< ticks behind it in its block, less those of
                                   the target */
            int8_t net_look_ups; /**< look-ups of the target, less those that
                                      lie behind it */
        };
    };
    uint16_t offset;  /**< of the first byte, from the block's first */
    uint8_t length;   /**< bytes, 1 to 15; 0 in a record with no bytes */
    uint8_t prefixes; /**< INSN_ bits */
    uint8_t left;     /**< ticks from here to the block's end, own included */
    uint8_t look_ups; /**< data look-ups of the fast handlers, likewise */
    uint8_t kinds;    /**< kind of dest, kind of src << 4 */
    uint8_t width;    /**< enum width: operand size */
};

_Static_assert(sizeof(struct insn) == 32, "two records a cache line");

static ALWAYS_INLINE enum operand_kind insn_dest_kind(const struct insn *insn)
{
    return (enum operand_kind)(insn->kinds & 15);
}

static ALWAYS_INLINE enum operand_kind insn_src_kind(const struct insn *insn)
{
    return (enum operand_kind)(insn->kinds >> 4);
}

/**
 * The displacement of a near branch, as decoded, becomes the target that the
 * record is to have, and no link leads there yet.
 */
static inline void insn_set_target(struct insn *insn)
{
    insn->immediate += (uint32_t)insn->offset + insn->length;
    insn->link = NULL;
}

/** True if the instruction has a memory operand (LEA's counts too). */
static inline bool insn_has_memory(const struct insn *insn)
{
    const enum operand_kind dest = insn_dest_kind(insn);
    const enum operand_kind src = insn_src_kind(insn);

    return dest == KIND_MEMORY || dest == KIND_INDEXED || src == KIND_MEMORY ||
           src == KIND_INDEXED;
}

/** Byte offset in the register file of register `number` at `width`. */
static inline uint8_t register_offset(unsigned number, enum width width)
{
    if (width == WIDTH_8)
        return (uint8_t)((number & 3) * 4 + (number >> 2));
    return (uint8_t)(number * 4);
}

#endif
