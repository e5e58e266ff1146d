/* SPDX-License-Identifier: MIT */
/* Expectations: "The Linux/x86 Boot Protocol" and "Zero Page", Linux 6.1. */
#include <stdio.h>

#include "tests/unit/machine/images.h"
#include "tests/unit/machine/loader_rig.h"

static bool load_with(struct rig *rig, const uint8_t *image,
                      const char *arguments, size_t initrd_size)
{
    static uint8_t initrd[MEMORY_BYTES];
    const struct loader_request request = {
        .image = {"image", image, LINUX_IMAGE_SIZE},
        .initrd = {"initrd", initrd, initrd_size},
        .arguments = arguments};

    memset(initrd, 0xa5, sizeof initrd);
    rig->error.text[0] = '\0';
    return load_request(rig, &request);
}

START_TEST(a_bzimage_is_entered_as_the_32_bit_protocol_says)
{
    struct rig rig = rig_make();
    const struct cpu *cpu = &rig.machine->cpu;
    const struct segment *code = &cpu->segment[CS];
    uint8_t image[LINUX_IMAGE_SIZE];

    make_linux(image);
    put_field(image, 0x214, 4, LINUX_CODE_AT + 8);
    EXPECT(load(&rig, image, sizeof image));
    EXPECT_EQ(rig.result.kind, IMAGE_LINUX);
    EXPECT_EQ(cpu->eip, LINUX_CODE_AT + 8);
    EXPECT(memcmp(rig.machine->bus.memory + LINUX_CODE_AT, image + LINUX_CODE,
                  LINUX_CODE_SIZE) == 0);
    EXPECT_EQ(cpu->cr0 & (CR0_PE | CR0_PG), CR0_PE);
    EXPECT_EQ(cpu_eflags(cpu) & FLAG_IF, 0);
    EXPECT_EQ(code->selector, 0x10);
    EXPECT_EQ(code->limit, 0xffffffffu);
    EXPECT_EQ(code->base, 0);
    for (unsigned i = 0; i < SEGMENT_COUNT; i++) {
        if (i == ES || i == SS || i == DS)
            EXPECT_EQ(cpu->segment[i].selector, 0x18);
        if (i != CS)
            EXPECT(segment_is_flat(&cpu->segment[i]));
    }
    EXPECT_EQ(cpu->gpr[EBP] | cpu->gpr[EDI] | cpu->gpr[EBX], 0);
    EXPECT(cpu->gdtr.limit >= 0x1f);
    EXPECT_EQ(memory(&rig, cpu->gdtr.base + 0x10), 0x0000ffff);
    EXPECT_EQ(memory(&rig, cpu->gdtr.base + 0x14), 0x00cf9b00);
    EXPECT_EQ(memory(&rig, cpu->gdtr.base + 0x18), 0x0000ffff);
    EXPECT_EQ(memory(&rig, cpu->gdtr.base + 0x1c), 0x00cf9300);
    rig_free(&rig);
}
END_TEST

START_TEST(the_zero_page_has_header_memory_map_and_screen)
{
    struct rig rig = rig_make();
    uint8_t image[LINUX_IMAGE_SIZE];
    const uint8_t *zero;
    uint64_t available = 0;
    uint64_t last = 0;

    make_linux(image);
    EXPECT(load_with(&rig, image, "console=ttyS0 a b", 0));
    zero = rig.machine->bus.memory + rig.machine->cpu.gpr[ESI];
    EXPECT(memcmp(zero + 0x202, "HdrS", 4) == 0);
    EXPECT_EQ(zero[0x210], 0xff); /* type_of_loader: no number assigned */
    EXPECT_EQ(memory(&rig, rig.machine->cpu.gpr[ESI] + 0x218), 0);
    EXPECT_EQ(memory(&rig, rig.machine->cpu.gpr[ESI] + 0x21c), 0);
    EXPECT(strcmp(text(&rig, memory(&rig, rig.machine->cpu.gpr[ESI] + 0x228)),
                  "console=ttyS0 a b") == 0);
    EXPECT_EQ(zero[0x1ef], 0); /* sentinel */
    EXPECT_EQ(zero[0x06], 3);  /* orig_video_mode */
    EXPECT_EQ(zero[0x07], 80);
    EXPECT_EQ(zero[0x0e], 25);
    EXPECT_EQ(zero[0x0f], 1); /* orig_video_isVGA */
    for (unsigned i = 0; i < zero[0x1e8]; i++) {
        uint64_t base;
        uint64_t length;

        memcpy(&base, zero + 0x2d0 + (size_t)20 * i, 8);
        memcpy(&length, zero + 0x2d8 + (size_t)20 * i, 8);
        EXPECT(base >= last);
        last = base + length;
        if (zero[0x2e0 + 20 * i] == 1)
            available += length;
    }
    EXPECT_EQ(available, MEMORY_BYTES - 0x100000 + 0x9fc00);
    rig_free(&rig);
}
END_TEST

