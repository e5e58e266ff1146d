/* SPDX-License-Identifier: MIT */
/*
 * library: what the loader of shared libraries does. It maps the segments of
 * /lib/libtour.so and calls it at its entry point.
 */
#include "kernel/elf.h"
#include "kernel/string.h"
#include "user/libtour.h"
#include "user/user.h"

#define HEADER_BYTES 512

static unsigned int prot_of(const struct elf_segment *segment)
{
    return (segment->flags & PF_R ? PROT_READ : 0) |
           (segment->flags & PF_W ? PROT_WRITE : 0) |
           (segment->flags & PF_X ? PROT_EXEC : 0);
}

static size_t mapped_size(const struct elf_segment *segment)
{
    return ALIGN_UP(segment->linear % PAGE_SIZE + segment->file_size,
                    PAGE_SIZE);
}

/* The first segment may lie anywhere; the others keep their distance. */
static char *map_segments(int descriptor, const struct elf_header *header,
                          const struct elf_segment *segment)
{
    char *base = NULL;
    unsigned int i;

    for (i = 0; i < header->program_count; i++, segment++) {
        const unsigned long page = ALIGN_DOWN(segment->linear, PAGE_SIZE);
        char *address;

        if (segment->type != PT_LOAD)
            continue;
        address = mmap((unsigned long)base + page, mapped_size(segment),
                       prot_of(segment), MAP_PRIVATE | (base ? MAP_FIXED : 0),
                       descriptor, segment->offset >> PAGE_SHIFT);
        if (failed(address))
            return NULL;
        if (!base)
            base = address - page;
    }
    return base;
}

static library_function *load_library(const char *path)
{
    static uint32_t headers[HEADER_BYTES / sizeof(uint32_t)];
    const struct elf_header *header = (const struct elf_header *)headers;
    const int descriptor = open(path);
    char *base;

    read(descriptor, headers, sizeof(headers));
    if (header->magic != ELF_MAGIC)
        return NULL;
    base = map_segments(
        descriptor, header,
        (const void *)((const char *)headers + header->program_offset));
    close(descriptor);
    return base ? (library_function *)(void *)(base + header->entry) : NULL;
}

int main(const char *argument)
{
    library_function *library = load_library("/lib/libtour.so");

    if (!library)
        return 1;
    say("%s: the library begins at %p", argument,
        (void *)((unsigned long)library & ~(PAGE_SIZE - 1)));
    say("%s: 6 * 7 = %d", argument, library(LIBRARY_MULTIPLY, 6, 7));
    say("%s: its counter is %d", argument, library(LIBRARY_COUNT, 0, 0));
    say("%s: and then %d", argument, library(LIBRARY_COUNT, 0, 0));
    say_file("/proc/self/maps");
    pause_here();
    return 0;
}
