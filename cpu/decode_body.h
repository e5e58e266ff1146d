/* SPDX-License-Identifier: MIT */
/*
 * The body of the decoder, inline for the loop that makes blocks. Everybody
 * else calls decode_insn().
 */
#ifndef CPU_DECODE_BODY_H
#define CPU_DECODE_BODY_H

#include <string.h>

#include "base/bytes.h"
#include "cpu/decode.h"
#include "cpu/opcodes.h"

/* Bytes that are read at most, if only in vain: what can stand behind
 * INSN_LENGTH_MAX prefixes fits. So the length is only looked at once. */
enum { WINDOW_BYTES = 32 };

static const uint8_t numberings[NUMBERED_COUNT][GPR_COUNT] = {
    [NUMBERED_BYTE] = {0, 4, 8, 12, 1, 5, 9, 13},
    [NUMBERED_WORD] = {0, 4, 8, 12, 16, 20, 24, 28},
    [NUMBERED_PLAIN] = {0, 1, 2, 3, 4, 5, 6, 7}};

struct decoder {
    const uint8_t *at; /* the next byte */
    struct insn *insn;
    unsigned operand_size; /* FORMS_16 or FORMS_32 */
    bool address32;
    bool two_byte;
    uint8_t opcode;
};

/* `bytes`: 1, 2 or 4. */
static ALWAYS_INLINE uint32_t take(struct decoder *decoder, unsigned bytes)
{
    const uint32_t value = bytes_load(decoder->at, bytes);

    decoder->at += bytes;
    return value;
}

static ALWAYS_INLINE uint32_t take_signed8(struct decoder *decoder)
{
    return (uint32_t)(int32_t)(int8_t)take(decoder, 1);
}

static ALWAYS_INLINE uint32_t take_signed16(struct decoder *decoder)
{
    return (uint32_t)(int32_t)(int16_t)take(decoder, 2);
}

static ALWAYS_INLINE void override_segment(struct insn *insn, uint8_t segment)
{
    insn->segment = segment;
    insn->prefixes |= INSN_SEGMENT;
}

static ALWAYS_INLINE void take_prefix(struct decoder *decoder, bool code32)
{
    struct insn *insn = decoder->insn;

    switch (decoder->opcode) {
    case 0x26: override_segment(insn, ES); break;
    case 0x2e: override_segment(insn, CS); break;
    case 0x36: override_segment(insn, SS); break;
    case 0x3e: override_segment(insn, DS); break;
    case 0x64: override_segment(insn, FS); break;
    case 0x65: override_segment(insn, GS); break;
    case 0x66: decoder->operand_size = code32 ? FORMS_16 : FORMS_32; break;
    case 0x67: decoder->address32 = !code32; break;
    case 0xf0: insn->prefixes |= INSN_LOCK; break;
    case 0xf2:
    case 0xf3:
        insn->prefixes &= (uint8_t) ~(INSN_REP | INSN_REPNE);
        insn->prefixes |= decoder->opcode == 0xf2 ? INSN_REPNE : INSN_REP;
        break;
    default: break;
    }
}

/* Prefixes and opcode, whose first byte is taken. */
static ALWAYS_INLINE struct opening take_prefixes(struct decoder *decoder,
                                                  const struct row_forms *forms,
                                                  bool code32)
{
    const uint8_t *const last = decoder->at + INSN_LENGTH_MAX - 1;
    struct opening opening;

    do {
        if (decoder->opcode == 0x0f) {
            decoder->two_byte = true;
            decoder->opcode = *decoder->at++;
            return forms->opening[1][decoder->opcode];
        }
        take_prefix(decoder, code32);
        decoder->opcode = *decoder->at++;
        opening = forms->opening[0][decoder->opcode];
    } while (opening.flags & OPENS_PREFIX && decoder->at <= last);
    return opening;
}

static ALWAYS_INLINE void default_segment(struct insn *insn, unsigned base)
{
    if ((base == ESP || base == EBP) && !(insn->prefixes & INSN_SEGMENT))
        insn->segment = SS;
}

/* SDM 2A, table "16-Bit Addressing Forms with the ModR/M Byte". */
static inline void address16(struct decoder *decoder, unsigned mod, unsigned rm)
{
    static const struct {
        uint8_t base;
        uint8_t index;
    } registers[8] = {{EBX, ESI},       {EBX, EDI},       {EBP, ESI},
                      {EBP, EDI},       {ESI, GPR_COUNT}, {EDI, GPR_COUNT},
                      {EBP, GPR_COUNT}, {EBX, GPR_COUNT}};
    struct insn *insn = decoder->insn;
    uint8_t base = registers[rm].base;

    if (mod == 0 && rm == 6) {
        base = GPR_COUNT;
        insn->displacement = take(decoder, 2);
    } else if (mod == 1) {
        insn->displacement = take_signed8(decoder);
    } else if (mod == 2) {
        insn->displacement = take_signed16(decoder);
    }
    insn->base = (uint8_t)(base * 4);
    insn->index = (uint8_t)(registers[rm].index * 4);
    default_segment(insn, base);
}

/* SDM 2A, tables "32-Bit Addressing Forms" with ModR/M and with SIB. */
static ALWAYS_INLINE void address32(struct decoder *decoder, unsigned mod,
                                    unsigned base)
{
    struct insn *insn = decoder->insn;

    if (base == ESP) {
        const uint8_t sib = *decoder->at++;
        const unsigned index = sib >> 3 & 7;

        base = sib & 7;
        if (index != ESP)
            insn->index = (uint8_t)(index * 4);
        insn->scale = sib >> 6;
    }
    if (mod == 1) {
        insn->displacement = take_signed8(decoder);
    } else if (mod == 2) {
        insn->displacement = take(decoder, 4);
    } else if (base == EBP) {
        base = GPR_COUNT;
        insn->displacement = take(decoder, 4);
    }
    insn->base = (uint8_t)(base * 4);
    default_segment(insn, base);
}

