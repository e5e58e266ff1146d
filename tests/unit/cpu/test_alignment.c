/* SPDX-License-Identifier: MIT */
/*
 * #AC: which addresses each type of data may have. SDM 3A, "Interrupt
 * 17—Alignment Check Exception", table "Alignment Requirements by Data Type".
 */
#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"

enum { ADDRESSES = 16 };

/* An instruction with its operand at [EBX], or at the top of the stack. */
struct data_type {
    const char *name;
    uint8_t code[6];
    uint8_t alignment;
    uint8_t beside; /* this far from a multiple of `alignment` */
    bool on_stack;
};

static const struct data_type types[] = {
    {"byte", {0x8a, 0x03}, 1, 0, false},
    {"word", {0x66, 0x8b, 0x03}, 2, 0, false},
    {"doubleword", {0x8b, 0x03}, 4, 0, false},
    {"written doubleword", {0x89, 0x03}, 4, 0, false},
    {"quadword", {0x0f, 0xc7, 0x0b}, 8, 0, false},
    {"fld m32", {0xd9, 0x03}, 4, 0, false},
    {"fld m64", {0xdd, 0x03}, 8, 0, false},
    {"fld m80", {0xdb, 0x2b}, 8, 0, false},
    {"fstp m32", {0xd9, 0x1b}, 4, 0, false},
    {"fstp m64", {0xdd, 0x1b}, 8, 0, false},
    {"fstp m80", {0xdb, 0x3b}, 8, 0, false},
    {"fild m16", {0xdf, 0x03}, 2, 0, false},
    {"fild m32", {0xdb, 0x03}, 4, 0, false},
    {"fild m64", {0xdf, 0x2b}, 8, 0, false},
    {"fldcw", {0xd9, 0x2b}, 2, 0, false},
    {"fnstenv, 32 bits", {0xd9, 0x33}, 4, 0, false},
    {"fnstenv, 16 bits", {0x66, 0xd9, 0x33}, 2, 0, false},
    {"fnsave, 32 bits", {0xdd, 0x33}, 4, 0, false},
    {"fnsave, 16 bits", {0x66, 0xdd, 0x33}, 2, 0, false},
    {"selector", {0x8c, 0x1b}, 2, 0, false},
    {"48-bit far pointer", {0x0f, 0xb4, 0x03}, 4, 0, false},
    {"32-bit far pointer", {0x66, 0x0f, 0xb4, 0x03}, 2, 0, false},
    {"bound, 32 bits", {0x62, 0x03}, 4, 0, false},
    {"bound, 16 bits", {0x66, 0x62, 0x03}, 2, 0, false},
    {"bit string, 32 bits", {0x0f, 0xa3, 0x03}, 4, 0, false},
    {"bit string, 16 bits", {0x66, 0x0f, 0xa3, 0x03}, 2, 0, false},
    /* An aligned word, then an aligned doubleword. SDM 3A, "Segment
     * Descriptor Tables". */
    {"sgdt", {0x0f, 0x01, 0x03}, 4, 2, false},
    {"push", {0x50}, 4, 0, true},
    {"push, 16 bits", {0x66, 0x50}, 2, 0, true},
    {"pop", {0x58}, 4, 0, true},
    {"pusha", {0x60}, 4, 0, true},
    {"popa", {0x61}, 4, 0, true},
    {"near return", {0xc3}, 4, 0, true},
};

static struct rig rig;

static bool is_refused(const struct data_type *type, uint32_t address)
{
    rig_enter(&rig, 3);
    rig.cpu.cr0 |= CR0_AM;
    cpu_set_eflags(&rig.cpu, FLAG_AC);
    rig.cpu.gpr[EBX] = RIG_DATA + address;
    if (type->on_stack)
        rig.cpu.gpr[ESP] = RIG_DATA + 0x100 + address;
    rig_store(&rig, RIG_DATA + 0x100 + address, 4, RIG_CODE);
    x87_init(&rig.cpu.x87);
    cpu_update_mode(&rig.cpu);
    if (rig_run(&rig, type->code, sizeof type->code))
        return false;
    if (rig.fault[0].vector != VECTOR_AC || rig.fault[0].error_code != 0)
        ck_abort_msg("%s at %u: vector %u", type->name, address,
                     rig.fault[0].vector);
    return true;
}

START_TEST(each_type_of_data_has_its_alignment)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < sizeof types / sizeof types[0]; i++) {
        const struct data_type *type = &types[i];

        for (uint32_t address = 0; address < ADDRESSES; address++) {
            rig_store(&rig, RIG_DATA + address, 4, 0);
            rig_store(&rig, RIG_DATA + address + 4, 4, 0);
            if (is_refused(type, address) !=
                (address % type->alignment != type->beside))
                ck_abort_msg("%s at %u", type->name, address);
        }
    }
    rig_release(&rig);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {each_type_of_data_has_its_alignment};

    return run_tests("alignment", tests, sizeof tests / sizeof tests[0]);
}
