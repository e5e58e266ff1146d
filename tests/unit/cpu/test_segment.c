/* SPDX-License-Identifier: MIT */
#include "cpu/insn/segment.h"

#include "cpu/exec.h"
#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"

enum { BASE = 0x12345600, LIMIT = 0xabcde };

static struct rig rig;

/* One descriptor seen from one privilege by a selector of one RPL. */
struct point {
    unsigned s_type; /* S in bit 4, type below */
    unsigned dpl, cpl, rpl;
    bool present;
};

static struct point point_of(unsigned i)
{
    return (struct point){.s_type = i & 31,
                          .dpl = i >> 5 & 3,
                          .cpl = i >> 7 & 3,
                          .rpl = i >> 9 & 3,
                          .present = i >> 11 & 1};
}

enum { POINTS = 1 << 12 };

/* Types that the tables of SDM 2A, "LAR" and "LSL", call valid. */
static bool lar_knows(unsigned s_type)
{
    static const bool valid[16] = {
        [1] = true, [2] = true, [3] = true,  [4] = true,
        [5] = true, [9] = true, [11] = true, [12] = true};

    return s_type >= 16 || valid[s_type];
}

static bool lsl_knows(unsigned s_type)
{
    static const bool valid[16] = {
        [1] = true, [2] = true, [3] = true, [9] = true, [11] = true};

    return s_type >= 16 || valid[s_type];
}

static bool is_visible(const struct point *point)
{
    return point->s_type >= 28 ||
           (point->dpl >= point->cpl && point->dpl >= point->rpl);
}

/* Put the descriptor there and run `0F opcode modrm` with its selector. */
static bool examine(const struct point *point, uint8_t opcode, uint8_t modrm)
{
    rig_enter(&rig, (uint8_t)point->cpl);
    rig_descriptor(&rig, RIG_TEST, BASE, LIMIT,
                   point->s_type << 8 | point->dpl << 13 |
                       (point->present ? DESC_P : 0) | DESC_DB);
    rig.cpu.gpr[EAX] = RIG_TEST | point->rpl;
    rig.cpu.gpr[ECX] = 0xdeadbeef;
    EXPECT_EQ(RIG_RUN(&rig, 0x0f, opcode, modrm), true);
    /* Looking sets no accessed bit. */
    EXPECT_EQ(rig_load(&rig, RIG_GDT + RIG_TEST + 5, 1),
              point->s_type | point->dpl << 5 | (point->present ? 0x80 : 0));
    return cpu_eflags(&rig.cpu) & FLAG_ZF;
}

START_TEST(lar_shows_rights_of_what_may_be_seen)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < POINTS; i++) {
        const struct point point = point_of(i);
        const bool good = is_visible(&point) && lar_knows(point.s_type);
        const uint32_t rights = point.s_type << 8 | point.dpl << 13 |
                                (point.present ? DESC_P : 0) | DESC_DB |
                                (LIMIT & 0xf0000);

        EXPECT_EQ(examine(&point, 0x02, 0xc8), good);
        EXPECT_EQ(rig.cpu.gpr[ECX], good ? rights : 0xdeadbeef);
    }
}
END_TEST

START_TEST(lsl_shows_limit_of_what_may_be_seen)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < POINTS; i++) {
        const struct point point = point_of(i);
        const bool good = is_visible(&point) && lsl_knows(point.s_type);

        EXPECT_EQ(examine(&point, 0x03, 0xc8), good);
        EXPECT_EQ(rig.cpu.gpr[ECX], good ? LIMIT : 0xdeadbeef);
    }
}
END_TEST

START_TEST(verr_and_verw_tell_what_may_be_accessed)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < POINTS; i++) {
        const struct point point = point_of(i);
        const bool is_data = point.s_type >= 16 && point.s_type < 24;
        const bool readable =
            is_data || (point.s_type >= 24 && (point.s_type & 2));
        const bool writable = is_data && (point.s_type & 2);

        EXPECT_EQ(examine(&point, 0x00, 0xe0), is_visible(&point) && readable);
        EXPECT_EQ(examine(&point, 0x00, 0xe8), is_visible(&point) && writable);
    }
}
END_TEST

START_TEST(no_descriptor_is_no_fault)
{
    static const uint16_t selectors[] = {0, 3, 0x800, 4, 0xffff};
    static const uint8_t codes[][2] = {
        {0x02, 0xc8}, {0x03, 0xc8}, {0x00, 0xe0}, {0x00, 0xe8}};

    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < 20; i++) {
        rig_enter(&rig, 0);
        cpu_set_eflags(&rig.cpu, FLAG_ZF | FLAG_CF);
        rig.cpu.gpr[EAX] = selectors[i / 4];
        EXPECT_EQ(RIG_RUN(&rig, 0x0f, codes[i % 4][0], codes[i % 4][1]), true);
        EXPECT_EQ(cpu_eflags(&rig.cpu), FLAG_1 | FLAG_CF);
    }
}
END_TEST

