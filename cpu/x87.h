/* SPDX-License-Identifier: MIT */
/*
 * The x87's state, whole, and the few operations on it that every x87
 * instruction needs: the register stack, exceptions, what an empty or a full
 * stack does. SDM 1, "Programming with the x87 FPU".
 *
 *   in    operands, exceptions
 *   out   registers, status word; whether a result may be written
 *   next  cpu/x87_host.h, where the registers are while it computes;
 *         cpu/insn/x87_*.c for the instructions
 *
 * Registers are named by physical number here, 0 to 7; ST(i) is TOP + i. While
 * they are on the host, what is here of registers, tags, TOP and conditions is
 * old; control word, pointers and exceptions from before are true.
 */
#ifndef CPU_X87_H
#define CPU_X87_H

#include "base/types.h"

/** Sign, 15-bit exponent and 64-bit significand with its integer bit. */
struct x87_register {
    uint64_t significand;
    uint16_t exponent; /**< the sign in bit 15 */
    uint16_t unused[3];
};

enum {
    X87_SIGN = 0x8000,
    X87_EXPONENT_MAX = 0x7fff, /**< infinities and NaNs */
    X87_BIAS = 0x3fff,
    X87_REGISTERS = 8,
    X87_REGISTER_BYTES = 10 /**< of a register in memory */
};
#define X87_INTEGER_BIT 0x8000000000000000u
#define X87_QUIET_BIT   0x4000000000000000u

/** Bits of the status word; the exceptions are those of the control word's
 * masks, too. SDM 1, "x87 FPU Status Register". */
enum {
    X87_IE = 1 << 0,
    X87_DE = 1 << 1,
    X87_ZE = 1 << 2,
    X87_OE = 1 << 3,
    X87_UE = 1 << 4,
    X87_PE = 1 << 5,
    X87_EXCEPTIONS = 0x3f,
    X87_SF = 1 << 6, /**< stack fault */
    X87_ES = 1 << 7, /**< an exception that is not masked is pending */
    X87_C0 = 1 << 8,
    X87_C1 = 1 << 9,
    X87_C2 = 1 << 10,
    X87_TOP_SHIFT = 11,
    X87_C3 = 1 << 14,
    X87_BUSY = 1 << 15, /**< equal to ES */
    X87_CONDITION = X87_C0 | X87_C1 | X87_C2 | X87_C3,
    /** Exceptions that are found before there is a result. */
    X87_BEFORE = X87_IE | X87_DE | X87_ZE
};

/** Fields of the control word. SDM 1, "x87 FPU Control Word". */
enum {
    X87_PRECISION_SHIFT = 8,
    X87_ROUNDING_SHIFT = 10,
    X87_CONTROL_INIT = 0x37f,
    X87_CONTROL_BITS = 0x1f7f, /**< those that can be set */
    X87_CONTROL_FIXED = 0x40   /**< the one that always is */
};

enum x87_rounding { X87_NEAREST, X87_DOWN, X87_UP, X87_CHOP };

/** Why the fast handlers must not run. */
enum {
    X87_BLOCK_CONTROL = 1 << 0,  /**< CR0.EM or CR0.TS */
    X87_BLOCK_ERROR = 1 << 1,    /**< an exception is pending */
    X87_BLOCK_UNMASKED = 1 << 2, /**< there is one that is not masked */
    X87_BLOCK_HOME = 1 << 3      /**< the registers are not on the host */
};

struct x87 {
    struct x87_register reg[X87_REGISTERS];
    uint16_t control;
    uint16_t status;        /**< TOP is kept below */
    uint8_t top;            /**< 0 to 7 */
    uint8_t full;           /**< bit n: register n is not empty */
    uint8_t blocked;        /**< X87_BLOCK_ bits */
    bool ferr;              /**< the FERR# pin: an error that nobody serves */
    bool ignored;           /**< the IGNNE# pin: go on in spite of it */
    uint16_t opcode;        /**< FOP, 11 bits */
    uint16_t code_selector; /**< FCS */
    uint16_t data_selector; /**< FDS */
    uint32_t instruction;   /**< FIP */
    uint32_t data;          /**< FDP */
};

/** FNINIT. Registers keep their bytes but are empty. SDM 2A, "FINIT". */
void x87_init(struct x87 *x87);

/** RESET: the same and registers are zero. */
void x87_reset(struct x87 *x87);

