/* SPDX-License-Identifier: MIT */
#include "cpu/decode.h"

#include "cpu/decode_body.h"

const struct row_form *decode_insn(const struct row_forms *forms,
                                   const uint8_t *bytes, unsigned available,
                                   bool code32, struct insn *insn)
{
    return decode_body(forms, bytes, available, code32, insn);
}
