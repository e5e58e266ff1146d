/* SPDX-License-Identifier: MIT */
#include "cpu/decode.h"

#include "cpu/opcodes.h"

struct decoder {
    const uint8_t *bytes;
    unsigned available;
    unsigned position;
    bool operand32;
    bool address32;
    bool lock;
    bool has_modrm;
    bool immediate_taken;
    uint8_t modrm;
    uint8_t opcode;
    uint8_t override; /* segment of the prefix, or SEGMENT_COUNT */
    enum decode_status status;
    struct insn *insn;
};

/* Reads past the end give zero and set the status, so that the caller need
 * only look at it once in a while. */
static uint8_t take_byte(struct decoder *decoder)
{
    if (decoder->position >= INSN_LENGTH_MAX) {
        decoder->status = DECODE_TOO_LONG;
        return 0;
    }
    if (decoder->position >= decoder->available) {
        decoder->status = DECODE_MORE;
        return 0;
    }
    return decoder->bytes[decoder->position++];
}

static uint32_t take(struct decoder *decoder, unsigned size)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < size && decoder->status == DECODE_OK; i++)
        value |= (uint32_t)take_byte(decoder) << 8 * i;
    return value;
}

static uint32_t sign_extend8(uint32_t value)
{
    return (uint32_t)(int32_t)(int8_t)value;
}

static uint32_t sign_extend16(uint32_t value)
{
    return (uint32_t)(int32_t)(int16_t)value;
}

static bool take_prefix(struct decoder *decoder, uint8_t byte, bool code32)
{
    struct insn *insn = decoder->insn;

    switch (byte) {
    case 0x26: decoder->override = ES; return true;
    case 0x2e: decoder->override = CS; return true;
    case 0x36: decoder->override = SS; return true;
    case 0x3e: decoder->override = DS; return true;
    case 0x64: decoder->override = FS; return true;
    case 0x65: decoder->override = GS; return true;
    case 0x66: decoder->operand32 = !code32; return true;
    case 0x67: decoder->address32 = !code32; return true;
    case 0xf0: decoder->lock = true; return true;
    case 0xf2:
    case 0xf3:
        insn->prefixes &= (uint8_t) ~(INSN_REP | INSN_REPNE);
        insn->prefixes |= byte == 0xf2 ? INSN_REPNE : INSN_REP;
        return true;
    default: return false;
    }
}

static uint8_t modrm_mod(const struct decoder *decoder)
{
    return decoder->modrm >> 6;
}

static uint8_t modrm_reg(const struct decoder *decoder)
{
    return decoder->modrm >> 3 & 7;
}

static uint8_t modrm_rm(const struct decoder *decoder)
{
    return decoder->modrm & 7;
}

/* SDM 2A, table "16-Bit Addressing Forms with the ModR/M Byte". */
static void address16(struct decoder *decoder)
{
    static const struct {
        uint8_t base;
        uint8_t index;
    } forms[8] = {{EBX, ESI},       {EBX, EDI},       {EBP, ESI},
                  {EBP, EDI},       {ESI, GPR_COUNT}, {EDI, GPR_COUNT},
                  {EBP, GPR_COUNT}, {EBX, GPR_COUNT}};
    const uint8_t mod = modrm_mod(decoder);
    const uint8_t rm = modrm_rm(decoder);
    struct insn *insn = decoder->insn;
    uint8_t base = forms[rm].base;

    insn->prefixes |= INSN_ADDRESS16;
    if (mod == 0 && rm == 6) {
        base = GPR_COUNT;
        insn->displacement = take(decoder, 2);
    } else if (mod == 1) {
        insn->displacement = sign_extend8(take(decoder, 1));
    } else if (mod == 2) {
        insn->displacement = sign_extend16(take(decoder, 2));
    }
    insn->base = (uint8_t)(base * 4);
    insn->index = (uint8_t)(forms[rm].index * 4);
    insn->segment = base == EBP ? SS : DS;
}