START_TEST(arpl_raises_the_rpl)
{
    rig_init(&rig, "pentiumpro");
    for (uint32_t dest = 0; dest < 4; dest++) {
        for (uint32_t src = 0; src < 4; src++) {
            rig.cpu.gpr[EAX] = 0x12345670 | dest;
            rig.cpu.gpr[ECX] = 0x0ffffff8 | src;
            EXPECT_EQ(RIG_RUN(&rig, 0x63, 0xc8), true);
            EXPECT_EQ(rig.cpu.gpr[EAX], 0x12345670 | (src > dest ? src : dest));
            EXPECT_EQ(cpu_eflags(&rig.cpu) & FLAG_ZF, src > dest ? FLAG_ZF : 0);
        }
    }
}
END_TEST

START_TEST(far_pointers_load_segment_and_register)
{
    static const struct {
        uint8_t code[4];
        unsigned segment;
    } rows[] = {{{0xc4, 0x03}, ES},
                {{0xc5, 0x03}, DS},
                {{0x0f, 0xb2, 0x03}, SS},
                {{0x0f, 0xb4, 0x03}, FS},
                {{0x0f, 0xb5, 0x03}, GS}};

    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rig_enter(&rig, 0);
        rig_descriptor(&rig, RIG_TEST, BASE, LIMIT, RIG_DATA32);
        rig_store(&rig, RIG_DATA, 4, 0x89abcdef);
        rig_store(&rig, RIG_DATA + 4, 2, RIG_TEST);
        rig.cpu.gpr[EBX] = RIG_DATA;
        EXPECT_EQ(rig_run(&rig, rows[i].code, 4), true);
        EXPECT_EQ(rig.cpu.gpr[EAX], 0x89abcdef);
        EXPECT_EQ(rig.cpu.segment[rows[i].segment].selector, RIG_TEST);
        EXPECT_EQ(rig.cpu.segment[rows[i].segment].base, BASE);
    }
}
END_TEST

START_TEST(loads_of_ss_shadow_one_instruction)
{
    rig_init(&rig, "pentiumpro");
    rig.cpu.gpr[EAX] = RIG_DATA0;
    EXPECT_EQ(RIG_RUN(&rig, 0x8e, 0xd0), true);
    EXPECT_EQ(rig.cpu.shadow, true);
    rig_enter(&rig, 0);
    rig_push(&rig, 4, RIG_DATA0);
    EXPECT_EQ(RIG_RUN(&rig, 0x17), true);
    EXPECT_EQ(rig.cpu.shadow, true);
    EXPECT_EQ(rig.cpu.gpr[ESP], RIG_STACKS);
}
END_TEST

/* An instruction that takes RIG_TEST with an RPL, and the register that it
 * loads. */
struct taker {
    uint8_t bytes[2];
    uint8_t number;
    bool pops;     /* the selector, above EIP */
    bool is_gated; /* by vector 0x40 */
};

enum { VECTOR_GATED = 0x40 };

struct outcome {
    bool done;
    struct fault fault;
    struct segment segment;
    uint8_t cpl;
    uint64_t look_ups;
};

static struct outcome take(const struct taker *taker, uint16_t selector)
{
    struct cpu *cpu = &rig.cpu;
    const uint64_t before = cpu->mmu.counts.data_lookups;
    struct outcome outcome = {.done = false};

    cpu->gpr[EAX] = selector;
    if (taker->is_gated)
        rig_handle(&rig, VECTOR_GATED, selector, SYSTEM_INTERRUPT_GATE32, 3);
    if (taker->pops) {
        rig_push(&rig, 4, selector);
        rig_push(&rig, 4, RIG_CODE);
    }
    outcome.done = rig_run(&rig, taker->bytes, sizeof taker->bytes);
    if (!outcome.done)
        outcome.fault = rig.fault[0];
    outcome.segment = cpu->segment[taker->number];
    outcome.cpl = cpu->cpl;
    outcome.look_ups = cpu->mmu.counts.data_lookups - before;
    return outcome;
}

