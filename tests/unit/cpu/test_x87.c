/* SPDX-License-Identifier: MIT */
/* What the recorded states do not have: images of the environment in all four
 * formats, the pointers, CR0's bits, FERR#, and faults in the middle. Results
 * are the business of tests/vectors and tests/host. */
#include "mmu/paging.h"
#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"

enum { DIRECTORY = 0x6000, TABLE = 0x7000, PAGES = 0x30000 };

static struct rig rig;

static void start(void)
{
    rig_init(&rig, "pentiumpro");
    rig_enter(&rig, 0);
    rig.cpu.cr0 |= CR0_NE;
}

/* A state to be saved, and pointers that are told apart. */
static void fill(void)
{
    struct x87 *x87 = &rig.cpu.x87;

    x87_set_control(x87, 0x27f);
    x87_set_status(x87, 0x3d20);
    x87->full = 0xc1;
    for (unsigned i = 0; i < X87_REGISTERS; i++)
        x87->reg[i] = (struct x87_register){
            X87_INTEGER_BIT | i, (uint16_t)(X87_BIAS + i), {0}};
    x87->instruction = 0x00123456;
    x87->code_selector = 0x0008;
    x87->opcode = 0x5a5;
    x87->data = 0x00abcdef;
    x87->data_selector = 0x0010;
}

static void expect_words(unsigned size, const uint32_t *words)
{
    for (unsigned i = 0; i < 7; i++)
        EXPECT_EQ(rig_load(&rig, RIG_DATA + i * size, size), words[i]);
}

/* SDM 1, figures of the state image in memory. */
START_TEST(environments_are_laid_out_as_drawn)
{
    static const uint32_t wide[] = {0xffff027f, 0xffff3d20, 0xffff0ffc,
                                    0x00123456, 0x05a50008, 0x00abcdef,
                                    0xffff0010};
    static const uint32_t narrow[] = {0x027f, 0x3d20, 0x0ffc, 0x3456,
                                      0x0008, 0xcdef, 0x0010};
    static const uint32_t real_narrow[] = {0x027f, 0x3d20, 0x0ffc, 0x34d6,
                                           0x25a5, 0xceef, 0xb000};
    static const uint32_t real_wide[] = {0xffff027f, 0xffff3d20, 0xffff0ffc,
                                         0xffff34d6, 0x000125a5, 0xffffceef,
                                         0x000ab000};

    start();
    fill();
    EXPECT(RIG_RUN(&rig, 0xd9, 0x35, 0x00, 0x80, 0x01, 0x00));
    expect_words(4, wide);
    fill();
    EXPECT(RIG_RUN(&rig, 0x66, 0xd9, 0x35, 0x00, 0x80, 0x01, 0x00));
    expect_words(2, narrow);
    rig_enter_real(&rig);
    rig.cpu.segment[DS].base = RIG_DATA;
    fill();
    EXPECT(RIG_RUN(&rig, 0xd9, 0x36, 0x00, 0x00));
    expect_words(2, real_narrow);
    fill();
    EXPECT(RIG_RUN(&rig, 0x66, 0xd9, 0x36, 0x00, 0x00));
    expect_words(4, real_wide);
    rig_release(&rig);
}
END_TEST

START_TEST(what_is_saved_comes_back)
{
    start();
    for (unsigned narrow = 0; narrow < 2; narrow++) {
        struct x87 before;

        fill();
        if (narrow)
            rig.cpu.x87.opcode = 0;
        rig.cpu.x87.instruction &= narrow ? 0xffff : 0xffffffff;
        rig.cpu.x87.data &= narrow ? 0xffff : 0xffffffff;
        before = rig.cpu.x87;
        if (narrow) {
            EXPECT(RIG_RUN(&rig, 0x66, 0xdd, 0x35, 0x00, 0x80, 0x01, 0x00));
            EXPECT_EQ(rig.cpu.x87.full, 0);
            EXPECT_EQ(rig.cpu.x87.control, X87_CONTROL_INIT);
            EXPECT(RIG_RUN(&rig, 0x66, 0xdd, 0x25, 0x00, 0x80, 0x01, 0x00));
        } else {
            EXPECT(RIG_RUN(&rig, 0xdd, 0x35, 0x00, 0x80, 0x01, 0x00));
            EXPECT_EQ(rig.cpu.x87.full, 0);
            EXPECT(RIG_RUN(&rig, 0xdd, 0x25, 0x00, 0x80, 0x01, 0x00));
        }
        EXPECT(memcmp(&before, &rig.cpu.x87, sizeof before) == 0);
    }
    rig_release(&rig);
}
END_TEST

