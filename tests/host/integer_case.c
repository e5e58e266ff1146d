/* SPDX-License-Identifier: MIT */
#include "tests/host/integer_case.h"

#include <assert.h>
#include <string.h>

#include "cpu/decode.h"
#include "cpu/insn/bit.h"
#include "cpu/insn/bound.h"
#include "cpu/insn/branch.h"
#include "cpu/insn/convert.h"
#include "cpu/insn/exchange.h"
#include "cpu/insn/far.h"
#include "cpu/insn/interrupt.h"
#include "cpu/insn/io.h"
#include "cpu/insn/move.h"
#include "cpu/insn/muldiv.h"
#include "cpu/insn/segment.h"
#include "cpu/insn/shift.h"
#include "cpu/insn/stack.h"
#include "cpu/insn/string.h"
#include "cpu/insn/system.h"
#include "cpu/insn/x87.h"

/* A case in the making. */
struct draft {
    struct random *random;
    const struct row_forms *forms;
    const struct case_row *from;
    struct integer_case *one;
    bool memory;
    bool operand16;
    bool address16;
    unsigned rm;      /* register that ModR/M.rm or the base names */
    unsigned other;   /* register that ModR/M.reg names */
    uint32_t operand; /* address of the memory operand */
};

/* --- Which rows --- */

/* What depends on the system that runs the program, or on the time. */
static insn_operation *const left_out[] = {
    op_push_es,
    op_push_cs,
    op_push_ss,
    op_push_ds,
    op_push_fs,
    op_push_gs,
    op_pop_es,
    op_pop_ss,
    op_pop_ds,
    op_pop_fs,
    op_pop_gs,
    op_les,
    op_lds,
    op_lss,
    op_lfs,
    op_lgs,
    op_lar,
    op_lsl,
    op_verr,
    op_verw,
    op_jmp_far,
    op_jmp_far_memory,
    op_call_far,
    op_call_far_memory,
    op_retf,
    op_retf_imm,
    op_iret,
    op_int,
    op_int3,
    op_icebp,
    op_in,
    op_out,
    op_ins,
    op_outs,
    op_mov_from_segment,
    op_mov_to_segment,
    op_sgdt,
    op_sidt,
    op_sldt,
    op_str,
    op_smsw,
    op_cli,
    op_sti,
    op_cpuid,
    op_rdtsc,
    op_rdpmc,
    op_wait,
};

static bool is_left_out(const struct opcode *row)
{
    for (unsigned i = 0; i < sizeof left_out / sizeof left_out[0]; i++) {
        if (left_out[i] == row->operate)
            return true;
    }
    return !row->operate || row->attributes & PRIVILEGED;
}

static void list_opcode(struct case_maker *maker, bool two_byte, uint8_t byte)
{
    const struct opcode *opcode =
        &(two_byte ? two_byte_map : one_byte_map)[byte];
    const bool grouped = opcode->attributes & GROUP;

    if (opcode_is_escape(two_byte, byte))
        return;
    for (uint8_t slot = 0; slot < (grouped ? 8 : 1); slot++) {
        const struct opcode *row = grouped ? &opcode->group[slot] : opcode;

        if (is_left_out(row))
            continue;
        assert(maker->rows < CASE_ROWS_MAX);
        maker->row[maker->rows++] =
            (struct case_row){row, byte, slot, two_byte, grouped};
    }
}

void case_maker_init(struct case_maker *maker, uint64_t seed,
                     const struct row_forms *forms)
{
    maker->forms = forms;
    maker->random = random_seeded(seed);
    maker->rows = 0;
    for (unsigned i = 0; i < 2 * 256; i++)
        list_opcode(maker, i >> 8, (uint8_t)i);
}

/* --- Numbers --- */

static uint32_t below(struct draft *draft, uint32_t limit)
{
    return random_below(draft->random, limit);
}

