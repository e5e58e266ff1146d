/* SPDX-License-Identifier: MIT */
/*
 * Images made in memory, for the loader's test and its fuzzer: small, whole,
 * and with every part that a loader reads.
 */
#ifndef TESTS_UNIT_MACHINE_IMAGES_H
#define TESTS_UNIT_MACHINE_IMAGES_H

#include <elf.h>
#include <stdint.h>
#include <string.h>

enum {
    ELF_SEGMENTS = 2,
    ELF_CODE = 0x100, /* offset of the first segment's bytes */
    ELF_DATA = 0x180, /* of the second one's */
    ELF_IMAGE_SIZE = 0x1a0,
    ELF_CODE_SIZE = 0x20,
    ELF_DATA_SIZE = 0x10,
    ELF_BSS_SIZE = 0x1000,
    ELF_CODE_AT = 0x100000,
    ELF_DATA_AT = 0x102000,
    ELF_LINKED_AT = (int)0xc0100000, /* virtual address of the code */
    MULTIBOOT_AT = 0xe0,             /* offset of a multiboot header */
    KLUDGE_IMAGE_SIZE = 0x80,
    KLUDGE_HEADER_AT = 0x10,
    KLUDGE_LOAD_AT = 0x200000,
    KLUDGE_BSS_SIZE = 0x800,
    LINUX_CODE = 0x400, /* offset of the 32-bit code: one sector of setup */
    LINUX_CODE_SIZE = 0x40,
    LINUX_IMAGE_SIZE = LINUX_CODE + LINUX_CODE_SIZE,
    LINUX_CODE_AT = 0x100000,
    LINUX_RUN_AT = 0x200000,
    LINUX_RUN_SIZE = 0x100000,
    LINUX_COMMAND_LINE_MAX = 100,
    LINUX_HEADER_END = 0x268
};

#define MULTIBOOT_MAGIC 0x1badb002u

/** An ELF executable of two segments, the second with zeroes behind it. */
static inline void make_elf(uint8_t image[ELF_IMAGE_SIZE])
{
    Elf32_Ehdr header = {.e_type = ET_EXEC,
                         .e_machine = EM_386,
                         .e_version = EV_CURRENT,
                         .e_entry = (uint32_t)ELF_LINKED_AT + 4,
                         .e_phoff = sizeof header,
                         .e_ehsize = sizeof header,
                         .e_phentsize = sizeof(Elf32_Phdr),
                         .e_phnum = ELF_SEGMENTS};
    const Elf32_Phdr programs[ELF_SEGMENTS] = {
        {.p_type = PT_LOAD,
         .p_offset = ELF_CODE,
         .p_vaddr = (uint32_t)ELF_LINKED_AT,
         .p_paddr = ELF_CODE_AT,
         .p_filesz = ELF_CODE_SIZE,
         .p_memsz = ELF_CODE_SIZE},
        {.p_type = PT_LOAD,
         .p_offset = ELF_DATA,
         .p_vaddr = (uint32_t)ELF_LINKED_AT + 0x2000,
         .p_paddr = ELF_DATA_AT,
         .p_filesz = ELF_DATA_SIZE,
         .p_memsz = ELF_DATA_SIZE + ELF_BSS_SIZE}};

    memset(image, 0, ELF_IMAGE_SIZE);
    memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS32;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_ident[EI_VERSION] = EV_CURRENT;
    memcpy(image, &header, sizeof header);
    memcpy(image + sizeof header, programs, sizeof programs);
    for (unsigned i = 0; i < ELF_CODE_SIZE; i++)
        image[ELF_CODE + i] = (uint8_t)(0x40 + i);
    memset(image + ELF_DATA, 0xda, ELF_DATA_SIZE);
}

/** A multiboot header with `flags` at offset `at`; its first three words. */
static inline void put_multiboot(uint8_t *image, unsigned at, uint32_t flags)
{
    const uint32_t words[] = {MULTIBOOT_MAGIC, flags,
                              0u - MULTIBOOT_MAGIC - flags};

    memcpy(image + at, words, sizeof words);
}

/** No ELF: a multiboot header with load addresses of its own. */
static inline void make_kludge(uint8_t image[KLUDGE_IMAGE_SIZE])
{
    const uint32_t addresses[] = {
        KLUDGE_LOAD_AT + KLUDGE_HEADER_AT, /* header_addr */
        KLUDGE_LOAD_AT,                    /* load_addr */
        0,                                 /* load_end_addr: all */
        KLUDGE_LOAD_AT + KLUDGE_IMAGE_SIZE + KLUDGE_BSS_SIZE, /* bss_end */
        KLUDGE_LOAD_AT + 0x40                                 /* entry */
    };

    memset(image, 0x90, KLUDGE_IMAGE_SIZE);
    put_multiboot(image, KLUDGE_HEADER_AT, 1u << 16);
    memcpy(image + KLUDGE_HEADER_AT + 12, addresses, sizeof addresses);
}

static inline void put_field(uint8_t *image, unsigned at, unsigned size,
                             uint32_t value)
{
    memcpy(image + at, &value, size);
}

/** A bzImage of boot protocol 2.12. */
static inline void make_linux(uint8_t image[LINUX_IMAGE_SIZE])
{
    memset(image, 0, LINUX_IMAGE_SIZE);
    put_field(image, 0x1f1, 1, 1);                    /* setup_sects */
    put_field(image, 0x1f4, 4, LINUX_CODE_SIZE / 16); /* syssize */
    put_field(image, 0x1fe, 2, 0xaa55);               /* boot_flag */
    put_field(image, 0x201, 1, LINUX_HEADER_END - 0x202);
    memcpy(image + 0x202, "HdrS", 4);
    put_field(image, 0x206, 2, 0x020c);                 /* version */
    put_field(image, 0x211, 1, 1);                      /* LOADED_HIGH */
    put_field(image, 0x214, 4, LINUX_CODE_AT);          /* code32_start */
    put_field(image, 0x22c, 4, 0x7fffff);               /* initrd_addr_max */
    put_field(image, 0x238, 4, LINUX_COMMAND_LINE_MAX); /* cmdline_size */
    put_field(image, 0x258, 4, LINUX_RUN_AT);           /* pref_address */
    put_field(image, 0x260, 4, LINUX_RUN_SIZE);         /* init_size */
    for (unsigned i = 0; i < LINUX_CODE_SIZE; i++)
        image[LINUX_CODE + i] = (uint8_t)(0x40 + i % 8);
}

#endif
