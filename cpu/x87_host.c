/* SPDX-License-Identifier: MIT */
#include "cpu/x87_host.h"

/*
 * Every instruction from D8 to DF as a function of its own, eight bytes long:
 * those without memory operand by the low six bits of ModR/M, those with one,
 * which is at the first argument, by its reg field. Not all are instructions;
 * only those are called that the opcode tables give to the host.
 */
__asm__(".pushsection .text\n\t"
        ".balign 8\n"
        "x87_register_stubs:\n\t"
        ".set opcode, 0xd8\n\t"
        ".rept 8\n\t"
        ".set modrm, 0xc0\n\t"
        ".rept 64\n\t"
        "bt $0, %edi\n\t"
        ".byte opcode, modrm\n\t"
        "lahf\n\t"
        "ret\n\t"
        ".set modrm, modrm + 1\n\t"
        ".endr\n\t"
        ".set opcode, opcode + 1\n\t"
        ".endr\n"
        "x87_memory_stubs:\n\t"
        ".set opcode, 0xd8\n\t"
        ".rept 8\n\t"
        ".set modrm, 0x07\n\t"
        ".rept 8\n\t"
        ".byte opcode, modrm\n\t"
        "ret\n\t"
        ".balign 8\n\t"
        ".set modrm, modrm + 8\n\t"
        ".endr\n\t"
        ".set opcode, opcode + 1\n\t"
        ".endr\n\t"
        ".popsection");

enum { STUB_BYTES = 8, CARRY_AND_RESULTS = 0x4500 };

extern const uint8_t register_stubs[] __asm__("x87_register_stubs")
    __attribute__((visibility("hidden")));
extern const uint8_t memory_stubs[] __asm__("x87_memory_stubs")
    __attribute__((visibility("hidden")));

typedef uint32_t register_stub(unsigned carry);
typedef void memory_stub(void *operand);

/*
 * Aliases that the manual does not list, by opcode and reg: the listed ones do
 * the same everywhere.
 */
static unsigned listed(unsigned opcode)
{
    switch (opcode & ~7u) {
    case 0x4d0: return 0x0d0 | (opcode & 7); /* FCOM */
    case 0x4d8:
    case 0x6d0: return 0x0d8 | (opcode & 7); /* FCOMP */
    case 0x5c8:
    case 0x7c8: return 0x1c8 | (opcode & 7); /* FXCH */
    case 0x7d0:
    case 0x7d8: return 0x5d8 | (opcode & 7); /* FSTP */
    default: return opcode;
    }
}

uint32_t x87_host_register(unsigned opcode, bool carry)
{
    const unsigned known = listed(opcode);
    const unsigned stub = (known >> 8 & 7) * 64 + (known & 63);
    register_stub *run =
        (register_stub *)(uintptr_t)(register_stubs + stub * STUB_BYTES);

    return run(carry) & CARRY_AND_RESULTS;
}

void x87_host_memory(unsigned opcode, void *operand)
{
    const unsigned stub = (opcode >> 8 & 7) * 8 + (opcode >> 3 & 7);
    memory_stub *run =
        (memory_stub *)(uintptr_t)(memory_stubs + stub * STUB_BYTES);

    run(operand);
}

uint32_t x87_operand_bytes(unsigned opcode)
{
    static const uint8_t bytes[8][8] = {
        {4, 4, 4, 4, 4, 4, 4, 4}, {4, 0, 4, 4, 28, 2, 28, 2},
        {4, 4, 4, 4, 4, 4, 4, 4}, {4, 0, 4, 4, 0, 10, 0, 10},
        {8, 8, 8, 8, 8, 8, 8, 8}, {8, 0, 8, 8, 108, 0, 108, 2},
        {2, 2, 2, 2, 2, 2, 2, 2}, {2, 0, 2, 2, 10, 8, 10, 8},
    };

    return bytes[opcode >> 8 & 7][opcode >> 3 & 7];
}

/** What FNSAVE writes and FRSTOR reads. */
struct image {
    uint32_t control;
    uint32_t status;
    uint32_t tags;
    uint32_t pointers[4];
    uint8_t reg[X87_REGISTERS][X87_REGISTER_BYTES];
};

_Static_assert(sizeof(struct image) == 108, "as the host has it");

void x87_to_host(struct x87 *x87)
{
    struct image image = {.control = x87->control};

    image.status = (x87->status & X87_CONDITION) | (uint32_t)x87->top
                                                       << X87_TOP_SHIFT;
    for (unsigned i = 0; i < X87_REGISTERS; i++) {
        if (!x87_is_full(x87, i))
            image.tags |= 3u << 2 * i;
        x87_to_bytes(&x87->reg[x87_st(x87, i)], image.reg[i]);
    }
    x87->status = (uint16_t)(x87->status & ~(unsigned)X87_CONDITION);
    x87->blocked = (uint8_t)(x87->blocked & ~(unsigned)X87_BLOCK_HOME);
    __asm__ volatile("frstor %[image]" : : [image] "m"(image));
}

void x87_from_host(struct x87 *x87)
{
    struct image image;
    unsigned full = 0;

    if (!x87_is_on_host(x87))
        return;
    __asm__ volatile("fnsave %[image]" : [image] "=m"(image));
    x87->blocked |= X87_BLOCK_HOME;
    x87_set_status(x87, (uint16_t)(x87->status | image.status));
    for (unsigned i = 0; i < X87_REGISTERS; i++) {
        if ((image.tags >> 2 * i & 3) != 3)
            full |= 1u << i;
        x87_set(x87, x87_st(x87, i), x87_from_bytes(image.reg[i]));
    }
    x87->full = (uint8_t)full;
}

bool x87_host_done(struct x87 *x87, unsigned refused)
{
    unsigned struck;

    if (LIKELY(!(x87->blocked & X87_BLOCK_UNMASKED)))
        return true;
    struck = x87_unmasked(x87, x87_host_status());
    if (struck || x87->blocked & X87_BLOCK_ERROR)
        x87_from_host(x87);
    return !(struck & refused);
}

uint16_t x87_host_add(const struct x87 *x87, const struct x87_register *a,
                      const struct x87_register *b, struct x87_register *result)
{
    const unsigned add = 0x0c1; /* ST(0), ST(1) */
    struct x87 scratch = {.blocked = X87_BLOCK_HOME};

    x87_set_control(&scratch, x87->control);
    x87_push(&scratch, *b);
    x87_push(&scratch, *a);
    x87_to_host(&scratch);
    (void)x87_host_register(add, false);
    x87_from_host(&scratch);
    *result = scratch.reg[scratch.top];
    return scratch.status;
}
