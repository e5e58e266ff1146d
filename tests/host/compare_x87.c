/* SPDX-License-Identifier: MIT */
/*
 * x87 instructions on this host's processor and on ours, from the same
 * state: random registers with a liking for special values, all rounding and
 * precision modes, masks and stack faults. Everything must be equal but
 * undefined conditions. Not the transcendental functions, which differ
 * between vendors.
 *
 * Usage: compare_x87 [COUNT [SEED]]
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "tests/unit/random.h"
#include "tests/vectors/harness.h"

enum {
    CODE = 0x200000,
    DATA = 0x300000,
    OPERAND_BYTES = 16,
    SHOWN_MAX = 10,
    UNDEFINED = X87_C0 | X87_C2 | X87_C3
};

/** What FNSAVE writes in 32-bit format. */
struct image {
    uint32_t word[7];
    uint8_t reg[X87_REGISTERS * X87_REGISTER_BYTES];
};

/** An instruction with every ModR/M byte from `first` to `last`; memory forms
 * are given by their register forms' reg field and go through EDI. */
struct range {
    uint8_t opcode;
    bool memory;
    uint8_t first;
    uint8_t last;
    bool defined; /**< its conditions are */
};

static const struct range ranges[] = {
    {0xd8, true, 0, 1, false},        {0xd8, true, 2, 3, true},
    {0xd8, true, 4, 7, false},        {0xd9, true, 0, 0, false},
    {0xd9, true, 2, 3, false},        {0xda, true, 0, 1, false},
    {0xda, true, 2, 3, true},         {0xda, true, 4, 7, false},
    {0xdb, true, 0, 0, false},        {0xdb, true, 2, 3, false},
    {0xdb, true, 5, 5, false},        {0xdb, true, 7, 7, false},
    {0xdc, true, 0, 1, false},        {0xdc, true, 2, 3, true},
    {0xdc, true, 4, 7, false},        {0xdd, true, 0, 0, false},
    {0xdd, true, 2, 3, false},        {0xde, true, 0, 1, false},
    {0xde, true, 2, 3, true},         {0xde, true, 4, 7, false},
    {0xdf, true, 0, 0, false},        {0xdf, true, 2, 3, false},
    {0xdf, true, 5, 7, false},        {0xd8, false, 0xc0, 0xcf, false},
    {0xd8, false, 0xd0, 0xdf, true},  {0xd8, false, 0xe0, 0xff, false},
    {0xd9, false, 0xc0, 0xcf, false}, {0xd9, false, 0xe0, 0xe1, false},
    {0xd9, false, 0xe4, 0xe5, true},  {0xd9, false, 0xe8, 0xee, false},
    {0xd9, false, 0xf4, 0xf4, false}, {0xd9, false, 0xf6, 0xf7, false},
    {0xd9, false, 0xfa, 0xfa, false}, {0xd9, false, 0xfc, 0xfd, false},
    {0xda, false, 0xe9, 0xe9, true},  {0xdb, false, 0xe8, 0xf7, true},
    {0xdc, false, 0xc0, 0xcf, false}, {0xdc, false, 0xe0, 0xff, false},
    {0xdd, false, 0xc0, 0xc7, false}, {0xdd, false, 0xd0, 0xdf, false},
    {0xdd, false, 0xe0, 0xef, true},  {0xde, false, 0xc0, 0xcf, false},
    {0xde, false, 0xd9, 0xd9, true},  {0xde, false, 0xe0, 0xff, false},
    {0xdf, false, 0xe8, 0xf7, true},
};

struct compare {
    struct harness harness;
    uint8_t *native; /**< FRSTOR [rsi]; the instruction; FNSAVE [rsi]; RET */
    struct random random;
    unsigned long failed;
};

/** A value: any bits, or a special one, or a number of moderate size. */
static struct x87_register random_register(struct random *random)
{
    static const uint64_t significands[] = {
        0x8000000000000000, 0xc000000000000000, 0xffffffffffffffff,
        0x0000000000000001, 0x4000000000000000, 0x8000000000000001,
        0xfffffffffffff800, 0xfffffffffffffc00, 0};
    static const uint16_t exponents[] = {0,      1,      2,      0x3fff,
                                         0x3ffe, 0x7ffe, 0x7fff, 0x403e,
                                         0x3c00, 0x43ff, 0x3f80, 0x407f};
    const uint64_t kind = random_next(random);
    struct x87_register value = {random_next(random), (uint16_t)kind, {0}};

