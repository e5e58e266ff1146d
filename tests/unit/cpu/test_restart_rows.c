/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "cpu/decode.h"
#include "cpu/insn/bound.h"
#include "cpu/insn/far.h"
#include "cpu/insn/interrupt.h"
#include "cpu/insn/segment.h"
#include "cpu/insn/system.h"
#include "cpu/insn/x87.h"
#include "cpu/opcodes.h"
#include "tests/unit/cpu/restart.h"
#include "tests/unit/run_tests.h"

/*
 * Every row of the opcode tables, in every form: register and memory operand,
 * both operand sizes and address sizes, REP and LOCK where they are allowed,
 * both sizes of the stack, CPL 0 and 3. Code, operands, strings and stack lie
 * across the edges of pages of their own. What an instruction needs to find
 * is arranged by the table below. Ways between privileges and tasks are in
 * test_restart.c.
 */

/* Each of these is the edge between two pages of its own. */
enum {
    OPERAND_EDGE = 0xb000,
    SOURCE_EDGE = 0xd000,
    TARGET_EDGE = 0xf000,
    STACK_EDGE = 0x11000,
    FRAME_EDGE = 0x13000, /* for EBP */
    CODE_EDGE = 0x15000,
    WINDOW_PAGES = 0x20,
    STACK_BASE = 0x10000, /* of the 16-bit stack */
    TSS_BASE = 0x4f00,
    IO_MAP = 0xfb, /* ports 0x20 to 0x2f lie across the edge */
    PORT = 0x21
};

/* Descriptors, not yet accessed, and gates. */
enum {
    CODE_SEGMENT = RIG_TEST,
    DATA_SEGMENT = RIG_TEST + 8,
    FREE_TSS = RIG_TEST + 16,
    STACK16 = RIG_TEST + 24,
    VECTOR = 0x31,
    SOMEWHERE = 0x5678
};

/* Which form of a row is at work. */
struct form_tried {
    uint8_t byte;
    uint8_t slot; /* of a group */
    bool two_byte;
    bool memory;
    bool operand16;
    bool address16;
    bool stack16;
    bool pops;      /* the stack pointer is below the edge, not above it */
    uint8_t prefix; /* F0, F2, F3 or 0 */
    uint8_t cpl;
    uint8_t code[24];
    unsigned length;
    const struct opcode *row;
};

static struct rig rig;

static unsigned operand_size(const struct form_tried *form)
{
    return form->operand16 ? 2 : 4;
}

/* --- What an instruction finds --- */

/* A selector, where the row's operand is: memory or EBX. */
static void give_selector(uint16_t selector)
{
    rig_store(&rig, OPERAND_EDGE - 1, 2, selector);
    if (rig.cpu.gpr[EBX] != OPERAND_EDGE - 1)
        rig.cpu.gpr[EBX] = selector;
}

static void find_data_selector(const struct form_tried *form)
{
    give_selector(DATA_SEGMENT | form->cpl);
}

static void find_ldt(const struct form_tried *form)
{
    (void)form;
    give_selector(RIG_LDT_SELECTOR);
}

static void find_tss(const struct form_tried *form)
{
    (void)form;
    rig_descriptor(&rig, FREE_TSS, RIG_TSS2, 0x67,
                   DESC_P | SYSTEM_TSS32 << DESC_TYPE_SHIFT);
    give_selector(FREE_TSS);
}

/* RPL lower than that of the other operand: it is raised. */
static void find_low_rpl(const struct form_tried *form)
{
    (void)form;
    give_selector(DATA_SEGMENT);
    rig.cpu.gpr[EDX] = 3;
}

static void push(const struct form_tried *form, uint32_t value)
{
    rig_push(&rig, operand_size(form), value);
}

static void find_pushed_selector(const struct form_tried *form)
{
    rig.cpu.gpr[ESP] += operand_size(form);
    push(form, DATA_SEGMENT | form->cpl);
}

static void find_far_return(const struct form_tried *form)
{
    push(form, CODE_SEGMENT | form->cpl);
    push(form, SOMEWHERE);
}

