/* SPDX-License-Identifier: MIT */
/*
 * Decimal arithmetic through all inputs, against the pseudo-code of SDM 2A
 * written down again with variables of its kind.
 */
#include "cpu/insn/bcd.h"

#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"

static struct rig rig;

/** What the manual defines: AX and the flags that it does not leave open. */
struct outcome {
    uint32_t al, ah;
    bool af, cf;
};

/** SF, ZF and PF of a byte. SDM 1, "Status Flags". */
static uint32_t sign_zero_parity(uint32_t byte)
{
    unsigned ones = 0;

    for (unsigned i = 0; i < 8; i++)
        ones += byte >> i & 1;
    return (byte & 0x80 ? FLAG_SF : 0u) | (byte == 0 ? FLAG_ZF : 0u) |
           (ones % 2 == 0 ? FLAG_PF : 0u);
}

/** Run `operation`; compare AX and the EFLAGS in `defined`. */
static void expect(insn_operation *operation, uint32_t ax, uint32_t flags,
                   uint32_t immediate, const struct outcome *want,
                   uint32_t defined)
{
    const struct insn insn = {.immediate = immediate};
    const uint32_t eax = 0xdead0000;
    const uint32_t status = sign_zero_parity(want->al) |
                            (want->af ? FLAG_AF : 0u) |
                            (want->cf ? FLAG_CF : 0u);

    rig.cpu.gpr[EAX] = eax | ax;
    cpu_set_eflags(&rig.cpu, flags | FLAG_DF);
    EXPECT(operation(&rig.cpu, &insn));
    EXPECT_EQ(rig.cpu.gpr[EAX], eax | want->ah << 8 | want->al);
    EXPECT_EQ(cpu_eflags(&rig.cpu) & defined, status & defined);
    EXPECT(cpu_eflags(&rig.cpu) & FLAG_DF);
}

enum {
    BY_CARRY = FLAG_AF | FLAG_CF,
    BY_RESULT = FLAG_SF | FLAG_ZF | FLAG_PF,
    FLAG_PAIRS = 4
};

/** The four settings of AF and CF. */
static uint32_t flag_pair(unsigned i)
{
    return (i & 1 ? FLAG_AF : 0u) | (i & 2 ? FLAG_CF : 0u);
}

START_TEST(aaa_and_aas_follow_the_manual_for_every_ax)
{
    for (uint32_t ax = 0; ax < 0x10000; ax++) {
        for (unsigned i = 0; i < FLAG_PAIRS; i++) {
            const bool adjust = (ax & 0xf) > 9 || (i & 1);
            const uint32_t up = adjust ? ax + 0x106 : ax;
            const uint32_t down = adjust ? ax - 0x106 : ax;
            const struct outcome added = {up & 0xf, up >> 8 & 0xff, adjust,
                                          adjust};
            const struct outcome taken = {down & 0xf, down >> 8 & 0xff, adjust,
                                          adjust};

            expect(op_aaa, ax, flag_pair(i), 0, &added, BY_CARRY);
            expect(op_aas, ax, flag_pair(i), 0, &taken, BY_CARRY);
        }
    }
}
END_TEST

/* SDM 2A, "DAA", Operation. */
static struct outcome decimal_after_addition(uint32_t al, bool af, bool cf)
{
    struct outcome out = {al, 0x5a, false, false};
    const uint32_t old_al = al;
    const bool old_cf = cf;

    if ((al & 0xf) > 9 || af) {
        out.al = al + 6;
        out.cf = old_cf || out.al > 0xff;
        out.af = true;
    }
    if (old_al > 0x99 || old_cf) {
        out.al += 0x60;
        out.cf = true;
    } else {
        out.cf = false;
    }
    out.al &= 0xff;
    return out;
}

/* SDM 2A, "DAS", Operation. */
static struct outcome decimal_after_subtraction(uint32_t al, bool af, bool cf)
{
    struct outcome out = {al, 0x5a, false, false};
    const uint32_t old_al = al;
    const bool old_cf = cf;

    if ((al & 0xf) > 9 || af) {
        out.al = al - 6;
        out.cf = old_cf || al < 6;
        out.af = true;
    }
    if (old_al > 0x99 || old_cf) {
        out.al -= 0x60;
        out.cf = true;
    }
    out.al &= 0xff;
    return out;
}

START_TEST(daa_and_das_follow_the_manual_for_every_al)
{
    for (uint32_t al = 0; al < 0x100; al++) {
        for (unsigned i = 0; i < FLAG_PAIRS; i++) {
            const struct outcome added =
                decimal_after_addition(al, i & 1, i & 2);
            const struct outcome taken =
                decimal_after_subtraction(al, i & 1, i & 2);

            expect(op_daa, 0x5a00 | al, flag_pair(i), 0, &added,
                   BY_CARRY | BY_RESULT);
            expect(op_das, 0x5a00 | al, flag_pair(i), 0, &taken,
                   BY_CARRY | BY_RESULT);
        }
    }
}
END_TEST

START_TEST(aam_splits_al_by_every_base)
{
    for (uint32_t base = 1; base < 0x100; base++) {
        for (uint32_t al = 0; al < 0x100; al++) {
            const struct outcome want = {al % base, al / base, false, false};

            expect(op_aam, 0x7700 | al, 0, base, &want, BY_RESULT);
        }
    }
}
END_TEST

START_TEST(aam_by_zero_raises_divide_error_and_changes_nothing)
{
    const struct insn insn = {.immediate = 0};

    rig.cpu.gpr[EAX] = 0x1234;
    cpu_set_eflags(&rig.cpu, FLAG_CF | FLAG_ZF);
    EXPECT(!op_aam(&rig.cpu, &insn));
    EXPECT_EQ(rig.cpu.fault.vector, VECTOR_DE);
    EXPECT(!rig.cpu.fault.has_error_code);
    EXPECT_EQ(rig.cpu.gpr[EAX], 0x1234);
    EXPECT_EQ(cpu_eflags(&rig.cpu) & FLAGS_STATUS, FLAG_CF | FLAG_ZF);
}
END_TEST

START_TEST(aad_joins_every_ax_by_every_base)
{
    for (uint32_t base = 0; base < 0x100; base++) {
        for (uint32_t ax = 0; ax < 0x10000; ax += 7) {
            const uint32_t al = ((ax & 0xff) + (ax >> 8) * base) & 0xff;
            const struct outcome want = {al, 0, false, false};

            expect(op_aad, ax, 0, base, &want, BY_RESULT);
        }
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        aaa_and_aas_follow_the_manual_for_every_ax,
        daa_and_das_follow_the_manual_for_every_al,
        aam_splits_al_by_every_base,
        aam_by_zero_raises_divide_error_and_changes_nothing,
        aad_joins_every_ax_by_every_base,
    };

    rig_init(&rig, "386");
    return run_tests("bcd", tests, sizeof tests / sizeof *tests);
}