static void expect_same(const struct outcome *a, const struct outcome *b)
{
    EXPECT_EQ(a->done, b->done);
    EXPECT_EQ(a->fault.vector, b->fault.vector);
    EXPECT_EQ(a->fault.error_code, b->fault.error_code);
    if (!a->done)
        return;
    EXPECT_EQ(a->segment.selector, b->segment.selector);
    EXPECT_EQ(a->segment.usable, b->segment.usable);
    EXPECT_EQ(a->segment.rights, b->segment.rights);
    EXPECT_EQ(a->segment.base, b->segment.base);
    EXPECT_EQ(a->segment.limit, b->segment.limit);
    EXPECT_EQ(a->cpl, b->cpl);
    EXPECT_EQ(a->look_ups, b->look_ups);
}

static void put(const struct point *point)
{
    rig_descriptor(&rig, RIG_TEST, 0, 0xfffff,
                   point->s_type << 8 | point->dpl << 13 |
                       (point->present ? DESC_P : 0) | DESC_DB | DESC_G);
}

/* What the descriptor gives to a processor that has seen no other, and then
 * to one that took another by the same selector twice just before. */
static void take_both(const struct taker *taker, const struct point *point)
{
    const struct point good = {.s_type = taker->number == CS ? 0x1b : 0x13,
                               .dpl = taker->number == DS ? 3 : point->cpl,
                               .present = true};
    const uint16_t selector = (uint16_t)(RIG_TEST | point->rpl);
    struct outcome fresh, known;

    rig_release(&rig);
    rig_init(&rig, "pentiumpro");
    rig_enter(&rig, (uint8_t)point->cpl);
    put(point);
    fresh = take(taker, selector);
    rig_enter(&rig, (uint8_t)point->cpl);
    put(&good);
    if (!take(taker, selector).done || !take(taker, selector).done)
        return;
    put(point);
    known = take(taker, selector);
    expect_same(&fresh, &known);
    if (known.done && point->s_type & 1 && rig.cpu.cpl == point->cpl) {
        known = take(taker, selector);
        expect_same(&fresh, &known);
    }
}

START_TEST(descriptor_that_changed_is_judged_anew)
{
    static const struct taker takers[] = {
        {.bytes = {0x8e, 0xd8}, .number = DS},
        {.bytes = {0x8e, 0xd0}, .number = SS},
        {.bytes = {0xcb}, .number = CS, .pops = true},
        {.bytes = {0xcd, VECTOR_GATED}, .number = CS, .is_gated = true}};

    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < POINTS; i++) {
        const struct point point = point_of(i);

        for (unsigned j = 0; j < sizeof takers / sizeof takers[0]; j++)
            take_both(&takers[j], &point);
    }
    rig_release(&rig);
}
END_TEST

/* MOV DS,AX; MOV ECX,[EBX], in one block: the base is the new one at once. */
START_TEST(code_behind_a_load_goes_by_the_new_segment)
{
    static const uint8_t code[] = {0x8e, 0xd8, 0x8b, 0x0b};

    rig_init(&rig, "pentiumpro");
    rig_store(&rig, RIG_DATA, 4, 0x11111111);
    rig_store(&rig, RIG_DATA + 0x100, 4, 0x22222222);
    rig_store(&rig, RIG_DATA + 0x200, 4, 0x33333333);
    bus_write_block(&rig.bus, BUS_DEBUGGER, RIG_CODE, code, sizeof code);
    for (unsigned i = 0; i < 12; i++) {
        const uint32_t base = (uint32_t)i % 3 * 0x100;

        rig_descriptor(&rig, RIG_TEST, base, 0xfffff, RIG_DATA32);
        rig.cpu.gpr[EAX] = i & 4 && !base ? RIG_DATA0 : RIG_TEST;
        rig.cpu.gpr[EBX] = RIG_DATA;
        rig.cpu.eip = RIG_CODE;
        (void)cpu_run(&rig.cpu, rig.clock.now + 2);
        EXPECT_EQ(rig.cpu.eip, RIG_CODE + sizeof code);
        EXPECT_EQ(rig.cpu.gpr[ECX], 0x11111111u * (i % 3 + 1));
    }
    rig_release(&rig);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        lar_shows_rights_of_what_may_be_seen,
        lsl_shows_limit_of_what_may_be_seen,
        verr_and_verw_tell_what_may_be_accessed,
        no_descriptor_is_no_fault,
        arpl_raises_the_rpl,
        far_pointers_load_segment_and_register,
        loads_of_ss_shadow_one_instruction,
        descriptor_that_changed_is_judged_anew,
        code_behind_a_load_goes_by_the_new_segment,
    };

    return run_tests("segment", tests, sizeof tests / sizeof tests[0]);
}
