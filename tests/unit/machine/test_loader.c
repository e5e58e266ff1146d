/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "machine/boot_block.h"
#include "machine/memory_map.h"
#include "tests/unit/machine/images.h"
#include "tests/unit/machine/loader_rig.h"

START_TEST(elf_segments_lie_where_their_physical_addresses_say)
{
    struct rig rig = rig_make();
    uint8_t image[ELF_IMAGE_SIZE];

    make_elf(image);
    memset(rig.machine->bus.memory + ELF_DATA_AT, 0xff, (size_t)2 * PAGE_SIZE);
    EXPECT(load(&rig, image, sizeof image));
    EXPECT_EQ(rig.result.kind, IMAGE_ELF);
    EXPECT(memcmp(rig.machine->bus.memory + ELF_CODE_AT, image + ELF_CODE,
                  ELF_CODE_SIZE) == 0);
    EXPECT(memcmp(rig.machine->bus.memory + ELF_DATA_AT, image + ELF_DATA,
                  ELF_DATA_SIZE) == 0);
    for (unsigned i = 0; i < ELF_BSS_SIZE; i++)
        EXPECT_EQ(rig.machine->bus.memory[ELF_DATA_AT + ELF_DATA_SIZE + i], 0);
    EXPECT_EQ(
        rig.machine->bus.memory[ELF_DATA_AT + ELF_DATA_SIZE + ELF_BSS_SIZE],
        0xff);
    rig_free(&rig);
}
END_TEST

START_TEST(a_plain_elf_is_entered_flat_without_information)
{
    struct rig rig = rig_make();
    const struct cpu *cpu = &rig.machine->cpu;
    uint8_t image[ELF_IMAGE_SIZE];

    make_elf(image);
    EXPECT(load(&rig, image, sizeof image));
    EXPECT_EQ(cpu->eip, ELF_CODE_AT + 4);
    EXPECT_EQ(cpu->gpr[EAX], 0);
    EXPECT_EQ(cpu->gpr[EBX], 0);
    EXPECT_EQ(cpu->cr0 & (CR0_PE | CR0_PG), CR0_PE);
    EXPECT_EQ(cpu->segment[CS].selector, 0x08);
    EXPECT_EQ(cpu->segment[CS].limit, 0xffffffffu);
    EXPECT(segment_is_flat(&cpu->segment[DS]));
    EXPECT(segment_is_flat(&cpu->segment[SS]));
    EXPECT_EQ(cpu_eflags(cpu) & (FLAG_IF | FLAG_VM), 0);
    rig_free(&rig);
}
END_TEST

START_TEST(multiboot_hands_over_map_modules_and_command_line)
{
    struct rig rig = rig_make();
    const struct cpu *cpu = &rig.machine->cpu;
    static const uint8_t bytes[] = {1, 2, 3, 4, 5};
    const struct loader_module modules[] = {
        {{"first", bytes, sizeof bytes}, "first one"},
        {{"second", bytes, 4}, "second"}};
    uint8_t image[ELF_IMAGE_SIZE];
    struct loader_request request = {.image = {"kernel", image, sizeof image},
                                     .arguments = "a=1 b",
                                     .modules = modules,
                                     .module_count = 2};
    uint32_t list;

    make_elf(image);
    put_multiboot(image, MULTIBOOT_AT, 3);
    EXPECT(load_request(&rig, &request));
    EXPECT_EQ(rig.result.kind, IMAGE_MULTIBOOT);
    EXPECT_EQ(cpu->gpr[EAX], MULTIBOOT_LOADER_MAGIC);
    EXPECT_EQ(memory(&rig, cpu->gpr[EBX]) & 0x4d, 0x4d);
    EXPECT_EQ(memory(&rig, cpu->gpr[EBX] + 4), 639);
    EXPECT_EQ(memory(&rig, cpu->gpr[EBX] + 8), 15u << 10);
    EXPECT(strcmp(text(&rig, memory(&rig, cpu->gpr[EBX] + 16)),
                  "kernel a=1 b") == 0);
    EXPECT_EQ(memory(&rig, cpu->gpr[EBX] + 20), 2);
    list = memory(&rig, cpu->gpr[EBX] + 24);
    for (unsigned i = 0; i < 2; i++) {
        const physical_addr entry = list + (physical_addr)(16 * i);
        const uint32_t start = memory(&rig, entry);

        EXPECT_EQ(start % PAGE_SIZE, 0);
        EXPECT_EQ(memory(&rig, entry + 4) - start, 5 - i);
        EXPECT(memcmp(rig.machine->bus.memory + start, bytes, 4) == 0);
        EXPECT(strcmp(text(&rig, memory(&rig, entry + 8)), modules[i].text) ==
               0);
    }
    rig_free(&rig);
}
END_TEST

