/* SPDX-License-Identifier: MIT */
#include "cpu/eflags.h"
#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"

enum { VECTOR = 0x21, IO_MAP = 0x90, MAP = IO_MAP - 32, VECTOR_TABLE = 0 };

static struct rig rig;

static void expect_gp(void)
{
    EXPECT_EQ(rig.faults > 0, true);
    EXPECT_EQ(rig.fault[0].vector, VECTOR_GP);
    EXPECT_EQ(rig.fault[0].error_code, 0);
}

/* A TSS with an I/O map behind a redirection map whose bits are all `bit`. */
static void build_redirection(unsigned bit)
{
    rig.cpu.tr.limit = 0x100;
    rig_store(&rig, RIG_TSS + 0x66, 2, IO_MAP);
    for (uint32_t i = 0; i < 32; i++)
        rig_store(&rig, RIG_TSS + MAP + i, 1, bit ? 0xff : 0);
    rig_store(&rig, VECTOR_TABLE + VECTOR * 4, 4, 0x12345678);
}

static void expect_redirected(uint32_t image)
{
    EXPECT_EQ(cpu_is_v86(&rig.cpu), true);
    EXPECT_EQ(rig.cpu.segment[CS].selector, 0x1234);
    EXPECT_EQ(rig.cpu.eip, 0x5678);
    EXPECT_EQ(rig.cpu.gpr[ESP], 0x2000 - 6);
    EXPECT_EQ(rig_stacked(&rig, 2, 0), 2);
    EXPECT_EQ(rig_stacked(&rig, 2, 1), RIG_CODE >> 4);
    EXPECT_EQ(rig_stacked(&rig, 2, 2), image);
}

static void expect_entered(void)
{
    EXPECT_EQ(cpu_is_v86(&rig.cpu), false);
    EXPECT_EQ(rig.cpu.eip, rig_handler(VECTOR));
    EXPECT_EQ(rig.cpu.cpl, 0);
}

/* INT n by IOPL, CR4.VME and the redirection bit. SDM 3A, table "Software
 * Interrupt Handling Methods While in Virtual-8086 Mode". */
static void check_int(unsigned iopl, bool vme, unsigned bit, bool vif)
{
    const uint32_t flags = FLAG_IF | (vif ? FLAG_VIF : 0);

    rig_enter_v86(&rig, iopl);
    build_redirection(bit);
    rig_handle(&rig, VECTOR, rig_code(0), SYSTEM_INTERRUPT_GATE32, 3);
    rig.cpu.eflags |= flags;
    rig.cpu.cr4 = vme ? CR4_VME : 0;
    (void)RIG_RUN(&rig, 0xcd, VECTOR);
    if (vme && !bit && iopl == 3) {
        expect_redirected(FLAG_1 | FLAG_IF | FLAG_IOPL);
        EXPECT_EQ(rig.cpu.eflags & flags, flags & ~(uint32_t)FLAG_IF);
    } else if (vme && !bit) {
        expect_redirected(FLAG_1 | FLAG_IOPL | (vif ? FLAG_IF : 0));
        EXPECT_EQ(rig.cpu.eflags & flags, FLAG_IF);
    } else if (iopl == 3) {
        expect_entered();
    } else {
        expect_gp();
    }
}

START_TEST(int_n_goes_where_iopl_and_vme_send_it)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < 32; i++)
        check_int(i & 3, i >> 2 & 1, i >> 3 & 1, i >> 4 & 1);
}
END_TEST

START_TEST(each_vector_has_its_bit)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned vector = 0; vector < 256; vector++) {
        rig_enter_v86(&rig, 0);
        build_redirection(1);
        rig_store(&rig, RIG_TSS + MAP + vector / 8, 1,
                  0xff & ~(1u << vector % 8));
        rig.cpu.cr4 = CR4_VME;
        rig_store(&rig, VECTOR_TABLE + vector * 4, 4, 0x00110022);
        EXPECT_EQ(RIG_RUN(&rig, 0xcd, (uint8_t)vector), true);
        EXPECT_EQ(rig.cpu.eip, 0x22);
    }
}
END_TEST

/* No map, or no bit for the vector: #GP(0). */
START_TEST(a_tss_without_a_redirection_map_is_gp)
{
    rig_init(&rig, "pentiumpro");
    for (uint32_t limit = 0x60; limit < 0x80; limit++) {
        const bool enough = limit >= MAP + VECTOR / 8;

        rig_enter_v86(&rig, 0);
        build_redirection(0);
        rig.cpu.tr.limit = limit;
        rig.cpu.cr4 = CR4_VME;
        EXPECT_EQ(RIG_RUN(&rig, 0xcd, VECTOR), enough);
        if (!enough)
            expect_gp();
    }
}
END_TEST

