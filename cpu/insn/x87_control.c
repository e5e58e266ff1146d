/* SPDX-License-Identifier: MIT */
/* Control words, the register stack as a whole, environments. */
#include "cpu/insn/x87.h"
#include "cpu/insn/x87_common.h"

/* Pieces of an FSAVE image: seven words of the environment and the eight
 * registers. Each is an access of its own. */
enum {
    ENVIRONMENT_WORDS = 7,
    IMAGE_PIECES = ENVIRONMENT_WORDS + X87_REGISTERS
};

/*
 * The environment in words of 16 or 32 bits: control, status, tags, then four
 * that hold FIP, FCS, FDP, FDS and FOP; in real and virtual-8086 mode as
 * linear addresses. SDM 1, figures "... x87 FPU State Image in Memory".
 */
static bool is_real_format(const struct cpu *cpu)
{
    return !cpu_is_protected(cpu) || cpu_is_v86(cpu);
}

static void pointers_real(const struct x87 *x87, bool wide, uint32_t *word)
{
    const uint32_t code =
        ((uint32_t)x87->code_selector << 4) + x87->instruction;
    const uint32_t data = ((uint32_t)x87->data_selector << 4) + x87->data;

    word[3] = code & 0xffff;
    word[5] = data & 0xffff;
    if (wide) {
        word[4] = (code >> 16) << 12 | x87->opcode;
        word[6] = (data >> 16) << 12;
        return;
    }
    word[4] = (code >> 16 & 15) << 12 | x87->opcode;
    word[6] = (data >> 16 & 15) << 12;
}

static void pointers_protected(const struct x87 *x87, bool wide, uint32_t *word)
{
    word[3] = x87->instruction;
    word[4] = x87->code_selector;
    word[5] = x87->data;
    word[6] = x87->data_selector;
    if (wide)
        word[4] |= (uint32_t)x87->opcode << 16;
}

/* Reserved halves of 32-bit words are ones. */
static void environment(const struct cpu *cpu, bool wide, uint32_t *word)
{
    const struct x87 *x87 = &cpu->x87;
    const uint32_t ones = 0xffff0000u;

    word[0] = x87->control | ones;
    word[1] = x87_status(x87) | ones;
    word[2] = x87_tags(x87) | ones;
    if (is_real_format(cpu)) {
        pointers_real(x87, wide, word);
        word[3] |= ones;
        word[5] |= ones;
    } else {
        pointers_protected(x87, wide, word);
        word[6] |= ones;
    }
}

static void set_pointers_real(struct x87 *x87, bool wide, const uint32_t *word)
{
    const uint32_t mask = wide ? 0xffff : 15;

    x87->instruction = (word[3] & 0xffff) | (word[4] >> 12 & mask) << 16;
    x87->data = (word[5] & 0xffff) | (word[6] >> 12 & mask) << 16;
    x87->opcode = word[4] & 0x7ff;
    x87->code_selector = 0;
    x87->data_selector = 0;
}

static void set_pointers_protected(struct x87 *x87, bool wide,
                                   const uint32_t *word)
{
    x87->instruction = word[3];
    x87->code_selector = (uint16_t)word[4];
    x87->opcode = wide ? word[4] >> 16 & 0x7ff : 0;
    x87->data = word[5];
    x87->data_selector = (uint16_t)word[6];
}

static void set_environment(struct cpu *cpu, bool wide, const uint32_t *word)
{
    struct x87 *x87 = &cpu->x87;

    x87_set_control(x87, (uint16_t)word[0]);
    x87_set_status(x87, (uint16_t)word[1]);
    x87_set_tags(x87, (uint16_t)word[2]);
    if (is_real_format(cpu))
        set_pointers_real(x87, wide, word);
    else
        set_pointers_protected(x87, wide, word);
}

static bool is_wide(const struct insn *insn)
{
    return insn->width == WIDTH_32;
}

/* Open the first `count` pieces of an image, all before one is touched. It
 * wants the alignment of its words, the registers in it too. */
static bool open_image(struct cpu *cpu, const struct insn *insn, unsigned count,
                       enum access access, struct place *piece)
{
    effective_addr offset = operand_effective(cpu, insn);

    for (unsigned i = 0; i < count; i++) {
        const uint32_t word = insn->width / 8u;
        const uint32_t size = i < ENVIRONMENT_WORDS ? word : X87_REGISTER_BYTES;

        if (insn->prefixes & INSN_ADDRESS16)
            offset &= 0xffff;
        TRY(cpu_open_aligned(cpu, insn->segment, offset, size,
                             size == word ? word : 1, access, &piece[i]));
        offset += size;
    }
    return true;
}

static void write_environment(struct cpu *cpu, const struct insn *insn,
                              const struct place *piece)
{
    uint32_t word[ENVIRONMENT_WORDS];

    environment(cpu, is_wide(insn), word);
    for (unsigned i = 0; i < ENVIRONMENT_WORDS; i++)
        memory_place_write(&cpu->mmu, &piece[i].memory, insn->width / 8u,
                           word[i]);
}

static void read_environment(struct cpu *cpu, const struct insn *insn,
                             const struct place *piece)
{
    uint32_t word[ENVIRONMENT_WORDS];

    for (unsigned i = 0; i < ENVIRONMENT_WORDS; i++)
        word[i] =
            memory_place_read(&cpu->mmu, &piece[i].memory, insn->width / 8u);
    set_environment(cpu, is_wide(insn), word);
}

