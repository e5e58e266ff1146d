/* SPDX-License-Identifier: MIT */
#include "kernel/exec.h"

#include "arch/cpu.h"
#include "arch/descriptors.h"
#include "arch/traps.h"
#include "arch/uaccess.h"
#include "fs/file.h"
#include "kernel/elf.h"
#include "kernel/errno.h"
#include "kernel/fork.h"
#include "kernel/string.h"
#include "mm/mm.h"

#define MOST_SEGMENTS  4
#define ARGUMENT_BYTES 64

/** A program as its headers describe it. */
struct program {
    struct file *file;
    char name[TASK_NAME_BYTES];
    char argument[ARGUMENT_BYTES];
    uint32_t entry;
    unsigned int segments;
    struct elf_segment segment[MOST_SEGMENTS];
};

static bool read_at(struct file *file, unsigned long position, void *buffer,
                    size_t size)
{
    file->position = position;
    return read_file(file, buffer, size) == size;
}

static bool is_sane(const struct elf_segment *segment, const struct file *file)
{
    return segment->file_size <= segment->memory_size &&
           segment->offset <= file->inode->size &&
           segment->file_size <= file->inode->size - segment->offset &&
           segment->linear >= PAGE_SIZE &&
           segment->linear < TASK_UNMAPPED_BASE &&
           segment->memory_size < TASK_UNMAPPED_BASE - segment->linear &&
           segment->linear % PAGE_SIZE == segment->offset % PAGE_SIZE;
}

static int read_headers(struct program *program)
{
    struct elf_header header;
    unsigned int i;

    if (!program->file->inode ||
        !read_at(program->file, 0, &header, sizeof(header)) ||
        header.magic != ELF_MAGIC || header.class != ELF_CLASS32 ||
        header.type != ET_EXEC || header.machine != EM_386 ||
        header.program_size != sizeof(struct elf_segment))
        return -ENOEXEC;
    program->entry = header.entry;
    for (i = 0; i < header.program_count; i++) {
        struct elf_segment *segment = &program->segment[program->segments];

        if (program->segments == MOST_SEGMENTS ||
            !read_at(program->file,
                     header.program_offset + i * sizeof(*segment), segment,
                     sizeof(*segment)))
            return -ENOEXEC;
        if (segment->type != PT_LOAD)
            continue;
        if (!is_sane(segment, program->file))
            return -ENOEXEC;
        program->segments++;
    }
    return program->segments > 0 ? 0 : -ENOEXEC;
}

/* ---- areas -------------------------------------------------------------- */

static unsigned int prot_of(const struct elf_segment *segment)
{
    return (segment->flags & PF_R ? PROT_READ : 0) |
           (segment->flags & PF_W ? PROT_WRITE : 0) |
           (segment->flags & PF_X ? PROT_EXEC : 0);
}

static void note_bounds(struct mm_struct *mm, const struct elf_segment *segment)
{
    const unsigned long start = segment->linear;
    const unsigned long end = segment->linear + segment->memory_size;

    if (segment->flags & PF_W) {
        mm->start_data = start;
        mm->end_data = start + segment->file_size;
    } else {
        mm->start_code = start;
        mm->end_code = end;
    }
    if (end > mm->brk)
        mm->brk = end;
}

/* The file's part is mapped; what is more in memory, the bss, is anonymous. */
static int map_segment(struct mm_struct *mm, const struct program *program,
                       const struct elf_segment *segment)
{
    const unsigned long start = ALIGN_DOWN(segment->linear, PAGE_SIZE);
    const unsigned long file_end =
        ALIGN_UP(segment->linear + segment->file_size, PAGE_SIZE);
    const unsigned long end =
        ALIGN_UP(segment->linear + segment->memory_size, PAGE_SIZE);
    const unsigned int prot = prot_of(segment);

    if (file_end > start &&
        is_error_address(do_mmap(mm, program->file, start, file_end - start,
                                 prot, MAP_PRIVATE | MAP_FIXED,
                                 segment->offset >> PAGE_SHIFT)))
        return -ENOMEM;
    if (end > file_end &&
        is_error_address(do_mmap(mm, NULL, file_end, end - file_end, prot,
                                 MAP_PRIVATE | MAP_FIXED, 0)))
        return -ENOMEM;
    note_bounds(mm, segment);
    return 0;
}

