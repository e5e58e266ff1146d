/* SPDX-License-Identifier: MIT */
/*
 * What blocks of decoded code must not show: where they begin and end, that
 * they are kept, linked and made stale, and how the run is cut into slices.
 */
#include <string.h>

#include "cpu/block.h"
#include "cpu/exec.h"
#include "tests/unit/cpu/same.h"

enum {
    DIRECTORY = 0x100000,
    TABLE = 0x101000,
    OTHER_FRAME = 0x140000,
    PROGRAM_TICKS = 4000,
    VECTOR_TEST = 0x30,
    NOP = 0x90
};

static void load(struct rig *rig, uint32_t linear, const void *bytes,
                 uint32_t size)
{
    bus_write_block(&rig->bus, BUS_DEBUGGER, linear, bytes, size);
}

/* The first 2 MiB mapped to themselves, for everybody. */
static void turn_paging_on(struct rig *rig)
{
    rig_store(rig, DIRECTORY, 4, TABLE | 7);
    for (uint32_t i = 0; i < RIG_RAM / PAGE_SIZE; i++)
        rig_store(rig, TABLE + i * 4, 4, i * PAGE_SIZE | 7);
    mmu_set_cr3(&rig->cpu.mmu, DIRECTORY);
    rig->cpu.cr0 |= CR0_PG;
    cpu_update_paging(&rig->cpu);
}

/*
 * start: mov ecx, 50
 * again: mov eax, [ebx+ecx*4]; add eax, ecx; mov [edx+ecx*4], eax
 *        push eax; pop esi; inc byte [imm]; mov al, imm; call f
 *        dec ecx; jnz again; jmp start
 * f:     mov edi, DATA + 0x800; push ecx; mov ecx, 7; rep stosb; pop ecx; ret
 */
static void load_program(struct rig *rig)
{
    static const uint8_t program[] = {
        0xb9, 50,   0,    0,    0,    0x8b, 0x04, 0x8b, 0x01, 0xc8, 0x89, 0x04,
        0x8a, 0x50, 0x5e, 0xfe, 0x05, 0x16, 0x00, 0x01, 0x00, 0xb0, 0x00, 0xe8,
        0x05, 0,    0,    0,    0x49, 0x75, 0xe6, 0xeb, 0xdf, 0xbf, 0x00, 0x88,
        0x01, 0x00, 0x51, 0xb9, 7,    0,    0,    0,    0xf3, 0xaa, 0x59, 0xc3};

    load(rig, RIG_CODE, program, sizeof program);
    rig_store(rig, RIG_CODE + 24, 4, 5);
    rig->cpu.eip = RIG_CODE;
    rig->cpu.gpr[EBX] = RIG_DATA;
    rig->cpu.gpr[EDX] = RIG_DATA + 0x400;
}

static void start_program(struct rig *rig, const char *model)
{
    rig_init(rig, model);
    rig_enter(rig, 0);
    turn_paging_on(rig);
    load_program(rig);
}

static void run_to(struct rig *rig, uint64_t tick)
{
    while (rig->clock.now < tick)
        (void)cpu_run(&rig->cpu, tick);
}

static void expect_same(const struct rig *a, const struct rig *b)
{
    expect_same_processor(a, b);
    EXPECT(memcmp(a->bus.memory, b->bus.memory, RIG_RAM) == 0);
}

static const char *const models[] = {"386", "486", "pentium", "pentiumpro"};
enum { MODELS = sizeof models / sizeof models[0] };

START_TEST(a_run_cut_into_slices_is_the_same_run)
{
    for (unsigned m = 0; m < MODELS; m++) {
        struct rig whole;

        start_program(&whole, models[m]);
        run_to(&whole, PROGRAM_TICKS);
        EXPECT_EQ(whole.clock.now, PROGRAM_TICKS);
        for (uint64_t slice = 1; slice < 60; slice++) {
            struct rig cut;

            start_program(&cut, models[m]);
            for (uint64_t at = slice; at < PROGRAM_TICKS; at += slice)
                run_to(&cut, at);
            run_to(&cut, PROGRAM_TICKS);
            expect_same(&cut, &whole);
            rig_release(&cut);
        }
        rig_release(&whole);
    }
}
END_TEST

START_TEST(short_cuts_change_no_state_and_no_count)
{
    for (unsigned m = 0; m < MODELS; m++) {
        struct rig fast;
        struct rig full;

        start_program(&fast, models[m]);
        start_program(&full, models[m]);
        full.cpu.mmu.use_fast = false;
        for (uint64_t at = 0; at <= PROGRAM_TICKS; at += 97) {
            run_to(&fast, at);
            run_to(&full, at);
            expect_same(&fast, &full);
        }
        rig_release(&fast);
        rig_release(&full);
    }
}
END_TEST