/* FNSTENV masks all exceptions when it has stored. SDM 2A, "FSTENV/FNSTENV". */
static bool stenv(struct cpu *cpu, const struct insn *insn)
{
    struct place piece[IMAGE_PIECES];

    TRY(open_image(cpu, insn, ENVIRONMENT_WORDS, ACCESS_WRITE, piece));
    write_environment(cpu, insn, piece);
    x87_set_control(&cpu->x87, cpu->x87.control | X87_EXCEPTIONS);
    return true;
}

static bool ldenv(struct cpu *cpu, const struct insn *insn)
{
    struct place piece[IMAGE_PIECES];

    TRY(open_image(cpu, insn, ENVIRONMENT_WORDS, ACCESS_READ, piece));
    read_environment(cpu, insn, piece);
    return true;
}

static bool save(struct cpu *cpu, const struct insn *insn)
{
    struct place piece[IMAGE_PIECES];
    struct x87 *x87 = &cpu->x87;

    TRY(open_image(cpu, insn, IMAGE_PIECES, ACCESS_WRITE, piece));
    write_environment(cpu, insn, piece);
    for (unsigned i = 0; i < X87_REGISTERS; i++) {
        uint8_t bytes[16];

        x87_to_bytes(&x87->reg[x87_st(x87, i)], bytes);
        memory_place_write_bytes(&cpu->mmu,
                                 &piece[ENVIRONMENT_WORDS + i].memory, bytes);
    }
    x87_init(x87);
    return true;
}

static bool restore(struct cpu *cpu, const struct insn *insn)
{
    struct place piece[IMAGE_PIECES];
    struct x87 *x87 = &cpu->x87;

    TRY(open_image(cpu, insn, IMAGE_PIECES, ACCESS_READ, piece));
    read_environment(cpu, insn, piece);
    for (unsigned i = 0; i < X87_REGISTERS; i++) {
        uint8_t bytes[16];

        memory_place_read_bytes(&cpu->mmu, &piece[ENVIRONMENT_WORDS + i].memory,
                                bytes);
        x87->reg[x87_st(x87, i)] = x87_from_bytes(bytes);
    }
    return true;
}

static bool ldcw(struct cpu *cpu, const struct insn *insn)
{
    uint16_t control;

    TRY(x87_read(cpu, insn, sizeof control, &control));
    x87_set_control(&cpu->x87, control);
    return true;
}

static bool store_word(struct cpu *cpu, const struct insn *insn, uint16_t word)
{
    struct place place;

    TRY(operand_open_memory(cpu, insn, 2, ACCESS_WRITE, &place));
    memory_place_write(&cpu->mmu, &place.memory, 2, word);
    return true;
}

static bool stcw(struct cpu *cpu, const struct insn *insn)
{
    return store_word(cpu, insn, cpu->x87.control);
}

static bool stsw(struct cpu *cpu, const struct insn *insn)
{
    return store_word(cpu, insn, x87_status_now(&cpu->x87));
}

static bool stsw_ax(struct cpu *cpu, const struct insn *insn)
{
    (void)insn;
    cpu_set_register(cpu, EAX, WIDTH_16, x87_status_now(&cpu->x87));
    return true;
}

static bool init(struct cpu *cpu, const struct insn *insn)
{
    (void)insn;
    x87_init(&cpu->x87);
    return true;
}

/* FNCLEX: exceptions, SF, ES and B; not the conditions. */
static bool clex(struct cpu *cpu, const struct insn *insn)
{
    struct x87 *x87 = &cpu->x87;

    (void)insn;
    x87_set_status(x87, (uint16_t)(x87_status(x87) &
                                   ~(unsigned)(X87_EXCEPTIONS | X87_SF)));
    return true;
}

/* FENI, FDISI and FSETPM of the 8087 and 80287 are NOPs from the 387 on. */
static bool nop(struct cpu *cpu, const struct insn *insn)
{
    (void)cpu;
    (void)insn;
    return true;
}

static bool free_register(struct cpu *cpu, const struct insn *insn)
{
    struct x87 *x87 = &cpu->x87;
    const unsigned reg = x87_st(x87, x87_rm_field(insn));

    x87_set_c1(x87, false);
    x87->full = (uint8_t)(x87->full & ~(1u << reg));
    return true;
}

/* FFREEP, documented by nobody but there on all of them: FFREE and a pop. */
static bool free_register_pop(struct cpu *cpu, const struct insn *insn)
{
    (void)free_register(cpu, insn);
    x87_pop(&cpu->x87);
    return true;
}

#define OPERATION(name, body, manner)                        \
    bool op_##name(struct cpu *cpu, const struct insn *insn) \
    {                                                        \
        return x87_run(cpu, insn, body, manner);             \
    }

OPERATION(fnstenv, stenv, 0)
OPERATION(fldenv, ldenv, X87_CONTROL)
OPERATION(fnsave, save, 0)
OPERATION(frstor, restore, X87_CONTROL)
OPERATION(fldcw, ldcw, X87_CONTROL)
OPERATION(fnstcw, stcw, X87_ON_HOST)
OPERATION(fnstsw, stsw, X87_ON_HOST)
OPERATION(fnstsw_ax, stsw_ax, X87_ON_HOST)
OPERATION(fninit, init, 0)
OPERATION(fnclex, clex, 0)
OPERATION(fnop_no_wait, nop, X87_ON_HOST)
OPERATION(ffree, free_register, X87_CONTROL)
OPERATION(ffreep, free_register_pop, X87_CONTROL)
