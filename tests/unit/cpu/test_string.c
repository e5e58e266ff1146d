/* SPDX-License-Identifier: MIT */
/*
 * String instructions: that whole runs give what element by element gives, in
 * everything that a guest or a statistic can see, and that REP can be stopped
 * at any tick.
 */
#include "cpu/insn/string.h"

#include <string.h>

#include "cpu/exec.h"
#include "mmu/paging.h"
#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"

enum {
    DIRECTORY = 0x100000, /**< page tables, above all that tests touch */
    TABLE = 0x101000,
    ARENA = 0x40000, /**< where strings lie */
    ARENA_SIZE = 0x6000,
    ROUNDS = 6000,
    LONG = 1000000 /**< ticks, more than any string here needs */
};

static struct rig rig;

static const uint8_t opcodes[] = {0xa4, 0xa6, 0xaa, 0xac, 0xae};

/** A repeatable stream of numbers (xorshift32). */
static uint32_t random_state;

static uint32_t random_below(uint32_t bound)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % bound;
}

/** Flat ring 0 with identity paging, so that look-ups are counted. */
static void start(void)
{
    rig_enter(&rig, 0);
    rig_store(&rig, DIRECTORY, 4, TABLE | PTE_P | PTE_RW);
    for (uint32_t page = 0; page < 512; page++)
        rig_store(&rig, TABLE + page * 4, 4, page << 12 | PTE_P | PTE_RW);
    mmu_set_cr3(&rig.cpu.mmu, DIRECTORY);
    rig.cpu.cr0 |= CR0_PG;
    cpu_update_paging(&rig.cpu);
    cpu_update_mode(&rig.cpu);
}

/** Without the fast table every element goes through the front door. */
static void use_front_door(bool on)
{
    rig.cpu.mmu.use_fast = !on;
    mmu_clear_fast(&rig.cpu.mmu);
}

/** What a string instruction starts from. */
struct setting {
    uint8_t code[4];
    uint32_t eax, ecx, esi, edi;
    uint32_t flags;
    uint8_t arena[ARENA_SIZE];
};

/** What is left of it. */
struct result {
    uint32_t gpr[GPR_COUNT];
    uint32_t eflags, eip;
    uint64_t ticks, look_ups;
    unsigned faults;
    uint8_t arena[ARENA_SIZE];
};

static void run_setting(const struct setting *setting, uint64_t ticks,
                        struct result *result)
{
    struct cpu *cpu = &rig.cpu;
    const uint64_t tick = rig.clock.now;
    const uint64_t look_ups = cpu->mmu.counts.data_lookups;

    bus_write_block(&rig.bus, BUS_DEBUGGER, ARENA, setting->arena, ARENA_SIZE);
    rig_store(&rig, RIG_CODE + 4, 1, 0xf4); /* HLT behind it */
    bus_write_block(&rig.bus, BUS_DEBUGGER, RIG_CODE, setting->code, 4);
    cpu->gpr[EAX] = setting->eax;
    cpu->gpr[ECX] = setting->ecx;
    cpu->gpr[ESI] = setting->esi;
    cpu->gpr[EDI] = setting->edi;
    cpu_set_eflags(cpu, setting->flags);
    cpu->eip = RIG_CODE;
    cpu->halted = false;
    rig.faults = 0;
    (void)cpu_run(cpu, rig.clock.now + ticks);
    memcpy(result->gpr, cpu->gpr, sizeof result->gpr);
    result->eflags = cpu_eflags(cpu);
    result->eip = cpu->eip;
    result->ticks = rig.clock.now - tick;
    result->look_ups = cpu->mmu.counts.data_lookups - look_ups;
    result->faults = rig.faults;
    memcpy(result->arena, rig.bus.memory + ARENA, ARENA_SIZE);
}