/* The memory operand that ModR/M names is in the record whatever operand code
 * asks for it. */
static ALWAYS_INLINE enum named take_address(struct decoder *decoder,
                                             uint8_t modrm)
{
    if (modrm >= 0xc0)
        return NAMES_REGISTER;
    if (LIKELY(decoder->address32))
        address32(decoder, modrm >> 6, modrm & 7);
    else
        address16(decoder, modrm >> 6, modrm & 7);
    return decoder->insn->index == REGISTER_ZERO ? NAMES_MEMORY : NAMES_INDEXED;
}

static inline void take_rare(struct decoder *decoder,
                             const struct row_form *form, uint8_t modrm)
{
    struct insn *insn = decoder->insn;

    if (form->rare & RARE_OFFSET)
        insn->displacement = take(decoder, decoder->address32 ? 4 : 2);
    if (form->rare & RARE_BYTE)
        insn->displacement = take(decoder, 1);
    if (form->rare & RARE_WORD)
        insn->displacement = take(decoder, 2);
    if (form->rare & RARE_CUT)
        insn->immediate &= 0xffff;
    if (form->rare & RARE_IMAGE)
        insn->immediate |= modrm;
}

/* The first value, whose bytes begin at `at`. */
static ALWAYS_INLINE uint32_t value_of(const struct row_form *form,
                                       const uint8_t *at)
{
    const uint32_t value = bytes_load(at, 4) & form->value_mask;

    return (value ^ form->value_sign) - form->value_sign + form->constant;
}

static ALWAYS_INLINE void take_operands(struct decoder *decoder,
                                        const struct row_form *form,
                                        uint8_t modrm)
{
    const uint32_t fields =
        modrm | (uint32_t)decoder->opcode << FIELD_OPCODE | FIELDS_FIXED;
    struct insn *insn = decoder->insn;

    insn->immediate = value_of(form, decoder->at);
    decoder->at += form->value_bytes;
    insn->row = form->row;
    insn->dest =
        numberings[form->dest_numbering][fields >> form->dest_field & 7];
    insn->src = numberings[form->src_numbering][fields >> form->src_field & 7];
    insn->kinds = form->kinds;
    insn->width = form->width;
    if (UNLIKELY(form->rare))
        take_rare(decoder, form, modrm);
}

/* LOCK needs a row that allows it and a destination in memory. SDM 2A,
 * "LOCK—Assert LOCK# Signal Prefix". */
static inline bool may_lock(const struct row_form *form)
{
    const unsigned dest = form->kinds & 15u;

    return form->attributes & LOCKABLE &&
           (dest == KIND_MEMORY || dest == KIND_INDEXED);
}

/* The form, and all of the record but its length. */
static ALWAYS_INLINE const struct row_form *take_insn(
    struct decoder *decoder, const struct row_forms *forms, bool code32)
{
    struct insn *insn = decoder->insn;
    const struct row_form *form;
    enum named names = NAMES_REGISTER;
    struct opening opening;
    uint8_t modrm = 0;
    unsigned row;

    decoder->opcode = *decoder->at++;
    opening = forms->opening[0][decoder->opcode];
    if (UNLIKELY(opening.flags & OPENS_PREFIX))
        opening = take_prefixes(decoder, forms, code32);
    row = opening.first;
    if (opening.flags & OPENS_MODRM) {
        modrm = *decoder->at++;
        if (opening.flags & OPENS_MEMORY)
            names = take_address(decoder, modrm);
        if (opening.flags & OPENS_GROUP)
            row += ROW_FORMS *
                   opcode_slot(decoder->two_byte, decoder->opcode, modrm);
    }
    if (UNLIKELY(!decoder->address32))
        insn->prefixes |= INSN_ADDRESS16;
    form = &forms->form[row + decoder->operand_size + names];
    take_operands(decoder, form, modrm);
    if (UNLIKELY(insn->prefixes & INSN_LOCK) && form->status == DECODE_OK &&
        !may_lock(form))
        return &forms->bad_lock;
    return form;
}

/* decode_insn(), inline. */
static ALWAYS_INLINE const struct row_form *decode_body(
    const struct row_forms *forms, const uint8_t *bytes, unsigned available,
    bool code32, struct insn *insn)
{
    uint8_t window[WINDOW_BYTES];
    struct decoder decoder = {.at = bytes,
                              .operand_size = code32 ? FORMS_32 : FORMS_16,
                              .address32 = code32,
                              .insn = insn};
    const struct row_form *form;
    unsigned length;

    if (UNLIKELY(available < WINDOW_BYTES)) {
        memset(window, 0, sizeof window);
        memcpy(window, bytes, available);
        decoder.at = bytes = window;
    }
    *insn = (struct insn){
        .segment = DS, .base = REGISTER_ZERO, .index = REGISTER_ZERO};
    form = take_insn(&decoder, forms, code32);
    length = (unsigned)(decoder.at - bytes);
    if (UNLIKELY(length > available && available < INSN_LENGTH_MAX))
        return &forms->more;
    if (UNLIKELY(length > INSN_LENGTH_MAX)) {
        *insn = (struct insn){.length = INSN_LENGTH_MAX};
        return &forms->too_long;
    }
    insn->length = (uint8_t)length;
    return form;
}

#endif
