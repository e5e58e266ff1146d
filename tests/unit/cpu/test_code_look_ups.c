/* SPDX-License-Identifier: MIT */
/*
 * docs/tlb.md: code is looked up once when fetching enters a page, at each
 * taken transfer, and after each flush, INVLPG of any page among them. What
 * INVLPG drops is missed then, and nothing else.
 */
#include <string.h>

#include "cpu/exec.h"
#include "mmu/code.h"
#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"

#define DIRECTORY 0x00100000u
#define TABLE     0x00101000u
#define OTHER     0x00400000u

enum { RW = PTE_P | PTE_RW, TICKS = 5, LOOK_UPS = 4, FLUSHES = 2 };

static const char *const models[] = {
    "pentiumpro", "pentium",  "486", "386",
    "infinite",   "64x4:lru", "8x1", "none",
};

enum { MODELS = sizeof models / sizeof models[0] };

static const uint8_t program[] = {
    0x0f, 0x01, 0x3b, /* invlpg [ebx] */
    0x90,             /* nop */
    0x0f, 0x01, 0x3b, /* invlpg [ebx] */
    0xeb, 0xfe,       /* jmp $ */
};

static struct rig rig;

/* Code is on a page of 4 KiB, or of 4 MiB, on the first of the directory. */
static void set_up(const char *tlb, bool large)
{
    rig_init_tlb(&rig, "pentiumpro", tlb);
    for (uint32_t page = 0; page < RIG_RAM / PAGE_SIZE; page++)
        rig_store(&rig, TABLE + page * 4, 4, page * PAGE_SIZE | RW);
    rig_store(&rig, DIRECTORY, 4, large ? 0 | RW | PTE_PS : TABLE | RW);
    rig.cpu.cr4 |= CR4_PSE;
    rig.cpu.cr0 |= CR0_PG;
    cpu_update_paging(&rig.cpu);
    bus_write_block(&rig.bus, BUS_DEBUGGER, RIG_CODE, program, sizeof program);
}

/* Run the program whole, or tick by tick, with INVLPG of `linear`. */
static struct mmu_counts run(linear_addr linear, unsigned slice)
{
    const uint64_t end = rig.clock.now + TICKS;
    struct mmu_counts before;
    struct mmu_counts after;

    mmu_set_cr3(&rig.cpu.mmu, DIRECTORY);
    rig.cpu.gpr[EBX] = linear;
    rig.cpu.eip = RIG_CODE;
    before = mmu_counts(&rig.cpu.mmu);
    while (rig.clock.now < end)
        (void)cpu_run(&rig.cpu, rig.clock.now + slice);
    after = mmu_counts(&rig.cpu.mmu);
    after.code_lookups -= before.code_lookups;
    after.code_misses -= before.code_misses;
    after.flushes[TLB_CAUSE_INVLPG] -= before.flushes[TLB_CAUSE_INVLPG];
    return after;
}

static void expect_misses(const char *tlb, linear_addr linear, uint64_t misses)
{
    const bool forgets = strcmp(tlb, "none") == 0;

    for (unsigned slice = 1; slice <= TICKS; slice += TICKS - 1) {
        const struct mmu_counts counts = run(linear, slice);

        EXPECT_EQ(counts.code_lookups, LOOK_UPS);
        EXPECT_EQ(counts.code_misses, forgets ? LOOK_UPS : misses);
        EXPECT_EQ(counts.flushes[TLB_CAUSE_INVLPG], FLUSHES);
    }
}

START_TEST(invlpg_of_another_page_looks_code_up_and_finds_it)
{
    for (unsigned i = 0; i < MODELS; i++) {
        for (unsigned large = 0; large < 2; large++) {
            set_up(models[i], large);
            expect_misses(models[i], OTHER, 1);
            if (!large)
                expect_misses(models[i], RIG_CODE + PAGE_SIZE, 1);
            rig_release(&rig);
        }
    }
}
END_TEST

