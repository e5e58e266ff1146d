/* SPDX-License-Identifier: MIT */
#include "cpu/row_form.h"

#include <stdlib.h>

#include "cpu/decode.h"
#include "cpu/insn/fused.h"
#include "cpu/opcodes.h"
#include "cpu/specialise.h"

/* Kind of an operand that ModR/M may not name: #UD. */
enum { KIND_WRONG = 1 << 3 };

/* How an operand code is decoded. SDM 2D, "Codes for Addressing Method" and
 * "Codes for Operand Type". */
struct operand_shape {
    uint8_t kind[NAMED_COUNT];
    uint8_t numbering[NAMED_COUNT];
    uint8_t field;
    bool modrm;
    uint8_t bytes[2]; /* of an immediate, for 16-bit and 32-bit operands */
    bool is_signed;
    uint8_t rare;
};

#define EITHER(number_as)                                          \
    {                                                              \
        .kind = {KIND_REGISTER, KIND_MEMORY, KIND_INDEXED},        \
        .numbering = {number_as}, .field = FIELD_RM, .modrm = true \
    }
#define ALWAYS(operand, number_as, number_field, has_modrm)                    \
    {                                                                          \
        .kind = {operand, operand, operand},                                   \
        .numbering = {number_as, number_as, number_as}, .field = number_field, \
        .modrm = has_modrm                                                     \
    }
#define BY_REG(as)       ALWAYS(KIND_REGISTER, as, FIELD_REG, true)
#define FIXED(as, field) ALWAYS(KIND_REGISTER, as, field, false)
#define SPECIAL(field)   ALWAYS(KIND_SPECIAL, NUMBERED_PLAIN, field, true)
#define MEMORY_ONLY                                                    \
    {                                                                  \
        .kind = {KIND_WRONG, KIND_MEMORY, KIND_INDEXED}, .modrm = true \
    }
#define VALUE(bytes16, bytes32, has_sign, what_else)                          \
    {                                                                         \
        .kind = {KIND_IMMEDIATE, KIND_IMMEDIATE, KIND_IMMEDIATE},             \
        .bytes = {bytes16, bytes32}, .is_signed = has_sign, .rare = what_else \
    }
#define OFFSET                                                               \
    {                                                                        \
        .kind = {KIND_MEMORY, KIND_MEMORY, KIND_MEMORY}, .rare = RARE_OFFSET \
    }

/* Codes without a line have no operand in the record. */
static const struct operand_shape shapes[Yv + 1] = {
    [Eb] = EITHER(NUMBERED_BYTE),
    [Ew] = EITHER(NUMBERED_WORD),
    [Ed] = EITHER(NUMBERED_WORD),
    [Ev] = EITHER(NUMBERED_WORD),
    [Gb] = BY_REG(NUMBERED_BYTE),
    [Gw] = BY_REG(NUMBERED_WORD),
    [Gd] = BY_REG(NUMBERED_WORD),
    [Gv] = BY_REG(NUMBERED_WORD),
    [Rd] = ALWAYS(KIND_REGISTER, NUMBERED_WORD, FIELD_RM, true),
    [Ib] = VALUE(1, 1, false, 0),
    [Iw] = VALUE(2, 2, false, 0),
    [Iz] = VALUE(2, 4, false, 0),
    [Ibs] = VALUE(1, 1, true, RARE_CUT),
    [C1] = VALUE(0, 0, false, 0),
    [Jb] = VALUE(1, 1, true, 0),
    [Jz] = VALUE(2, 4, true, 0),
    [Ap] = VALUE(2, 4, false, RARE_WORD),
    [M] = MEMORY_ONLY,
    [Ma] = MEMORY_ONLY,
    [Mp] = MEMORY_ONLY,
    [Ms] = MEMORY_ONLY,
    [Mq] = MEMORY_ONLY,
    [Mw] = MEMORY_ONLY,
    [Md] = MEMORY_ONLY,
    [Mt] = MEMORY_ONLY,
    [STi] = SPECIAL(FIELD_RM),
    [Ob] = OFFSET,
    [Ov] = OFFSET,
    [Sw] = SPECIAL(FIELD_REG),
    [Cd] = SPECIAL(FIELD_REG),
    [Dd] = SPECIAL(FIELD_REG),
    [AL] = FIXED(NUMBERED_BYTE, FIELD_EAX),
    [CL] = FIXED(NUMBERED_BYTE, FIELD_ECX),
    [DX] = FIXED(NUMBERED_WORD, FIELD_EDX),
    [eAX] = FIXED(NUMBERED_WORD, FIELD_EAX),
    [Zb] = FIXED(NUMBERED_BYTE, FIELD_OPCODE),
    [Zv] = FIXED(NUMBERED_WORD, FIELD_OPCODE),
};

