/* SPDX-License-Identifier: MIT */
/*
 * The host has no memory left for what is known of a page with code: programs
 * run on, decoded anew each time that they come by.
 */
#include <string.h>

#include "cpu/block.h"
#include "cpu/exec.h"
#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"

enum { TICKS = 1000, WORD = RIG_CODE + PAGE_SIZE / 2 };

static struct rig rig;
static unsigned allowed; /* so many are granted before there is none left */

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_calloc(size_t count, size_t size)
{
    if (allowed == 0)
        return NULL;
    allowed--;
    return __real_calloc(count, size);
}

/* The word is at `WORD`. */
#define ADDRESS WORD & 0xff, WORD >> 8 & 0xff, WORD >> 16, 0

/*
 * A link of the first jump would be written where the MOV is by then, which has
 * the distance of its target for an immediate.
 */
static const uint8_t program[] = {
    0x40,                            /* inc eax */
    0xeb, 0x00,                      /* jmp to the next */
    0x90,                            /* nop */
    0xc7, 0x05, ADDRESS, 3, 0, 0, 0, /* mov [WORD], 3 */
    0x03, 0x0d, ADDRESS,             /* add ecx, [WORD] */
    0x49,                            /* dec ecx */
    0x75, 0xe9,                      /* jnz to the first */
    0x4a,                            /* dec edx */
    0xeb, 0xe6,                      /* jmp to the first */
};

static void start(uint32_t at, unsigned pages)
{
    allowed = UINT32_MAX;
    rig_init(&rig, "pentiumpro");
    bus_write_block(&rig.bus, BUS_DEBUGGER, at, program, sizeof program);
    rig.cpu.eip = at;
    rig.cpu.gpr[ECX] = 1;
    allowed = pages;
}

static void run_at(uint32_t at, unsigned pages)
{
    uint32_t expected[GPR_COUNT];
    uint32_t eip;

    start(at, UINT32_MAX);
    (void)cpu_run(&rig.cpu, rig.clock.now + TICKS);
    memcpy(expected, rig.cpu.gpr, sizeof expected);
    eip = rig.cpu.eip;
    EXPECT(expected[EAX] > TICKS / 8);
    rig_release(&rig);

    start(at, pages);
    (void)cpu_run(&rig.cpu, rig.clock.now + TICKS);
    EXPECT_EQ(rig.faults, 0);
    EXPECT(memcmp(expected, rig.cpu.gpr, sizeof expected) == 0);
    EXPECT_EQ(rig.cpu.eip, eip);
    EXPECT_EQ(allowed, 0);
    EXPECT(block_cache_counts(rig.cpu.blocks)->decoded <= pages * 8);
    rig_release(&rig);
}

START_TEST(code_of_which_nothing_can_be_kept_runs)
{
    run_at(RIG_CODE, 0);
}
END_TEST

START_TEST(so_does_code_of_which_one_page_can_be_kept)
{
    for (uint32_t before = 1; before < sizeof program; before++)
        run_at(RIG_CODE + PAGE_SIZE - before, 1);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        code_of_which_nothing_can_be_kept_runs,
        so_does_code_of_which_one_page_can_be_kept,
    };

    return run_tests("no_memory", tests, sizeof tests / sizeof tests[0]);
}