START_TEST(the_memory_map_covers_ram_and_nothing_twice)
{
    struct rig rig = rig_make();
    uint8_t image[ELF_IMAGE_SIZE];
    uint64_t available = 0;
    uint64_t last = 0;
    uint32_t at;
    uint32_t end;

    make_elf(image);
    put_multiboot(image, MULTIBOOT_AT, 3);
    EXPECT(load(&rig, image, sizeof image));
    at = memory(&rig, rig.machine->cpu.gpr[EBX] + 48);
    end = at + memory(&rig, rig.machine->cpu.gpr[EBX] + 44);
    for (; at < end; at += memory(&rig, at) + 4) {
        const uint64_t base =
            memory(&rig, at + 4) | (uint64_t)memory(&rig, at + 8) << 32;
        const uint64_t length =
            memory(&rig, at + 12) | (uint64_t)memory(&rig, at + 16) << 32;

        EXPECT(base >= last);
        last = base + length;
        if (memory(&rig, at + 20) == 1)
            available += length;
    }
    EXPECT_EQ(at, end);
    EXPECT_EQ(available, MEMORY_BYTES - 0x100000 + 0x9fc00);
    rig_free(&rig);
}
END_TEST

START_TEST(a_header_with_addresses_loads_without_elf)
{
    struct rig rig = rig_make();
    uint8_t image[KLUDGE_IMAGE_SIZE];

    make_kludge(image);
    EXPECT(load(&rig, image, sizeof image));
    EXPECT_EQ(rig.result.kind, IMAGE_MULTIBOOT);
    EXPECT_EQ(rig.machine->cpu.eip, KLUDGE_LOAD_AT + 0x40);
    EXPECT(memcmp(rig.machine->bus.memory + KLUDGE_LOAD_AT, image,
                  sizeof image) == 0);
    rig_free(&rig);
}
END_TEST

START_TEST(a_boot_sector_starts_in_real_mode)
{
    struct rig rig = rig_make();
    uint8_t image[BOOT_SECTOR_SIZE] = {0x90};

    image[510] = 0x55;
    image[511] = 0xaa;
    EXPECT(load(&rig, image, sizeof image));
    EXPECT_EQ(rig.machine->cpu.eip, BOOT_SECTOR_ADDRESS);
    EXPECT_EQ(rig.machine->cpu.segment[CS].base, 0);
    EXPECT_EQ(rig.machine->cpu.cr0 & CR0_PE, 0);
    EXPECT_EQ(memory(&rig, BOOT_SECTOR_ADDRESS), 0x90);
    rig_free(&rig);
}
END_TEST

START_TEST(anything_else_is_code_at_one_mebibyte)
{
    struct rig rig = rig_make();
    static const uint8_t image[] = {0xfa, 0xf4, 0xeb, 0xfd};

    EXPECT(load(&rig, image, sizeof image));
    EXPECT_EQ(rig.result.kind, IMAGE_FLAT);
    EXPECT_EQ(rig.machine->cpu.eip, FLAT_ADDRESS);
    EXPECT_EQ(memory(&rig, FLAT_ADDRESS), 0xfdebf4fa);
    rig_free(&rig);
}
END_TEST

/* Load every beginning of an image; each must load or be refused by name. */
static void cut(struct rig *rig, const uint8_t *image, size_t size,
                size_t first_whole)
{
    for (size_t length = 0; length <= size; length++) {
        uint8_t *exact = malloc(length ? length : 1);
        bool loaded;

        memcpy(exact, image, length);
        rig->error.text[0] = '\0';
        loaded = load(rig, exact, length);
        free(exact);
        if (length >= first_whole)
            EXPECT(loaded);
        if (!loaded)
            EXPECT(strncmp(rig->error.text, "image: ", 7) == 0);
    }
}

START_TEST(an_image_cut_short_anywhere_is_refused_by_name)
{
    struct rig rig = rig_make();
    uint8_t elf[ELF_IMAGE_SIZE];
    uint8_t multiboot[ELF_IMAGE_SIZE];
    uint8_t kludge[KLUDGE_IMAGE_SIZE];

    make_elf(elf);
    for (size_t length = 4; length < ELF_DATA + ELF_DATA_SIZE; length++)
        EXPECT(!load(&rig, elf, length));
    cut(&rig, elf, sizeof elf, ELF_DATA + ELF_DATA_SIZE);
    make_elf(multiboot);
    put_multiboot(multiboot, MULTIBOOT_AT, 3);
    cut(&rig, multiboot, sizeof multiboot, ELF_DATA + ELF_DATA_SIZE);
    make_kludge(kludge);
    cut(&rig, kludge, sizeof kludge, sizeof kludge);
    rig_free(&rig);
}
END_TEST

