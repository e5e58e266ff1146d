/* SPDX-License-Identifier: MIT */
#include "cpu/insn/system.h"

#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"

static struct rig rig;

static void expect_fault(unsigned vector)
{
    EXPECT_EQ(rig.faults > 0, true);
    EXPECT_EQ(rig.fault[0].vector, vector);
    EXPECT_EQ(rig.fault[0].has_error_code, vector == VECTOR_GP);
    EXPECT_EQ(rig.fault[0].error_code, 0);
}

/* Every instruction that only CPL 0 may run. SDM 3A, "Privileged
 * Instructions". */
START_TEST(privileged_instructions_need_cpl_0)
{
    static const uint8_t codes[][4] = {
        {0x0f, 0x01, 0x15, 0}, /* LGDT */
        {0x0f, 0x01, 0x1d, 0}, /* LIDT */
        {0x0f, 0x00, 0xd0, 0}, /* LLDT */
        {0x0f, 0x00, 0xd8, 0}, /* LTR */
        {0x0f, 0x01, 0xf0, 0}, /* LMSW */
        {0x0f, 0x01, 0x3d, 0}, /* INVLPG */
        {0x0f, 0x06, 0, 0},    /* CLTS */
        {0x0f, 0x20, 0xc0, 0}, /* MOV from CR0 */
        {0x0f, 0x22, 0xd8, 0}, /* MOV to CR3 */
        {0x0f, 0x21, 0xf8, 0}, /* MOV from DR7 */
        {0x0f, 0x23, 0xf8, 0}, /* MOV to DR7 */
        {0x0f, 0x08, 0, 0},    /* INVD */
        {0x0f, 0x09, 0, 0},    /* WBINVD */
        {0x0f, 0x32, 0, 0},    /* RDMSR */
        {0x0f, 0x30, 0, 0},    /* WRMSR */
        {0xf4, 0, 0, 0},       /* HLT */
    };

    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        for (uint8_t cpl = 1; cpl < 4; cpl++) {
            rig_enter(&rig, cpl);
            EXPECT_EQ(rig_run(&rig, codes[i], 4), false);
            expect_fault(VECTOR_GP);
        }
    }
}
END_TEST

/* PE, PG, NW and CD in all combinations. SDM 2B, "MOV—Move to/from Control
 * Registers". */
START_TEST(cr0_takes_what_the_manual_allows)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < 16; i++) {
        const bool pe = i & 1;
        const bool pg = i & 2;
        const bool nw = i & 4;
        const bool cd = i & 8;
        const uint32_t value = (pe ? CR0_PE : 0) | (pg ? CR0_PG : 0) |
                               (nw ? CR0_NW : 0) | (cd ? CR0_CD : 0);

        rig_enter(&rig, 0);
        rig.cpu.gpr[EAX] = value;
        if (RIG_RUN(&rig, 0x0f, 0x22, 0xc0)) {
            EXPECT_EQ((pg && !pe) || (nw && !cd), false);
            EXPECT_EQ(rig.cpu.cr0, value | CR0_ET);
            EXPECT_EQ(rig.cpu.mmu.paging, pg);
        } else {
            EXPECT_EQ((pg && !pe) || (nw && !cd), true);
            expect_fault(VECTOR_GP);
        }
    }
}
END_TEST

START_TEST(lmsw_sets_pe_and_never_clears_it)
{
    rig_init(&rig, "386");
    for (unsigned value = 0; value < 16; value++) {
        for (unsigned protected = 0; protected < 2; protected ++) {
            if (protected)
                rig_enter(&rig, 0);
            else
                rig_enter_real(&rig);
            rig.cpu.gpr[EAX] = 0xfff0 | value;
            EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x01, 0xf0), true);
            EXPECT_EQ(rig.cpu.cr0, CR0_ET | value | protected);
        }
    }
}
END_TEST

START_TEST(clts_clears_ts_alone)
{
    rig_init(&rig, "pentiumpro");
    rig.cpu.cr0 |= CR0_TS | CR0_EM | CR0_MP;
    EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x06), true);
    EXPECT_EQ(rig.cpu.cr0, CR0_ET | CR0_PE | CR0_EM | CR0_MP);
}
END_TEST

