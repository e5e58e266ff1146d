/* SPDX-License-Identifier: MIT */
/*
 * Code that changes under a block that was decoded from it. Whatever the block
 * does to follow, it must be the one that would be decoded anew.
 */
#include <string.h>

#include "cpu/block.h"
#include "cpu/exec.h"
#include "cpu/fetch.h"
#include "tests/unit/cpu/patched.h"
#include "tests/unit/random.h"
#include "tests/unit/run_tests.h"

enum {
    NOP = 0x90,
    BLOCK_BYTES = sizeof(struct block) + 66 * sizeof(struct insn)
};

static struct block *fetch(struct rig *rig)
{
    struct block *block;

    rig->cpu.eip = RIG_CODE - rig->cpu.segment[CS].base;
    rig->cpu.transfer = true;
    block = fetch_block(&rig->cpu);
    EXPECT(block != NULL);
    return block;
}

/* --- One instruction --- */

/* Put one instruction between a comparison, which can be fused with it, and
 * others, and decode it. */
static struct block *decode_among(struct rig *rig, const uint8_t *bytes,
                                  unsigned size)
{
    uint8_t code[24];

    memset(code, NOP, sizeof code);
    code[0] = 0x39; /* cmp eax, ecx */
    code[1] = 0xc8;
    memcpy(code + 2, bytes, size);
    code[sizeof code - 1] = 0xc3; /* ret */
    block_cache_clear(rig->cpu.blocks);
    load(rig, RIG_CODE, code, sizeof code);
    return fetch(rig);
}

/* An instruction, and which bytes of it hold a value. SDM 2A and 2B. */
struct sample {
    uint8_t length;
    uint8_t value; /* its first byte */
    uint8_t size;
    uint8_t bytes[15];
};

static const struct sample samples[] = {
    {5, 1, 4, {0xb8, 1, 2, 3, 4}},           /* mov eax, imm32 */
    {4, 2, 2, {0x66, 0xbf, 1, 2}},           /* mov di, imm16 */
    {2, 1, 1, {0xb4, 1}},                    /* mov ah, imm8 */
    {10, 6, 4, {0xc7, 0x05, 0, 0, 1, 0, 1}}, /* mov [m], imm32 */
    {7, 6, 1, {0xc6, 0x05, 0, 0, 1, 0, 1}},  /* mov [m], imm8 */
    {5, 1, 4, {0x05, 1, 2, 3, 4}},           /* add eax, imm32 */
    {6, 2, 4, {0x81, 0xfb, 1, 2, 3, 4}},     /* cmp ebx, imm32 */
    {3, 2, 1, {0x83, 0xe9, 0xff}},           /* sub ecx, imm8 */
    {4, 3, 1, {0x66, 0x83, 0xe9, 0xff}},     /* sub cx, imm8 */
    {3, 2, 1, {0x80, 0xc7, 1}},              /* add bh, imm8 */
    {2, 1, 1, {0xa8, 1}},                    /* test al, imm8 */
    {5, 1, 4, {0x68, 1, 2, 3, 4}},           /* push imm32 */
    {2, 1, 1, {0x6a, 0x80}},                 /* push imm8 */
    {6, 2, 4, {0x69, 0xc1, 1, 2, 3, 4}},     /* imul eax, ecx, imm32 */
    {3, 2, 1, {0x6b, 0xc1, 0x81}},           /* imul eax, ecx, imm8 */
    {3, 2, 1, {0xc1, 0xe0, 3}},              /* shl eax, imm8 */
    {4, 3, 1, {0x0f, 0xa4, 0xc8, 3}},        /* shld eax, ecx, imm8 */
    {4, 3, 1, {0x0f, 0xba, 0xe8, 3}},        /* bts eax, imm8 */
    {2, 1, 1, {0xd4, 10}},                   /* aam imm8 */
    {2, 1, 1, {0xe4, 0x60}},                 /* in al, imm8 */
    {2, 1, 1, {0xe6, 0x80}},                 /* out imm8, al */
    {2, 1, 1, {0xcd, 0x80}},                 /* int imm8 */
    {3, 1, 2, {0xc2, 4, 0}},                 /* ret imm16 */
    {2, 1, 1, {0x74, 4}},                    /* je rel8 */
    {6, 2, 4, {0x0f, 0x8c, 4, 0, 0, 0}},     /* jl rel32 */
    {5, 3, 2, {0x66, 0x0f, 0x8c, 4, 0}},     /* jl rel16 */
    {2, 1, 1, {0xeb, 0xfe}},                 /* jmp rel8 */
    {5, 1, 4, {0xe9, 4, 0, 0, 0}},           /* jmp rel32 */
    {5, 1, 4, {0xe8, 4, 0, 0, 0}},           /* call rel32 */
    {2, 1, 1, {0xe2, 0xfe}},                 /* loop rel8 */
    {2, 1, 1, {0xe3, 0x04}},                 /* jecxz rel8 */
    {5, 1, 4, {0xa1, 0, 0, 1, 0}},           /* mov eax, [moffs32] */
    {5, 1, 4, {0xa2, 0, 0, 1, 0}},           /* mov [moffs32], al */
    {4, 2, 2, {0x67, 0xa3, 0, 1}},           /* mov [moffs16], eax */
    {4, 4, 0, {0xc8, 1, 0, 2}},              /* enter imm16, imm8 */
    {7, 7, 0, {0x9a, 1, 2, 3, 4, 5, 6}},     /* call far */
    {2, 2, 0, {0xd1, 0xe0}},                 /* shl eax, 1 */
    {2, 2, 0, {0xd9, 0xe8}},                 /* fld1 */
    {5, 5, 0, {0xf0, 0x0f, 0xba, 0xe8, 3}},  /* lock bts eax, imm8: #UD */
    {2, 2, 0, {0x0f, 0xff}},                 /* #UD */
    {15,
     15,
     0,
     {0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
      0x69, 0xc0, 1}}, /* imul, too long: #GP */
};
enum { SAMPLES = sizeof samples / sizeof samples[0] };