static void find_interrupt_return(const struct form_tried *form)
{
    push(form, FLAG_CF | FLAG_DF);
    find_far_return(form);
}

static void find_pushed_flags(const struct form_tried *form)
{
    rig.cpu.gpr[ESP] += operand_size(form);
    push(form, FLAG_CF | FLAG_DF);
}

static void find_data_pointer(const struct form_tried *form)
{
    rig_store(&rig, OPERAND_EDGE - 1, 4, 0x12345678);
    rig_store(&rig, OPERAND_EDGE - 1 + operand_size(form), 2,
              DATA_SEGMENT | form->cpl);
}

static void find_code_pointer(const struct form_tried *form)
{
    rig_store(&rig, OPERAND_EDGE - 1, 4, SOMEWHERE);
    rig_store(&rig, OPERAND_EDGE - 1 + operand_size(form), 2,
              CODE_SEGMENT | form->cpl);
}

static void find_bounds(const struct form_tried *form)
{
    rig_store(&rig, OPERAND_EDGE - 1, operand_size(form), 0);
    rig_store(&rig, OPERAND_EDGE - 1 + operand_size(form), operand_size(form),
              0x7fff);
}

static void find_gates(const struct form_tried *form)
{
    static const uint8_t vectors[] = {VECTOR_DB, VECTOR_BP, VECTOR_OF, VECTOR};

    (void)form;
    for (unsigned i = 0; i < sizeof vectors; i++)
        rig_handle(&rig, vectors[i], CODE_SEGMENT, SYSTEM_TRAP_GATE32, 3);
    rig_descriptor(&rig, CODE_SEGMENT, 0, 0xfffff,
                   RIG_CODE32 & ~(uint32_t)DESC_ACCESSED);
    cpu_set_eflags(&rig.cpu, FLAG_OF);
}

static void find_leave_to_interrupts(const struct form_tried *form)
{
    (void)form;
    cpu_set_eflags(&rig.cpu, FLAG_IOPL);
}

/* No exception is unmasked, and no other bit of the image matters. */
static void find_control_word(const struct form_tried *form)
{
    (void)form;
    rig_store(&rig, OPERAND_EDGE - 1, 2, X87_CONTROL_INIT);
}

static void find_protected_mode(const struct form_tried *form)
{
    (void)form;
    give_selector(CR0_PE);
}

static void find_msr(const struct form_tried *form)
{
    enum { APIC_BASE = 0x1b };

    (void)form;
    rig.cpu.gpr[ECX] = APIC_BASE;
}

static void find_counter(const struct form_tried *form)
{
    (void)form;
    rig.cpu.gpr[ECX] = 1;
    rig.cpu.cr4 = CR4_PCE;
}

static void find_control_register(const struct form_tried *form)
{
    static const uint32_t values[8] = {
        [0] = CR0_PE | CR0_PG | CR0_WP | CR0_ET, [3] = RESTART_DIRECTORY};

    rig.cpu.gpr[EBX] = values[form->slot];
}

static void find_debug_register(const struct form_tried *form)
{
    (void)form;
    rig.cpu.gpr[EBX] = 0;
}