/* One word of a header with a value at which arithmetic may go wrong. */
static void spoil(struct rig *rig, size_t at, uint32_t value, bool with_header)
{
    uint8_t image[ELF_IMAGE_SIZE];

    make_elf(image);
    if (with_header)
        put_multiboot(image, MULTIBOOT_AT, 1u << 16);
    memcpy(image + at, &value, sizeof value);
    rig->error.text[0] = '\0';
    EXPECT(load(rig, image, sizeof image) ||
           strncmp(rig->error.text, "image: ", 7) == 0);
}

START_TEST(no_word_of_a_header_can_do_harm)
{
    static const uint32_t values[] = {
        0,          1,          2,          0x1f,       0x20,
        0x34,       0xff,       0x9ffff,    0xa0000,    0xfffff,
        0x100000,   0xffffff,   0x1000000,  0x7fffffff, 0x80000000,
        0xc0000000, 0xe0000000, 0xfffff000, 0xfffffffe, 0xffffffff};
    struct rig rig = rig_make();

    for (size_t at = 4; at < ELF_CODE; at += 2) {
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            spoil(&rig, at, values[i], false);
            spoil(&rig, at, values[i], true);
        }
    }
    rig_free(&rig);
}
END_TEST

START_TEST(segments_that_overlap_are_refused)
{
    struct rig rig = rig_make();
    uint8_t image[ELF_IMAGE_SIZE];
    Elf32_Phdr program;

    make_elf(image);
    memcpy(&program, image + sizeof(Elf32_Ehdr), sizeof program);
    program.p_paddr = ELF_DATA_AT - ELF_CODE_SIZE;
    memcpy(image + sizeof(Elf32_Ehdr), &program, sizeof program);
    EXPECT(load(&rig, image, sizeof image));
    program.p_paddr++;
    memcpy(image + sizeof(Elf32_Ehdr), &program, sizeof program);
    EXPECT(!load(&rig, image, sizeof image));
    EXPECT(strstr(rig.error.text, "overlaps") != NULL);
    rig_free(&rig);
}
END_TEST

START_TEST(the_boot_block_makes_way_for_the_image)
{
    struct rig rig = rig_make();
    const struct cpu *cpu = &rig.machine->cpu;
    uint8_t image[ELF_IMAGE_SIZE];
    Elf32_Phdr program;

    make_elf(image);
    put_multiboot(image, MULTIBOOT_AT, 3);
    memcpy(&program, image + sizeof(Elf32_Ehdr), sizeof program);
    for (physical_addr at = 0; at < LOW_MEMORY_END - PAGE_SIZE; at += 0x800) {
        program.p_paddr = at;
        memcpy(image + sizeof(Elf32_Ehdr), &program, sizeof program);
        EXPECT(load(&rig, image, sizeof image));
        EXPECT(memcmp(rig.machine->bus.memory + at, image + ELF_CODE,
                      ELF_CODE_SIZE) == 0);
        EXPECT_EQ(memory(&rig, cpu->gpr[EBX] + 4), 639);
        EXPECT(strcmp(text(&rig, memory(&rig, cpu->gpr[EBX] + 16)), "image") ==
               0);
    }
    rig_free(&rig);
}
END_TEST

START_TEST(a_module_that_does_not_fit_is_named)
{
    struct rig rig = rig_make();
    uint8_t image[ELF_IMAGE_SIZE];
    uint8_t *bytes = calloc(1, MEMORY_BYTES);
    const struct loader_module module = {{"huge", bytes, MEMORY_BYTES}, ""};
    const struct loader_request request = {
        .image = {"image", image, sizeof image},
        .modules = &module,
        .module_count = 1};

    make_elf(image);
    put_multiboot(image, MULTIBOOT_AT, 3);
    EXPECT(!load_request(&rig, &request));
    EXPECT(strncmp(rig.error.text, "huge: ", 6) == 0);
    free(bytes);
    rig_free(&rig);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        elf_segments_lie_where_their_physical_addresses_say,
        a_plain_elf_is_entered_flat_without_information,
        multiboot_hands_over_map_modules_and_command_line,
        the_memory_map_covers_ram_and_nothing_twice,
        a_header_with_addresses_loads_without_elf,
        a_boot_sector_starts_in_real_mode,
        anything_else_is_code_at_one_mebibyte,
        an_image_cut_short_anywhere_is_refused_by_name,
        no_word_of_a_header_can_do_harm,
        segments_that_overlap_are_refused,
        the_boot_block_makes_way_for_the_image,
        a_module_that_does_not_fit_is_named,
    };

    return run_tests("loader", tests, sizeof tests / sizeof tests[0]);
}