START_TEST(nothing_behind_the_setup_header_is_copied)
{
    struct rig rig = rig_make();
    uint8_t image[LINUX_IMAGE_SIZE];
    const uint8_t *zero;

    make_linux(image);
    memset(image, 0xee, 0x1f1);
    memset(image + LINUX_HEADER_END, 0xee, LINUX_CODE - LINUX_HEADER_END);
    EXPECT(load(&rig, image, sizeof image));
    zero = rig.machine->bus.memory + rig.machine->cpu.gpr[ESI];
    for (unsigned i = 0x40; i < 0x1f1; i++) {
        if (i < 0x1e0 || i > 0x1e8)
            EXPECT_EQ(zero[i], 0);
    }
    for (unsigned i = LINUX_HEADER_END; i < 0x2d0; i++)
        EXPECT_EQ(zero[i], 0);
    rig_free(&rig);
}
END_TEST

START_TEST(the_initrd_lies_as_high_as_the_kernel_allows)
{
    struct rig rig = rig_make();
    uint8_t image[LINUX_IMAGE_SIZE];
    uint32_t zero;
    uint32_t first;

    make_linux(image);
    for (uint32_t size = 1; size < 0x3000; size += 0x7ff) {
        EXPECT(load_with(&rig, image, NULL, size));
        zero = rig.machine->cpu.gpr[ESI];
        first = memory(&rig, zero + 0x218);
        EXPECT_EQ(memory(&rig, zero + 0x21c), size);
        EXPECT_EQ(first, (0x800000 - size) & ~0xfffu);
        EXPECT_EQ(rig.machine->bus.memory[first], 0xa5);
        EXPECT_EQ(rig.machine->bus.memory[first + size - 1], 0xa5);
    }
    /* The kernel's limit lies above RAM. */
    put_field(image, 0x22c, 4, 0xffffffff);
    EXPECT(load_with(&rig, image, NULL, 0x1000));
    zero = rig.machine->cpu.gpr[ESI];
    EXPECT_EQ(memory(&rig, zero + 0x218), MEMORY_BYTES - 0x1000);
    rig_free(&rig);
}
END_TEST

START_TEST(the_initrd_stays_clear_of_where_the_kernel_runs)
{
    struct rig rig = rig_make();
    uint8_t image[LINUX_IMAGE_SIZE];

    make_linux(image);
    put_field(image, 0x258, 4, 0x300000);
    put_field(image, 0x260, 4, 0x500000); /* up to initrd_addr_max */
    EXPECT(load_with(&rig, image, NULL, 0x1000));
    EXPECT_EQ(memory(&rig, rig.machine->cpu.gpr[ESI] + 0x218), 0x2ff000);
    EXPECT(load_with(&rig, image, NULL, 0x1ff000));
    EXPECT_EQ(memory(&rig, rig.machine->cpu.gpr[ESI] + 0x218), 0x101000);
    EXPECT(!load_with(&rig, image, NULL, 0x1ff001));
    EXPECT(strncmp(rig.error.text, "initrd: ", 8) == 0);
    EXPECT(!load_with(&rig, image, NULL, MEMORY_BYTES));
    rig_free(&rig);
}
END_TEST

START_TEST(a_kernel_that_would_unpack_itself_outside_ram_is_refused)
{
    struct rig rig = rig_make();
    uint8_t image[LINUX_IMAGE_SIZE];

    make_linux(image);
    put_field(image, 0x260, 4, MEMORY_BYTES - LINUX_RUN_AT);
    EXPECT(load_with(&rig, image, NULL, 0));
    put_field(image, 0x260, 4, MEMORY_BYTES - LINUX_RUN_AT + 1);
    EXPECT(!load_with(&rig, image, NULL, 0));
    EXPECT(strstr(rig.error.text, "outside RAM") != NULL);
    put_field(image, 0x258, 4, 0xffffffff);
    put_field(image, 0x25c, 4, 0xffffffff);
    EXPECT(!load_with(&rig, image, NULL, 0));
    rig_free(&rig);
}
END_TEST

