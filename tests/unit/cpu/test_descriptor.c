/* SPDX-License-Identifier: MIT */
#include "cpu/descriptor.h"

#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"

/*
 * The whole space of one descriptor: S and type (32), DPL, P, against CPL and
 * RPL. The verdicts are the manual's sentences, written without a look at the
 * code: SDM 2B, "MOV", and SDM 3A, "Privilege Level Checking ...".
 */
struct point {
    unsigned s_type; /* S in bit 4, type below */
    unsigned dpl;
    unsigned present;
    unsigned cpl;
    unsigned rpl;
};

enum { VERDICT_OK = 0xff };

static struct rig rig;

static void setup(void)
{
    rig_init(&rig, "pentiumpro");
}

static bool next(struct point *point)
{
    if (++point->rpl < 4)
        return true;
    point->rpl = 0;
    if (++point->cpl < 4)
        return true;
    point->cpl = 0;
    if (++point->present < 2)
        return true;
    point->present = 0;
    if (++point->dpl < 4)
        return true;
    point->dpl = 0;
    return ++point->s_type < 32;
}

static uint16_t place(const struct point *point)
{
    rig_enter(&rig, (uint8_t)point->cpl);
    rig_descriptor(&rig, RIG_TEST, 0x12345600, 0xabcde,
                   point->s_type << 8 | point->dpl << 13 |
                       point->present << 15 | DESC_DB);
    return (uint16_t)(RIG_TEST | point->rpl);
}

static bool is_data(const struct point *point)
{
    return point->s_type >= 16 && point->s_type < 24;
}

static bool is_code(const struct point *point)
{
    return point->s_type >= 24;
}

static bool is_conforming(const struct point *point)
{
    return point->s_type >= 28;
}

static unsigned verdict_on_data(const struct point *point)
{
    const bool readable =
        is_data(point) || (is_code(point) && (point->s_type & 2));
    const unsigned worse = point->cpl > point->rpl ? point->cpl : point->rpl;

    if (!readable)
        return VECTOR_GP;
    if (!is_conforming(point) && worse > point->dpl)
        return VECTOR_GP;
    return point->present ? VERDICT_OK : VECTOR_NP;
}

static unsigned verdict_on_stack(const struct point *point)
{
    if (!is_data(point) || !(point->s_type & 2))
        return VECTOR_GP;
    if (point->rpl != point->cpl || point->dpl != point->cpl)
        return VECTOR_GP;
    return point->present ? VERDICT_OK : VECTOR_SS;
}

static unsigned verdict_on_jump(const struct point *point)
{
    if (!is_code(point))
        return VECTOR_GP;
    if (is_conforming(point) && point->dpl > point->cpl)
        return VECTOR_GP;
    if (!is_conforming(point) &&
        (point->rpl > point->cpl || point->dpl != point->cpl))
        return VECTOR_GP;
    return point->present ? VERDICT_OK : VECTOR_NP;
}

static void expect_fault(unsigned vector, uint32_t error_code)
{
    EXPECT_EQ(rig.faults > 0, true);
    EXPECT_EQ(rig.fault[0].vector, vector);
    EXPECT_EQ(rig.fault[0].has_error_code, true);
    EXPECT_EQ(rig.fault[0].error_code, error_code);
}

/* A loaded register has the descriptor's base, limit and rights. */
static void expect_loaded(const struct point *point, unsigned number,
                          uint16_t selector)
{
    const struct segment *segment = &rig.cpu.segment[number];
    const uint32_t rights = point->s_type << 8 | point->dpl << 13 |
                            point->present << 15 | DESC_DB | DESC_ACCESSED;

    EXPECT_EQ(segment->usable, true);
    EXPECT_EQ(segment->selector, selector);
    EXPECT_EQ(segment->base, 0x12345600);
    EXPECT_EQ(segment->limit, 0xabcde);
    EXPECT_EQ(segment->rights, rights);
    EXPECT_EQ(rig_load(&rig, RIG_GDT + RIG_TEST + 5, 1),
              (rights >> 8 & 0xff) | 1);
}

static void check_load(const struct point *point, unsigned number,
                       uint8_t modrm, unsigned verdict)
{
    const uint16_t selector = place(point);
    const struct segment before = rig.cpu.segment[number];
    const uint32_t high = rig_load(&rig, RIG_GDT + RIG_TEST + 4, 4);

    rig.cpu.gpr[EAX] = 0xdead0000u | selector;
    if (RIG_RUN(&rig, 0x8e, modrm)) {
        EXPECT_EQ(verdict, VERDICT_OK);
        expect_loaded(point, number, selector);
        return;
    }
    expect_fault(verdict, RIG_TEST);
    EXPECT_EQ(rig.cpu.segment[number].selector, before.selector);
    EXPECT_EQ(rig.cpu.segment[number].base, before.base);
    EXPECT_EQ(rig_load(&rig, RIG_GDT + RIG_TEST + 4, 4), high);
}