/* SDM 2A, tables "32-Bit Addressing Forms" with ModR/M and with SIB. */
static void address32(struct decoder *decoder)
{
    const uint8_t mod = modrm_mod(decoder);
    struct insn *insn = decoder->insn;
    uint8_t base = modrm_rm(decoder);
    uint8_t index = GPR_COUNT;

    if (base == ESP) {
        const uint8_t sib = take_byte(decoder);

        base = sib & 7;
        if ((sib >> 3 & 7) != ESP)
            index = sib >> 3 & 7;
        insn->scale = sib >> 6;
    }
    if (mod == 0 && base == EBP) {
        base = GPR_COUNT;
        insn->displacement = take(decoder, 4);
    } else if (mod == 1) {
        insn->displacement = sign_extend8(take(decoder, 1));
    } else if (mod == 2) {
        insn->displacement = take(decoder, 4);
    }
    insn->base = (uint8_t)(base * 4);
    insn->index = (uint8_t)(index * 4);
    insn->segment = base == ESP || base == EBP ? SS : DS;
}

static void apply_override(struct decoder *decoder)
{
    if (decoder->override == SEGMENT_COUNT)
        return;
    decoder->insn->segment = decoder->override;
    decoder->insn->prefixes |= INSN_SEGMENT;
}

/* ModR/M and what belongs to it. The memory operand, if there is one, is in
 * the record whatever operand code asks for it. MOV of control and debug
 * registers ignores mod: SDM 2B, "MOV—Move to/from Control Registers". */
static void take_modrm(struct decoder *decoder, const struct opcode *row)
{
    decoder->has_modrm = true;
    decoder->modrm = take_byte(decoder);
    if (modrm_mod(decoder) == 3 || row->dest == Rd || row->src == Rd)
        return;
    if (decoder->address32)
        address32(decoder);
    else
        address16(decoder);
}

static enum operand_kind memory_kind(const struct insn *insn)
{
    return insn->index == REGISTER_ZERO ? KIND_MEMORY : KIND_INDEXED;
}

struct slot {
    enum operand_kind kind;
    uint8_t number;
};

static struct slot register_slot(unsigned number, enum width width)
{
    return (struct slot){KIND_REGISTER, register_offset(number, width)};
}

static struct slot special_slot(unsigned number)
{
    return (struct slot){KIND_SPECIAL, (uint8_t)number};
}

static struct slot rm_slot(const struct decoder *decoder, enum width width)
{
    if (modrm_mod(decoder) == 3)
        return register_slot(modrm_rm(decoder), width);
    return (struct slot){memory_kind(decoder->insn), 0};
}

static struct slot memory_slot(struct decoder *decoder)
{
    if (modrm_mod(decoder) == 3)
        decoder->status = DECODE_UNDEFINED;
    return (struct slot){memory_kind(decoder->insn), 0};
}

/* A second immediate goes where a displacement would stand: no instruction
 * has two immediates and a memory operand. */
static struct slot immediate_slot(struct decoder *decoder, uint32_t value)
{
    if (decoder->immediate_taken)
        decoder->insn->displacement = value;
    else
        decoder->insn->immediate = value;
    decoder->immediate_taken = true;
    return (struct slot){KIND_IMMEDIATE, 0};
}

static unsigned operand_bytes(const struct decoder *decoder)
{
    return decoder->operand32 ? 4 : 2;
}

static struct slot byte_immediate(struct decoder *decoder)
{
    const uint32_t value = sign_extend8(take(decoder, 1));

    return immediate_slot(decoder, decoder->operand32 ? value : value & 0xffff);
}

static struct slot branch_displacement(struct decoder *decoder, unsigned size)
{
    const uint32_t value = take(decoder, size);
    uint32_t extended = value;

    if (size == 1)
        extended = sign_extend8(value);
    else if (size == 2)
        extended = sign_extend16(value);
    return immediate_slot(decoder, extended);
}

