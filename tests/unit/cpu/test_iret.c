/* SPDX-License-Identifier: MIT */
#include "cpu/insn/interrupt.h"

#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"

static struct rig rig;

/* All flags that a PentiumPro has. */
enum { EVERY_FLAG = 0x003f7fd5 };

/*
 * Which flags IRET and POPF may change, as SDM 2A, "IRET", and SDM 2B,
 * "POPF", state them; TF is left out, for it would trap.
 */
static uint32_t changeable(unsigned size, unsigned cpl, unsigned iopl)
{
    uint32_t flags = FLAG_CF | FLAG_PF | FLAG_AF | FLAG_ZF | FLAG_SF | FLAG_DF |
                     FLAG_OF | FLAG_NT;

    if (cpl <= iopl)
        flags |= FLAG_IF;
    if (cpl == 0)
        flags |= FLAG_IOPL;
    if (size == 4)
        flags |= FLAG_AC | FLAG_ID;
    return flags;
}

static uint32_t mixed(uint32_t old, uint32_t image, uint32_t mask)
{
    return (old & ~mask) | (image & mask) | FLAG_1;
}

static void push_frame(unsigned size, uint32_t flags, uint16_t cs, uint32_t eip)
{
    rig_push(&rig, size, flags);
    rig_push(&rig, size, cs);
    rig_push(&rig, size, eip);
}

/* A return of one level, or outward, with all flags set or clear. */
static void check_flags(unsigned size, uint8_t from, uint8_t to, unsigned iopl,
                        bool set)
{
    const uint32_t frame = EVERY_FLAG & ~(uint32_t)(FLAG_TF | FLAG_VM);
    const uint32_t old = (set ? 0 : frame & ~(uint32_t)(FLAG_IOPL | FLAG_NT)) |
                         iopl << FLAG_IOPL_SHIFT;
    uint32_t mask = changeable(size, from, iopl);

    if (size == 4)
        mask |= FLAG_RF | (from == 0 ? FLAG_VIF | FLAG_VIP : 0);
    rig_enter(&rig, from);
    cpu_set_eflags(&rig.cpu, old);
    if (to > from) {
        rig_push(&rig, size, rig_data(to));
        rig_push(&rig, size, 0x5000);
    }
    push_frame(size, set ? frame : 0, rig_code(to), 0x9876);
    if (size == 4)
        EXPECT_EQ(RIG_RUN(&rig, 0xcf), true);
    else
        EXPECT_EQ(RIG_RUN(&rig, 0x66, 0xcf), true);
    EXPECT_EQ(cpu_eflags(&rig.cpu), mixed(old, set ? frame : 0, mask));
    EXPECT_EQ(rig.cpu.cpl, to);
    EXPECT_EQ(rig.cpu.eip, 0x9876);
    EXPECT_EQ(rig.cpu.segment[SS].selector, rig_data(to));
    EXPECT_EQ(rig.cpu.gpr[ESP],
              to > from ? 0x5000 : RIG_STACKS + from * 0x10000u);
    EXPECT_EQ(rig.returns, 1);
}

START_TEST(iret_changes_the_flags_that_privilege_allows)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < 256; i++) {
        const uint8_t from = i & 3;
        const uint8_t to = i >> 2 & 3;

        if (to >= from)
            check_flags(i >> 7 & 1 ? 4 : 2, from, to, i >> 4 & 3, i >> 6 & 1);
    }
}
END_TEST

