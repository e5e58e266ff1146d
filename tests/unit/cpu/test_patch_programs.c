/* SPDX-License-Identifier: MIT */
/*
 * Programs that change themselves at random: they must run as if each of their
 * instructions were decoded when its turn comes.
 */
#include <string.h>

#include "cpu/block.h"
#include "cpu/exec.h"
#include "tests/unit/cpu/patched.h"
#include "tests/unit/cpu/same.h"
#include "tests/unit/random.h"

enum { PROGRAM_INSTRUCTIONS = 24, PROGRAM_BYTES = 400, PROGRAM_TICKS = 400 };

/* Instructions of the programs; TARGET stands for the address of a byte of the
 * program, NEAR for a displacement to one, and other FFs for anything. */
enum { NO_FIELD = 0xff };
static const struct part {
    uint8_t length;
    uint8_t target; /* where a doubleword for an address is, or NO_FIELD */
    uint8_t value;  /* where an immediate begins, or the length */
    uint8_t near;   /* it is a displacement of a branch: 1, 2 or 4 bytes */
    uint8_t bytes[11];
} parts[] = {
    /* Stores to code. */
    {7, 2, 6, 0, {0xc6, 0x05}},              /* mov byte [m], imm8 */
    {9, 3, 7, 0, {0x66, 0xc7, 0x05}},        /* mov word [m], imm16 */
    {10, 2, 6, 0, {0xc7, 0x05}},             /* mov dword [m], imm32 */
    {6, 2, 6, 0, {0x88, 0x0d}},              /* mov [m], cl */
    {6, 2, 6, 0, {0x89, 0x05}},              /* mov [m], eax */
    {7, 3, 7, 0, {0x66, 0x89, 0x15}},        /* mov [m], dx */
    {5, 1, 5, 0, {0xa2}},                    /* mov [m], al */
    {6, 2, 6, 0, {0xfe, 0x05}},              /* inc byte [m] */
    {6, 2, 6, 0, {0x01, 0x1d}},              /* add [m], ebx */
    {7, 2, 6, 0, {0x83, 0x35}},              /* xor dword [m], imm8 */
    {6, 2, 6, 0, {0x87, 0x0d}},              /* xchg [m], ecx */
    {8, 4, 8, 0, {0xd9, 0xe8, 0xdd, 0x1d}},  /* fld1; fstp qword [m] */
    {6, 1, 6, 0, {0xbf, 0, 0, 0, 0, 0xaa}},  /* mov edi, m; stosb */
    {6, 1, 6, 0, {0xbf, 0, 0, 0, 0, 0xab}},  /* mov edi, m; stosd */
    {6, 1, 6, 0, {0xbc, 0, 0, 0, 0, 0x50}},  /* mov esp, m; push eax */
    {7, 1, 6, 0, {0xbc, 0, 0, 0, 0, 0x6a}},  /* mov esp, m; push imm8 */
    {10, 1, 6, 4, {0xbc, 0, 0, 0, 0, 0xe8}}, /* mov esp, m; call rel32 */
    /* Values to be changed. */
    {5, NO_FIELD, 1, 0, {0xb8}},                   /* mov eax, imm32 */
    {4, NO_FIELD, 2, 0, {0x66, 0xba}},             /* mov dx, imm16 */
    {2, NO_FIELD, 1, 0, {0xb5}},                   /* mov ch, imm8 */
    {6, NO_FIELD, 2, 0, {0x81, 0xc3}},             /* add ebx, imm32 */
    {3, NO_FIELD, 2, 0, {0x83, 0xd1}},             /* adc ecx, imm8 */
    {6, NO_FIELD, 2, 0, {0x69, 0xd0}},             /* imul edx, eax, imm32 */
    {3, NO_FIELD, 2, 0, {0xc1, 0xc0}},             /* rol eax, imm8 */
    {3, NO_FIELD, 2, 0, {0xc1, 0xf9}},             /* sar ecx, imm8 */
    {4, NO_FIELD, 3, 0, {0x0f, 0xac, 0xd8}},       /* shrd eax, ebx, imm8 */
    {5, 1, 1, 0, {0xa1}},                          /* mov eax, [m] */
    {6, 2, 6, 0, {0x03, 0x0d}},                    /* add ecx, [m] */
    {2, NO_FIELD, 1, 1, {0x75}},                   /* jne rel8 */
    {2, NO_FIELD, 1, 1, {0xeb}},                   /* jmp rel8 */
    {6, NO_FIELD, 2, 4, {0x0f, 0x84}},             /* je rel32 */
    {5, NO_FIELD, 4, 1, {0x83, 0xf8, 0x7f, 0x72}}, /* cmp eax, 127; jb rel8 */
    {4, NO_FIELD, 3, 1, {0x39, 0xc8, 0x7c}},       /* cmp eax, ecx; jl rel8 */
    {3, NO_FIELD, 2, 1, {0x49, 0x79}},             /* dec ecx; jns rel8 */
    {1, NO_FIELD, 1, 0, {0x40}},                   /* inc eax */
};
enum { PARTS = sizeof parts / sizeof parts[0] };

struct program {
    uint8_t bytes[PROGRAM_BYTES];
    uint16_t start[PROGRAM_INSTRUCTIONS + 1];
    uint8_t part[PROGRAM_INSTRUCTIONS];
};

/* Offset of a byte of the program: mostly one of a value. */
static uint32_t random_byte(struct random *random,
                            const struct program *program)
{
    const unsigned i = random_below(random, PROGRAM_INSTRUCTIONS);
    const struct part *part = &parts[program->part[i]];
    const unsigned first = random_below(random, 8) ? part->value : 0;

    if (first >= part->length)
        return random_byte(random, program);
    return program->start[i] + first +
           random_below(random, part->length - first);
}