/* SDM 1, "x87 FPU Instruction and Data (Operand) Pointers". */
START_TEST(pointers_name_the_last_instruction_that_is_no_control)
{
    start();
    EXPECT(RIG_RUN(&rig, 0xdd, 0x05, 0x00, 0x80, 0x01, 0x00));
    EXPECT_EQ(rig.cpu.x87.instruction, RIG_CODE);
    EXPECT_EQ(rig.cpu.x87.code_selector, RIG_CODE0);
    EXPECT_EQ(rig.cpu.x87.opcode, 0x505);
    EXPECT_EQ(rig.cpu.x87.data, RIG_DATA);
    EXPECT_EQ(rig.cpu.x87.data_selector, rig_data(0));
    EXPECT(RIG_RUN(&rig, 0xdf, 0xe0)); /* FNSTSW AX */
    EXPECT_EQ(rig.cpu.x87.opcode, 0x505);
    EXPECT(RIG_RUN(&rig, 0xd9, 0xe0)); /* FCHS */
    EXPECT_EQ(rig.cpu.x87.opcode, 0x1e0);
    EXPECT_EQ(rig.cpu.x87.data, RIG_DATA);
    rig_release(&rig);
}
END_TEST

/* SDM 3A, table "Action Taken By x87 FPU Instructions for Different
 * Combinations of EM, MP, and TS". */
START_TEST(em_and_ts_make_nm_and_wait_asks_mp_too)
{
    start();
    for (unsigned bits = 0; bits < 8; bits++) {
        const uint32_t cr0 = (bits & 1 ? (uint32_t)CR0_MP : 0) |
                             (bits & 2 ? (uint32_t)CR0_EM : 0) |
                             (bits & 4 ? (uint32_t)CR0_TS : 0);

        rig_enter(&rig, 0);
        rig.cpu.cr0 |= cr0;
        cpu_update_mode(&rig.cpu);
        EXPECT_EQ(RIG_RUN(&rig, 0xd9, 0xe8), (bits & 6) == 0);
        if (bits & 6)
            EXPECT_EQ(rig.fault[0].vector, VECTOR_NM);
        rig_enter(&rig, 0);
        rig.cpu.cr0 |= cr0;
        cpu_update_mode(&rig.cpu);
        EXPECT_EQ(RIG_RUN(&rig, 0x9b), (bits & 5) != 5);
    }
    rig_release(&rig);
}
END_TEST

static void pend_error(void)
{
    x87_set_control(&rig.cpu.x87, 0x37b); /* ZE is not masked */
    EXPECT(RIG_RUN(&rig, 0xd9, 0xe8));    /* FLD1 */
    EXPECT(RIG_RUN(&rig, 0xd9, 0xee));    /* FLDZ */
    EXPECT(RIG_RUN(&rig, 0xd8, 0xf9));    /* FDIVR ST(0), ST(1) */
}

START_TEST(a_pending_error_strikes_at_the_next_that_waits)
{
    start();
    pend_error();
    EXPECT_EQ(x87_status(&rig.cpu.x87) & 0x80ff, 0x8084);
    EXPECT(RIG_RUN(&rig, 0xdf, 0xe0)); /* FNSTSW AX does not */
    EXPECT_EQ(rig.cpu.gpr[EAX] & 0x80ff, 0x8084);
    EXPECT(!RIG_RUN(&rig, 0xd9, 0xe8));
    EXPECT_EQ(rig.fault[0].vector, VECTOR_MF);
    rig_release(&rig);
}
END_TEST