static void check_popf(unsigned size, uint8_t cpl, unsigned iopl, bool set)
{
    const uint32_t image = set ? EVERY_FLAG & ~(uint32_t)FLAG_TF : 0;
    const uint32_t old =
        set ? iopl << FLAG_IOPL_SHIFT
            : (EVERY_FLAG & ~(uint32_t)(FLAG_TF | FLAG_VM | FLAG_IOPL)) |
                  iopl << FLAG_IOPL_SHIFT;
    const uint32_t virtual = FLAG_VIF | FLAG_VIP;
    uint32_t expected = mixed(old, image, changeable(size, cpl, iopl));

    if (size == 4)
        expected &= ~(uint32_t)(FLAG_RF | (cpl == 0 ? virtual : 0));
    rig_enter(&rig, cpl);
    cpu_set_eflags(&rig.cpu, old);
    rig_push(&rig, size, image);
    if (size == 4)
        EXPECT_EQ(RIG_RUN(&rig, 0x9d), true);
    else
        EXPECT_EQ(RIG_RUN(&rig, 0x66, 0x9d), true);
    EXPECT_EQ(cpu_eflags(&rig.cpu), expected);
    EXPECT_EQ(rig.cpu.gpr[ESP], RIG_STACKS + cpl * 0x10000u);
}

START_TEST(popf_changes_the_flags_that_privilege_allows)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < 64; i++)
        check_popf(i >> 5 & 1 ? 4 : 2, i & 3, i >> 2 & 3, i >> 4 & 1);
}
END_TEST

START_TEST(pushf_hides_vm_and_rf)
{
    rig_init(&rig, "pentiumpro");
    cpu_set_eflags(&rig.cpu, EVERY_FLAG & ~(uint32_t)(FLAG_VM | FLAG_TF));
    EXPECT_EQ(RIG_RUN(&rig, 0x9c), true);
    EXPECT_EQ(rig_stacked(&rig, 4, 0),
              (EVERY_FLAG & ~(uint32_t)(FLAG_VM | FLAG_TF | FLAG_RF)) | FLAG_1);
}
END_TEST

START_TEST(flags_that_the_model_lacks_stay_clear)
{
    static const struct {
        const char *model;
        uint32_t flags;
    } rows[] = {{"386", 0x00007ed7},
                {"486", 0x00247ed7},
                {"pentium", 0x00247ed7},
                {"pentiumpro", 0x00247ed7}};

    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rig_init(&rig, rows[i].model);
        rig_push(&rig, 4, 0xfffffeff & ~(uint32_t)(FLAG_VM));
        EXPECT_EQ(RIG_RUN(&rig, 0x9d), true);
        EXPECT_EQ(cpu_eflags(&rig.cpu), rows[i].flags);
        rig_release(&rig);
    }
}
END_TEST

/* CLI and STI at each CPL and IOPL, with and without CR4.PVI. SDM 2A, "CLI",
 * table "Decision Table for CLI Results"; SDM 2B, "STI". */
static void check_cli_sti(uint8_t cpl, unsigned iopl, bool pvi, bool pending,
                          bool set)
{
    const bool allowed = cpl <= iopl;
    const bool virtual = !allowed && pvi && cpl == 3;
    const uint32_t old = (set ? 0 : FLAG_IF | FLAG_VIF) |
                         (pending ? FLAG_VIP : 0) | iopl << FLAG_IOPL_SHIFT |
                         FLAG_1;
    const uint32_t flag = allowed ? FLAG_IF : FLAG_VIF;

    rig_enter(&rig, cpl);
    rig.cpu.cr4 = pvi ? CR4_PVI : 0;
    cpu_set_eflags(&rig.cpu, old);
    if (!RIG_RUN(&rig, set ? 0xfb : 0xfa)) {
        EXPECT_EQ(allowed || (virtual && !(set && pending)), false);
        EXPECT_EQ(rig.fault[0].vector, VECTOR_GP);
        EXPECT_EQ(rig.fault[0].error_code, 0);
        EXPECT_EQ(cpu_eflags(&rig.cpu), old);
        return;
    }
    EXPECT_EQ(allowed || (virtual && !(set && pending)), true);
    EXPECT_EQ(cpu_eflags(&rig.cpu), set ? old | flag : old & ~flag);
}

START_TEST(cli_and_sti_obey_iopl_and_pvi)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < 128; i++)
        check_cli_sti(i & 3, i >> 2 & 3, i >> 4 & 1, i >> 5 & 1, i >> 6 & 1);
}
END_TEST