/* Any number, with a liking for small ones and for the edges. */
static uint32_t number(struct draft *draft)
{
    static const uint32_t edges[] = {
        0,      1,      2,      0x7f,       0x80,       0xff,
        0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff};
    const uint32_t any = (uint32_t)random_next(draft->random);

    switch (below(draft, 4)) {
    case 0: return edges[any % (sizeof edges / sizeof edges[0])];
    case 1: return any & 0xff;
    default: return any;
    }
}

/* Random bytes; or `alike`, mostly zero and else 1. */
static void fill_window(struct draft *draft, bool alike, uint8_t *window)
{
    uint64_t bytes;

    for (unsigned i = 0; i < CASE_WINDOW; i += sizeof bytes) {
        bytes = random_next(draft->random);
        if (alike)
            bytes &= bytes >> 3 & bytes >> 5 & 0x0101010101010101;
        memcpy(window + i, &bytes, sizeof bytes);
    }
}

static void fill_start(struct draft *draft)
{
    struct integer_case *one = draft->one;

    /* Alike, so that comparisons of strings go on for longer. */
    fill_window(draft, below(draft, 2), one->data);
    fill_window(draft, false, one->stack);
    for (unsigned i = 0; i < GPR_COUNT; i++)
        one->gpr[i] = number(draft);
    one->gpr[ESP] = HOST32_STACK + below(draft, 64);
    one->eflags =
        (uint32_t)random_next(draft->random) & (FLAGS_STATUS | FLAG_DF);
    one->eflags |= FLAG_1;
}

/* --- Bytes --- */

static void emit(struct draft *draft, uint32_t value, unsigned size)
{
    struct integer_case *one = draft->one;

    memcpy(one->code + one->length, &value, size);
    one->length += size;
}

static bool is_string(const struct draft *draft)
{
    return draft->from->row->attributes & STRING;
}

static bool is_loop(const struct opcode *row)
{
    return row->operate == op_loop || row->operate == op_loope ||
           row->operate == op_loopne || row->operate == op_jcxz;
}

static bool goes_somewhere(const struct opcode *row)
{
    return row->attributes & NEAR_BRANCH || row->operate == op_ret ||
           row->operate == op_jmp_indirect || row->operate == op_call_indirect;
}

static bool has_operand(const struct opcode *row, enum operand_code code)
{
    return row->dest == code || row->src == code || row->third == code;
}

static void emit_prefixes(struct draft *draft)
{
    const struct opcode *row = draft->from->row;

    draft->operand16 = !goes_somewhere(row) && row->operate != op_bswap &&
                       below(draft, 3) == 0;
    draft->address16 =
        (is_loop(row) || row->operate == op_lea) && below(draft, 3) == 0;
    if (is_string(draft) && below(draft, 2))
        emit(draft, 0xf2 + below(draft, 2), 1);
    if (row->attributes & LOCKABLE && draft->memory && below(draft, 4) == 0)
        emit(draft, 0xf0, 1);
    if (draft->operand16)
        emit(draft, 0x66, 1);
    if (draft->address16)
        emit(draft, 0x67, 1);
}

/* [base + displacement], whichever register the base is. */
static void emit_base(struct draft *draft)
{
    uint32_t *gpr = draft->one->gpr;
    const bool near = draft->rm != draft->other && below(draft, 2);
    const uint32_t displacement = number(draft) & 0x7f;

    emit(draft, (near ? 0x40u : 0x80u) | draft->other << 3 | draft->rm, 1);
    if (near) {
        gpr[draft->rm] = draft->operand - displacement;
        emit(draft, displacement, 1);
    } else {
        emit(draft, draft->operand - gpr[draft->rm], 4);
    }
}

/* [base + index << scale + displacement]. */
static void emit_index(struct draft *draft)
{
    const uint32_t *gpr = draft->one->gpr;
    const unsigned index = below(draft, 8);
    const unsigned scale = below(draft, 4);
    uint32_t address = gpr[draft->rm];

    if (index != ESP)
        address += gpr[index] << scale;
    emit(draft, 0x84u | draft->other << 3, 1);
    emit(draft, scale << 6 | index << 3 | draft->rm, 1);
    emit(draft, draft->operand - address, 4);
}