struct pin {
    unsigned changes;
    bool level;
};

static void drive_pin(void *context, bool level)
{
    struct pin *pin = context;

    pin->changes++;
    pin->level = level;
}

/* SDM 1, "MS-DOS* Compatibility Sub-mode". */
START_TEST(without_ne_the_error_goes_out_by_ferr)
{
    struct pin pin = {0};

    start();
    rig.cpu.cr0 &= ~(uint32_t)CR0_NE;
    rig.cpu.ferr = drive_pin;
    rig.cpu.context = &pin;
    pend_error();
    EXPECT(pin.level);
    EXPECT(RIG_RUN(&rig, 0xd9, 0xe8)); /* stops, and has not run */
    EXPECT(rig.cpu.halted);
    EXPECT_EQ(rig.cpu.eip, RIG_CODE + 6); /* behind pend_error() */
    EXPECT_EQ(rig.cpu.x87.full, 0xc0);
    cpu_ignore_x87_error(&rig.cpu);
    EXPECT(!pin.level);
    rig.cpu.halted = false;
    EXPECT(RIG_RUN(&rig, 0xd9, 0xe8)); /* now it runs */
    EXPECT_EQ(rig.cpu.x87.full, 0xe0);
    EXPECT(RIG_RUN(&rig, 0xdb, 0xe2)); /* FNCLEX */
    EXPECT(!rig.cpu.x87.ignored);
    EXPECT_EQ(pin.changes, 2);
    rig_release(&rig);
}
END_TEST

/* Paging with everything mapped but the page behind PAGES. */
static void page(uint32_t second)
{
    rig_store(&rig, DIRECTORY, 4, TABLE | PTE_P | PTE_RW);
    for (uint32_t i = 0; i < 512; i++)
        rig_store(&rig, TABLE + i * 4, 4, i << 12 | PTE_P | PTE_RW);
    rig_store(&rig, TABLE + (PAGES / PAGE_SIZE + 1) * 4, 4, second);
    rig.cpu.cr0 |= CR0_PG | CR0_WP;
    mmu_set_cr3(&rig.cpu.mmu, DIRECTORY);
    cpu_update_paging(&rig.cpu);
}

/* Operands of 10, 28 and 108 bytes that begin on one page and end on the
 * absent one: nothing has changed, in memory and in the x87. */
START_TEST(a_fault_on_the_second_page_leaves_all_as_it_was)
{
    static const uint8_t code[][2] = {{0xdb, 0x3d}, {0xdb, 0x2d}, {0xd9, 0x35},
                                      {0xdd, 0x35}, {0xdd, 0x25}, {0xd9, 0x25}};
    const uint32_t at = PAGES + PAGE_SIZE - 4;

    for (unsigned i = 0; i < sizeof code / sizeof *code; i++) {
        const uint8_t bytes[] = {code[i][0], code[i][1], 0xfc,
                                 0x0f,       0x03,       0x00};
        struct x87 before;

        start();
        page(0);
        fill();
        rig_store(&rig, at, 4, 0x11223344);
        before = rig.cpu.x87;
        EXPECT(!rig_run(&rig, bytes, sizeof bytes));
        EXPECT_EQ(rig.fault[0].vector, VECTOR_PF);
        EXPECT_EQ(rig.fault[0].linear, PAGES + PAGE_SIZE);
        EXPECT(memcmp(&before, &rig.cpu.x87, sizeof before) == 0);
        EXPECT_EQ(rig_load(&rig, at, 4), 0x11223344);
        rig_release(&rig);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        environments_are_laid_out_as_drawn,
        what_is_saved_comes_back,
        pointers_name_the_last_instruction_that_is_no_control,
        em_and_ts_make_nm_and_wait_asks_mp_too,
        a_pending_error_strikes_at_the_next_that_waits,
        without_ne_the_error_goes_out_by_ferr,
        a_fault_on_the_second_page_leaves_all_as_it_was,
    };

    return run_tests("x87", tests, sizeof tests / sizeof tests[0]);
}