START_TEST(sti_shadows_one_instruction)
{
    rig_init(&rig, "pentiumpro");
    rig_handle(&rig, 0x20, rig_code(0), SYSTEM_INTERRUPT_GATE32, 0);
    EXPECT_EQ(RIG_RUN(&rig, 0xfb), true);
    EXPECT_EQ(rig.cpu.shadow, true);
    EXPECT_EQ(RIG_RUN(&rig, 0xfb), true);
    EXPECT_EQ(rig.cpu.shadow, false);
}
END_TEST

/* The whole frame of SDM 2A, "IRET", RETURN-TO-VIRTUAL-8086-MODE. */
START_TEST(iret_enters_virtual_8086_mode)
{
    rig_init(&rig, "pentiumpro");
    for (uint32_t i = 0; i < 4; i++)
        rig_push(&rig, 4, 0x6000 - i * 0x1000); /* GS FS DS ES */
    rig_push(&rig, 4, 0x7000);
    rig_push(&rig, 4, 0x12345678);
    push_frame(4, FLAG_VM | FLAG_IF | FLAG_IOPL, 0x1111, 0x2222);
    EXPECT_EQ(RIG_RUN(&rig, 0xcf), true);
    EXPECT_EQ(cpu_eflags(&rig.cpu), FLAG_VM | FLAG_IF | FLAG_IOPL | FLAG_1);
    EXPECT_EQ(rig.cpu.cpl, 3);
    EXPECT_EQ(rig.cpu.eip, 0x2222);
    EXPECT_EQ(rig.cpu.gpr[ESP], 0x12345678);
    EXPECT_EQ(rig.cpu.segment[CS].selector, 0x1111);
    EXPECT_EQ(rig.cpu.segment[SS].base, 0x70000);
    EXPECT_EQ(rig.cpu.segment[ES].base, 0x30000);
    EXPECT_EQ(rig.cpu.segment[DS].base, 0x40000);
    EXPECT_EQ(rig.cpu.segment[FS].base, 0x50000);
    EXPECT_EQ(rig.cpu.segment[GS].base, 0x60000);
    EXPECT_EQ(rig.cpu.segment[GS].limit, 0xffff);
    EXPECT_EQ(rig.cpu.mode & (MODE_CODE32 | MODE_STACK32), 0);
}
END_TEST

START_TEST(vm_in_the_frame_counts_at_cpl_0_only)
{
    rig_init(&rig, "pentiumpro");
    rig_enter(&rig, 3);
    push_frame(4, FLAG_VM, rig_code(3), 0x2222);
    EXPECT_EQ(RIG_RUN(&rig, 0xcf), true);
    EXPECT_EQ(cpu_eflags(&rig.cpu), FLAG_1);
    EXPECT_EQ(rig.cpu.eip, 0x2222);
}
END_TEST

/* EIP beside the limit of the code returned to: #GP(0), last of the checks. */
START_TEST(eip_outside_the_limit_is_gp_of_0)
{
    rig_init(&rig, "pentiumpro");
    for (uint8_t to = 0; to < 4; to++) {
        for (uint32_t eip = 0xffe; eip < 0x1002; eip++) {
            rig_enter(&rig, 0);
            rig_descriptor(&rig, RIG_TEST, 0, 0xfff,
                           DESC_P | DESC_S | DESC_CODE |
                               (uint32_t)to << DESC_DPL_SHIFT);
            if (to > 0) {
                rig_push(&rig, 4, rig_data(to));
                rig_push(&rig, 4, 0x5000);
            }
            push_frame(4, 0, RIG_TEST | to, eip);
            EXPECT_EQ(RIG_RUN(&rig, 0xcf), eip <= 0xfff);
            EXPECT_EQ(rig_load(&rig, RIG_GDT + RIG_TEST + 5, 1) & 1,
                      eip <= 0xfff);
            if (rig.faults == 0)
                continue;
            EXPECT_EQ(rig.fault[0].vector, VECTOR_GP);
            EXPECT_EQ(rig.fault[0].error_code, 0);
            EXPECT_EQ(rig.cpu.cpl, 0);
        }
    }
}
END_TEST