START_TEST(invlpg_of_the_page_of_code_makes_each_look_up_after_it_a_miss)
{
    for (unsigned i = 0; i < MODELS; i++) {
        for (unsigned large = 0; large < 2; large++) {
            set_up(models[i], large);
            expect_misses(models[i], RIG_CODE + 0xabc, 1 + FLUSHES);
            if (large)
                expect_misses(models[i], OTHER - 1, 1 + FLUSHES);
            rig_release(&rig);
        }
    }
}
END_TEST

START_TEST(invlpg_without_paging_drops_nothing)
{
    for (unsigned i = 0; i < MODELS; i++) {
        set_up(models[i], false);
        rig.cpu.cr0 &= ~CR0_PG;
        cpu_update_paging(&rig.cpu);
        (void)run(OTHER, TICKS);
        EXPECT_EQ(rig.cpu.eip, RIG_CODE + sizeof program - 2);
        EXPECT_EQ(rig.faults, 0);
        rig_release(&rig);
    }
}
END_TEST

/* The A20 gate can move in a block, between a flush and INVLPG. */
START_TEST(a_page_that_is_to_be_looked_up_is_still_after_invlpg)
{
    struct mmu *mmu = &rig.cpu.mmu;
    struct fault fault;

    set_up("pentiumpro", false);
    mmu_set_cr3(mmu, DIRECTORY);
    EXPECT(mmu_fetch(mmu, RIG_CODE, PRIVILEGE_SUPERVISOR, &fault));
    EXPECT(mmu_fetch_known(mmu, RIG_CODE, PRIVILEGE_SUPERVISOR));
    EXPECT(mmu_fetch_on(mmu, mmu->code.plain));
    mmu_set_a20(mmu, false);
    mmu_set_a20(mmu, true);
    EXPECT(!mmu->code.held);
    EXPECT(!mmu_fetch_on(mmu, mmu->code.plain));
    EXPECT(!mmu->code.held);
    rig_release(&rig);
}
END_TEST

START_TEST(code_is_fetched_from_where_its_page_is_after_invlpg)
{
    static const uint8_t there[] = {0x0f, 0x01, 0x3b, 0x40}; /* ; inc eax */
    const uint8_t elsewhere = 0x48;                          /* dec eax */

    for (unsigned i = 0; i < MODELS; i++) {
        set_up(models[i], false);
        bus_write_block(&rig.bus, BUS_DEBUGGER, RIG_CODE, there, sizeof there);
        bus_write_block(&rig.bus, BUS_DEBUGGER, RIG_DATA + 3, &elsewhere, 1);
        mmu_set_cr3(&rig.cpu.mmu, DIRECTORY);
        rig.cpu.gpr[EBX] = RIG_CODE;
        rig.cpu.gpr[EAX] = 5;
        rig.cpu.eip = RIG_CODE;
        (void)cpu_run(&rig.cpu, rig.clock.now + 2);
        EXPECT_EQ(rig.cpu.gpr[EAX], 6);
        rig_store(&rig, TABLE + (RIG_CODE >> 12) * 4, 4, RIG_DATA | RW);
        rig.cpu.gpr[EBX] = OTHER;
        rig.cpu.eip = RIG_CODE;
        if (strcmp(models[i], "none") != 0) {
            (void)cpu_run(&rig.cpu, rig.clock.now + 2);
            EXPECT_EQ(rig.cpu.gpr[EAX], 7); /* the stale page */
        }
        rig.cpu.gpr[EBX] = RIG_CODE;
        rig.cpu.eip = RIG_CODE;
        bus_write_block(&rig.bus, BUS_DEBUGGER, RIG_DATA, there, 3);
        rig.cpu.gpr[EAX] = 7;
        (void)cpu_run(&rig.cpu, rig.clock.now + 2);
        EXPECT_EQ(rig.cpu.gpr[EAX], 6);
        rig_release(&rig);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        invlpg_of_another_page_looks_code_up_and_finds_it,
        invlpg_of_the_page_of_code_makes_each_look_up_after_it_a_miss,
        invlpg_without_paging_drops_nothing,
        a_page_that_is_to_be_looked_up_is_still_after_invlpg,
        code_is_fetched_from_where_its_page_is_after_invlpg,
    };

    return run_tests("code_look_ups", tests, sizeof tests / sizeof tests[0]);
}