static const struct {
    insn_operation *operate;
    void (*find)(const struct form_tried *form);
} findings[] = {
    {op_mov_to_segment, find_data_selector},
    {op_lar, find_data_selector},
    {op_lsl, find_data_selector},
    {op_verr, find_data_selector},
    {op_verw, find_data_selector},
    {op_lldt, find_ldt},
    {op_ltr, find_tss},
    {op_arpl, find_low_rpl},
    {op_pop_es, find_pushed_selector},
    {op_pop_ss, find_pushed_selector},
    {op_pop_ds, find_pushed_selector},
    {op_pop_fs, find_pushed_selector},
    {op_pop_gs, find_pushed_selector},
    {op_retf, find_far_return},
    {op_retf_imm, find_far_return},
    {op_iret, find_interrupt_return},
    {op_popf, find_pushed_flags},
    {op_les, find_data_pointer},
    {op_lds, find_data_pointer},
    {op_lss, find_data_pointer},
    {op_lfs, find_data_pointer},
    {op_lgs, find_data_pointer},
    {op_jmp_far_memory, find_code_pointer},
    {op_call_far_memory, find_code_pointer},
    {op_bound, find_bounds},
    {op_int, find_gates},
    {op_int3, find_gates},
    {op_into, find_gates},
    {op_icebp, find_gates},
    {op_cli, find_leave_to_interrupts},
    {op_sti, find_leave_to_interrupts},
    {op_fldcw, find_control_word},
    {op_fldenv, find_control_word},
    {op_frstor, find_control_word},
    {op_lmsw, find_protected_mode},
    {op_rdmsr, find_msr},
    {op_wrmsr, find_msr},
    {op_rdpmc, find_counter},
    {op_mov_to_cr, find_control_register},
    {op_mov_to_dr, find_debug_register},
};

static void find(const struct form_tried *form)
{
    for (unsigned i = 0; i < sizeof findings / sizeof findings[0]; i++) {
        if (findings[i].operate == form->row->operate)
            findings[i].find(form);
    }
}

/* --- The start --- */

static void set_registers(const struct form_tried *form)
{
    uint32_t *gpr = rig.cpu.gpr;

    gpr[EAX] = 0x00110012;
    gpr[ECX] = 5;
    gpr[EDX] = PORT;
    gpr[EBX] = form->memory ? OPERAND_EDGE - 1u : 0x00305070u;
    gpr[ESP] = form->pops ? STACK_EDGE - 1u : STACK_EDGE + 1u;
    gpr[EBP] = form->pops ? FRAME_EDGE - 1u : FRAME_EDGE + 1u;
    gpr[ESI] = SOURCE_EDGE - 5;
    gpr[EDI] = TARGET_EDGE - 7;
}

/* A stack segment of 64 KiB, also for who returns to it. The upper half of
 * ESP, which IRET to such a stack does not restore, is that of CPL 0's. */
static void set_stack16(const struct form_tried *form)
{
    struct segment *stack = &rig.cpu.segment[SS];
    const uint32_t rights = (RIG_DATA32 & ~(uint32_t)(DESC_DB | DESC_G)) |
                            (uint32_t)form->cpl << DESC_DPL_SHIFT;

    rig_descriptor(&rig, STACK16, STACK_BASE, 0xffff, rights);
    stack->selector = (uint16_t)(STACK16 | form->cpl);
    stack->base = STACK_BASE;
    stack->limit = 0xffff;
    stack->rights = rights;
}

static void set_tables(const struct form_tried *form)
{
    const uint32_t dpl = (uint32_t)form->cpl << DESC_DPL_SHIFT;

    rig_descriptor(&rig, CODE_SEGMENT, 0, 0xfffff,
                   (RIG_CODE32 & ~(uint32_t)DESC_ACCESSED) | dpl);
    rig_descriptor(&rig, DATA_SEGMENT, 0, 0xfffff,
                   (RIG_DATA32 & ~(uint32_t)DESC_ACCESSED) | dpl);
    rig.cpu.tr.base = TSS_BASE;
    rig.cpu.tr.limit = 0x1ff;
    rig_store(&rig, TSS_BASE + 4, 4, RIG_STACKS - 0x100);
    rig_store(&rig, TSS_BASE + 8, 2, RIG_DATA0);
    rig_store(&rig, TSS_BASE + 0x66, 2, IO_MAP);
}

/* Four numbers on the x87's stack. */
static void set_x87(void)
{
    struct x87 *x87 = &rig.cpu.x87;

    x87_init(x87);
    for (unsigned i = 0; i < 4; i++)
        x87_push(x87, (struct x87_register){0xa5a5000000000000u >> i << i,
                                            (uint16_t)(0x3fff + i),
                                            {0}});
}