    if (kind >> 16 & 1)
        value.significand |= X87_INTEGER_BIT;
    if ((kind >> 17 & 3) == 0)
        value.significand = significands[(kind >> 20) % 9];
    if ((kind >> 30 & 3) == 0)
        value.significand &= 0xfffff80000000000;
    if ((kind >> 32 & 3) == 0)
        value.exponent =
            (uint16_t)(exponents[(kind >> 34) % 12] | (kind & X87_SIGN));
    else if (kind >> 40 & 3)
        value.exponent =
            (uint16_t)((X87_BIAS - 35 + (kind >> 44) % 70) | (kind & X87_SIGN));
    return value;
}

static void random_state(struct random *random, struct x87 *x87)
{
    const uint64_t bits = random_next(random);
    unsigned control = bits & 0xf00u;

    if ((control >> X87_PRECISION_SHIFT & 3) == 1)
        control |= 0x200;
    control |= bits >> 12 & 3 ? X87_EXCEPTIONS : bits >> 16 & X87_EXCEPTIONS;
    x87_set_control(x87, (uint16_t)control);
    x87_set_status(x87, (uint16_t)(bits >> 24 & (X87_CONDITION | 0x3800)));
    x87_set_tags(x87, bits >> 40 & 3 ? 0xc000 : (uint16_t)(bits >> 44));
    for (unsigned i = 0; i < X87_REGISTERS; i++)
        x87->reg[i] = random_register(random);
}

static void to_image(const struct x87 *x87, struct image *image)
{
    *image =
        (struct image){.word = {x87->control, x87_status(x87), x87_tags(x87)}};
    for (unsigned i = 0; i < X87_REGISTERS; i++)
        x87_to_bytes(&x87->reg[x87_st(x87, i)],
                     image->reg + (size_t)i * X87_REGISTER_BYTES);
}

static void run_native(struct compare *compare, const uint8_t *code,
                       struct image *image, void *operand)
{
    uint8_t *native = compare->native;

    memcpy(native,
           (const uint8_t[]){0xdd, 0x26, code[0], code[1], 0xdd, 0x36, 0xc3},
           7);
    __asm__ volatile("lea -128(%%rsp), %%rsp\n\t" /* the red zone */
                     "call *%[native]\n\t"
                     "lea 128(%%rsp), %%rsp"
                     :
                     : [native] "r"(native), "S"(image), "D"(operand)
                     : "cc", "memory", "st", "st(1)", "st(2)", "st(3)", "st(4)",
                       "st(5)", "st(6)", "st(7)");
}

/* Our processor: the instruction and an INT 3, which it does not reach. Every
 * other time an FNOP before it lets its fast handler run. */
static void run_ours(struct compare *compare, const uint8_t *code,
                     struct image *image, uint8_t *operand)
{
    struct harness *harness = &compare->harness;
    struct cpu *cpu = &harness->cpu;
    const unsigned before = random_next(&compare->random) & 1;
    const uint8_t bytes[] = {0xd9, 0xd0, code[0], code[1], 0x90, 0xcc};

    harness_store(harness, CODE, bytes, sizeof bytes);
    harness_store(harness, DATA, operand, OPERAND_BYTES);
    cpu->eip = before ? CODE : CODE + 2;
    cpu->gpr[EDI] = DATA;
    harness_clear(harness);
    harness_run(harness, 1 + before);
    memcpy(operand, harness->bus.memory + DATA, OPERAND_BYTES);
    to_image(&cpu->x87, image);
}

static bool is_equal(const struct range *range, const struct image *a,
                     const struct image *b)
{
    const uint32_t masked = range->defined ? 0 : UNDEFINED;

    return ((a->word[0] ^ b->word[0]) & 0x1f3f) == 0 &&
           ((a->word[1] ^ b->word[1]) & 0xffff & ~masked) == 0 &&
           ((a->word[2] ^ b->word[2]) & 0xffff) == 0 &&
           memcmp(a->reg, b->reg, sizeof a->reg) == 0;
}