/* The frame of SDM 3A, figure "Privilege Level 0 Stack After Interrupt or
 * Exception in Virtual-8086 Mode". */
START_TEST(a_protected_mode_handler_gets_all_segment_registers)
{
    rig_init(&rig, "pentiumpro");
    rig_enter_v86(&rig, 3);
    for (unsigned i = 0; i < SEGMENT_COUNT; i++) {
        if (i != CS && i != SS)
            rig.cpu.segment[i] = segment_v86((uint16_t)(0x100 + i));
    }
    rig_handle(&rig, VECTOR, rig_code(0), SYSTEM_INTERRUPT_GATE32, 3);
    EXPECT_EQ(RIG_RUN(&rig, 0xcd, VECTOR), true);
    expect_entered();
    EXPECT_EQ(rig_stacked(&rig, 4, 0), 2);
    EXPECT_EQ(rig_stacked(&rig, 4, 1), RIG_CODE >> 4);
    EXPECT_EQ(rig_stacked(&rig, 4, 2), FLAG_VM | FLAG_IOPL | FLAG_1);
    EXPECT_EQ(rig_stacked(&rig, 4, 3), 0x2000);
    EXPECT_EQ(rig_stacked(&rig, 4, 4), RIG_DATA >> 4);
    EXPECT_EQ(rig_stacked(&rig, 4, 5), 0x100 + ES);
    EXPECT_EQ(rig_stacked(&rig, 4, 6), 0x100 + DS);
    EXPECT_EQ(rig_stacked(&rig, 4, 7), 0x100 + FS);
    EXPECT_EQ(rig_stacked(&rig, 4, 8), 0x100 + GS);
    for (unsigned i = 0; i < SEGMENT_COUNT; i++) {
        if (i != CS && i != SS)
            EXPECT_EQ(rig.cpu.segment[i].usable, false);
    }
    EXPECT_EQ(RIG_RUN(&rig, 0xcf), true);
    EXPECT_EQ(cpu_is_v86(&rig.cpu), true);
    EXPECT_EQ(rig.cpu.segment[GS].base, (0x100 + GS) << 4);
    EXPECT_EQ(rig.cpu.gpr[ESP], 0x2000);
}
END_TEST

/* From virtual-8086 mode a handler must run at CPL 0, conforming or not. */
START_TEST(a_handler_of_another_privilege_is_refused)
{
    rig_init(&rig, "pentiumpro");
    for (uint8_t dpl = 0; dpl < 4; dpl++) {
        for (unsigned conforming = 0; conforming < 2; conforming++) {
            rig_enter_v86(&rig, 3);
            rig_descriptor(&rig, RIG_TEST, 0, 0xffffffffu,
                           RIG_CODE32 | (conforming ? DESC_CONFORMING : 0) |
                               (uint32_t)dpl << DESC_DPL_SHIFT);
            rig_handle(&rig, VECTOR, RIG_TEST, SYSTEM_TRAP_GATE32, 3);
            EXPECT_EQ(RIG_RUN(&rig, 0xcd, VECTOR), dpl == 0 && !conforming);
            if (rig.faults == 0)
                continue;
            EXPECT_EQ(rig.fault[0].vector, VECTOR_GP);
            EXPECT_EQ(rig.fault[0].error_code, RIG_TEST);
        }
    }
}
END_TEST

START_TEST(int3_is_not_iopl_sensitive)
{
    rig_init(&rig, "pentiumpro");
    rig_enter_v86(&rig, 0);
    rig_handle(&rig, VECTOR_BP, rig_code(0), SYSTEM_TRAP_GATE32, 3);
    EXPECT_EQ(RIG_RUN(&rig, 0xcc), true);
    EXPECT_EQ(rig.cpu.eip, rig_handler(VECTOR_BP));
}
END_TEST

/* CLI, STI, PUSHF, POPF, IRET. SDM 3A, "Sensitive Instructions" and
 * "Virtual-8086 Mode Extensions". */
static bool may_run(uint8_t opcode, bool wide, unsigned iopl, bool vme)
{
    const bool sized = opcode == 0x9c || opcode == 0x9d || opcode == 0xcf;

    return iopl == 3 || (vme && !(sized && wide));
}