static void fill_part(struct random *random, struct program *program,
                      uint32_t at, unsigned i)
{
    const struct part *part = &parts[program->part[i]];
    uint8_t *bytes = program->bytes + program->start[i];
    uint32_t word;

    memcpy(bytes, part->bytes, part->length);
    for (unsigned byte = part->value; byte < part->length; byte++)
        bytes[byte] = (uint8_t)random_next(random);
    if (part->target != NO_FIELD) {
        word = (random_below(random, 2) ? at : at - RIG_CODE + ALIAS) +
               random_byte(random, program);
        memcpy(bytes + part->target, &word, 4);
    }
    if (part->near) {
        word = program->start[random_below(random, PROGRAM_INSTRUCTIONS)];
        word -= program->start[i] + part->length;
        memcpy(bytes + part->value, &word, part->near);
    }
}

/* A loop of parts, to lie at `at`. */
static void random_program(struct random *random, struct program *program,
                           uint32_t at)
{
    unsigned end = 0;
    uint32_t back;

    memset(program, 0, sizeof *program);
    for (unsigned i = 0; i < PROGRAM_INSTRUCTIONS; i++) {
        program->part[i] = (uint8_t)random_below(random, PARTS);
        program->start[i] = (uint16_t)end;
        end += parts[program->part[i]].length;
    }
    program->start[PROGRAM_INSTRUCTIONS] = (uint16_t)end;
    for (unsigned i = 0; i < PROGRAM_INSTRUCTIONS; i++)
        fill_part(random, program, at, i);
    back = 0u - (end + 5);
    program->bytes[end] = 0xe9;
    memcpy(program->bytes + end + 1, &back, 4);
}

static const physical_addr frames[] = {RIG_CODE, SECOND};

/* Of a byte of the program at linear address `linear`. */
static physical_addr physical_of(uint32_t linear)
{
    return frames[(linear - RIG_CODE) / PAGE_SIZE] |
           (linear & PAGE_OFFSET_MASK);
}

static void start(struct rig *rig, const char *model,
                  const struct program *program, uint32_t at)
{
    rig_init(rig, model);
    turn_paging_on(rig);
    for (unsigned i = 0; i < sizeof program->bytes; i++)
        load(rig, physical_of(at + i), program->bytes + i, 1);
    rig->cpu.eip = at;
    rig->cpu.gpr[EAX] = 0x41;
    rig->cpu.gpr[ECX] = 3;
    rig->cpu.gpr[EBX] = 0x01000203;
}

static bool goes_on(const struct rig *rig)
{
    return !rig->cpu.shutdown && !rig->cpu.halted;
}

static void run_to(struct rig *rig, uint64_t tick)
{
    while (rig->clock.now < tick && goes_on(rig))
        (void)cpu_run(&rig->cpu, tick);
}

/* The same, where each instruction is decoded for the first time. */
static void step_to(struct rig *rig, uint64_t tick)
{
    while (rig->clock.now < tick && goes_on(rig)) {
        for (unsigned i = 0; i < 2; i++)
            bus_changed(&rig->bus, BUS_DEBUGGER, frames[i], PAGE_SIZE);
        (void)cpu_run(&rig->cpu, rig->clock.now + 1);
    }
}

static void expect_same(const struct rig *a, const struct rig *b)
{
    EXPECT_EQ(a->clock.now, b->clock.now);
    EXPECT_EQ(a->cpu.shutdown, b->cpu.shutdown);
    expect_same_processor(a, b);
    for (unsigned i = 0; i < 2; i++)
        EXPECT(memcmp(a->bus.memory + frames[i], b->bus.memory + frames[i],
                      PAGE_SIZE) == 0);
}

/* A store by another master, to both. */
static void store_by_device(struct random *random, struct rig *a, struct rig *b,
                            const struct program *program, uint32_t at)
{
    const physical_addr where = physical_of(at + random_byte(random, program));
    const uint32_t value = (uint32_t)random_next(random);
    const uint32_t size = 1 + random_below(random, 4);

    bus_write_block(&a->bus, BUS_DMA, where, &value, size);
    bus_write_block(&b->bus, BUS_DMA, where, &value, size);
}

START_TEST(a_program_that_changes_itself_runs_as_if_decoded_anew)
{
    static const char *const models[] = {"386", "486", "pentiumpro"};
    struct random random = random_seeded(11);
    uint64_t patched = 0;

    for (unsigned i = 0; i < 3000; i++) {
        const uint32_t at =
            RIG_CODE + (i % 4 ? 0x40 : PAGE_SIZE - random_below(&random, 120));
        struct program program;
        struct rig fast;
        struct rig slow;

        random_program(&random, &program, at);
        start(&fast, models[i % 3], &program, at);
        start(&slow, models[i % 3], &program, at);
        while (fast.clock.now < PROGRAM_TICKS && goes_on(&fast)) {
            const uint64_t tick =
                fast.clock.now + 1 + random_below(&random, 60);

            run_to(&fast, tick);
            step_to(&slow, tick);
            expect_same(&fast, &slow);
            if (random_below(&random, 8) == 0)
                store_by_device(&random, &fast, &slow, &program, at);
        }
        patched += block_cache_counts(fast.cpu.blocks)->patched;
        rig_release(&fast);
        rig_release(&slow);
    }
    EXPECT(patched > 10000);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_program_that_changes_itself_runs_as_if_decoded_anew};

    return run_tests("patch programs", tests, sizeof tests / sizeof tests[0]);
}