static struct slot far_pointer(struct decoder *decoder)
{
    const uint32_t offset = take(decoder, operand_bytes(decoder));
    const struct slot slot = immediate_slot(decoder, offset);

    decoder->insn->displacement = take(decoder, 2);
    return slot;
}

static struct slot memory_offset(struct decoder *decoder)
{
    struct insn *insn = decoder->insn;

    insn->displacement = take(decoder, decoder->address32 ? 4 : 2);
    if (!decoder->address32)
        insn->prefixes |= INSN_ADDRESS16;
    return (struct slot){KIND_MEMORY, 0};
}

static enum width operand_width(const struct decoder *decoder)
{
    return decoder->operand32 ? WIDTH_32 : WIDTH_16;
}

/* One operand code of a row, as a kind and a register. SDM 2D, "Codes for
 * Addressing Method" and "Codes for Operand Type". */
static struct slot take_operand(struct decoder *decoder, enum operand_code code)
{
    const unsigned in_opcode = decoder->opcode & 7;

    switch (code) {
    case Eb: return rm_slot(decoder, WIDTH_8);
    case Ew: return rm_slot(decoder, WIDTH_16);
    case Ed:
    case Ev: return rm_slot(decoder, WIDTH_32);
    case Gb: return register_slot(modrm_reg(decoder), WIDTH_8);
    case Gw:
    case Gd:
    case Gv: return register_slot(modrm_reg(decoder), WIDTH_32);
    case Rd: return register_slot(modrm_rm(decoder), WIDTH_32);
    case Ib: return immediate_slot(decoder, take(decoder, 1));
    case Iw: return immediate_slot(decoder, take(decoder, 2));
    case Iz:
        return immediate_slot(decoder, take(decoder, operand_bytes(decoder)));
    case Ibs: return byte_immediate(decoder);
    case C1: return immediate_slot(decoder, 1);
    case Jb: return branch_displacement(decoder, 1);
    case Jz: return branch_displacement(decoder, operand_bytes(decoder));
    case Ap: return far_pointer(decoder);
    case M:
    case Ma:
    case Mp:
    case Ms:
    case Mq:
    case Mw:
    case Md:
    case Mt: return memory_slot(decoder);
    case STi: return special_slot(modrm_rm(decoder));
    case Ob:
    case Ov: return memory_offset(decoder);
    case Sw:
    case Cd:
    case Dd: return special_slot(modrm_reg(decoder));
    case AL: return register_slot(EAX, WIDTH_8);
    case CL: return register_slot(ECX, WIDTH_8);
    case DX: return register_slot(EDX, WIDTH_16);
    case eAX: return register_slot(EAX, WIDTH_32);
    case Zb: return register_slot(in_opcode, WIDTH_8);
    case Zv: return register_slot(in_opcode, WIDTH_32);
    case NONE:
    case ST0:
    case Xb:
    case Xv:
    case Yb:
    case Yv:
    default: return (struct slot){KIND_NONE, 0};
    }
}

static bool code_needs_modrm(enum operand_code code)
{
    switch (code) {
    case Eb:
    case Ew:
    case Ed:
    case Ev:
    case Gb:
    case Gw:
    case Gd:
    case Gv:
    case Rd:
    case M:
    case Ma:
    case Mp:
    case Ms:
    case Mq:
    case Mw:
    case Md:
    case Mt:
    case STi:
    case Sw:
    case Cd:
    case Dd: return true;
    case NONE:
    case ST0:
    case Ib:
    case Iw:
    case Iz:
    case Ibs:
    case C1:
    case Jb:
    case Jz:
    case Ap:
    case Ob:
    case Ov:
    case AL:
    case CL:
    case DX:
    case eAX:
    case Zb:
    case Zv:
    case Xb:
    case Xv:
    case Yb:
    case Yv:
    default: return false;
    }
}

