/* SPDX-License-Identifier: MIT */
#include "cpu/x87_host.h"

/* Begin with no flag set, since one that the guest does not mask would strike
 * at once; FNCLEX is slow, so only where it is needed. */
#define HOST_BEGIN          \
    "fnstcw %[saved]\n\t"   \
    "fnstsw %%ax\n\t"       \
    "testb $0xff, %%al\n\t" \
    "jz 1f\n\t"             \
    "fnclex\n"              \
    "1:\tfldcw %[control]\n\t"

/* Read what came out, without waiting, and disarm. */
#define HOST_END            \
    "\n\tfnstsw %%ax\n\t"   \
    "testb $0x80, %%al\n\t" \
    "jz 2f\n\t"             \
    "fnclex\n"              \
    "2:\tfldcw %[saved]\n\t"

#define HOST_CLOBBERS                                                          \
    "st", "st(1)", "st(2)", "st(3)", "st(4)", "st(5)", "st(6)", "st(7)", "cc", \
        "memory"

typedef uint16_t host_arithmetic(uint16_t control, const struct x87_register *a,
                                 const void *operand,
                                 struct x87_register *result);

/* Load `before`, ST(0) on top; do one instruction; store ST(0). */
#define HOST_ARITHMETIC(name, before, instruction, after)                  \
    static uint16_t name(uint16_t control, const struct x87_register *a,   \
                         const void *operand, struct x87_register *result) \
    {                                                                      \
        uint16_t status;                                                   \
        uint16_t saved;                                                    \
                                                                           \
        __asm__ volatile(HOST_BEGIN before                                 \
                         "fldt (%[a])\n\t" instruction HOST_END            \
                         "fstpt (%[result])\n\t" after                     \
                         : [saved] "=&m"(saved), "=&a"(status)             \
                         : [control] "m"(control), [a] "r"(a),             \
                           [operand] "r"(operand), [result] "r"(result)    \
                         : HOST_CLOBBERS);                                 \
        return status;                                                     \
    }