static int map_stack(struct mm_struct *mm)
{
    struct vm_area_struct *area;

    if (is_error_address(do_mmap(mm, NULL, STACK_TOP - PAGE_SIZE, PAGE_SIZE,
                                 PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_FIXED, 0)))
        return -ENOMEM;
    area = find_vma(mm, STACK_TOP - PAGE_SIZE);
    area->vm_flags |= VM_GROWSDOWN;
    return 0;
}

static struct mm_struct *build_mm(const struct program *program)
{
    struct mm_struct *mm = mm_alloc();
    int error = 0;
    unsigned int i;

    if (!mm)
        return NULL;
    for (i = 0; i < program->segments && !error; i++)
        error = map_segment(mm, program, &program->segment[i]);
    if (!error)
        error = map_stack(mm);
    mm->brk = ALIGN_UP(mm->brk, PAGE_SIZE);
    mm->start_brk = mm->brk;
    if (error) {
        mmput(mm);
        return NULL;
    }
    return mm;
}

/* ---- the first bytes of the new program's memory ------------------------ */

/* The rest of the data's last page is the beginning of the bss. */
static bool clear_bss(const struct program *program)
{
    unsigned int i;

    for (i = 0; i < program->segments; i++) {
        const struct elf_segment *segment = &program->segment[i];
        const unsigned long end = segment->linear + segment->file_size;
        const unsigned long page_end = ALIGN_UP(end, PAGE_SIZE);

        if (segment->memory_size > segment->file_size &&
            !clear_user(end, page_end - end))
            return false;
    }
    return true;
}

/* From the top: the argument's text; below it argc, argv[0] and a zero. */
static unsigned long fill_stack(const char *argument)
{
    const size_t length = strlen(argument) + 1;
    const unsigned long text = ALIGN_DOWN(STACK_TOP - length, 4ul);
    const uint32_t block[] = {1, (uint32_t)text, 0};
    const unsigned long esp = ALIGN_DOWN(text - sizeof(block), 16ul);

    if (!copy_to_user(text, argument, length) ||
        !copy_to_user(esp, block, sizeof(block)))
        return 0;
    current->mm->start_stack = esp;
    return esp;
}

static int start_program(const struct program *program,
                         struct trap_frame *frame)
{
    unsigned long esp;

    strlcpy(current->comm, program->name, sizeof(current->comm));
    current->flags &= ~PF_KTHREAD;
    esp = fill_stack(program->argument);
    if (!esp || !clear_bss(program))
        return -EFAULT;
    *frame = (struct trap_frame){
        .ds = USER_DS,
        .es = USER_DS,
        .eip = program->entry,
        .cs = USER_CS,
        .eflags = EFLAGS_IF,
        .esp = (uint32_t)esp,
        .ss = USER_DS,
    };
    return 0;
}

static const char *last_part(const char *path)
{
    const char *part = path;

    for (; *path; path++) {
        if (*path == '/')
            part = path + 1;
    }
    return part;
}

int do_execve(const char *path, const char *argument, struct trap_frame *frame)
{
    struct program program = {.file = open_file(path)};
    struct mm_struct *mm;
    int error;

    if (!program.file)
        return -ENOENT;
    strlcpy(program.name, last_part(path), sizeof(program.name));
    strlcpy(program.argument, argument ? argument : "",
            sizeof(program.argument));
    error = read_headers(&program);
    mm = error ? NULL : build_mm(&program);
    put_file(program.file);
    if (error || !mm)
        return error ? error : -ENOMEM;
    exec_mm(mm);
    error = start_program(&program, frame);
    /* There is no way back to the old program. */
    if (error)
        current->pending |= 1u << SIGKILL;
    return error;
}