START_TEST(a_store_is_seen_by_the_instruction_behind_it)
{
    for (uint32_t gap = 0; gap < 60; gap++) {
        /* mov byte [immediate], 0x42; nops; mov al, 0 */
        uint8_t code[80] = {0xc6, 0x05};
        const uint32_t immediate = RIG_CODE + 7 + gap + 1;
        struct rig rig;

        memset(code + 7, NOP, sizeof code - 7);
        memcpy(code + 2, &immediate, 4);
        code[6] = 0x42;
        code[7 + gap] = 0xb0;
        code[8 + gap] = 0;
        rig_init(&rig, "pentiumpro");
        rig_enter(&rig, 0);
        load(&rig, RIG_CODE, code, sizeof code);
        rig.cpu.eip = RIG_CODE;
        run_to(&rig, gap + 2);
        EXPECT_EQ(rig.cpu.gpr[EAX] & 0xff, 0x42);
        EXPECT_EQ(rig.cpu.eip, immediate + 1);
        rig_release(&rig);
    }
}
END_TEST

START_TEST(a_device_that_writes_code_is_seen)
{
    static const uint8_t loop[] = {0xb0, 1, 0xeb, 0xfc}; /* mov al, 1; jmp */
    static const uint8_t two = 2;
    struct rig rig;

    rig_init(&rig, "486");
    rig_enter(&rig, 0);
    load(&rig, RIG_CODE, loop, sizeof loop);
    rig.cpu.eip = RIG_CODE;
    run_to(&rig, 101);
    EXPECT_EQ(rig.cpu.gpr[EAX] & 0xff, 1);
    bus_write_block(&rig.bus, BUS_DMA, RIG_CODE + 1, &two, 1);
    run_to(&rig, 104);
    EXPECT_EQ(rig.cpu.gpr[EAX] & 0xff, 2);
    EXPECT_EQ(block_cache_counts(rig.cpu.blocks)->patched, 1);
    rig_release(&rig);
}
END_TEST

/* mov eax, imm32 whose bytes lie on two pages; jmp back to it. */
START_TEST(the_second_page_of_an_instruction_is_translated_each_time)
{
    for (uint32_t before = 1; before < 5; before++) {
        const uint32_t eip = RIG_CODE + PAGE_SIZE - before;
        uint8_t code[7] = {0xb8, 1, 1, 1, 1, 0xeb, 0xf9};
        struct rig rig;

        rig_init(&rig, "pentiumpro");
        rig_enter(&rig, 0);
        turn_paging_on(&rig);
        load(&rig, eip, code, sizeof code);
        memset(code + before, 2, 5 - before);
        load(&rig, OTHER_FRAME, code + before, sizeof code - before);
        rig.cpu.eip = eip;
        run_to(&rig, 21);
        EXPECT_EQ(rig.cpu.gpr[EAX], 0x01010101);
        rig_store(&rig, TABLE + (RIG_CODE + PAGE_SIZE) / PAGE_SIZE * 4, 4,
                  OTHER_FRAME | 7);
        run_to(&rig, 31); /* no flush: the old translation is used */
        EXPECT_EQ(rig.cpu.gpr[EAX], 0x01010101);
        mmu_invalidate_page(&rig.cpu.mmu, RIG_CODE + PAGE_SIZE);
        run_to(&rig, 41);
        EXPECT_EQ(rig.cpu.gpr[EAX] >> 24, 2);
        EXPECT_EQ(rig.cpu.gpr[EAX] & 0xff, before > 1 ? 1 : 2);
        rig_release(&rig);
    }
}
END_TEST

static uint8_t acknowledge(void *context)
{
    struct rig *rig = context;

    cpu_set_intr(&rig->cpu, false);
    return VECTOR_TEST;
}

START_TEST(an_interrupt_is_taken_at_its_tick)
{
    static uint32_t eip_at[PROGRAM_TICKS];
    struct rig steps;

    start_program(&steps, "pentiumpro");
    for (uint64_t tick = 0; tick < PROGRAM_TICKS / 8; tick++) {
        run_to(&steps, tick);
        eip_at[tick] = steps.cpu.eip;
    }
    rig_release(&steps);
    for (uint64_t tick = 1; tick < PROGRAM_TICKS / 8; tick++) {
        struct rig rig;

        start_program(&rig, "pentiumpro");
        rig_handle(&rig, VECTOR_TEST, rig_code(0), 14, 0);
        rig.cpu.acknowledge = acknowledge;
        rig.cpu.context = &rig;
        rig.cpu.eflags |= FLAG_IF;
        run_to(&rig, tick);
        cpu_set_intr(&rig.cpu, true);
        run_to(&rig, tick + 1);
        EXPECT_EQ(rig.cpu.eip, rig_handler(VECTOR_TEST));
        EXPECT_EQ(rig_stacked(&rig, 4, 0), eip_at[tick]);
        rig_release(&rig);
    }
}
END_TEST