START_TEST(every_descriptor_is_judged_for_ds)
{
    struct point point = {0};

    do
        check_load(&point, DS, 0xd8, verdict_on_data(&point));
    while (next(&point));
}
END_TEST

START_TEST(every_descriptor_is_judged_for_gs)
{
    struct point point = {0};

    do
        check_load(&point, GS, 0xe8, verdict_on_data(&point));
    while (next(&point));
}
END_TEST

START_TEST(every_descriptor_is_judged_for_ss)
{
    struct point point = {0};

    do
        check_load(&point, SS, 0xd0, verdict_on_stack(&point));
    while (next(&point));
}
END_TEST

/* Far jumps and calls to what is no gate and no TSS. */
static void check_transfer(const struct point *point, uint8_t opcode)
{
    const uint16_t selector = place(point);
    const unsigned verdict = verdict_on_jump(point);
    const uint32_t esp = rig.cpu.gpr[ESP];
    const unsigned type = point->s_type;

    if (type == 1 || type == 4 || type == 5 || type == 9 || type == 12)
        return;
    if (RIG_RUN(&rig, opcode, 0x78, 0x56, 0, 0, (uint8_t)selector, 0)) {
        EXPECT_EQ(verdict, VERDICT_OK);
        expect_loaded(point, CS, (uint16_t)(RIG_TEST | point->cpl));
        EXPECT_EQ(rig.cpu.eip, 0x5678);
        EXPECT_EQ(rig.cpu.cpl, point->cpl);
        EXPECT_EQ(rig.cpu.gpr[ESP], opcode == 0x9a ? esp - 8 : esp);
        return;
    }
    expect_fault(verdict, RIG_TEST);
    EXPECT_EQ(rig.cpu.gpr[ESP], esp);
    EXPECT_EQ(rig.cpu.segment[CS].selector, rig_code((uint8_t)point->cpl));
}

START_TEST(every_descriptor_is_judged_for_far_jump)
{
    struct point point = {0};

    do
        check_transfer(&point, 0xea);
    while (next(&point));
}
END_TEST

START_TEST(every_descriptor_is_judged_for_far_call)
{
    struct point point = {0};

    do
        check_transfer(&point, 0x9a);
    while (next(&point));
}
END_TEST

START_TEST(only_an_ldt_goes_into_ldtr)
{
    struct point point = {0};

    do {
        const uint16_t selector = place(&point);

        if (point.cpl != 0)
            continue;
        rig.cpu.gpr[EAX] = selector;
        if (RIG_RUN(&rig, 0x0f, 0x00, 0xd0)) {
            EXPECT_EQ(point.s_type == 2 && point.present, true);
            EXPECT_EQ(rig.cpu.ldtr.base, 0x12345600);
            EXPECT_EQ(rig.cpu.ldtr.limit, 0xabcde);
        } else {
            expect_fault(point.s_type == 2 ? VECTOR_NP : VECTOR_GP, RIG_TEST);
        }
    } while (next(&point));
}
END_TEST

START_TEST(only_an_available_tss_goes_into_tr_and_becomes_busy)
{
    struct point point = {0};

    do {
        const uint16_t selector = place(&point);
        const bool is_tss = point.s_type == 1 || point.s_type == 9;

        if (point.cpl != 0)
            continue;
        rig.cpu.gpr[EAX] = selector;
        if (RIG_RUN(&rig, 0x0f, 0x00, 0xd8)) {
            EXPECT_EQ(is_tss && point.present, true);
            EXPECT_EQ(rig.cpu.tr.selector, selector);
            EXPECT_EQ(rig_load(&rig, RIG_GDT + RIG_TEST + 5, 1) & 15,
                      point.s_type | 2);
        } else {
            expect_fault(is_tss ? VECTOR_NP : VECTOR_GP, RIG_TEST);
        }
    } while (next(&point));
}
END_TEST

/* The last descriptor that fits, and one byte less; GDT and LDT. */
START_TEST(a_selector_beyond_its_table_is_refused)
{
    for (unsigned local = 0; local < 2; local++) {
        for (unsigned limit = 0x4f; limit < 0x60; limit++) {
            const uint16_t selector = (uint16_t)(RIG_TEST | local << 2);

            rig_enter(&rig, 0);
            rig.cpu.ldtr = (struct segment){
                .usable = true, .base = RIG_GDT, .limit = limit};
            if (!local)
                rig.cpu.gdtr.limit = (uint16_t)limit;
            rig_descriptor(&rig, RIG_TEST, 0, 0xfffff, RIG_DATA32);
            rig.cpu.gpr[EAX] = selector;
            EXPECT_EQ(RIG_RUN(&rig, 0x8e, 0xd8), limit >= RIG_TEST + 7);
            if (rig.faults > 0)
                expect_fault(VECTOR_GP, selector & 0xfffcu);
        }
    }
}
END_TEST