START_TEST(a_command_line_is_as_long_as_the_kernel_allows_at_most)
{
    struct rig rig = rig_make();
    uint8_t image[LINUX_IMAGE_SIZE];
    char line[LINUX_COMMAND_LINE_MAX + 2] = {0};

    make_linux(image);
    memset(line, 'x', LINUX_COMMAND_LINE_MAX);
    EXPECT(load_with(&rig, image, line, 0));
    line[LINUX_COMMAND_LINE_MAX] = 'x';
    EXPECT(!load_with(&rig, image, line, 0));
    EXPECT(strstr(rig.error.text, "command line") != NULL);
    rig_free(&rig);
}
END_TEST

START_TEST(kernels_that_cannot_be_entered_are_refused)
{
    static const struct {
        unsigned at;
        unsigned size;
        uint32_t value;
        const char *why;
    } changes[] = {{0x206, 2, 0x0201, "older than 2.02"},
                   {0x211, 1, 0, "zImage"},
                   {0x201, 1, 0xff, "setup header"},
                   {0x1f4, 4, LINUX_CODE_SIZE / 16 + 1, "truncated"},
                   {0x1f4, 4, 0xffffffff, "truncated"},
                   {0x1f1, 1, 2, "truncated"},
                   {0x1f1, 1, 0, "truncated"}, /* 0 stands for 4 */
                   {0x214, 4, 0, "entry point"},
                   {0x214, 4, LINUX_CODE_AT - 1, "entry point"},
                   {0x214, 4, LINUX_CODE_AT + LINUX_CODE_SIZE, "entry point"}};
    struct rig rig = rig_make();
    uint8_t image[LINUX_IMAGE_SIZE];

    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        make_linux(image);
        put_field(image, changes[i].at, changes[i].size, changes[i].value);
        EXPECT(!load_with(&rig, image, NULL, 0));
        EXPECT(strncmp(rig.error.text, "image: ", 7) == 0);
        EXPECT(strstr(rig.error.text, changes[i].why) != NULL);
    }
    rig_free(&rig);
}
END_TEST

START_TEST(a_bzimage_cut_short_anywhere_is_no_bzimage_or_refused)
{
    struct rig rig = rig_make();
    uint8_t image[LINUX_IMAGE_SIZE];

    make_linux(image);
    for (size_t length = 0; length < sizeof image; length++) {
        uint8_t *exact = malloc(length ? length : 1);
        bool loaded;

        memcpy(exact, image, length);
        rig.error.text[0] = '\0';
        loaded = load(&rig, exact, length);
        free(exact);
        /* Of the last paragraph some bytes may be missing. */
        if (loaded && length >= 0x206)
            EXPECT(length > sizeof image - 16);
        if (!loaded)
            EXPECT(strncmp(rig.error.text, "image: ", 7) == 0);
    }
    rig_free(&rig);
}
END_TEST

START_TEST(no_field_of_the_setup_header_can_do_harm)
{
    static const uint32_t values[] = {
        0,          1,          0x7f,       0xff,      0x9ffff,   0xa0000,
        0xfffff,    0x100000,   0xfffff0,   0xffffff,  0x1000000, 0x7fffffff,
        0x80000000, 0xe0000000, 0xfffff000, 0xffffffff};
    struct rig rig = rig_make();
    uint8_t image[LINUX_IMAGE_SIZE];

    for (unsigned at = 0x1ee; at < 0x290; at++) {
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            make_linux(image);
            put_field(image, at, 4, values[i]);
            if (!load_with(&rig, image, "quiet", 0x2000))
                EXPECT(strstr(rig.error.text, ": ") != NULL);
        }
    }
    rig_free(&rig);
}
END_TEST

START_TEST(only_a_linux_kernel_takes_an_initrd)
{
    static const uint8_t code[] = {0xfa, 0xf4};
    struct rig rig = rig_make();
    const struct loader_request request = {
        .image = {"image", code, sizeof code},
        .initrd = {"initrd", code, sizeof code}};

    EXPECT(!load_request(&rig, &request));
    EXPECT(strstr(rig.error.text, "takes no initrd") != NULL);
    rig_free(&rig);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_bzimage_is_entered_as_the_32_bit_protocol_says,
        the_zero_page_has_header_memory_map_and_screen,
        nothing_behind_the_setup_header_is_copied,
        the_initrd_lies_as_high_as_the_kernel_allows,
        the_initrd_stays_clear_of_where_the_kernel_runs,
        a_kernel_that_would_unpack_itself_outside_ram_is_refused,
        a_command_line_is_as_long_as_the_kernel_allows_at_most,
        kernels_that_cannot_be_entered_are_refused,
        a_bzimage_cut_short_anywhere_is_no_bzimage_or_refused,
        no_field_of_the_setup_header_can_do_harm,
        only_a_linux_kernel_takes_an_initrd,
    };

    return run_tests("loader, Linux", tests, sizeof tests / sizeof tests[0]);
}