static void expect_same(const struct result *one, const struct result *other)
{
    for (unsigned i = 0; i < GPR_COUNT; i++)
        EXPECT_EQ(one->gpr[i], other->gpr[i]);
    EXPECT_EQ(one->eflags, other->eflags);
    EXPECT_EQ(one->eip, other->eip);
    EXPECT_EQ(one->ticks, other->ticks);
    EXPECT_EQ(one->look_ups, other->look_ups);
    EXPECT_EQ(one->faults, other->faults);
    EXPECT(memcmp(one->arena, other->arena, ARENA_SIZE) == 0);
}

/** Few values, so that comparisons run on for a while. */
static void invent(struct setting *setting)
{
    static const uint8_t repeat[] = {0xf3, 0xf2, 0x90};
    static const uint32_t value[] = {0, 0x01010101, 0x00010203, 0xabab};
    const uint8_t opcode = opcodes[random_below(sizeof opcodes)];
    const uint32_t near = random_below(40);
    unsigned at = 0;

    memset(setting->code, 0xf4, sizeof setting->code); /* HLT */
    setting->code[at++] = repeat[random_below(3)];
    setting->code[at] = 0x66;
    at += random_below(2);
    setting->code[at] = (uint8_t)(opcode | random_below(2));
    setting->eax = value[random_below(4)];
    setting->ecx = random_below(3) ? random_below(64) : random_below(6000);
    setting->esi = ARENA + 0x1800 + random_below(0x1000);
    setting->edi = random_below(2) ? setting->esi + near - 20
                                   : ARENA + 0x1800 + random_below(0x1000);
    setting->flags = random_below(2) ? FLAG_DF : 0;
    memset(setting->arena, (int)random_below(2), ARENA_SIZE);
    for (unsigned i = random_below(200); i > 0; i--)
        setting->arena[random_below(ARENA_SIZE)] = (uint8_t)random_below(4);
    if (setting->ecx > 1400)
        setting->ecx = 1400;
}

START_TEST(whole_runs_equal_single_elements)
{
    static struct setting setting;
    static struct result fast;
    static struct result slow;

    random_state = 20260101;
    start();
    for (unsigned round = 0; round < ROUNDS; round++) {
        invent(&setting);
        /* Once to warm the TLB, so that misses do not differ. */
        run_setting(&setting, LONG, &fast);
        run_setting(&setting, LONG, &fast);
        use_front_door(true);
        run_setting(&setting, LONG, &slow);
        use_front_door(false);
        expect_same(&fast, &slow);
    }
}
END_TEST

/** Make ES, where the destination lies, one of all kinds of segment. */
static void invent_segment(struct setting *setting)
{
    struct segment *segment = &rig.cpu.segment[ES];

    segment->base = ARENA + random_below(0x1000);
    segment->limit = 0x1000 + random_below(0x3000);
    if (random_below(4) == 0)
        segment->rights |= DESC_EXPAND_DOWN;
    if (random_below(8) == 0)
        segment->rights &= ~(uint32_t)DESC_WRITABLE;
    segment->usable = random_below(16) != 0;
    setting->edi -= segment->base;
    cpu_update_mode(&rig.cpu);
}

/** Make offsets wrap, within a page, around the end of 16-bit addresses. */
static void invent_wrap(struct setting *setting)
{
    struct segment *segment = &rig.cpu.segment[ES];

    segment->base = ARENA + 0x1800 + random_below(0x1000) - 0x10000;
    setting->edi = 0xffc0 + random_below(0x40);
    if (setting->flags & FLAG_DF)
        setting->edi = random_below(0x40);
    memmove(setting->code + 1, setting->code, 3);
    setting->code[0] = 0x67;
    cpu_update_mode(&rig.cpu);
}

static void compare_both_ways(const struct setting *setting)
{
    static struct result fast;
    static struct result slow;

    run_setting(setting, LONG, &fast);
    rig.cpu.shutdown = false;
    use_front_door(true);
    run_setting(setting, LONG, &slow);
    use_front_door(false);
    rig.cpu.shutdown = false;
    expect_same(&fast, &slow);
}

