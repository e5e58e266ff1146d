/* SPDX-License-Identifier: MIT */
#include "arch/probe.h"

/*
 * `insn` is the access; `fixup`, out of the way, sets `ok` to 0 and returns
 * to the instruction behind it.
 */
#define GUARDED(insn)                    \
    "1:\t" insn "\n"                     \
    "2:\n\t"                             \
    ".pushsection .text.fixup, \"ax\"\n" \
    "3:\txorl %[ok], %[ok]\n\t"          \
    "jmp 2b\n\t"                         \
    ".popsection\n\t"                    \
    ".pushsection __ex_table, \"a\"\n\t" \
    ".balign 4\n\t"                      \
    ".long 1b, 3b\n\t"                   \
    ".popsection"

bool probe_read(const volatile void *address, uint32_t *value)
{
    uint32_t result = *value;
    uint32_t ok = 1;

    __asm__ volatile(GUARDED("movl (%[address]), %[result]")
                     : [result] "+r"(result), [ok] "+r"(ok)
                     : [address] "r"(address)
                     : "memory", "cc");
    *value = result;
    return ok != 0;
}

bool probe_write(volatile void *address, uint32_t value)
{
    uint32_t ok = 1;

    __asm__ volatile(GUARDED("movl %[value], (%[address])")
                     : [ok] "+r"(ok)
                     : [address] "r"(address), [value] "r"(value)
                     : "memory", "cc");
    return ok != 0;
}
