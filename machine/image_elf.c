/* SPDX-License-Identifier: MIT */
#include "machine/image_elf.h"

#include <elf.h>
#include <string.h>

/* Why the file's header says that it cannot run here, or NULL. */
static const char *refusal_of_ident(const unsigned char *ident)
{
    if (ident[EI_CLASS] == ELFCLASS64)
        return "a 64-bit ELF file, for another machine than the i386";
    if (ident[EI_CLASS] != ELFCLASS32)
        return "an ELF file that is neither 32-bit nor 64-bit";
    if (ident[EI_DATA] != ELFDATA2LSB)
        return "a big-endian ELF file, for another machine than the i386";
    return NULL;
}

static const char *refusal_of_header(const Elf32_Ehdr *header)
{
    if (header->e_machine != EM_386)
        return "an ELF file for another machine than the i386";
    if (header->e_type == ET_REL)
        return "not executable: a relocatable object, not linked yet";
    if (header->e_type == ET_DYN)
        return "not executable here: position-independent; link it with "
               "-static -no-pie";
    if (header->e_type != ET_EXEC)
        return "not executable: an ELF file of another kind";
    if (header->e_phnum == 0)
        return "not executable: an ELF file without program headers";
    if (header->e_phentsize < sizeof(Elf32_Phdr))
        return "a broken ELF file: its program headers are too short";
    return NULL;
}

/* The caller has checked that the whole table lies in the file. */
static Elf32_Phdr program_header(const struct image *image,
                                 const Elf32_Ehdr *header, unsigned number)
{
    Elf32_Phdr program;

    memcpy(&program,
           image->bytes + header->e_phoff +
               (size_t)number * header->e_phentsize,
           sizeof program);
    return program;
}

static bool read_header(const struct image *image, Elf32_Ehdr *header,
                        struct error *error)
{
    const char *refusal = NULL;
    uint64_t table_end;

    if (image->size >= EI_NIDENT)
        refusal = refusal_of_ident(image->bytes);
    if (!refusal && image->size < sizeof *header)
        refusal = "truncated: the file ends within the ELF header";
    if (!refusal) {
        memcpy(header, image->bytes, sizeof *header);
        refusal = refusal_of_header(header);
    }
    if (refusal)
        return error_set(error, "%s: %s", image->name, refusal);
    table_end =
        header->e_phoff + (uint64_t)header->e_phnum * header->e_phentsize;
    if (table_end > image->size)
        return error_set(error,
                         "%s: truncated: the file ends within the ELF "
                         "program headers",
                         image->name);
    return true;
}

/*
 * A kernel linked high and loaded low names its entry point by the address
 * it will have once it pages; before that it is entered where it lies.
 */
static void note_entry(const Elf32_Ehdr *header, const Elf32_Phdr *program,
                       struct image_plan *plan, bool *found)
{
    const uint32_t from_virtual = header->e_entry - program->p_vaddr;
    const uint32_t from_physical = header->e_entry - program->p_paddr;

    if (from_virtual < program->p_memsz) {
        plan->entry = program->p_paddr + from_virtual;
        *found = true;
    } else if (!*found && from_physical < program->p_memsz) {
        plan->entry = header->e_entry;
        *found = true;
    }
}

bool image_elf_plan(const struct image *image, struct image_plan *plan,
                    struct error *error)
{
    Elf32_Ehdr header = {.e_phnum = 0};
    bool found = false;

    if (!read_header(image, &header, error))
        return false;
    plan->kind = IMAGE_ELF;
    for (unsigned i = 0; i < header.e_phnum; i++) {
        const Elf32_Phdr program = program_header(image, &header, i);
        const struct image_segment segment = {.physical = program.p_paddr,
                                              .memory_size = program.p_memsz,
                                              .file_size = program.p_filesz,
                                              .offset = program.p_offset};

        if (program.p_type != PT_LOAD)
            continue;
        if (!image_add_segment(image, plan, i, &segment, error))
            return false;
        note_entry(&header, &program, plan, &found);
    }
    if (plan->segment_count == 0)
        return error_set(error, "%s: not executable: nothing to load",
                         image->name);
    if (!found)
        return error_set(error, "%s: the entry point 0x%08x lies in no segment",
                         image->name, header.e_entry);
    return true;
}