START_TEST(whole_runs_equal_single_elements_in_every_segment)
{
    static struct setting setting;
    static struct result warm;

    random_state = 4711;
    for (unsigned round = 0; round < ROUNDS / 2; round++) {
        start();
        invent(&setting);
        run_setting(&setting, LONG, &warm);
        if (round % 2)
            invent_segment(&setting);
        else
            invent_wrap(&setting);
        compare_both_ways(&setting);
    }
}
END_TEST

START_TEST(sixteen_bit_addresses_wrap_at_their_size)
{
    static const uint8_t code[] = {0x67, 0xf3, 0xa4, 0xf4};

    start();
    for (uint32_t i = 0; i < 16; i++) {
        rig_store(&rig, 0xfff8 + i, 1, 0x80 + i);
        rig_store(&rig, i, 1, 0x40 + i);
    }
    bus_write_block(&rig.bus, BUS_DEBUGGER, RIG_CODE + 0x8000, code,
                    sizeof code);
    rig.cpu.gpr[ESI] = 0xabcdfff8;
    rig.cpu.gpr[EDI] = 0x12340800;
    rig.cpu.gpr[ECX] = 0x99990010;
    rig.cpu.eip = RIG_CODE + 0x8000;
    (void)cpu_run(&rig.cpu, rig.clock.now + 17);
    EXPECT_EQ(rig.cpu.gpr[ESI], 0xabcd0008);
    EXPECT_EQ(rig.cpu.gpr[EDI], 0x12340810);
    EXPECT_EQ(rig.cpu.gpr[ECX], 0x99990000);
    EXPECT_EQ(rig_load(&rig, 0x807, 1), 0x87);
    EXPECT_EQ(rig_load(&rig, 0x808, 1), 0x40);
}
END_TEST

/** REP MOVSB of `count`, on the page boundary and overlapping itself. */
static void copy_setting(struct setting *setting, uint32_t count)
{
    *setting = (struct setting){.code = {0xf3, 0xa4, 0x90, 0xf4},
                                .ecx = count,
                                .esi = ARENA + 0xff0,
                                .edi = ARENA + 0xff3};
    for (uint32_t i = 0; i < ARENA_SIZE; i++)
        setting->arena[i] = (uint8_t)(i * 37);
}

START_TEST(rep_stops_at_every_tick_and_goes_on)
{
    static struct setting setting;
    static struct result part;
    static struct result whole;
    enum { COUNT = 40 };

    start();
    copy_setting(&setting, COUNT);
    run_setting(&setting, LONG, &whole);
    for (uint64_t ticks = 1; ticks <= COUNT; ticks++) {
        run_setting(&setting, ticks, &part);
        EXPECT_EQ(part.ticks, ticks);
        EXPECT_EQ(part.gpr[ECX], COUNT - ticks);
        EXPECT_EQ(part.gpr[ESI], setting.esi + ticks);
        EXPECT_EQ(part.eip, ticks < COUNT ? RIG_CODE : RIG_CODE + 2);
        (void)cpu_run(&rig.cpu, rig.clock.now + LONG);
        EXPECT_EQ(rig.cpu.gpr[ECX], 0);
        EXPECT(memcmp(rig.bus.memory + ARENA, whole.arena, ARENA_SIZE) == 0);
    }
}
END_TEST

START_TEST(rep_with_no_count_takes_one_tick_and_touches_nothing)
{
    static struct setting setting;
    static struct result result;

    start();
    copy_setting(&setting, 0);
    setting.esi = 0xf0000000; /* not mapped */
    run_setting(&setting, 1, &result);
    EXPECT_EQ(result.eip, RIG_CODE + 2);
    EXPECT_EQ(result.ticks, 1);
    EXPECT_EQ(result.faults, 0);
    EXPECT_EQ(result.look_ups, 0);
    EXPECT_EQ(result.gpr[ESI], setting.esi);
}
END_TEST