/* Something in memory wherever it may be read. */
static void fill(uint32_t edge)
{
    for (uint32_t at = edge - 256; at < edge + 256; at += 4)
        rig_store(&rig, at, 4, 0x31425364u + (at & 0xff));
}

static void arrange(struct rig *unused, void *context)
{
    const struct form_tried *form = context;

    (void)unused;
    rig_enter(&rig, form->cpl);
    rig.clock.now = 0;
    set_tables(form);
    set_registers(form);
    if (form->stack16)
        set_stack16(form);
    set_x87();
    fill(OPERAND_EDGE);
    fill(SOURCE_EDGE);
    fill(TARGET_EDGE);
    fill(STACK_EDGE);
    fill(FRAME_EDGE);
    cpu_update_mode(&rig.cpu);
    find(form);
    rig.cpu.eip = form->length > 1 ? CODE_EDGE - 1u : CODE_EDGE;
    bus_write_block(&rig.bus, BUS_DEBUGGER, rig.cpu.eip, form->code,
                    form->length);
}

/* --- Building the code --- */

static bool has_operand(const struct opcode *row, enum operand_code code)
{
    return row->dest == code || row->src == code || row->third == code;
}

static bool is_modrm_code(uint8_t code)
{
    return (code >= Eb && code <= Rd) || (code >= M && code <= STi) ||
           (code >= Sw && code <= Dd);
}

static bool has_modrm(const struct form_tried *form)
{
    const struct opcode *map = form->two_byte ? two_byte_map : one_byte_map;

    return map[form->byte].attributes & (GROUP | MODRM) ||
           is_modrm_code(form->row->dest) || is_modrm_code(form->row->src);
}

static void emit(struct form_tried *form, uint32_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        form->code[form->length++] = (uint8_t)(value >> 8 * i);
}

/* EBX, or [EBX] as each address size has it. */
static void emit_modrm(struct form_tried *form)
{
    const unsigned rm = form->memory && form->address16 ? 7 : 3;

    if (opcode_is_escape(form->two_byte, form->byte) && form->slot >= 8)
        emit(form, 0xc0u + form->slot - 8, 1);
    else
        emit(form, (form->memory ? 0u : 0xc0u) | (unsigned)form->slot << 3 | rm,
             1);
}

static void emit_immediates(struct form_tried *form)
{
    const struct opcode *row = form->row;

    if (has_operand(row, Ob) || has_operand(row, Ov)) {
        emit(form, OPERAND_EDGE - 1, form->address16 ? 2 : 4);
    } else if (has_operand(row, Ap)) {
        emit(form, SOMEWHERE, operand_size(form));
        emit(form, CODE_SEGMENT | form->cpl, 2);
    } else if (row->operate == op_int) {
        emit(form, VECTOR, 1);
    } else {
        emit(form, 0x03030303, 4);
        emit(form, 0x03030303, 4);
    }
}

/* The bytes of a form. False if the row does not have it. */
static bool build(struct form_tried *form)
{
    struct insn insn;

    form->length = 0;
    if (form->prefix)
        emit(form, form->prefix, 1);
    if (form->operand16)
        emit(form, 0x66, 1);
    if (form->address16)
        emit(form, 0x67, 1);
    if (form->two_byte)
        emit(form, 0x0f, 1);
    emit(form, form->byte, 1);
    if (has_modrm(form))
        emit_modrm(form);
    emit_immediates(form);
    if (decode_insn(rig.cpu.row_forms, form->code, INSN_LENGTH_MAX, true, &insn)
                ->status != DECODE_OK ||
        opcode_row(insn.row) != form->row)
        return false;
    form->length = insn.length;
    return true;
}

/* --- Walking through the forms --- */

/* Registers that get what a fault changes: the time, or CR2. */
static uint32_t changing_gprs(const struct form_tried *form)
{
    if (form->row->operate == op_rdtsc)
        return 1u << EAX | 1u << EDX;
    if (form->row->operate == op_mov_from_cr && form->slot == 2)
        return 1u << EBX;
    return 0;
}