static void emit_modrm(struct draft *draft)
{
    if (!draft->memory) {
        emit(draft, 0xc0u | draft->other << 3 | draft->rm, 1);
    } else if (draft->address16) {
        emit(draft, 0x80u | draft->other << 3 | draft->rm, 1);
        emit(draft, number(draft), 2);
    } else if (below(draft, 4) == 0) {
        emit(draft, 0x05u | draft->other << 3, 1);
        emit(draft, draft->operand, 4);
    } else if (draft->rm == ESP || below(draft, 2)) {
        emit_index(draft);
    } else {
        emit_base(draft);
    }
}

static bool is_modrm_code(uint8_t code)
{
    return (code >= Eb && code <= Rd) || (code >= M && code <= STi);
}

static bool has_modrm(const struct case_row *from)
{
    return from->grouped || from->row->attributes & MODRM ||
           is_modrm_code(from->row->dest) || is_modrm_code(from->row->src);
}

/* Branches lead to where the other way back is. */
static void emit_immediates(struct draft *draft)
{
    const struct opcode *row = draft->from->row;
    const unsigned length = draft->one->length;

    if (has_operand(row, Jb)) {
        emit(draft, HOST32_TARGET - HOST32_CODE - length - 1, 1);
    } else if (has_operand(row, Jz)) {
        emit(draft, HOST32_TARGET - HOST32_CODE - length - 4, 4);
    } else if (has_operand(row, Ob) || has_operand(row, Ov)) {
        emit(draft, draft->operand, 4);
    } else if (row->operate == op_enter) {
        emit(draft, below(draft, 64), 2);
        emit(draft, below(draft, 256), 1);
    } else {
        emit(draft, number(draft), 4);
        emit(draft, number(draft), 4);
    }
}

/* --- What single instructions need --- */

static void store(uint8_t *window, uint32_t first, uint32_t address,
                  uint32_t value)
{
    memcpy(window + (address - first), &value, sizeof value);
}

/* Where an indirect branch or a return goes. */
static void prepare_branch(struct draft *draft)
{
    struct integer_case *one = draft->one;
    insn_operation *operate = draft->from->row->operate;

    if (operate == op_ret) {
        store(one->stack, CASE_STACK, one->gpr[ESP], HOST32_TARGET);
    } else if (operate == op_jmp_indirect || operate == op_call_indirect) {
        if (!draft->memory && draft->rm == ESP)
            draft->rm = EAX;
        if (!draft->memory)
            one->gpr[draft->rm] = HOST32_TARGET;
        store(one->data, CASE_DATA, draft->operand, HOST32_TARGET);
    }
}

static void prepare_stack(struct draft *draft)
{
    struct integer_case *one = draft->one;
    insn_operation *operate = draft->from->row->operate;
    uint32_t flags;

    if (operate == op_enter || operate == op_leave)
        one->gpr[EBP] = HOST32_STACK + 128 + below(draft, 64);
    if (operate == op_popf) {
        flags = (uint32_t)random_next(draft->random) &
                (FLAGS_STATUS | FLAG_DF | FLAG_IF);
        store(one->stack, CASE_STACK, one->gpr[ESP], flags);
    }
}

static void prepare_registers(struct draft *draft)
{
    uint32_t *gpr = draft->one->gpr;
    insn_operation *operate = draft->from->row->operate;

    if (is_string(draft)) {
        gpr[ECX] = below(draft, 13);
        gpr[ESI] = HOST32_DATA + below(draft, 128);
        gpr[EDI] = HOST32_DATA + below(draft, 128);
    }
    if (is_loop(draft->from->row))
        gpr[ECX] = below(draft, 3) | (number(draft) & 0xffff0000);
    if (operate == op_xlat)
        gpr[EBX] = HOST32_DATA;
    /* Bit offsets reach far; division mostly succeeds with a small dividend. */
    if ((operate == op_bt || operate == op_bts || operate == op_btr ||
         operate == op_btc) &&
        draft->memory)
        gpr[draft->other] = below(draft, 1024) - 512;
    if ((operate == op_div || operate == op_idiv) && below(draft, 2))
        gpr[EDX] = below(draft, 2) ? 0 : below(draft, 256);
}

