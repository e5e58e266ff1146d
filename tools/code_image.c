/* SPDX-License-Identifier: MIT */
#include "tools/code_image.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "host/files.h"

struct code_image {
    struct host_file file;
    Elf32_Ehdr head;
};

struct code_image *code_image_open(const char *path, struct error *error)
{
    struct code_image *image = calloc(1, sizeof *image);

    if (!image) {
        (void)error_set(error, "%s: out of memory", path);
        return NULL;
    }
    if (!host_file_read(path, &image->file, error)) {
        free(image);
        return NULL;
    }
    if (image->file.size >= sizeof image->head)
        memcpy(&image->head, image->file.bytes, sizeof image->head);
    if (memcmp(image->head.e_ident, ELFMAG, SELFMAG) == 0 &&
        image->head.e_ident[EI_CLASS] == ELFCLASS32)
        return image;
    (void)error_set(error, "%s: no 32-bit ELF file", path);
    code_image_close(image);
    return NULL;
}

void code_image_close(struct code_image *image)
{
    host_file_release(&image->file);
    free(image);
}

/* Program header `i`, if it lies in the file and its bytes do. */
static bool segment_at(const struct code_image *image, unsigned i,
                       Elf32_Phdr *segment)
{
    const uint64_t at =
        image->head.e_phoff + (uint64_t)i * image->head.e_phentsize;

    if (at + sizeof *segment > image->file.size)
        return false;
    memcpy(segment, image->file.bytes + at, sizeof *segment);
    return segment->p_type == PT_LOAD &&
           (uint64_t)segment->p_offset + segment->p_filesz <= image->file.size;
}

size_t code_image_read(const struct code_image *image, linear_addr linear,
                       uint8_t *bytes, size_t size)
{
    for (unsigned i = 0; i < image->head.e_phnum; i++) {
        Elf32_Phdr segment;
        uint32_t offset;

        if (!segment_at(image, i, &segment))
            continue;
        /* Before paging is on, code runs at its physical address. */
        offset = linear - segment.p_vaddr;
        if (offset >= segment.p_filesz)
            offset = linear - segment.p_paddr;
        if (offset >= segment.p_filesz)
            continue;
        if (size > segment.p_filesz - offset)
            size = segment.p_filesz - offset;
        memcpy(bytes, image->file.bytes + segment.p_offset + offset, size);
        return size;
    }
    return 0;
}