/* From CPL 3 a handler is always reached: at least if code is absent. */
static void prove(struct form_tried *form)
{
    struct restart_result result;
    struct restart_case restart = {.arrange = arrange,
                                   .context = form,
                                   .pages = WINDOW_PAGES,
                                   .changing_gprs = changing_gprs(form),
                                   .repeats = form->prefix == 0xf2 ||
                                              form->prefix == 0xf3,
                                   .may_fault = form->row->operate == op_ud2};

    snprintf(restart.name, sizeof restart.name,
             "%s (%s%02x /%u %s) prefix %02x, CPL %u%s%s%s%s",
             form->row->mnemonic, form->two_byte ? "0f " : "", form->byte,
             form->slot, form->memory ? "memory" : "register", form->prefix,
             form->cpl, form->operand16 ? ", o16" : "",
             form->address16 ? ", a16" : "", form->stack16 ? ", s16" : "",
             form->pops ? ", pops" : "");
    result = restart_prove(&rig, &restart);
    EXPECT(result.faults > 0);
    EXPECT(result.returns > 0 || form->cpl == 0 || restart.may_fault);
}

/* One of the forms of an instruction, as the bits of `choice` say. */
static bool choose(struct form_tried *form, unsigned choice)
{
    static const uint8_t prefixes[] = {0, 0xf0, 0xf2, 0xf3};
    const uint16_t attributes = form->row->attributes;

    form->operand16 = choice & 1;
    form->address16 = choice & 2;
    form->stack16 = choice & 4;
    form->pops = choice & 8;
    form->cpl = choice & 16 ? 3 : 0;
    form->memory = choice & 32;
    form->prefix = prefixes[choice >> 6];
    if ((form->prefix == 0xf0 && !(attributes & LOCKABLE)) ||
        (form->prefix > 0xf0 && !(attributes & STRING)) ||
        (form->cpl != 0 && attributes & PRIVILEGED) ||
        (form->memory ? has_operand(form->row, Rd) : !has_modrm(form)))
        return false;
    return build(form);
}

static unsigned prove_row(struct form_tried *form)
{
    unsigned proven = 0;

    for (unsigned choice = 0; choice < 256; choice++) {
        if (choose(form, choice)) {
            prove(form);
            proven++;
        }
    }
    return proven;
}

/* Registers that ModR/M.reg can name in a row, one bit each. */
static unsigned registers_of(const struct opcode *row)
{
    if (row->dest == Sw)
        return 0x3d;
    if (row->src == Sw)
        return 0x3f;
    if (has_operand(row, Cd))
        return 0x1d;
    return has_operand(row, Dd) ? 0xff : 1u << EDX;
}

static unsigned slots_of(const struct opcode *opcode, bool escape)
{
    if (!(opcode->attributes & GROUP))
        return 8;
    return escape ? OPCODE_ESCAPE_ROWS : 8;
}

START_TEST(every_row_can_be_restarted_at_every_page_it_touches)
{
    struct form_tried form = {.two_byte = _i >> 8, .byte = (uint8_t)_i};
    const struct opcode *opcode =
        &(form.two_byte ? two_byte_map : one_byte_map)[form.byte];
    const bool escape = opcode_is_escape(form.two_byte, form.byte);

    restart_init(&rig, "pentiumpro");
    for (unsigned slot = 0; slot < slots_of(opcode, escape); slot++) {
        form.slot = (uint8_t)slot;
        form.row = opcode->attributes & GROUP ? &opcode->group[slot] : opcode;
        if (!form.row->operate || (!(opcode->attributes & GROUP) &&
                                   !(registers_of(opcode) >> slot & 1)))
            continue;
        EXPECT(prove_row(&form) > 0);
    }
    rig_release(&rig);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("restart rows");
    TCase *tcase = tcase_create("restart rows");
    SRunner *runner = srunner_create(suite);
    int failures;

    tcase_set_timeout(tcase, TEST_TIMEOUT_SECONDS);
    tcase_add_loop_test(
        tcase, every_row_can_be_restarted_at_every_page_it_touches, 0, 2 * 256);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failures = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