/* Change `size` bytes of the sample from `at` on. True if they are values. */
static bool change(struct rig *rig, const struct sample *sample, unsigned at,
                   unsigned size)
{
    const uint32_t value = rig_load(rig, RIG_CODE + 2 + at, size);

    bus_write(&rig->bus, BUS_CPU, RIG_CODE + 2 + at, size, ~value);
    return at >= sample->value &&
           at + size <= (unsigned)sample->value + sample->size;
}

START_TEST(a_block_follows_where_a_value_has_changed_and_only_there)
{
    struct rig rig;

    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < SAMPLES; i++) {
        for (unsigned size = 1; size <= 4; size *= 2) {
            for (unsigned at = 0; at + size <= samples[i].length; at++) {
                const struct block_counts before =
                    *block_cache_counts(rig.cpu.blocks);
                const struct block_counts *after =
                    block_cache_counts(rig.cpu.blocks);
                bool follows;

                (void)decode_among(&rig, samples[i].bytes, samples[i].length);
                follows = change(&rig, &samples[i], at, size);
                EXPECT_EQ(after->patched - before.patched, follows);
                EXPECT_EQ(after->stale - before.stale, !follows);
            }
        }
    }
    rig_release(&rig);
}
END_TEST

/* mov eax, imm32 on two pages, not adjacent in memory: a store to the part on
 * the first one. */
START_TEST(an_immediate_on_two_pages_is_read_from_both)
{
    static const uint8_t code[] = {0xb8, 1, 1, 1, 1};

    for (uint32_t before = 2; before < 5; before++) {
        const uint32_t eip = RIG_CODE + PAGE_SIZE - before;
        struct rig rig;

        rig_init(&rig, "pentiumpro");
        turn_paging_on(&rig);
        load(&rig, eip, code, before);
        load(&rig, SECOND, code + before, 5 - before);
        for (unsigned value = 1; value < 3; value++) {
            bus_write(&rig.bus, BUS_CPU, eip + 1, 1, value);
            rig.cpu.eip = eip;
            EXPECT(rig_step(&rig));
            EXPECT_EQ(rig.cpu.gpr[EAX], 0x01010100 + value);
        }
        rig_release(&rig);
    }
}
END_TEST

