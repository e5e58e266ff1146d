/* SPDX-License-Identifier: MIT */
/*
 * The decoder by itself: it reads nothing but the bytes it is given, tells
 * how many it wants, and keeps to the manual's rules for prefixes, LOCK,
 * addressing forms and processor generations. Lengths of everything stand in
 * test_decode_capstone.c.
 */
#include "cpu/decode.h"

#include <sys/mman.h>

#include "cpu/opcodes.h"
#include "tests/unit/random.h"
#include "tests/unit/run_tests.h"

/* Two pages, of which the second may not be touched. */
static uint8_t *fence;

static void fence_build(void)
{
    uint8_t *pages = mmap(NULL, (size_t)2 * PAGE_SIZE, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    EXPECT(pages != MAP_FAILED);
    EXPECT(mprotect(pages + PAGE_SIZE, PAGE_SIZE, PROT_NONE) == 0);
    fence = pages + PAGE_SIZE;
}

/* Those of the newest processor. */
static struct row_forms *newest;

static enum decode_status decode_of(const struct row_forms *forms,
                                    const uint8_t *bytes, unsigned count,
                                    uint8_t mode, struct insn *insn)
{
    return (enum decode_status)decode_insn(forms, bytes, count,
                                           mode & MODE_CODE32, insn)
        ->status;
}

/* Decode with the last of `count` bytes right before the fence. */
static enum decode_status decode_at_fence(const uint8_t *bytes, unsigned count,
                                          uint8_t mode, struct insn *insn)
{
    memcpy(fence - count, bytes, count);
    return decode_of(newest, fence - count, count, mode, insn);
}

static enum decode_status decode(const uint8_t *bytes, unsigned count,
                                 uint8_t mode, struct insn *insn)
{
    return decode_of(newest, bytes, count, mode, insn);
}

static bool same_insn(const struct insn *a, const struct insn *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* With fewer bytes than the instruction has it wants more; with more than it
 * has nothing changes. */
static void check_truncations(const uint8_t *bytes, uint8_t mode)
{
    struct insn whole;
    struct insn part;
    const enum decode_status status =
        decode_at_fence(bytes, INSN_LENGTH_MAX, mode, &whole);

    EXPECT(status != DECODE_MORE);
    EXPECT(whole.length >= 1 && whole.length <= INSN_LENGTH_MAX);
    for (unsigned count = 1; count < INSN_LENGTH_MAX; count++) {
        const enum decode_status got =
            decode_at_fence(bytes, count, mode, &part);

        if (count < whole.length) {
            EXPECT_EQ(got, DECODE_MORE);
            continue;
        }
        EXPECT_EQ(got, status);
        EXPECT(same_insn(&part, &whole));
    }
}

/* Calls `check` with every opcode of both maps behind a few prefixes, in both
 * modes, with ModR/M bytes of every form. */
static void for_each_opcode(void (*check)(const uint8_t *bytes, uint8_t mode))
{
    static const uint8_t prefix[][2] = {{0x90, 0}, {0x66, 1}, {0x67, 1},
                                        {0xf3, 1}, {0xf0, 1}, {0x26, 1}};
    static const uint8_t modrm[] = {0x00, 0x04, 0x05, 0x06, 0x0d, 0x44, 0x4e,
                                    0x84, 0x9c, 0xc0, 0xc9, 0xd4, 0xfb};

    enum { FORMS = sizeof modrm, CASES = 512 * 6 * FORMS * 2 };

    for (unsigned i = 0; i < CASES; i++) {
        const unsigned form = i / 2 % sizeof modrm;
        const unsigned before = i / 2 / sizeof modrm % 6;
        const unsigned opcode = i / 2 / sizeof modrm / 6;
        uint8_t bytes[INSN_LENGTH_MAX + 1] = {0};
        unsigned count = prefix[before][1];

        bytes[0] = prefix[before][0];
        if (opcode & 0x100)
            bytes[count++] = 0x0f;
        bytes[count++] = (uint8_t)opcode;
        bytes[count++] = modrm[form];
        while (count < sizeof bytes) {
            bytes[count] = (uint8_t)(0x65 + 0x11 * count);
            count++;
        }
        check(bytes, i & 1 ? MODE_CODE32 : 0);
    }
}

START_TEST(every_truncation_wants_more_and_nothing_behind_is_read)
{
    fence_build();
    for_each_opcode(check_truncations);
}
END_TEST

START_TEST(random_bytes_are_never_read_beyond_their_end)
{
    struct random random = random_seeded(42);

    fence_build();
    for (unsigned i = 0; i < 200000; i++) {
        uint8_t bytes[INSN_LENGTH_MAX + 1];

        for (unsigned at = 0; at < sizeof bytes; at++)
            bytes[at] = (uint8_t)random_next(&random);
        check_truncations(bytes, i & 1 ? MODE_CODE32 : 0);
    }
}
END_TEST

/* The instruction behind more and more prefixes that change nothing. */
static void check_limit(const uint8_t *bytes, uint8_t mode)
{
    struct insn insn;
    const enum decode_status plain =
        decode(bytes, INSN_LENGTH_MAX, mode, &insn);
    const unsigned length = insn.length;

    if (plain != DECODE_OK)
        return;
    for (unsigned more = 1; more <= INSN_LENGTH_MAX; more++) {
        uint8_t longer[2 * INSN_LENGTH_MAX + 1];

        memset(longer, 0x36, more);
        memcpy(longer + more, bytes, INSN_LENGTH_MAX);
        if (length + more <= INSN_LENGTH_MAX) {
            EXPECT_EQ(decode(longer, sizeof longer, mode, &insn), DECODE_OK);
            EXPECT_EQ(insn.length, length + more);
        } else {
            EXPECT_EQ(decode(longer, sizeof longer, mode, &insn),
                      DECODE_TOO_LONG);
        }
    }
}

START_TEST(sixteenth_byte_is_too_many)
{
    for_each_opcode(check_limit);
}
END_TEST

/* SDM 2A, "LOCK": "ADD, ADC, AND, BTC, BTR, BTS, CMPXCHG, CMPXCH8B, DEC, INC,
 * NEG, NOT, OR, SBB, SUB, XOR, XADD, XCHG", with a memory destination. Bit n
 * of the last number: allowed with ModR/M.reg n. */
static const struct {
    bool two_byte;
    uint8_t opcode;
    uint8_t regs;
} lockable[] = {
    {false, 0x00, 0xff}, {false, 0x01, 0xff}, {false, 0x08, 0xff},
    {false, 0x09, 0xff}, {false, 0x10, 0xff}, {false, 0x11, 0xff},
    {false, 0x18, 0xff}, {false, 0x19, 0xff}, {false, 0x20, 0xff},
    {false, 0x21, 0xff}, {false, 0x28, 0xff}, {false, 0x29, 0xff},
    {false, 0x30, 0xff}, {false, 0x31, 0xff}, {false, 0x80, 0x7f},
    {false, 0x81, 0x7f}, {false, 0x82, 0x7f}, {false, 0x83, 0x7f},
    {false, 0x86, 0xff}, {false, 0x87, 0xff}, {false, 0xf6, 0x0c},
    {false, 0xf7, 0x0c}, {false, 0xfe, 0x03}, {false, 0xff, 0x03},
    {true, 0xab, 0xff},  {true, 0xb0, 0xff},  {true, 0xb1, 0xff},
    {true, 0xb3, 0xff},  {true, 0xba, 0xe0},  {true, 0xbb, 0xff},
    {true, 0xc0, 0xff},  {true, 0xc1, 0xff},  {true, 0xc7, 0x02},
};

static bool lock_allowed(bool two_byte, uint8_t opcode, uint8_t modrm)
{
    for (size_t i = 0; i < sizeof lockable / sizeof lockable[0]; i++) {
        if (lockable[i].two_byte == two_byte && lockable[i].opcode == opcode)
            return modrm >> 6 != 3 && lockable[i].regs >> (modrm >> 3 & 7) & 1;
    }
    return false;
}

START_TEST(lock_goes_with_eighteen_instructions_that_write_memory)
{
    for (unsigned i = 0; i < 512 * 256 * 2; i++) {
        const bool two_byte = i >> 9 & 0x100;
        uint8_t bytes[INSN_LENGTH_MAX] = {0xf0, 0x0f};
        const unsigned at = two_byte ? 2 : 1;
        struct insn insn;
        enum decode_status status;

        bytes[at] = (uint8_t)(i >> 9);
        bytes[at + 1] = (uint8_t)(i >> 1);
        if (!two_byte && one_byte_map[bytes[at]].attributes & PREFIX)
            continue;
        status = decode(bytes, sizeof bytes, i & 1 ? MODE_CODE32 : 0, &insn);
        if (lock_allowed(two_byte, bytes[at], bytes[at + 1])) {
            EXPECT_EQ(status, DECODE_OK);
            EXPECT(insn.prefixes & INSN_LOCK);
        } else {
            EXPECT_EQ(status, DECODE_UNDEFINED);
        }
    }
}
END_TEST

/* SDM 2A, table "16-Bit Addressing Forms with the ModR/M Byte". NO_REG: none.
 */
enum { NO_REG = 8 };

static const struct {
    uint8_t base;
    uint8_t index;
    uint8_t segment;
} forms16[8] = {{EBX, ESI, DS},    {EBX, EDI, DS},    {EBP, ESI, SS},
                {EBP, EDI, SS},    {ESI, NO_REG, DS}, {EDI, NO_REG, DS},
                {EBP, NO_REG, SS}, {EBX, NO_REG, DS}};

struct address {
    unsigned base;
    unsigned index;
    unsigned scale;
    unsigned segment;
    uint32_t displacement;
    unsigned length; /* of ModR/M, SIB and displacement */
};

/* Bytes behind ModR/M and SIB are 81 82 83 84. */
static struct address with_displacement(struct address address, unsigned bytes)
{
    static const uint32_t value[] = {0, 0xffffff81u, 0xffff8281u, 0,
                                     0x84838281u};

    address.displacement = value[bytes];
    address.length += bytes;
    return address;
}

static struct address manual_address16(uint8_t modrm)
{
    const unsigned rm = modrm & 7;
    const struct address address = {
        forms16[rm].base, forms16[rm].index, 0, forms16[rm].segment, 0, 1};
    struct address plain = {NO_REG, NO_REG, 0, DS, 0, 1};

    if (modrm >> 6 == 0 && rm == 6) {
        plain = with_displacement(plain, 2);
        return plain;
    }
    return with_displacement(address, modrm >> 6);
}

static struct address manual_address32(uint8_t modrm, uint8_t sib)
{
    static const unsigned sizes[] = {0, 1, 4};
    struct address address = {modrm & 7, NO_REG, 0, DS, 0, 1};
    unsigned size = sizes[modrm >> 6];

    if (address.base == ESP) {
        address.length++;
        address.base = sib & 7;
        address.index = (sib >> 3 & 7) == ESP ? NO_REG : (sib >> 3 & 7);
        address.scale = sib >> 6;
    }
    if (address.base == EBP && modrm >> 6 == 0) {
        address.base = NO_REG;
        size = 4;
    }
    if (address.base == ESP || address.base == EBP)
        address.segment = SS;
    return with_displacement(address, size);
}

static void check_address(uint8_t modrm, uint8_t sib, bool address32,
                          uint8_t mode)
{
    const struct address want =
        address32 ? manual_address32(modrm, sib) : manual_address16(modrm);
    const bool has_sib = address32 && (modrm & 7) == ESP;
    const uint32_t mask = address32 ? UINT32_MAX : 0xffff;
    uint8_t bytes[10] = {0x67, 0x8b, modrm};
    uint8_t *start = bytes + (address32 == (mode != 0));
    unsigned count = 3;
    struct insn insn;

    if (has_sib)
        bytes[count++] = sib;
    for (uint8_t byte = 0x81; byte <= 0x84; byte++)
        bytes[count++] = byte;
    EXPECT_EQ(decode(start, 8, mode, &insn), DECODE_OK);
    EXPECT_EQ(insn.length, want.length + 1 + (start == bytes ? 1u : 0u));
    EXPECT_EQ(insn.base / 4u, want.base);
    EXPECT_EQ(insn.index / 4u, want.index);
    EXPECT_EQ(insn.segment, want.segment);
    EXPECT_EQ((insn.displacement ^ want.displacement) & mask, 0);
    if (want.index != NO_REG)
        EXPECT_EQ(insn.scale, want.scale);
    EXPECT_EQ(insn_src_kind(&insn),
              want.index == NO_REG ? KIND_MEMORY : KIND_INDEXED);
    EXPECT_EQ(insn.prefixes & INSN_ADDRESS16,
              address32 ? 0u : (unsigned)INSN_ADDRESS16);
}

START_TEST(every_addressing_form_is_that_of_the_manual_s_tables)
{
    for (unsigned modrm = 0; modrm < 0xc0; modrm++) {
        for (unsigned sib = 0; sib < 256; sib++) {
            check_address((uint8_t)modrm, (uint8_t)sib, true, MODE_CODE32);
            check_address((uint8_t)modrm, (uint8_t)sib, true, 0);
        }
        check_address((uint8_t)modrm, 0, false, MODE_CODE32);
        check_address((uint8_t)modrm, 0, false, 0);
    }
}
END_TEST

/* What one string of bytes decodes to in 32-bit mode. */
static const struct {
    const char *what;
    uint8_t bytes[8];
    unsigned length;
    unsigned width;
    uint32_t immediate;
    uint32_t displacement;
} samples[] = {
    {"add eax, -1", {0x83, 0xc0, 0xff}, 3, 32, 0xffffffff, 0},
    {"add ax, -1", {0x66, 0x83, 0xc0, 0xff}, 4, 16, 0xffff, 0},
    {"add al, 255", {0x80, 0xc0, 0xff}, 3, 8, 0xff, 0},
    {"push -2", {0x6a, 0xfe}, 2, 32, 0xfffffffe, 0},
    {"push word -2", {0x66, 0x6a, 0xfe}, 3, 16, 0xfffe, 0},
    {"jmp short -2", {0xeb, 0xfe}, 2, 32, 0xfffffffe, 0},
    {"jmp near 16", {0x66, 0xe9, 0xfe, 0xff}, 4, 16, 0xfffffffe, 0},
    {"jz near", {0x0f, 0x84, 1, 2, 3, 4}, 6, 32, 0x04030201, 0},
    {"jmp far", {0xea, 1, 2, 3, 4, 5, 6}, 7, 32, 0x04030201, 0x0605},
    {"jmp far 16", {0x66, 0xea, 1, 2, 3, 4}, 6, 16, 0x0201, 0x0403},
    {"enter", {0xc8, 1, 2, 3}, 4, 32, 0x0201, 3},
    {"ret 258", {0xc2, 2, 1}, 3, 32, 0x0102, 0},
    {"mov al, [moffs]", {0xa0, 1, 2, 3, 4}, 5, 8, 0, 0x04030201},
    {"mov al, [moffs16]", {0x67, 0xa0, 1, 2}, 4, 8, 0, 0x0201},
    {"mov dh, 7", {0xb6, 7}, 2, 8, 7, 0},
    {"shl eax, 1", {0xd1, 0xe0}, 2, 32, 1, 0},
    {"mov eax, cr0", {0x0f, 0x20, 0xc0}, 3, 32, 0, 0},
    {"mov eax, cr0, mod 0", {0x0f, 0x20, 0x00}, 3, 32, 0, 0},
    {"mov eax, cr0, mod 1", {0x66, 0x0f, 0x20, 0x44}, 4, 32, 0, 0},
    {"mov dr0, esp, mod 2", {0x0f, 0x23, 0x84}, 3, 32, 0, 0},
};

START_TEST(immediates_and_widths_follow_the_operand_size)
{
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        struct insn insn;

        ck_assert_msg(decode(samples[i].bytes, 8, MODE_CODE32, &insn) ==
                          DECODE_OK,
                      "%s", samples[i].what);
        ck_assert_msg(insn.length == samples[i].length &&
                          insn.width == samples[i].width &&
                          insn.immediate == samples[i].immediate &&
                          insn.displacement == samples[i].displacement,
                      "%s: length %u, width %u, immediate %#x, "
                      "displacement %#x",
                      samples[i].what, insn.length, insn.width, insn.immediate,
                      insn.displacement);
    }
}
END_TEST

START_TEST(last_prefix_of_a_group_wins_and_repetition_is_harmless)
{
    static const uint8_t segments[] = {0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65};
    struct insn insn;

    for (uint8_t i = 0; i < 6; i++) {
        for (uint8_t j = 0; j < 6; j++) {
            const uint8_t bytes[] = {segments[j], segments[i], 0x8b, 0x45, 0};

            EXPECT_EQ(decode(bytes, 5, MODE_CODE32, &insn), DECODE_OK);
            EXPECT_EQ(insn.segment, i);
            EXPECT(insn.prefixes & INSN_SEGMENT);
        }
    }
    EXPECT_EQ(decode((const uint8_t[]){0xf2, 0xf3, 0xa4}, 3, 0, &insn),
              DECODE_OK);
    EXPECT_EQ(insn.prefixes & (INSN_REP | INSN_REPNE), INSN_REP);
    EXPECT_EQ(decode((const uint8_t[]){0xf3, 0xf2, 0xa6}, 3, 0, &insn),
              DECODE_OK);
    EXPECT_EQ(insn.prefixes & (INSN_REP | INSN_REPNE), INSN_REPNE);
    EXPECT_EQ(decode((const uint8_t[]){0x66, 0x66, 0x40}, 3, 0, &insn),
              DECODE_OK);
    EXPECT_EQ(insn.width, 32);
    EXPECT_EQ(
        decode((const uint8_t[]){0x67, 0x67, 0xa0, 1, 2, 3, 4}, 7, 0, &insn),
        DECODE_OK);
    EXPECT_EQ(insn.length, 7);
}
END_TEST

/* The instructions that came after the 386, by their manuals. Bits of `regs`:
 * the rows of a group; with `registers` both forms of ModR/M. */
static const struct {
    uint8_t first;
    uint8_t last;
    uint8_t regs;
    enum cpu_generation generation;
} newer[] = {
    {0x01, 0x01, 0x80, CPU_486},        /* INVLPG */
    {0x08, 0x09, 0xff, CPU_486},        /* INVD, WBINVD */
    {0xa2, 0xa2, 0xff, CPU_486},        /* CPUID */
    {0xb0, 0xb1, 0xff, CPU_486},        /* CMPXCHG */
    {0xc0, 0xc1, 0xff, CPU_486},        /* XADD */
    {0xc8, 0xcf, 0xff, CPU_486},        /* BSWAP */
    {0x30, 0x32, 0xff, CPU_PENTIUM},    /* WRMSR, RDTSC, RDMSR */
    {0xc7, 0xc7, 0x02, CPU_PENTIUM},    /* CMPXCHG8B */
    {0x18, 0x1f, 0xff, CPU_PENTIUMPRO}, /* NOPs with hints */
    {0x33, 0x33, 0xff, CPU_PENTIUMPRO}, /* RDPMC */
    {0x40, 0x4f, 0xff, CPU_PENTIUMPRO}, /* CMOVcc */
};

static enum cpu_generation first_generation(uint8_t opcode, uint8_t modrm)
{
    for (size_t i = 0; i < sizeof newer / sizeof newer[0]; i++) {
        if (opcode >= newer[i].first && opcode <= newer[i].last &&
            newer[i].regs >> (modrm >> 3 & 7) & 1)
            return newer[i].generation;
    }
    return CPU_386;
}

START_TEST(instruction_is_undefined_before_the_processor_that_brought_it)
{
    static const char *const names[] = {"386", "486", "pentium", "pentiumpro"};

    for (unsigned n = 0; n < 4; n++) {
        const struct cpu_model *model = cpu_model_find(names[n]);
        struct row_forms *forms = row_forms_create(model, NULL);

        for (unsigned i = 0; i < 256 * 256; i++) {
            const uint8_t bytes[16] = {0x0f, (uint8_t)(i >> 8), (uint8_t)i};
            struct insn insn;
            const bool known =
                decode(bytes, 16, MODE_CODE32, &insn) == DECODE_OK;

            EXPECT_EQ(decode_of(forms, bytes, 16, MODE_CODE32, &insn),
                      known && model->generation >=
                                   first_generation(bytes[1], bytes[2])
                          ? DECODE_OK
                          : DECODE_UNDEFINED);
        }
        row_forms_destroy(forms);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_truncation_wants_more_and_nothing_behind_is_read,
        random_bytes_are_never_read_beyond_their_end,
        sixteenth_byte_is_too_many,
        lock_goes_with_eighteen_instructions_that_write_memory,
        every_addressing_form_is_that_of_the_manual_s_tables,
        immediates_and_widths_follow_the_operand_size,
        last_prefix_of_a_group_wins_and_repetition_is_harmless,
        instruction_is_undefined_before_the_processor_that_brought_it,
    };

    int failed;

    newest = row_forms_create(cpu_model_find("pentiumpro"), NULL);
    failed = run_tests("decode", tests, sizeof tests / sizeof tests[0]);
    row_forms_destroy(newest);
    return failed;
}
