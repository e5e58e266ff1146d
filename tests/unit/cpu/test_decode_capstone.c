/* SPDX-License-Identifier: MIT */
/*
 * Every opcode of both maps, with every ModR/M byte, under every prefix, in
 * both modes: length and mnemonic against Capstone. Where the two differ on
 * purpose, a rule below says so with the manual's word.
 */
#include <capstone/capstone.h>
#include <string.h>

#include "cpu/decode.h"
#include "cpu/opcodes.h"
#include "tests/unit/run_tests.h"

enum { BYTES = 24 };

/* LOCK has rules of its own, in test_decode.c. */
static const char *const prefixes[] = {
    "",         "\x66",         "\x67",         "\x66\x67", "\xf2", "\xf3",
    "\x26",     "\x2e",         "\x36",         "\x3e",     "\x64", "\x65",
    "\xf3\x66", "\x67\x64\x66", "\x2e\x67\xf2", "\x65\x65",
};

/* SIB bytes: no index, no base, scaled index, EBP as base. */
static const uint8_t sib_bytes[] = {0x24, 0x65, 0xd1, 0x4d};

struct sample {
    uint8_t bytes[BYTES];
    const char *prefix;
    bool two_byte;
    bool code32;
    uint8_t opcode;
    uint8_t modrm;
    struct insn insn;
    enum decode_status status;
};

struct judge {
    csh handle[2];
    cs_insn *other;
    struct row_forms *forms; /* of the newest processor */
    uint64_t agreed;
    uint64_t excused;
};

static bool in_range(uint8_t value, uint8_t first, uint8_t last)
{
    return value >= first && value <= last;
}

static bool is_prefix(const struct sample *sample)
{
    return !sample->two_byte &&
           one_byte_map[sample->opcode].attributes & PREFIX;
}

/* Ours decodes, Capstone does not: the operation itself raises #UD, or does
 * nothing, and the length follows from ModR/M as always. */
static bool only_ours(const struct sample *sample)
{
    const unsigned reg = sample->modrm >> 3 & 7;

    if (!sample->two_byte) {
        /* "MOV": segment registers 6 and 7 are reserved, #UD. */
        if (sample->opcode == 0x8c || sample->opcode == 0x8e)
            return reg > 5;
        /* "Escape Opcode Instruction Set": reserved encodings. */
        return in_range(sample->opcode, 0xd8, 0xdf);
    }
    /* "Two-Byte Opcode Map", note 8: reserved for NOPs with hints. */
    if (in_range(sample->opcode, 0x18, 0x1f))
        return true;
    /* "MOV—Move to/from Control Registers" and Debug Registers: reserved
     * registers are #UD. */
    return in_range(sample->opcode, 0x20, 0x23);
}

/* Capstone decodes, ours gives #UD: later than the PentiumPro. */
static bool only_theirs(const struct sample *sample)
{
    static const uint8_t later[][2] = {
        {0x04, 0x05}, /* SYSCALL */
        {0x07, 0x07}, /* SYSRET */
        {0x0a, 0x0f}, /* PREFETCHW, FEMMS, 3DNow! */
        {0x10, 0x17}, /* SSE */
        {0x24, 0x2f}, /* test registers, SSE */
        {0x34, 0x3f}, /* SYSENTER, SYSEXIT, GETSEC, three-byte maps */
        {0x50, 0x7f}, /* SSE, MMX, VMX */
        {0xa6, 0xa7}, /* another vendor's */
        {0xaa, 0xaa}, /* RSM: #UD outside system management mode */
        {0xae, 0xae}, /* FXSAVE and fences */
        {0xb8, 0xb9}, /* POPCNT, UD1 */
        {0xc2, 0xc6}, /* SSE */
        {0xc7, 0xc7}, /* group 9 beyond CMPXCHG8B */
        {0xd0, 0xff}, /* MMX, SSE, UD0 */
    };
    const bool registers = sample->modrm >> 6 == 3;

    if (!sample->two_byte) {
        /* VEX, XOP and EVEX take the register forms of LES, LDS and BOUND. */
        if (sample->opcode == 0xc4 || sample->opcode == 0xc5 ||
            sample->opcode == 0x62)
            return registers;
        /* FISTTP, and XABORT, XBEGIN; XOP behind POP. */
        if (in_range(sample->opcode, 0xd8, 0xdf))
            return !registers && (sample->modrm >> 3 & 7) == 1;
        return sample->modrm == 0xf8 || sample->opcode == 0x8f;
    }
    for (size_t i = 0; i < sizeof later / sizeof later[0]; i++) {
        if (in_range(sample->opcode, later[i][0], later[i][1]))
            return true;
    }
    /* Group 7: VMX, MONITOR, SWAPGS and others in the register forms. */
    return sample->opcode == 0x01 && registers;
}

/* Rows name no operand size: "movs" for "movsd". */
static bool same_but_for_size(const char *ours, const char *theirs)
{
    const size_t length = strlen(ours);

    if (strncmp(theirs, ours, length) != 0)
        return false;
    return theirs[length] == '\0' ||
           (strchr("bwdl", theirs[length]) && theirs[length + 1] == '\0');
}

/* The same instruction by another name, or one that later processors made of
 * prefix F3 or of a NOP and that is the old one on ours. */