/** Status word, whole. */
static inline uint16_t x87_status(const struct x87 *x87)
{
    return (uint16_t)(x87->status | x87->top << X87_TOP_SHIFT);
}

/** Set status and control word; what depends on them follows. */
void x87_set_status(struct x87 *x87, uint16_t status);
void x87_set_control(struct x87 *x87, uint16_t control);

/**
 * Tag word: 00 valid, 01 zero, 10 special, 11 empty, by the registers'
 * contents; and back, where only empty and not empty count.
 */
uint16_t x87_tags(const struct x87 *x87);
void x87_set_tags(struct x87 *x87, uint16_t tags);

/** Physical number of ST(i). */
static ALWAYS_INLINE unsigned x87_st(const struct x87 *x87, unsigned i)
{
    return (x87->top + i) & 7;
}

static ALWAYS_INLINE bool x87_is_full(const struct x87 *x87, unsigned reg)
{
    return x87->full >> reg & 1;
}

/**
 * A register's value; and write one. By its parts, as they are computed: a
 * copy in one piece would have to wait until both are in the cache.
 */
static ALWAYS_INLINE struct x87_register x87_get(const struct x87 *x87,
                                                 unsigned reg)
{
    return (struct x87_register){
        x87->reg[reg].significand, x87->reg[reg].exponent, {0}};
}

static ALWAYS_INLINE void x87_set(struct x87 *x87, unsigned reg,
                                  struct x87_register value)
{
    x87->reg[reg].significand = value.significand;
    x87->reg[reg].exponent = value.exponent;
}

/** Put a value into a register, which is full from then on. */
static ALWAYS_INLINE void x87_put(struct x87 *x87, unsigned reg,
                                  struct x87_register value)
{
    x87_set(x87, reg, value);
    x87->full = (uint8_t)(x87->full | 1u << reg);
}

static ALWAYS_INLINE void x87_pop(struct x87 *x87)
{
    x87->full = (uint8_t)(x87->full & ~(1u << x87->top));
    x87->top = (x87->top + 1) & 7;
}

/** TOP moves down and the value goes there. The place has been looked at. */
static ALWAYS_INLINE void x87_push(struct x87 *x87, struct x87_register value)
{
    x87->top = (x87->top - 1) & 7;
    x87_put(x87, x87->top, value);
}

/** Exceptions of `flags` that are not masked. */
static ALWAYS_INLINE unsigned x87_unmasked(const struct x87 *x87,
                                           unsigned flags)
{
    return flags & ~(unsigned)x87->control & X87_EXCEPTIONS;
}

/** C1 alone. */
static ALWAYS_INLINE void x87_set_c1(struct x87 *x87, bool value)
{
    x87->status =
        (uint16_t)((x87->status & ~(unsigned)X87_C1) | (value ? X87_C1 : 0u));
}

/**
 * Add exceptions (and SF) to the status word, with ES and B where one of
 * them is not masked.
 */
void x87_raise(struct x87 *x87, unsigned flags);

/**
 * A register that should hold a value is empty, or one that should be empty
 * holds a value: C1 says which. True if the exception is masked and the
 * instruction goes on with the default. SDM 1, "Stack Overflow or Underflow
 * Exception (#IS)".
 */
bool x87_stack_underflow(struct x87 *x87);
bool x87_stack_overflow(struct x87 *x87);

/** Default NaN, "real indefinite". */
static inline struct x87_register x87_indefinite(void)
{
    return (struct x87_register){
        X87_INTEGER_BIT | X87_QUIET_BIT, X87_SIGN | X87_EXPONENT_MAX, {0}};
}

/** Classes of numbers, as FXAM tells them. SDM 2A, "FXAM", table. */
enum x87_class {
    X87_UNSUPPORTED,
    X87_NAN,
    X87_NORMAL,
    X87_INFINITY,
    X87_ZERO,
    X87_EMPTY,
    X87_DENORMAL
};

/** Class of a value, not of an empty register. */
enum x87_class x87_classify(const struct x87_register *value);

/** True of a NaN that is not quiet. */
static inline bool x87_is_signaling(const struct x87_register *value)
{
    return x87_classify(value) == X87_NAN &&
           !(value->significand & X87_QUIET_BIT);
}

/** Registers to and from their ten bytes in memory. */
void x87_to_bytes(const struct x87_register *value, uint8_t *bytes);
struct x87_register x87_from_bytes(const uint8_t *bytes);

#endif
