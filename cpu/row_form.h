/* SPDX-License-Identifier: MIT */
/*
 * Rows in their forms: what decoding and building would ask of a row for each
 * instruction, asked once for each operand size and each thing that ModR/M can
 * name. Made from the opcode tables when a processor is built; nothing here
 * says more than they do.
 */
#ifndef CPU_ROW_FORM_H
#define CPU_ROW_FORM_H

#include "base/error.h"
#include "cpu/insn.h"
#include "cpu/model.h"

struct fused;

/** What ModR/M.rm names; a register too where there is no ModR/M. */
enum named { NAMES_REGISTER, NAMES_MEMORY, NAMES_INDEXED, NAMED_COUNT };

/** Where the number of a register stands in a word of ModR/M, the opcode's
 * byte and the constants FIELDS_FIXED: shift counts. */
enum field {
    FIELD_RM = 0,
    FIELD_REG = 3,
    FIELD_OPCODE = 8,
    FIELD_ECX = 16,
    FIELD_EDX = 19,
    FIELD_EAX = 22
};
enum { FIELDS_FIXED = ECX << FIELD_ECX | EDX << FIELD_EDX };

/** What becomes of such a number. */
enum numbering {
    NUMBERED_NONE,
    NUMBERED_BYTE,
    NUMBERED_WORD,
    NUMBERED_PLAIN,
    NUMBERED_COUNT
};

/** What is to be done for few rows only, behind the first value. */
enum {
    RARE_OFFSET = 1 << 0, /**< the value is an offset, by the address size */
    RARE_BYTE = 1 << 1,   /**< a byte more, as displacement */
    RARE_WORD = 1 << 2,   /**< two bytes more */
    RARE_CUT = 1 << 3,    /**< the immediate is of 16 bits */
    RARE_IMAGE = 1 << 4   /**< ModR/M belongs to the image of FOP */
};

/** What a fast handler counts on. */
enum {
    NEEDS_SHORT_CUTS = 1 << 0, /**< all: nobody wants to see each step */
    NEEDS_STACK = 1 << 1,      /**< a flat stack of 32 bits */
    NEEDS_BRANCH = 1 << 2,     /**< flat code of 32 bits, on one page */
    NEEDS_UNALIGNED = 1 << 3,  /**< accesses that need no alignment */
    NEEDS_SEGMENT = 1 << 4,    /**< a flat segment of its memory operand */
    NEEDS_ADDRESS32 = 1 << 5
};

struct row_form {
    insn_handler *fast;         /**< specialised handler, or NULL */
    insn_handler *const *fixed; /**< instead: by forms_registers(); or NULL */
    insn_handler *recorded;     /**< that of a block that records accesses */
    const struct fused *fused;  /**< with a Jcc behind; or NULL */
    insn_handler *const *quiet; /**< the same where nobody sees the flags */
    uint32_t value_mask; /**< of the first value: the bytes that it has, */
    uint32_t value_sign; /**< its sign bit where that is extended, */
    uint32_t constant;   /**< and what is added */
    uint16_t row;        /**< `insn.row` */
    uint16_t attributes; /**< of the row */
    uint8_t value_bytes;
    uint8_t status;   /**< enum decode_status; not OK: `row` counts, no more */
    uint8_t rare;     /**< RARE_ bits */
    uint8_t needs;    /**< NEEDS_ bits, where there is a fast handler */
    uint8_t look_ups; /**< data look-ups that the fast handlers make */
    uint8_t kinds;    /**< as in struct insn */
    uint8_t width;
    uint8_t dest_numbering; /**< enum numbering */
    uint8_t dest_field;     /**< enum field */
    uint8_t src_numbering;
    uint8_t src_field;
    bool is_jcc;
    uint8_t flags; /**< enum forms_status of the fast handler */
};

/** Bits of what follows an opcode. */
enum {
    OPENS_PREFIX = 1 << 0, /**< not an opcode: a prefix, or 0F */
    OPENS_MODRM = 1 << 1,
    OPENS_MEMORY = 1 << 2, /**< ModR/M.mod is looked at */
    OPENS_GROUP = 1 << 3   /**< the slot chooses the row */
};

/** The forms of a row: where those of an operand size begin. */
enum { FORMS_16 = 0, FORMS_32 = NAMED_COUNT, ROW_FORMS = 2 * NAMED_COUNT };

struct opening {
    uint16_t first; /**< of the forms of its rows, in `form` */
    uint8_t flags;
};

struct row_forms {
    struct opening opening[2][256]; /**< by map and byte */
    struct row_form more;           /**< stands for DECODE_MORE */
    struct row_form too_long;       /**< for DECODE_TOO_LONG */
    struct row_form bad_lock;       /**< for a LOCK that may not be there */
    /** ROW_FORMS of each row: FORMS_16 and FORMS_32, by enum named. */
    struct row_form form[];
};

/** All of them as `model` has them. NULL: no memory. */
struct row_forms *row_forms_create(const struct cpu_model *model,
                                   struct error *error);
void row_forms_destroy(struct row_forms *forms);

#endif