static bool same_name(const char *ours, const char *theirs)
{
    static const char *const pairs[][2] = {
        {"shl", "sal"},    {"xlat", "xlatb"}, {"lret", "retf"},
        {"cbw", "cwde"},   {"cwd", "cdq"},    {"jcxz", "jecxz"},
        {"fwait", "wait"}, {"bsf", "tzcnt"},  {"bsr", "lzcnt"},
        {"nop", "pause"},
    };

    if (same_but_for_size(ours, theirs))
        return true;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (strcmp(ours, pairs[i][0]) == 0 && strcmp(theirs, pairs[i][1]) == 0)
            return true;
    }
    return strcmp(ours, "nop") == 0 && (strncmp(theirs, "prefetch", 8) == 0 ||
                                        strncmp(theirs, "endbr", 5) == 0);
}

/* Capstone writes REP, BND and hints in front of the name. */
static const char *bare_name(const char *mnemonic)
{
    const char *last = strrchr(mnemonic, ' ');

    return last ? last + 1 : mnemonic;
}

static void complain(const struct sample *sample, const char *what,
                     const cs_insn *other)
{
    char text[3 * BYTES + 1] = "";

    for (unsigned i = 0; i < 12; i++)
        snprintf(text + (size_t)3 * i, 4, "%02x ", sample->bytes[i]);
    ck_abort_msg("%d bits, %s: %s; ours %s, %u bytes, status %d; Capstone %s, "
                 "%u bytes",
                 sample->code32 ? 32 : 16, text, what,
                 opcode_row(sample->insn.row)->mnemonic, sample->insn.length,
                 (int)sample->status, other ? other->mnemonic : "none",
                 other ? other->size : 0);
}

static void compare(struct judge *judge, const struct sample *sample,
                    const cs_insn *other)
{
    const char *name = opcode_row(sample->insn.row)->mnemonic;

    if (sample->status == DECODE_OK && other) {
        if (other->size != sample->insn.length)
            complain(sample, "lengths", other);
        if (!same_name(name, bare_name(other->mnemonic)))
            complain(sample, "names", other);
        judge->agreed++;
        return;
    }
    if (sample->status == DECODE_OK && !only_ours(sample))
        complain(sample, "only ours", other);
    if (sample->status != DECODE_OK && other && !only_theirs(sample))
        complain(sample, "only Capstone's", other);
    judge->excused++;
}

static void check(struct judge *judge, struct sample *sample)
{
    const uint8_t *at = sample->bytes;
    size_t left = INSN_LENGTH_MAX;
    uint64_t address = 0x1000;
    bool decoded;

    sample->status = (enum decode_status)decode_insn(
                         judge->forms, sample->bytes, INSN_LENGTH_MAX,
                         sample->code32, &sample->insn)
                         ->status;
    decoded = cs_disasm_iter(judge->handle[sample->code32], &at, &left,
                             &address, judge->other);
    compare(judge, sample, decoded ? judge->other : NULL);
}

static void build(struct sample *sample, uint8_t sib)
{
    const size_t length = strlen(sample->prefix);
    unsigned position = (unsigned)length;

    memcpy(sample->bytes, sample->prefix, length);
    if (sample->two_byte)
        sample->bytes[position++] = 0x0f;
    sample->bytes[position++] = sample->opcode;
    sample->bytes[position++] = sample->modrm;
    sample->bytes[position++] = sib;
    for (; position < BYTES; position++)
        sample->bytes[position] = (uint8_t)(0x11 * position);
}

/* Every ModR/M byte behind one opcode, and some SIB bytes where there is one.
 */
static void check_opcode(struct judge *judge, struct sample *sample)
{
    for (unsigned modrm = 0; modrm < 256; modrm++) {
        const bool has_sib = modrm < 0xc0 && (modrm & 7) == 4;

        sample->modrm = (uint8_t)modrm;
        for (size_t i = 0; i < (has_sib ? sizeof sib_bytes : 1); i++) {
            build(sample, sib_bytes[i]);
            check(judge, sample);
        }
    }
}

static void check_map(struct judge *judge, bool two_byte, bool code32)
{
    struct sample sample = {.two_byte = two_byte, .code32 = code32};

    for (unsigned opcode = 0; opcode < 256; opcode++) {
        sample.opcode = (uint8_t)opcode;
        if (is_prefix(&sample))
            continue;
        for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
            sample.prefix = prefixes[i];
            check_opcode(judge, &sample);
        }
    }
}

static void check_mode(bool code32)
{
    struct judge judge = {
        .forms = row_forms_create(cpu_model_find("pentiumpro"), NULL)};

    EXPECT(cs_open(CS_ARCH_X86, CS_MODE_16, &judge.handle[0]) == CS_ERR_OK);
    EXPECT(cs_open(CS_ARCH_X86, CS_MODE_32, &judge.handle[1]) == CS_ERR_OK);
    judge.other = cs_malloc(judge.handle[0]);
    check_map(&judge, false, code32);
    check_map(&judge, true, code32);
    EXPECT(judge.agreed > judge.excused);
    cs_free(judge.other, 1);
    cs_close(&judge.handle[0]);
    cs_close(&judge.handle[1]);
    row_forms_destroy(judge.forms);
}

START_TEST(every_encoding_of_16_bit_code_has_capstone_s_length)
{
    check_mode(false);
}
END_TEST

START_TEST(every_encoding_of_32_bit_code_has_capstone_s_length)
{
    check_mode(true);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_encoding_of_16_bit_code_has_capstone_s_length,
        every_encoding_of_32_bit_code_has_capstone_s_length,
    };

    return run_tests("decode, Capstone", tests, sizeof tests / sizeof tests[0]);
}