static void print_image(const char *title, const struct image *image,
                        const uint8_t *operand)
{
    printf("  %-6s cw %04x sw %04x tw %04x", title, image->word[0] & 0xffff,
           image->word[1] & 0xffff, image->word[2] & 0xffff);
    for (unsigned i = 0; i < sizeof image->reg; i++)
        printf("%s%02x", i % X87_REGISTER_BYTES ? "" : " ", image->reg[i]);
    printf(" [");
    for (unsigned i = 0; i < X87_REGISTER_BYTES; i++)
        printf("%02x", operand[i]);
    printf("]\n");
}

static void random_operand(struct random *random, uint8_t *operand)
{
    const struct x87_register value = random_register(random);
    const uint64_t kind = random_next(random);
    const double moderate = (double)(int64_t)random_next(random) / 0x1p60;
    const float small = (float)moderate;

    memset(operand, 0, OPERAND_BYTES);
    x87_to_bytes(&value, operand);
    if ((kind & 3) == 1)
        memcpy(operand, &moderate, sizeof moderate);
    if ((kind & 3) == 2)
        memcpy(operand, &small, sizeof small);
}

static void compare_one(struct compare *compare)
{
    const uint64_t choice = random_next(&compare->random);
    const struct range *range =
        &ranges[choice % (sizeof ranges / sizeof *ranges)];
    const unsigned count = range->last - range->first + 1u;
    const uint8_t modrm = (uint8_t)(range->first + (choice >> 32) % count);
    const uint8_t code[2] = {range->opcode,
                             range->memory ? (uint8_t)(modrm << 3 | 7) : modrm};
    uint8_t operand[3][OPERAND_BYTES];
    struct image image[3];

    random_state(&compare->random, &compare->harness.cpu.x87);
    random_operand(&compare->random, operand[0]);
    memcpy(operand[1], operand[0], OPERAND_BYTES);
    memcpy(operand[2], operand[0], OPERAND_BYTES);
    to_image(&compare->harness.cpu.x87, &image[0]);
    image[1] = image[0];
    run_native(compare, code, &image[1], operand[1]);
    run_ours(compare, code, &image[2], operand[2]);
    if (is_equal(range, &image[1], &image[2]) &&
        memcmp(operand[1], operand[2], OPERAND_BYTES) == 0)
        return;
    if (compare->failed++ >= SHOWN_MAX)
        return;
    printf("%02x %02x\n", code[0], code[1]);
    print_image("before", &image[0], operand[0]);
    print_image("host", &image[1], operand[1]);
    print_image("ours", &image[2], operand[2]);
}

static bool compare_init(struct compare *compare)
{
    struct error error;
    struct harness *harness = &compare->harness;

    compare->native = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (compare->native == MAP_FAILED ||
        !harness_init(harness, cpu_model_find("pentiumpro"), &error))
        return false;
    harness_set_descriptor(harness, SYSTEM_GDT, 1, 0, 0xfffff,
                           RIGHTS_CODE32 | RIGHTS_FLAT);
    harness_set_descriptor(harness, SYSTEM_GDT, 2, 0, 0xfffff,
                           RIGHTS_DATA32 | RIGHTS_FLAT);
    harness_start_protected(harness, 0x7f, 0);
    for (unsigned i = 0; i < SEGMENT_COUNT; i++)
        harness_load_segment(harness, i, i == CS ? 0x08 : 0x10);
    harness->cpu.cr0 = CR0_PE | CR0_ET | CR0_NE;
    cpu_update_paging(&harness->cpu);
    return true;
}

int main(int argc, char **argv)
{
    const unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 0) : 500000;
    const uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    struct compare *compare = calloc(1, sizeof *compare);
    unsigned long failed;

    if (!compare || !compare_init(compare)) {
        fputs("compare_x87: cannot begin\n", stderr);
        return EXIT_FAILURE;
    }
    compare->random = random_seeded(seed);
    for (unsigned long i = 0; i < count; i++)
        compare_one(compare);
    printf("seed %" PRIu64 ": %lu compared, %lu differ\n", seed, count,
           compare->failed);
    harness_release(&compare->harness);
    (void)munmap(compare->native, 4096);
    failed = compare->failed;
    free(compare);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