#define HOST_ALL_FORMATS(operation)                                          \
    HOST_ARITHMETIC(operation##_real32, "", "f" #operation "s (%[operand])", \
                    "")                                                      \
    HOST_ARITHMETIC(operation##_real64, "", "f" #operation "l (%[operand])", \
                    "")                                                      \
    HOST_ARITHMETIC(operation##_integer16, "",                               \
                    "fi" #operation "s (%[operand])", "")                    \
    HOST_ARITHMETIC(operation##_integer32, "",                               \
                    "fi" #operation "l (%[operand])", "")                    \
    HOST_ARITHMETIC(operation##_real80, "fldt (%[operand])\n\t",             \
                    "f" #operation " %%st(1), %%st", "fstp %%st(0)\n\t")

HOST_ALL_FORMATS(add)
HOST_ALL_FORMATS(mul)
HOST_ALL_FORMATS(sub)
HOST_ALL_FORMATS(subr)
HOST_ALL_FORMATS(div)
HOST_ALL_FORMATS(divr)
HOST_ARITHMETIC(com_real32, "", "fcoms (%[operand])", "")
HOST_ARITHMETIC(com_real64, "", "fcoml (%[operand])", "")
HOST_ARITHMETIC(com_integer16, "", "ficoms (%[operand])", "")
HOST_ARITHMETIC(com_integer32, "", "ficoml (%[operand])", "")
HOST_ARITHMETIC(com_real80, "fldt (%[operand])\n\t", "fcom %%st(1)",
                "fstp %%st(0)\n\t")
HOST_ARITHMETIC(ucom_real80, "fldt (%[operand])\n\t", "fucom %%st(1)",
                "fstp %%st(0)\n\t")

#define HOST_ROW(operation)                                            \
    {                                                                  \
        operation##_real32, operation##_real64, operation##_integer16, \
            operation##_integer32, operation##_real80                  \
    }

uint16_t x87_host_arithmetic(enum x87_arithmetic operation,
                             enum x87_format format, uint16_t control,
                             const struct x87_register *a, const void *operand,
                             struct x87_register *result)
{
    static host_arithmetic
        *const host[X87_ARITHMETIC_COUNT][X87_ARITHMETIC_FORMATS] = {
            [X87_ADD] = HOST_ROW(add),
            [X87_MUL] = HOST_ROW(mul),
            [X87_COM] = HOST_ROW(com),
            [X87_COMP] = HOST_ROW(com),
            [X87_SUB] = HOST_ROW(sub),
            [X87_SUBR] = HOST_ROW(subr),
            [X87_DIV] = HOST_ROW(div),
            [X87_DIVR] = HOST_ROW(divr),
            [X87_UCOM] = {[X87_REAL80] = ucom_real80},
        };

    return host[operation][format](control, a, operand, result);
}

/* ST(0) and ST(1) are `a` and the operand; both are dropped. */
HOST_ARITHMETIC(sqrt_real80, "", "fsqrt", "")
HOST_ARITHMETIC(rndint_real80, "", "frndint", "")
HOST_ARITHMETIC(tst_real80, "", "ftst", "")
HOST_ARITHMETIC(scale_real80, "fldt (%[operand])\n\t", "fscale",
                "fstp %%st(0)\n\t")
HOST_ARITHMETIC(prem_real80, "fldt (%[operand])\n\t", "fprem",
                "fstp %%st(0)\n\t")
HOST_ARITHMETIC(prem1_real80, "fldt (%[operand])\n\t", "fprem1",
                "fstp %%st(0)\n\t")

uint16_t x87_host_unary(enum x87_unary operation, uint16_t control,
                        struct x87_register *value,
                        const struct x87_register *second)
{
    static host_arithmetic *const host[X87_UNARY_COUNT] = {
        [X87_SQRT] = sqrt_real80, [X87_RNDINT] = rndint_real80,
        [X87_TST] = tst_real80,   [X87_SCALE] = scale_real80,
        [X87_PREM] = prem_real80, [X87_PREM1] = prem1_real80,
    };
    const struct x87_register before = *value;

    return host[operation](control, &before, second, value);
}

typedef uint16_t host_move(uint16_t control, const void *from, void *to);

/* A load that is refused leaves the host's stack empty, and then a zero is
 * there to be stored and dropped. */
#define HOST_LOAD(name, instruction)                                   \
    static uint16_t name(uint16_t control, const void *from, void *to) \
    {                                                                  \
        uint16_t status;                                               \
        uint16_t saved;                                                \
                                                                       \
        __asm__ volatile(                                              \
            HOST_BEGIN instruction " (%[from])" HOST_END               \
                                   "testw $0x3800, %%ax\n\t"           \
                                   "jnz 3f\n\t"                        \
                                   "fldz\n"                            \
                                   "3:\tfstpt (%[to])\n\t"             \
            : [saved] "=&m"(saved), "=&a"(status)                      \
            : [control] "m"(control), [from] "r"(from), [to] "r"(to)   \
            : HOST_CLOBBERS);                                          \
        return status;                                                 \
    }

HOST_LOAD(load_real32, "flds")
HOST_LOAD(load_real64, "fldl")
HOST_LOAD(load_integer16, "filds")
HOST_LOAD(load_integer32, "fildl")
HOST_LOAD(load_integer64, "fildll")

uint16_t x87_host_load(enum x87_format format, uint16_t control,
                       const void *operand, struct x87_register *value)
{
    static host_move *const host[X87_FORMATS] = {
        [X87_REAL32] = load_real32,       [X87_REAL64] = load_real64,
        [X87_INTEGER16] = load_integer16, [X87_INTEGER32] = load_integer32,
        [X87_INTEGER64] = load_integer64,
    };

    return host[format](control, operand, value);
}

/* The forms that pop, since the widest integer and BCD have no other: a store
 * that is refused leaves the value on the host's stack, to be dropped. */
#define HOST_STORE(name, instruction)                                       \
    static uint16_t name(uint16_t control, const void *from, void *to)      \
    {                                                                       \
        uint16_t status;                                                    \
        uint16_t saved;                                                     \
                                                                            \
        __asm__ volatile(                                                   \
            HOST_BEGIN "fldt (%[from])\n\t" instruction " (%[to])" HOST_END \
                       "testw $0x3800, %%ax\n\t"                            \
                       "jz 3f\n\t"                                          \
                       "fstp %%st(0)\n"                                     \
                       "3:\n\t"                                             \
            : [saved] "=&m"(saved), "=&a"(status)                           \
            : [control] "m"(control), [from] "r"(from), [to] "r"(to)        \
            : HOST_CLOBBERS);                                               \
        return status;                                                      \
    }

HOST_STORE(store_real32, "fstps")
HOST_STORE(store_real64, "fstpl")
HOST_STORE(store_integer16, "fistps")
HOST_STORE(store_integer32, "fistpl")
HOST_STORE(store_integer64, "fistpll")
HOST_STORE(store_bcd80, "fbstp")

uint16_t x87_host_store(enum x87_format format, uint16_t control,
                        const struct x87_register *value, void *operand)
{
    static host_move *const host[X87_FORMATS] = {
        [X87_REAL32] = store_real32,       [X87_REAL64] = store_real64,
        [X87_INTEGER16] = store_integer16, [X87_INTEGER32] = store_integer32,
        [X87_INTEGER64] = store_integer64, [X87_BCD80] = store_bcd80,
    };

    return host[format](control, value, operand);
}