START_TEST(sti_holds_interrupts_off_for_one_instruction)
{
    static const uint8_t code[] = {0xfb, NOP, NOP, NOP};
    struct rig rig;

    rig_init(&rig, "pentiumpro");
    rig_enter(&rig, 0);
    rig_handle(&rig, VECTOR_TEST, rig_code(0), 14, 0);
    rig.cpu.acknowledge = acknowledge;
    rig.cpu.context = &rig;
    load(&rig, RIG_CODE, code, sizeof code);
    rig.cpu.eip = RIG_CODE;
    cpu_set_intr(&rig.cpu, true);
    run_to(&rig, 3);
    EXPECT_EQ(rig.cpu.eip, rig_handler(VECTOR_TEST));
    EXPECT_EQ(rig_stacked(&rig, 4, 0), RIG_CODE + 2);
    rig_release(&rig);
}
END_TEST

START_TEST(a_full_cache_drops_blocks_and_the_run_goes_on)
{
    enum { JUMPS = (RIG_RAM - 0x40000) / 2 };
    const uint16_t jump_on = 0x00eb; /* jmp to the next instruction */
    struct rig rig;

    rig_init(&rig, "pentiumpro");
    rig_enter(&rig, 0);
    for (uint32_t i = 0; i < JUMPS; i++)
        rig_store(&rig, 0x40000 + i * 2, 2, jump_on);
    rig.cpu.eip = 0x40000;
    run_to(&rig, JUMPS);
    EXPECT_EQ(rig.cpu.eip, 0x40000 + JUMPS * 2);
    EXPECT(block_cache_counts(rig.cpu.blocks)->dropped > 0);
    rig_release(&rig);
}
END_TEST

/* Jumps round and round, each a block: somewhat more of them than the cache
 * holds. Most are still there when their turn comes. */
START_TEST(code_somewhat_larger_than_the_cache_is_mostly_kept)
{
    enum { JUMPS = 580000, START = 0x40000, ROUNDS = 4 };
    const uint16_t jump_on = 0x00eb; /* jmp to the next instruction */
    const int32_t back = START - (START + JUMPS * 2 + 5);
    uint64_t first;
    struct rig rig;

    rig_init(&rig, "pentiumpro");
    rig_enter(&rig, 0);
    for (uint32_t i = 0; i < JUMPS; i++)
        rig_store(&rig, START + i * 2, 2, jump_on);
    rig_store(&rig, START + JUMPS * 2, 1, 0xe9); /* jmp to the first */
    rig_store(&rig, START + JUMPS * 2 + 1, 4, (uint32_t)back);
    rig.cpu.eip = START;
    run_to(&rig, JUMPS);
    first = block_cache_counts(rig.cpu.blocks)->decoded;
    EXPECT(block_cache_counts(rig.cpu.blocks)->dropped > 0);
    run_to(&rig, (uint64_t)(JUMPS + 1) * ROUNDS + 7);
    EXPECT_EQ(rig.cpu.eip, START + 7 * 2);
    EXPECT(block_cache_counts(rig.cpu.blocks)->decoded - first <
           first * (ROUNDS - 1) / 2);
    rig_release(&rig);
}
END_TEST

/* One who looks, and lets the run go on. */
static bool passed(void *context, linear_addr linear)
{
    EXPECT_EQ(linear, RIG_CODE + 10);
    ++*(unsigned *)context;
    return false;
}

START_TEST(a_breakpoint_stops_before_its_instruction_each_time)
{
    unsigned passes = 0;
    struct rig rig;

    start_program(&rig, "pentiumpro");
    EXPECT(cpu_add_breakpoint(&rig.cpu, RIG_CODE + 10));
    EXPECT_EQ(cpu_run(&rig.cpu, PROGRAM_TICKS), RUN_BREAK);
    EXPECT_EQ(rig.cpu.eip, RIG_CODE + 10);
    EXPECT_EQ(rig.clock.now, 3);
    EXPECT_EQ(cpu_run(&rig.cpu, PROGRAM_TICKS), RUN_BREAK);
    EXPECT_EQ(rig.clock.now, 3);
    rig.cpu.breakpoints.reached = passed;
    rig.cpu.breakpoints.context = &passes;
    EXPECT_EQ(cpu_run(&rig.cpu, 10), RUN_DEADLINE);
    EXPECT_EQ(rig.clock.now, 10);
    EXPECT(passes > 0);
    rig_release(&rig);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_run_cut_into_slices_is_the_same_run,
        short_cuts_change_no_state_and_no_count,
        a_store_is_seen_by_the_instruction_behind_it,
        a_device_that_writes_code_is_seen,
        the_second_page_of_an_instruction_is_translated_each_time,
        an_interrupt_is_taken_at_its_tick,
        sti_holds_interrupts_off_for_one_instruction,
        a_full_cache_drops_blocks_and_the_run_goes_on,
        code_somewhat_larger_than_the_cache_is_mostly_kept,
        a_breakpoint_stops_before_its_instruction_each_time};

    return run_tests("blocks", tests, sizeof tests / sizeof tests[0]);
}