static enum width row_width(const struct opcode *row, bool operand32)
{
    if (row->attributes & BYTE)
        return WIDTH_8;
    if (row->attributes & WORD)
        return WIDTH_16;
    if (row->attributes & DWORD)
        return WIDTH_32;
    return operand32 ? WIDTH_32 : WIDTH_16;
}

/* The value of an operand code. A second one, which is a byte without a sign,
 * goes where a displacement would stand: no instruction has two immediates and
 * a memory operand. */
static void add_value(struct row_form *form, uint8_t code, bool operand32)
{
    const struct operand_shape *shape = &shapes[code];
    const unsigned bytes = shape->bytes[operand32];

    if (code == C1)
        form->constant = 1;
    if (form->value_bytes && bytes) {
        form->rare |= RARE_BYTE;
        return;
    }
    if (!(shape->rare & RARE_CUT) || !operand32)
        form->rare |= shape->rare;
    if (!bytes)
        return;
    form->value_bytes = (uint8_t)bytes;
    form->value_mask = ~0u >> (32 - 8 * bytes);
    if (shape->is_signed)
        form->value_sign = 1u << (8 * bytes - 1);
}

/* Data look-ups that the fast handler makes. */
static uint8_t fast_look_ups(const struct opcode *row, bool has_memory)
{
    uint8_t count = 0;

    if (has_memory && !(row->attributes & NO_ACCESS))
        count++;
    if (row->attributes & USES_STACK)
        count++;
    return count;
}

static uint8_t fast_needs(const struct opcode *row, bool has_memory)
{
    uint8_t needs = NEEDS_SHORT_CUTS;

    if (has_memory)
        needs |= NEEDS_ADDRESS32 | NEEDS_UNALIGNED;
    if (has_memory && !(row->attributes & NO_ACCESS))
        needs |= NEEDS_SEGMENT;
    if (row->attributes & USES_STACK)
        needs |= NEEDS_STACK | NEEDS_UNALIGNED;
    if (row->attributes & (NEAR_BRANCH | ENDS_BLOCK))
        needs |= NEEDS_BRANCH | NEEDS_ADDRESS32;
    return needs;
}

static void choose_handlers(struct row_form *form, const struct opcode *row)
{
    const struct insn sample = {.immediate = form->constant,
                                .kinds = form->kinds,
                                .width = form->width};
    const bool has_memory = insn_has_memory(&sample);

    if (!row->fast)
        return;
    form->needs = fast_needs(row, has_memory);
    form->look_ups = fast_look_ups(row, has_memory);
    form->fast = forms_find(row->fast, &sample);
    form->fixed = forms_find_fixed(row->fast, &sample);
    form->recorded = forms_find_recorded(row->fast, &sample);
    if (!form->recorded && !form->look_ups)
        form->recorded = form->fast;
    form->is_jcc = fused_can_follow(row->fast);
    if (form->fast && !form->look_ups) {
        form->flags = (uint8_t)row->fast->status;
        form->quiet = forms_find_quiet(row->fast, &sample);
    }
    if (form->fast)
        form->fused = fused_find(row->fast, &sample);
}

static void work_out(struct row_form *form, const struct opcode *row,
                     bool operand32, enum named names)
{
    const struct operand_shape *dest = &shapes[row->dest];
    const struct operand_shape *src = &shapes[row->src];
    const unsigned kinds = dest->kind[names] | (unsigned)src->kind[names] << 4;

    if (kinds & (KIND_WRONG | KIND_WRONG << 4))
        return;
    form->status = DECODE_OK;
    form->attributes = row->attributes;
    form->kinds = (uint8_t)kinds;
    form->width = (uint8_t)row_width(row, operand32);
    form->dest_numbering = dest->numbering[names];
    form->dest_field = dest->field;
    form->src_numbering = src->numbering[names];
    form->src_field = src->field;
    add_value(form, row->dest, operand32);
    add_value(form, row->src, operand32);
    add_value(form, row->third, operand32);
    choose_handlers(form, row);
}