static void check_sensitive(uint8_t opcode, bool wide, unsigned iopl, bool vme)
{
    const bool popf = opcode == 0x9d;

    rig_enter_v86(&rig, iopl);
    rig.cpu.cr4 = vme ? CR4_VME : 0;
    rig_push(&rig, wide ? 4 : 2, FLAG_IF | FLAG_CF);
    if (!popf) {
        rig_push(&rig, wide ? 4 : 2, RIG_CODE >> 4);
        rig_push(&rig, wide ? 4 : 2, 0x50);
    }
    if (wide)
        (void)RIG_RUN(&rig, 0x66, opcode);
    else
        (void)RIG_RUN(&rig, opcode);
    EXPECT_EQ(rig.faults == 0, may_run(opcode, wide, iopl, vme));
    if (rig.faults > 0)
        expect_gp();
    else if (popf || opcode == 0xcf || opcode == 0xfb)
        EXPECT_EQ(rig.cpu.eflags & (FLAG_IF | FLAG_VIF),
                  iopl == 3 ? FLAG_IF : FLAG_VIF);
    if (rig.faults == 0 && (popf || opcode == 0xcf))
        EXPECT_EQ(cpu_eflags(&rig.cpu) & FLAGS_STATUS, FLAG_CF);
    EXPECT_EQ(eflags_iopl(&rig.cpu), iopl);
    EXPECT_EQ(cpu_is_v86(&rig.cpu), true);
}

START_TEST(sensitive_instructions_need_iopl_3_or_vme)
{
    static const uint8_t opcodes[] = {0xfa, 0xfb, 0x9c, 0x9d, 0xcf};

    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < sizeof opcodes; i++) {
        for (unsigned rest = 0; rest < 16; rest++)
            check_sensitive(opcodes[i], rest & 1, rest >> 1 & 3, rest >> 3 & 1);
    }
}
END_TEST

START_TEST(pushf_shows_vif_as_if_under_vme)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned vif = 0; vif < 2; vif++) {
        rig_enter_v86(&rig, 0);
        rig.cpu.cr4 = CR4_VME;
        rig.cpu.eflags |= vif ? FLAG_VIF : FLAG_IF;
        EXPECT_EQ(RIG_RUN(&rig, 0x9c), true);
        EXPECT_EQ(rig_stacked(&rig, 2, 0),
                  FLAG_1 | FLAG_IOPL | (vif ? FLAG_IF : 0));
    }
}
END_TEST

/* With VIP set, or TF in the image, the monitor must see it. */
START_TEST(vip_and_tf_stop_virtual_popf_iret_and_sti)
{
    static const uint8_t opcodes[] = {0xfb, 0x9d, 0xcf};

    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < sizeof opcodes; i++) {
        for (unsigned trap = 0; trap < 2; trap++) {
            rig_enter_v86(&rig, 0);
            rig.cpu.cr4 = CR4_VME;
            rig.cpu.eflags |= FLAG_VIP;
            rig_push(&rig, 2, trap ? FLAG_TF : FLAG_IF);
            if (opcodes[i] == 0xcf) {
                rig_push(&rig, 2, RIG_CODE >> 4);
                rig_push(&rig, 2, 0x50);
            }
            EXPECT_EQ(RIG_RUN(&rig, opcodes[i]), false);
            expect_gp();
        }
    }
}
END_TEST

START_TEST(protected_mode_instructions_are_undefined)
{
    static const uint8_t codes[][3] = {
        {0x0f, 0x00, 0xc0}, {0x0f, 0x00, 0xc8}, {0x0f, 0x00, 0xd0},
        {0x0f, 0x00, 0xd8}, {0x0f, 0x00, 0xe0}, {0x0f, 0x00, 0xe8},
        {0x0f, 0x02, 0xc0}, {0x0f, 0x03, 0xc0}, {0x63, 0xc0, 0x90}};

    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        rig_enter_v86(&rig, 3);
        EXPECT_EQ(rig_run(&rig, codes[i], 3), false);
        EXPECT_EQ(rig.fault[0].vector, VECTOR_UD);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        int_n_goes_where_iopl_and_vme_send_it,
        each_vector_has_its_bit,
        a_tss_without_a_redirection_map_is_gp,
        a_protected_mode_handler_gets_all_segment_registers,
        a_handler_of_another_privilege_is_refused,
        int3_is_not_iopl_sensitive,
        sensitive_instructions_need_iopl_3_or_vme,
        pushf_shows_vif_as_if_under_vme,
        vip_and_tf_stop_virtual_popf_iret_and_sti,
        protected_mode_instructions_are_undefined,
    };

    return run_tests("v86", tests, sizeof tests / sizeof tests[0]);
}