START_TEST(cr4_has_the_bits_of_the_model)
{
    static const char *const models[] = {"386", "486", "pentium", "pentiumpro"};

    for (unsigned i = 0; i < 4; i++) {
        rig_init(&rig, models[i]);
        for (unsigned bit = 0; bit < 32; bit++) {
            const bool has = rig.cpu.model->cr4_bits >> bit & 1;

            rig_enter(&rig, 0);
            rig.cpu.gpr[EAX] = 1u << bit;
            EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x22, 0xe0), has);
            EXPECT_EQ(rig.cpu.cr4, has ? 1u << bit : 0);
            if (!has)
                expect_fault(rig.cpu.model->cr4_bits ? VECTOR_GP : VECTOR_UD);
        }
        rig_release(&rig);
    }
}
END_TEST

START_TEST(control_registers_that_do_not_exist_are_undefined)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned number = 0; number < 8; number++) {
        const bool exists = number == 0 || (number >= 2 && number <= 4);

        for (unsigned to = 0; to < 2; to++) {
            rig_enter(&rig, 0);
            rig.cpu.gpr[EAX] = number == 0 ? CR0_PE : 0;
            EXPECT_EQ(RIG_RUN(&rig, 0x0f, to ? 0x22 : 0x20,
                              (uint8_t)(0xc0 | number << 3)),
                      exists);
            if (!exists)
                expect_fault(VECTOR_UD);
        }
    }
}
END_TEST

/* DR4 and DR5 are DR6 and DR7 unless CR4.DE. */
START_TEST(debug_registers_keep_their_fixed_bits)
{
    static const uint32_t fixed[8] = {
        [4] = 0xffff0ff0u, [5] = 0x400, [6] = 0xffff0ff0u, [7] = 0x400};
    static const uint32_t writable[8] = {
        ~0u, ~0u, ~0u, ~0u, 0xe00f, 0xffff03ffu, 0xe00f, 0xffff03ffu};

    rig_init(&rig, "pentiumpro");
    for (unsigned number = 0; number < 8; number++) {
        for (unsigned extension = 0; extension < 2; extension++) {
            const bool gone = extension && (number == 4 || number == 5);
            const uint8_t modrm = (uint8_t)(0xc0 | number << 3);
            /* GD would end the test. */
            const uint32_t value = number & 1 ? ~0u & ~0x2000u : ~0u;

            rig_enter(&rig, 0);
            rig.cpu.cr4 = extension ? CR4_DE : 0;
            rig.cpu.gpr[EAX] = value;
            EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x23, modrm), !gone);
            if (gone) {
                expect_fault(VECTOR_UD);
                continue;
            }
            EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x21, modrm), true);
            EXPECT_EQ(rig.cpu.gpr[EAX],
                      (value & writable[number]) | fixed[number]);
        }
    }
}
END_TEST

START_TEST(tables_are_loaded_and_stored)
{
    rig_init(&rig, "pentiumpro");
    rig_store(&rig, RIG_DATA, 2, 0x1234);
    rig_store(&rig, RIG_DATA + 2, 4, 0x89abcdef);
    rig.cpu.gpr[EBX] = RIG_DATA;
    rig.cpu.gpr[ESI] = RIG_DATA + 0x10;
    EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x01, 0x1b), true);
    EXPECT_EQ(rig.cpu.idtr.base, 0x89abcdef);
    EXPECT_EQ(rig.cpu.idtr.limit, 0x1234);
    EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x01, 0x0e), true);
    EXPECT_EQ(rig_load(&rig, RIG_DATA + 0x10, 2), 0x1234);
    EXPECT_EQ(rig_load(&rig, RIG_DATA + 0x12, 4), 0x89abcdef);
    EXPECT_EQ(RIG_RUN(&rig, 0x66, 0x0f, 0x01, 0x1b), true);
    EXPECT_EQ(rig.cpu.idtr.base, 0x00abcdef);
    EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x01, 0x13), true);
    EXPECT_EQ(rig.cpu.gdtr.base, 0x89abcdef);
}
END_TEST

START_TEST(selectors_are_stored_zero_extended_or_as_words)
{
    rig_init(&rig, "pentiumpro");
    rig.cpu.gpr[EAX] = ~0u;
    rig.cpu.gpr[EBX] = RIG_DATA;
    rig_store(&rig, RIG_DATA, 4, ~0u);
    EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x00, 0xc8), true);
    EXPECT_EQ(rig.cpu.gpr[EAX], RIG_TSS_SELECTOR);
    rig.cpu.gpr[EAX] = ~0u;
    EXPECT_EQ(RIG_RUN(&rig, 0x66, 0x0f, 0x00, 0xc8), true);
    EXPECT_EQ(rig.cpu.gpr[EAX], 0xffff0000u | RIG_TSS_SELECTOR);
    EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x00, 0x0b), true);
    EXPECT_EQ(rig_load(&rig, RIG_DATA, 4), 0xffff0000u | RIG_TSS_SELECTOR);
}
END_TEST