/* It has read its displacement before the stack is there. */
START_TEST(a_call_whose_displacement_is_the_stack_goes_where_it_went)
{
    static const uint8_t call[] = {0xe8, 0x20, 0, 0, 0};

    for (unsigned use_fast = 0; use_fast < 2; use_fast++) {
        struct rig rig;

        rig_init(&rig, "pentiumpro");
        rig.cpu.mmu.use_fast = use_fast;
        load(&rig, RIG_CODE, call, sizeof call);
        for (unsigned time = 0; time < 2; time++) {
            rig.cpu.eip = RIG_CODE;
            rig.cpu.gpr[ESP] = RIG_CODE + 5;
            EXPECT(rig_step(&rig));
            EXPECT_EQ(rig_load(&rig, RIG_CODE + 1, 4), RIG_CODE + 5);
            EXPECT_EQ(rig.cpu.eip,
                      RIG_CODE + 5 + (time == 0 ? 0x20 : RIG_CODE + 5));
        }
        rig_release(&rig);
    }
}
END_TEST

/*
 * A page table at address 0, which is code too: the entry at 64 maps PAGE to
 * it. The TLB has room for one page.
 */
enum { ENTRY = 64, PAGE = 0x400000 + ENTRY / 4 * PAGE_SIZE };

static void start_on_table(struct rig *rig, uint32_t at, const void *code,
                           uint32_t size)
{
    rig_init_tlb(rig, "pentiumpro", "1x1");
    turn_paging_on(rig);
    rig_store(rig, DIRECTORY + 4, 4, 7);
    load(rig, at, code, size);
}

/* The walk for the destination sets A and D in the immediate. */
START_TEST(an_immediate_that_its_own_walk_changes_is_stored_as_it_was)
{
    static const uint8_t code[] = {0xc7, 0x05, 0, 8, 0x41, 0, 7, 0, 0, 0};

    for (unsigned use_fast = 0; use_fast < 2; use_fast++) {
        struct rig rig;

        start_on_table(&rig, ENTRY - 6, code, sizeof code);
        rig.cpu.mmu.use_fast = use_fast;
        rig.cpu.eip = ENTRY - 6;
        EXPECT(rig_step(&rig));
        EXPECT_EQ(rig_load(&rig, ENTRY, 4), 0x67);
        EXPECT_EQ(rig_load(&rig, 0x800, 4), 7);
        rig_release(&rig);
    }
}
END_TEST

/*
 * and [ebx], cl; jmp on. The first store clears A in the displacement, and
 * throws the code's page out of the TLB, so that the walk for the target sets
 * it again: the next jump goes 20h further. The second is to the page itself.
 */
START_TEST(a_jump_that_its_own_walk_changes_is_linked_to_no_target)
{
    enum { BEHIND = ENTRY + 4 };
    static const uint8_t code[] = {0x20, 0x0b, 0xe9, 0x47, 0, 0, 0};
    /* mov ebx, PAGE + 0x800; jmp back */
    static const uint8_t back[] = {0xbb, 0, 8, 0x41, 0, 0xeb, 0xab};
    static const uint32_t expected[] = {
        ENTRY - 1,     BEHIND + 0x47, BEHIND + 0x4c, ENTRY - 3,    ENTRY - 1,
        BEHIND + 0x67, BEHIND + 0x68, BEHIND + 0x69, BEHIND + 0x6a};
    const unsigned steps = sizeof expected / sizeof expected[0];

    for (unsigned ticks = 1; ticks <= steps; ticks++) {
        struct rig rig;

        start_on_table(&rig, ENTRY - 3, code, sizeof code);
        load(&rig, BEHIND + 0x47, back, sizeof back);
        rig_store(&rig, BEHIND + 0x67, 4, 0x90909090);
        rig.cpu.eip = PAGE + ENTRY - 3;
        rig.cpu.gpr[EBX] = ENTRY;
        rig.cpu.gpr[ECX] = 0xdf;
        (void)cpu_run(&rig.cpu, ticks);
        EXPECT_EQ(rig.cpu.eip, PAGE + expected[ticks - 1]);
        rig_release(&rig);
    }
}
END_TEST