/* Iterations before the fault stay done; the fault is the instruction's own.
 * SDM 2B, "REP". */
START_TEST(a_fault_leaves_finished_iterations_done)
{
    static struct setting setting;
    static struct result result;
    const physical_addr pte = TABLE + ((ARENA >> 12) + 1) * 4;
    const uint32_t mapped = ((ARENA >> 12) + 1) << 12 | PTE_P | PTE_RW;

    start();
    copy_setting(&setting, 40);
    rig_store(&rig, pte, 4, 0);
    mmu_set_cr3(&rig.cpu.mmu, DIRECTORY);
    run_setting(&setting, LONG, &result);
    EXPECT_EQ(result.faults > 0, true);
    EXPECT_EQ(rig.fault[0].vector, VECTOR_PF);
    EXPECT_EQ(rig.fault[0].linear, ARENA + 0x1000);
    EXPECT_EQ(rig.fault[0].error_code, PF_WR);
    EXPECT_EQ(result.gpr[ECX], 40 - 13);
    EXPECT_EQ(result.gpr[EDI], ARENA + 0x1000);
    EXPECT_EQ(rig.cpu.chain[0].eip, RIG_CODE);
    rig_store(&rig, pte, 4, mapped);
    rig.cpu.shutdown = false;
    rig.cpu.eip = RIG_CODE;
    (void)cpu_run(&rig.cpu, rig.clock.now + LONG);
    EXPECT_EQ(rig.cpu.gpr[ECX], 0);
}
END_TEST

START_TEST(each_iteration_looks_up_each_operand)
{
    static const struct {
        uint8_t opcode;
        unsigned operands;
    } rows[] = {{0xa4, 2}, {0xa6, 2}, {0xaa, 1}, {0xac, 1}, {0xae, 1}};
    static struct setting setting;
    static struct result result;

    start();
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        copy_setting(&setting, 100);
        memset(setting.arena, 0, ARENA_SIZE);
        setting.code[1] = rows[i].opcode;
        run_setting(&setting, 100, &result);
        EXPECT_EQ(result.look_ups, 100 * rows[i].operands);
        EXPECT_EQ(result.gpr[ECX], 0);
    }
}
END_TEST

START_TEST(movs_over_its_own_code_is_seen_at_once)
{
    /* REP MOVSB writes INC EAX over the NOPs behind itself. */
    static const uint8_t code[] = {0xf3, 0xa4, 0x90, 0x90, 0x90, 0xf4};

    start();
    for (unsigned round = 0; round < 3; round++) {
        bus_write_block(&rig.bus, BUS_DEBUGGER, RIG_CODE, code, sizeof code);
        for (uint32_t i = 0; i < 3; i++)
            rig_store(&rig, ARENA + i, 1, 0x40);
        rig.cpu.gpr[EAX] = 0;
        rig.cpu.gpr[ECX] = 3;
        rig.cpu.gpr[ESI] = ARENA;
        rig.cpu.gpr[EDI] = RIG_CODE + 2;
        rig.cpu.eip = RIG_CODE;
        rig.cpu.halted = false;
        (void)cpu_run(&rig.cpu, rig.clock.now + LONG);
        EXPECT(rig.cpu.halted);
        EXPECT_EQ(rig.cpu.gpr[EAX], 3);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        whole_runs_equal_single_elements,
        whole_runs_equal_single_elements_in_every_segment,
        sixteen_bit_addresses_wrap_at_their_size,
        rep_stops_at_every_tick_and_goes_on,
        rep_with_no_count_takes_one_tick_and_touches_nothing,
        a_fault_leaves_finished_iterations_done,
        each_iteration_looks_up_each_operand,
        movs_over_its_own_code_is_seen_at_once,
    };

    rig_init(&rig, "pentiumpro");
    return run_tests("string", tests, sizeof tests / sizeof *tests);
}