START_TEST(push_of_a_segment_moves_esp_by_the_operand_size)
{
    static const char *const models[] = {"386", "486", "pentium", "pentiumpro"};

    for (unsigned i = 0; i < 4; i++) {
        rig_init(&rig, models[i]);
        rig_store(&rig, RIG_STACKS - 4, 4, ~0u);
        EXPECT_EQ(RIG_RUN(&rig, 0x0e), true);
        EXPECT_EQ(rig.cpu.gpr[ESP], RIG_STACKS - 4);
        EXPECT_EQ(rig_stacked(&rig, 4, 0),
                  rig.cpu.model->generation == CPU_PENTIUM
                      ? RIG_CODE0
                      : 0xffff0000u | RIG_CODE0);
        EXPECT_EQ(RIG_RUN(&rig, 0x66, 0x0e), true);
        EXPECT_EQ(rig.cpu.gpr[ESP], RIG_STACKS - 6);
        rig_release(&rig);
    }
}
END_TEST

START_TEST(cpuid_names_the_model)
{
    char vendor[13] = {0};

    rig_init(&rig, "pentiumpro");
    rig.cpu.gpr[EAX] = 0;
    EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0xa2), true);
    memcpy(vendor, &rig.cpu.gpr[EBX], 4);
    memcpy(vendor + 4, &rig.cpu.gpr[EDX], 4);
    memcpy(vendor + 8, &rig.cpu.gpr[ECX], 4);
    ck_assert_str_eq(vendor, "GenuineIntel");
    EXPECT_EQ(rig.cpu.gpr[EAX], 2);
    for (uint32_t leaf = 1; leaf < 5; leaf++) {
        rig.cpu.gpr[EAX] = leaf;
        EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0xa2), true);
        EXPECT_EQ(rig.cpu.gpr[EAX], leaf == 1 ? rig.cpu.model->signature
                                              : rig.cpu.model->cache[0]);
    }
    rig_release(&rig);
    rig_init(&rig, "386");
    EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0xa2), false);
    expect_fault(VECTOR_UD);
}
END_TEST

START_TEST(tsc_counts_ticks_and_can_be_set)
{
    rig_init(&rig, "pentiumpro");
    EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x31, 0x0f, 0x31), true);
    EXPECT_EQ(rig.cpu.gpr[EAX], 0);
    rig.clock.now = 0x123456789;
    EXPECT_EQ(rig_step(&rig), true);
    EXPECT_EQ(rig.cpu.gpr[EAX], 0x23456789);
    EXPECT_EQ(rig.cpu.gpr[EDX], 1);
    rig.cpu.gpr[ECX] = 0x10;
    rig.cpu.gpr[EAX] = 0x1000;
    EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x30, 0x0f, 0x31), true);
    EXPECT_EQ(rig_step(&rig), true);
    EXPECT_EQ(rig.cpu.gpr[EAX], 0x1001);
    EXPECT_EQ(rig.cpu.gpr[EDX], 0);
}
END_TEST

START_TEST(tsc_is_for_cpl_0_with_tsd)
{
    rig_init(&rig, "pentiumpro");
    for (uint8_t cpl = 0; cpl < 4; cpl++) {
        for (unsigned disabled = 0; disabled < 2; disabled++) {
            rig_enter(&rig, cpl);
            rig.cpu.cr4 = disabled ? CR4_TSD : 0;
            EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x31), cpl == 0 || !disabled);
            if (rig.faults > 0)
                expect_fault(VECTOR_GP);
        }
    }
}
END_TEST

START_TEST(performance_counters_need_pce_and_a_number)
{
    rig_init(&rig, "pentiumpro");
    for (uint8_t cpl = 0; cpl < 4; cpl++) {
        for (unsigned i = 0; i < 8; i++) {
            const bool enabled = i & 1;
            const unsigned number = i >> 1;

            rig_enter(&rig, cpl);
            rig.cpu.cr4 = enabled ? CR4_PCE : 0;
            rig.cpu.gpr[ECX] = number;
            EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x33),
                      (cpl == 0 || enabled) && number < 2);
            if (rig.faults > 0)
                expect_fault(VECTOR_GP);
        }
    }
}
END_TEST