/* --- Every instruction --- */

/* Opcode `opcode` of one of the maps, with prefixes and operands at random. */
static void random_instruction(struct random *random, unsigned opcode,
                               uint8_t bytes[15])
{
    static const uint8_t prefixes[] = {0x66, 0x67, 0xf0, 0xf3, 0x2e, 0x36};
    unsigned at = 0;

    while (at < 3 && random_below(random, 3) == 0)
        bytes[at++] = prefixes[random_below(random, sizeof prefixes)];
    if (opcode > 0xff)
        bytes[at++] = 0x0f;
    bytes[at++] = (uint8_t)opcode;
    while (at < 15)
        bytes[at++] = (uint8_t)random_next(random);
}

/* What is decoded now of the bytes in memory; `block` is what there was. */
static void expect_fresh(struct rig *rig, const struct block *block)
{
    static union {
        struct block block;
        uint8_t bytes[BLOCK_BYTES];
    } old;
    const struct block *fresh;

    memcpy(old.bytes, block,
           sizeof *block + block->records * sizeof block->insn[0]);
    block_cache_clear(rig->cpu.blocks);
    fresh = fetch(rig);
    EXPECT_EQ(old.block.bytes, fresh->bytes);
    EXPECT_EQ(old.block.records, fresh->records);
    EXPECT_EQ(old.block.ticks, fresh->ticks);
    EXPECT_EQ(old.block.look_ups, fresh->look_ups);
    EXPECT(memcmp(old.block.insn, fresh->insn,
                  fresh->records * sizeof fresh->insn[0]) == 0);
}

/* Stores of all sizes to all bytes of an instruction. Returns how often the
 * block followed. */
static unsigned change_everywhere(struct rig *rig, struct random *random,
                                  const uint8_t bytes[15])
{
    unsigned followed = 0;

    for (unsigned size = 1; size <= 4; size *= 2) {
        for (unsigned at = 0; at + size <= 15; at++) {
            const struct block *block = decode_among(rig, bytes, 15);
            const uint64_t stale = block_cache_counts(rig->cpu.blocks)->stale;

            bus_write(&rig->bus, BUS_CPU, RIG_CODE + 2 + at, size,
                      (uint32_t)random_next(random));
            if (block_cache_counts(rig->cpu.blocks)->stale == stale) {
                expect_fresh(rig, block);
                followed++;
            }
        }
    }
    return followed;
}

START_TEST(a_block_that_followed_is_the_one_decoded_anew)
{
    struct random random = random_seeded(7);
    unsigned followed = 0;
    struct rig rig;

    for (unsigned bits = 16; bits <= 32; bits *= 2) {
        rig_init(&rig, "pentiumpro");
        if (bits == 16)
            rig_enter_v86(&rig, 3);
        for (unsigned i = 0; i < 512 * 2; i++) {
            uint8_t bytes[15];

            random_instruction(&random, i % 512, bytes);
            followed += change_everywhere(&rig, &random, bytes);
        }
        rig_release(&rig);
    }
    EXPECT(followed > 1000);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_block_follows_where_a_value_has_changed_and_only_there,
        an_immediate_on_two_pages_is_read_from_both,
        a_call_whose_displacement_is_the_stack_goes_where_it_went,
        an_immediate_that_its_own_walk_changes_is_stored_as_it_was,
        a_jump_that_its_own_walk_changes_is_linked_to_no_target,
        a_block_that_followed_is_the_one_decoded_anew};

    return run_tests("patch", tests, sizeof tests / sizeof tests[0]);
}
