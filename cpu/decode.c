/* SPDX-License-Identifier: MIT */
#include "cpu/decode.h"

#include "cpu/decode_body.h"

const struct row_form *decode_insn(const struct row_forms *forms,
                                   const uint8_t *bytes, unsigned available,
                                   bool code32, struct insn *insn)
{
    return decode_body(forms, bytes, available, code32, insn);
}

/* The form that a decoded instruction has: that of a value is the same for all
 * that ModR/M can name, and for both operand sizes where the width is neither.
 */
static const struct row_form *form_of_record(const struct row_forms *forms,
                                             const struct insn *insn)
{
    const unsigned opcode = insn->row >> 3 & 0x1ff;
    const struct opening opening = forms->opening[opcode >> 8][opcode & 0xff];
    const unsigned slot = insn->row >> 12 << 3 | (insn->row & 7);
    const unsigned size = insn->width == WIDTH_32 ? FORMS_32 : FORMS_16;
    const enum named names =
        opening.flags & OPENS_MEMORY && insn_has_memory(insn) ? NAMES_MEMORY
                                                              : NAMES_REGISTER;

    return &forms->form[opening.first + slot * ROW_FORMS + size + names];
}

bool decode_value(const struct row_forms *forms, const uint8_t *bytes,
                  unsigned first, struct insn *insn)
{
    const struct row_form *form = form_of_record(forms, insn);
    unsigned size = form->value_bytes;

    if (form->rare & (RARE_BYTE | RARE_WORD))
        return false;
    if (form->rare & RARE_OFFSET)
        size = insn->prefixes & INSN_ADDRESS16 ? 2 : 4;
    if (first + size < insn->length || !size)
        return false;
    bytes += insn->length - size;
    if (form->rare & RARE_OFFSET)
        insn->displacement = bytes_load(bytes, size);
    else
        insn->immediate = value_of(form, bytes);
    if (form->rare & RARE_CUT)
        insn->immediate &= 0xffff;
    return true;
}