START_TEST(a_frame_for_virtual_8086_mode_has_16_bits_of_eip)
{
    rig_init(&rig, "pentiumpro");
    for (uint32_t i = 0; i < 6; i++)
        rig_push(&rig, 4, 0);
    push_frame(4, FLAG_VM, 0x1111, 0x10000);
    EXPECT_EQ(RIG_RUN(&rig, 0xcf), false);
    EXPECT_EQ(rig.fault[0].vector, VECTOR_GP);
    EXPECT_EQ(rig.cpu.cpl, 0);
    EXPECT_EQ(rig.cpu.segment[ES].selector, RIG_DATA0);
}
END_TEST

START_TEST(iret_lets_nmis_come_again)
{
    rig_init(&rig, "pentiumpro");
    rig.cpu.nmi_blocked = true;
    push_frame(4, 0, rig_code(0), 0x2222);
    EXPECT_EQ(RIG_RUN(&rig, 0xcf), true);
    EXPECT_EQ(rig.cpu.nmi_blocked, false);
}
END_TEST

/* Real mode: VIF and VIP stay, and so does all but FLAGS at 16 bits. */
START_TEST(real_mode_iret_keeps_what_the_frame_cannot_hold)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned wide = 0; wide < 2; wide++) {
        const unsigned size = wide ? 4 : 2;

        rig_enter_real(&rig);
        cpu_set_eflags(&rig.cpu, FLAG_VIF | FLAG_ID);
        push_frame(size, FLAG_VIP | FLAG_AC | FLAG_IF | FLAG_IOPL, 0x1234,
                   0x5678);
        if (wide)
            EXPECT_EQ(RIG_RUN(&rig, 0x66, 0xcf), true);
        else
            EXPECT_EQ(RIG_RUN(&rig, 0xcf), true);
        EXPECT_EQ(cpu_eflags(&rig.cpu), FLAG_1 | FLAG_VIF | FLAG_IF |
                                            FLAG_IOPL |
                                            (wide ? FLAG_AC : FLAG_ID));
        EXPECT_EQ(rig.cpu.segment[CS].base, 0x12340);
        EXPECT_EQ(rig.cpu.gpr[ESP], 0x2000);
    }
}
END_TEST

START_TEST(rf_counts_for_one_instruction)
{
    rig_init(&rig, "pentiumpro");
    rig_handle(&rig, 0x20, rig_code(0), SYSTEM_INTERRUPT_GATE32, 0);
    push_frame(4, FLAG_RF, rig_code(0), RIG_CODE + 1);
    EXPECT_EQ(RIG_RUN(&rig, 0xcf, 0x90, 0xf1), true);
    EXPECT_EQ(rig.cpu.eflags & FLAG_RF, FLAG_RF);
    EXPECT_EQ(rig_step(&rig), true);
    rig_handle(&rig, VECTOR_DB, rig_code(0), SYSTEM_INTERRUPT_GATE32, 0);
    EXPECT_EQ(rig_step(&rig), true);
    EXPECT_EQ(rig_stacked(&rig, 4, 2), FLAG_1);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        iret_changes_the_flags_that_privilege_allows,
        popf_changes_the_flags_that_privilege_allows,
        pushf_hides_vm_and_rf,
        flags_that_the_model_lacks_stay_clear,
        cli_and_sti_obey_iopl_and_pvi,
        sti_shadows_one_instruction,
        iret_enters_virtual_8086_mode,
        vm_in_the_frame_counts_at_cpl_0_only,
        eip_outside_the_limit_is_gp_of_0,
        a_frame_for_virtual_8086_mode_has_16_bits_of_eip,
        iret_lets_nmis_come_again,
        real_mode_iret_keeps_what_the_frame_cannot_hold,
        rf_counts_for_one_instruction,
    };

    return run_tests("iret", tests, sizeof tests / sizeof tests[0]);
}