/* True if there are instructions of this opcode with such an operand. */
static bool is_met(uint8_t flags, bool escape, uint8_t modrm, enum named names)
{
    if (!(flags & OPENS_MEMORY))
        return names == NAMES_REGISTER;
    return !escape || (names == NAMES_REGISTER) == (modrm >= 0xc0);
}

/* The forms of the row that an opcode and ModR/M name. */
static void add_row(struct row_form *form, uint16_t index, uint8_t modrm,
                    uint8_t flags, const struct cpu_model *model)
{
    const struct opcode *row = opcode_row(index);
    const uint8_t byte = (uint8_t)(index >> 3);
    const bool escape = opcode_is_escape(index >> 11 & 1, byte);

    for (unsigned i = 0; i < ROW_FORMS; i++, form++) {
        const enum named names = (enum named)(i % NAMED_COUNT);

        form->status = DECODE_UNDEFINED;
        if (!is_met(flags, escape, modrm, names))
            continue;
        form->row = index;
        if (escape) {
            form->constant = (byte & 7u) << 8 | (modrm >= 0xc0 ? modrm : 0);
            form->rare = modrm >= 0xc0 ? 0 : RARE_IMAGE;
        }
        if (row->operate && row->generation <= model->generation)
            work_out(form, row, i >= FORMS_32, names);
    }
}

static unsigned row_count(bool two_byte, uint8_t byte)
{
    const struct opcode *row = &(two_byte ? two_byte_map : one_byte_map)[byte];

    if (!(row->attributes & GROUP))
        return 1;
    return opcode_is_escape(two_byte, byte) ? OPCODE_ESCAPE_ROWS : 8;
}

/* MOV of control and debug registers ignores ModR/M.mod: SDM 2B, "MOV—Move
 * to/from Control Registers". */
static uint8_t opening_flags(const struct opcode *row)
{
    uint8_t flags = 0;

    if (row->attributes & PREFIX)
        return OPENS_PREFIX;
    if (row->attributes & GROUP)
        flags |= OPENS_GROUP;
    if (row->attributes & (MODRM | GROUP) || shapes[row->dest].modrm ||
        shapes[row->src].modrm)
        flags |= OPENS_MODRM;
    if (flags & OPENS_MODRM && row->dest != Rd && row->src != Rd)
        flags |= OPENS_MEMORY;
    return flags;
}

/* The rows of one opcode. Returns how many. */
static unsigned add_opcode(struct row_forms *forms, unsigned first,
                           bool two_byte, uint8_t byte,
                           const struct cpu_model *model)
{
    const unsigned count = row_count(two_byte, byte);
    const uint8_t flags =
        opening_flags(&(two_byte ? two_byte_map : one_byte_map)[byte]);

    forms->opening[two_byte][byte] =
        (struct opening){(uint16_t)(first * ROW_FORMS), flags};
    for (unsigned slot = 0; slot < count; slot++) {
        const unsigned modrm = slot < 8 ? slot << 3 : 0xc0 + slot - 8;

        add_row(&forms->form[(first + slot) * ROW_FORMS],
                opcode_index(two_byte, byte, (uint8_t)modrm), (uint8_t)modrm,
                flags, model);
    }
    return count;
}

struct row_forms *row_forms_create(const struct cpu_model *model,
                                   struct error *error)
{
    struct row_forms *forms;
    unsigned count = 0;

    for (unsigned i = 0; i < 512; i++)
        count += row_count(i >> 8, (uint8_t)i);
    forms =
        calloc(1, sizeof *forms + count * ROW_FORMS * sizeof forms->form[0]);
    if (!forms) {
        (void)error_set(error, "no memory for the forms of the opcodes");
        return NULL;
    }
    forms->more.status = DECODE_MORE;
    forms->too_long.status = DECODE_TOO_LONG;
    forms->bad_lock.status = DECODE_UNDEFINED;
    count = 0;
    for (unsigned i = 0; i < 512; i++)
        count += add_opcode(forms, count, i >> 8, (uint8_t)i, model);
    return forms;
}

void row_forms_destroy(struct row_forms *forms)
{
    free(forms);
}
