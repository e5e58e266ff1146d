/* SPDX-License-Identifier: MIT */
#include "cpu/insn/bit.h"

#include "cpu/alu.h"
#include "cpu/operand.h"

/** What a bit test does to the bit. */
enum bit_change { BIT_KEEP, BIT_SET, BIT_RESET, BIT_COMPLEMENT };

/**
 * Open the operand that holds bit `bit`. In memory a bit offset from a
 * register is signed and moves the address by whole operands.
 */
MUST_CHECK static ALWAYS_INLINE bool bit_open(struct cpu *cpu,
                                              const struct insn *insn,
                                              const struct form form,
                                              uint32_t bit, enum access access,
                                              struct place *place)
{
    const uint32_t size = form.width / 8u;
    const bool wide = form.width == WIDTH_32;
    const int32_t number = wide ? (int32_t)bit : (int16_t)bit;
    effective_addr offset;

    if (form.dest == KIND_REGISTER || form.src == KIND_IMMEDIATE)
        return dest_open(cpu, insn, form, access, place);
    offset = operand_offset(cpu, insn, (enum operand_kind)form.dest);
    offset += (uint32_t)(wide ? number >> 5 : number >> 4) * size;
    if (form.path == PATH_FULL) {
        if (insn->prefixes & INSN_ADDRESS16)
            offset &= 0xffff;
        return cpu_open(cpu, insn->segment, offset, size, access, place);
    }
    place->host = access == ACCESS_WRITE ? fast_write(&cpu->mmu, offset, size)
                                         : fast_read(&cpu->mmu, offset, size);
    return place->host != NULL;
}

/** `value` with the bits of `mask` changed. */
static ALWAYS_INLINE uint32_t bit_changed(uint32_t value, uint32_t mask,
                                          enum bit_change change)
{
    if (change == BIT_SET)
        return value | mask;
    return change == BIT_RESET ? value & ~mask : value ^ mask;
}

/**
 * BT, BTS, BTR, BTC: CF = the bit, then change it. The other flags stay, of
 * which the manual says so for ZF only. SDM 2A, "BT".
 */
static ALWAYS_INLINE bool bit_test(struct cpu *cpu, const struct insn *insn,
                                   const struct form form,
                                   enum bit_change change)
{
    const enum access access = change == BIT_KEEP ? ACCESS_READ : ACCESS_WRITE;
    struct place place;
    uint32_t bit;
    uint32_t mask;
    uint32_t value;

    TRY(src_read(cpu, insn, form, &bit));
    TRY(bit_open(cpu, insn, form, bit, access, &place));
    value = place_read(cpu, form, &place);
    mask = 1u << (bit & (form.width - 1u));
    if (change != BIT_KEEP)
        place_write(cpu, form, &place, bit_changed(value, mask, change));
    cpu->status &= ~(uint32_t)STATUS_CF;
    if (value & mask)
        cpu->status |= STATUS_CF;
    return true;
}

bool op_bt(struct cpu *cpu, const struct insn *insn)
{
    return bit_test(cpu, insn, form_of(insn), BIT_KEEP);
}

bool op_bts(struct cpu *cpu, const struct insn *insn)
{
    return bit_test(cpu, insn, form_of(insn), BIT_SET);
}

bool op_btr(struct cpu *cpu, const struct insn *insn)
{
    return bit_test(cpu, insn, form_of(insn), BIT_RESET);
}

bool op_btc(struct cpu *cpu, const struct insn *insn)
{
    return bit_test(cpu, insn, form_of(insn), BIT_COMPLEMENT);
}

/**
 * BSF, BSR: dest = number of the lowest or highest set bit of src, ZF = there
 * is none. Then dest stays, which the manual leaves undefined and every chip
 * does. The other flags, undefined, are those of the number, or of the zero
 * that was found, as on the recorded chip. SDM 2A, "BSF" and "BSR".
 */
static ALWAYS_INLINE bool bit_scan(struct cpu *cpu, const struct insn *insn,
                                   const struct form form, bool forward)
{
    uint32_t value;
    uint32_t number;

    TRY(src_read(cpu, insn, form, &value));
    if (value == 0) {
        cpu->status = status_of_value(WIDTH_32, 0);
        return true;
    }
    number =
        (uint32_t)(forward ? __builtin_ctz(value) : 31 - __builtin_clz(value));
    host_write(cpu->gpr_bytes + insn->dest, (enum width)form.width, number);
    cpu->status = status_of_value(WIDTH_32, number) & ~(uint32_t)STATUS_ZF;
    return true;
}

bool op_bsf(struct cpu *cpu, const struct insn *insn)
{
    return bit_scan(cpu, insn, form_of(insn), true);
}

bool op_bsr(struct cpu *cpu, const struct insn *insn)
{
    return bit_scan(cpu, insn, form_of(insn), false);
}