static bool row_needs_modrm(const struct opcode *row)
{
    return row->attributes & (MODRM | GROUP) ||
           code_needs_modrm((enum operand_code)row->dest) ||
           code_needs_modrm((enum operand_code)row->src);
}

static enum width row_width(const struct decoder *decoder,
                            const struct opcode *row)
{
    if (row->attributes & BYTE)
        return WIDTH_8;
    if (row->attributes & WORD)
        return WIDTH_16;
    if (row->attributes & DWORD)
        return WIDTH_32;
    return operand_width(decoder);
}

static void take_operands(struct decoder *decoder, const struct opcode *row)
{
    struct insn *insn = decoder->insn;
    const struct slot dest =
        take_operand(decoder, (enum operand_code)row->dest);
    const struct slot src = take_operand(decoder, (enum operand_code)row->src);

    (void)take_operand(decoder, (enum operand_code)row->third);
    insn->dest = dest.number;
    insn->src = src.number;
    insn->kinds = (uint8_t)((unsigned)dest.kind | (unsigned)src.kind << 4);
    insn->width = (uint8_t)row_width(decoder, row);
}

/* LOCK needs a row that allows it and a destination in memory. SDM 2A,
 * "LOCK—Assert LOCK# Signal Prefix". */
static void check_lock(struct decoder *decoder, const struct opcode *row)
{
    const enum operand_kind dest = insn_dest_kind(decoder->insn);

    if (!decoder->lock)
        return;
    decoder->insn->prefixes |= INSN_LOCK;
    if (!(row->attributes & LOCKABLE) ||
        (dest != KIND_MEMORY && dest != KIND_INDEXED))
        decoder->status = DECODE_UNDEFINED;
}

/* Prefixes and opcode: the row, or NULL with the status set. */
static const struct opcode *take_opcode(struct decoder *decoder, bool code32)
{
    bool two_byte = false;
    const struct opcode *row;

    do
        decoder->opcode = take_byte(decoder);
    while (decoder->status == DECODE_OK &&
           take_prefix(decoder, decoder->opcode, code32));
    if (decoder->opcode == 0x0f && decoder->status == DECODE_OK) {
        two_byte = true;
        decoder->opcode = take_byte(decoder);
    }
    if (decoder->status != DECODE_OK)
        return NULL;
    row = two_byte ? &two_byte_map[decoder->opcode]
                   : &one_byte_map[decoder->opcode];
    if (row_needs_modrm(row))
        take_modrm(decoder, row);
    apply_override(decoder);
    decoder->insn->row =
        opcode_index(two_byte, decoder->opcode, decoder->modrm);
    if (opcode_is_escape(two_byte, decoder->opcode))
        decoder->insn->immediate = (decoder->opcode & 7u) << 8 | decoder->modrm;
    return opcode_row(decoder->insn->row);
}

enum decode_status decode_insn(const uint8_t *bytes, unsigned available,
                               uint8_t mode, const struct cpu_model *model,
                               struct insn *insn)
{
    const bool code32 = mode & MODE_CODE32;
    struct decoder decoder = {.bytes = bytes,
                              .available = available,
                              .operand32 = code32,
                              .address32 = code32,
                              .override = SEGMENT_COUNT,
                              .insn = insn};
    const struct opcode *row;

    *insn = (struct insn){
        .segment = DS, .base = REGISTER_ZERO, .index = REGISTER_ZERO};
    row = take_opcode(&decoder, code32);
    if (row && decoder.status == DECODE_OK) {
        if (!decoder.address32)
            insn->prefixes |= INSN_ADDRESS16;
        if (!row->operate || row->generation > model->generation)
            decoder.status = DECODE_UNDEFINED;
        else
            take_operands(&decoder, row);
    }
    if (decoder.status == DECODE_OK)
        check_lock(&decoder, row);
    insn->length = (uint8_t)decoder.position;
    return decoder.status;
}