START_TEST(registers_that_the_model_lacks_are_gp)
{
    rig_init(&rig, "pentiumpro");
    rig.cpu.gpr[ECX] = 0xc0000080;
    EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x32), false);
    expect_fault(VECTOR_GP);
    rig_enter(&rig, 0);
    rig.cpu.gpr[ECX] = 0xc0000080;
    EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x30), false);
    expect_fault(VECTOR_GP);
    rig_enter(&rig, 0);
    rig.cpu.gpr[ECX] = 0x1b;
    EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x32), true);
    EXPECT_EQ(rig.cpu.gpr[EAX], 0xfee00100);
    rig_release(&rig);
    rig_init(&rig, "pentium");
    rig.cpu.gpr[ECX] = 0x1b;
    EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x32), false);
    expect_fault(VECTOR_GP);
    rig_enter(&rig, 0);
    rig.cpu.gpr[ECX] = 0x1b;
    EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x30), false);
    expect_fault(VECTOR_GP);
}
END_TEST

/* What nothing stands behind can be written and read all the same. */
START_TEST(msrs_without_a_model_behind_take_writes)
{
    static const uint32_t numbers[] = {0x0, 0x1, 0x1b, 0x2a, 0x79, 0x8b, 0x1d9};

    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        rig.cpu.gpr[ECX] = numbers[i];
        EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x30), true);
        EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x32), numbers[i] != 0x79);
    }
}
END_TEST

START_TEST(hlt_halts)
{
    rig_init(&rig, "pentiumpro");
    EXPECT_EQ(RIG_RUN(&rig, 0xf4), true);
    EXPECT_EQ(rig.cpu.halted, true);
    EXPECT_EQ(rig.cpu.eip, RIG_CODE + 1);
}
END_TEST

/* Real mode to protected mode and back, by the book: CS keeps base, limit and
 * D across the change, and is writable in real mode. */
START_TEST(modes_change_with_pe)
{
    rig_init(&rig, "386");
    rig_enter_real(&rig);
    rig.cpu.gdtr = (struct table_register){RIG_GDT, RIG_TABLE_LIMIT};
    rig.cpu.gpr[EAX] = 1;
    EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x22, 0xc0), true);
    EXPECT_EQ(rig.cpu.segment[CS].base, RIG_CODE);
    EXPECT_EQ(rig.cpu.mode & MODE_CODE32, 0);
    EXPECT_EQ(RIG_RUN(&rig, 0x66, 0xea, 0, 0, 1, 0, RIG_CODE0, 0), true);
    EXPECT_EQ(rig.cpu.mode & MODE_CODE32, MODE_CODE32);
    rig.cpu.gpr[EAX] = 0;
    EXPECT_EQ(RIG_RUN(&rig, 0x0f, 0x22, 0xc0), true);
    EXPECT_EQ(rig.cpu.segment[CS].limit, 0xffffffffu);
    EXPECT_EQ(rig.cpu.segment[CS].rights,
              DESC_P | DESC_S | DESC_WRITABLE | DESC_ACCESSED | DESC_DB);
    EXPECT_EQ(rig.cpu.mode & MODE_CODE32, MODE_CODE32);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        privileged_instructions_need_cpl_0,
        cr0_takes_what_the_manual_allows,
        lmsw_sets_pe_and_never_clears_it,
        clts_clears_ts_alone,
        cr4_has_the_bits_of_the_model,
        control_registers_that_do_not_exist_are_undefined,
        debug_registers_keep_their_fixed_bits,
        tables_are_loaded_and_stored,
        selectors_are_stored_zero_extended_or_as_words,
        push_of_a_segment_moves_esp_by_the_operand_size,
        cpuid_names_the_model,
        tsc_counts_ticks_and_can_be_set,
        tsc_is_for_cpl_0_with_tsd,
        performance_counters_need_pce_and_a_number,
        registers_that_the_model_lacks_are_gp,
        msrs_without_a_model_behind_take_writes,
        hlt_halts,
        modes_change_with_pe,
    };

    return run_tests("system", tests, sizeof tests / sizeof tests[0]);
}