/* Doubles need a count below the width: the rest is undefined altogether. */
static void prepare_double_shift(struct draft *draft)
{
    struct integer_case *one = draft->one;
    const struct opcode *row = draft->from->row;

    if (!draft->operand16)
        return;
    if (row->operate == op_shld_cl || row->operate == op_shrd_cl)
        one->gpr[ECX] = (one->gpr[ECX] & ~31u) | below(draft, 16);
}

/* --- What is undefined --- */

static bool is_double_shift(insn_operation *operate)
{
    return operate == op_shld || operate == op_shrd || operate == op_shld_cl ||
           operate == op_shrd_cl;
}

static bool is_shift(insn_operation *operate)
{
    return operate == op_shl || operate == op_shr || operate == op_sar ||
           operate == op_rol || operate == op_ror || operate == op_rcl ||
           operate == op_rcr || is_double_shift(operate);
}

static uint32_t shift_count(const struct draft *draft)
{
    const struct integer_case *one = draft->one;
    const struct opcode *row = draft->from->row;

    if (has_operand(row, C1))
        return 1;
    return (has_operand(row, CL) ? one->gpr[ECX] : one->code[one->length - 1]) &
           31;
}

/* Of shifts it depends on the count: none of 0, OF of others than 1, CF of
 * those from the width on. SDM 2B, "SAL/SAR/SHL/SHR". */
static uint32_t undefined_by_shift(const struct draft *draft, unsigned width)
{
    const uint32_t flags = draft->from->row->undefined_flags;
    const uint32_t count = shift_count(draft);

    if (count == 0)
        return 0;
    if (count == 1)
        return flags & ~(uint32_t)(FLAG_OF | FLAG_CF);
    return count < width ? flags & ~(uint32_t)FLAG_CF : flags;
}

static uint32_t undefined_flags(const struct draft *draft, unsigned width)
{
    const struct opcode *row = draft->from->row;

    if (is_shift(row->operate))
        return undefined_by_shift(draft, width);
    return row->undefined_flags;
}

/* --- All of it --- */

static void choose_operands(struct draft *draft)
{
    const struct case_row *from = draft->from;

    draft->memory = below(draft, 2);
    draft->rm = below(draft, 8);
    draft->other = from->grouped ? from->slot : below(draft, 8);
    draft->operand = HOST32_DATA + below(draft, 64);
}

/* One attempt. False if the row has no such form. */
static bool make(struct draft *draft)
{
    struct integer_case *one = draft->one;
    const struct case_row *from = draft->from;
    struct insn insn;

    one->row = from->row;
    one->length = 0;
    fill_start(draft);
    choose_operands(draft);
    emit_prefixes(draft);
    prepare_branch(draft);
    prepare_stack(draft);
    prepare_registers(draft);
    prepare_double_shift(draft);
    if (from->two_byte)
        emit(draft, 0x0f, 1);
    emit(draft, from->byte, 1);
    if (has_modrm(from))
        emit_modrm(draft);
    emit_immediates(draft);
    if (decode_insn(draft->forms, one->code, INSN_LENGTH_MAX, true, &insn)
            ->status != DECODE_OK)
        return false;
    one->length = insn.length;
    one->undefined_flags = undefined_flags(draft, insn.width);
    return !(is_double_shift(from->row->operate) &&
             shift_count(draft) >= insn.width);
}

void case_make(struct case_maker *maker, struct integer_case *one)
{
    struct draft draft = {
        .random = &maker->random, .forms = maker->forms, .one = one};

    do
        draft.from = &maker->row[random_below(&maker->random, maker->rows)];
    while (!make(&draft));
}