START_TEST(without_an_ldt_no_local_selector_is_good)
{
    rig_enter(&rig, 0);
    rig.cpu.gpr[EAX] = 4;
    EXPECT_EQ(RIG_RUN(&rig, 0x8e, 0xd8), false);
    expect_fault(VECTOR_GP, 4);
}
END_TEST

START_TEST(null_is_good_for_data_and_faults_when_used)
{
    for (uint16_t rpl = 0; rpl < 4; rpl++) {
        rig_enter(&rig, 0);
        rig.cpu.gpr[EAX] = rpl;
        EXPECT_EQ(RIG_RUN(&rig, 0x8e, 0xd8), true);
        EXPECT_EQ(rig.cpu.segment[DS].usable, false);
        EXPECT_EQ(rig.cpu.segment[DS].selector, rpl);
        EXPECT_EQ(RIG_RUN(&rig, 0x8a, 0x05, 0, 0, 0, 0), false);
        expect_fault(VECTOR_GP, 0);
    }
}
END_TEST

START_TEST(null_in_ss_and_ltr_and_far_jump_is_gp_of_0)
{
    for (uint8_t rpl = 0; rpl < 4; rpl++) {
        rig_enter(&rig, 0);
        rig.cpu.gpr[EAX] = rpl;
        EXPECT_EQ(RIG_RUN(&rig, 0x8e, 0xd0), false);
        expect_fault(VECTOR_GP, 0);
        rig_enter(&rig, 0);
        rig.cpu.gpr[EAX] = rpl;
        EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x00, 0xd8), false);
        expect_fault(VECTOR_GP, 0);
        rig_enter(&rig, 0);
        EXPECT_EQ(RIG_RUN(&rig, 0xea, 0, 0, 0, 0, rpl, 0), false);
        expect_fault(VECTOR_GP, 0);
    }
}
END_TEST

START_TEST(lldt_and_ltr_look_into_the_gdt_only)
{
    static const uint16_t selectors[] = {0x800, 0xfff8, RIG_TEST | 4};
    static const uint8_t modrm[] = {0xd0, 0xd8};

    for (unsigned i = 0; i < 6; i++) {
        rig_enter(&rig, 0);
        rig.cpu.ldtr = rig.cpu.tr;
        rig.cpu.gpr[EAX] = selectors[i / 2];
        EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x00, modrm[i % 2]), false);
        expect_fault(VECTOR_GP, selectors[i / 2]);
    }
}
END_TEST

START_TEST(real_mode_keeps_limit_and_rights)
{
    rig_enter_real(&rig);
    rig.cpu.segment[DS].limit = 0xffffffffu;
    rig.cpu.gpr[EAX] = 0x1234;
    EXPECT_EQ(RIG_RUN(&rig, 0x8e, 0xd8), true);
    EXPECT_EQ(rig.cpu.segment[DS].base, 0x12340);
    EXPECT_EQ(rig.cpu.segment[DS].limit, 0xffffffffu);
}
END_TEST

START_TEST(cs_and_numbers_without_a_register_are_undefined)
{
    static const uint8_t to[] = {0xc8, 0xf0, 0xf8};
    static const uint8_t from[] = {0xf0, 0xf8};

    for (unsigned i = 0; i < sizeof to; i++) {
        rig_enter(&rig, 0);
        EXPECT_EQ(RIG_RUN(&rig, 0x8e, to[i]), false);
        EXPECT_EQ(rig.fault[0].vector, VECTOR_UD);
    }
    for (unsigned i = 0; i < sizeof from; i++) {
        rig_enter(&rig, 0);
        EXPECT_EQ(RIG_RUN(&rig, 0x8c, from[i]), false);
        EXPECT_EQ(rig.fault[0].vector, VECTOR_UD);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_descriptor_is_judged_for_ds,
        every_descriptor_is_judged_for_gs,
        every_descriptor_is_judged_for_ss,
        every_descriptor_is_judged_for_far_jump,
        every_descriptor_is_judged_for_far_call,
        only_an_ldt_goes_into_ldtr,
        only_an_available_tss_goes_into_tr_and_becomes_busy,
        a_selector_beyond_its_table_is_refused,
        without_an_ldt_no_local_selector_is_good,
        null_is_good_for_data_and_faults_when_used,
        null_in_ss_and_ltr_and_far_jump_is_gp_of_0,
        lldt_and_ltr_look_into_the_gdt_only,
        real_mode_keeps_limit_and_rights,
        cs_and_numbers_without_a_register_are_undefined,
    };

    setup();
    return run_tests("descriptor", tests, sizeof tests / sizeof tests[0]);
}
