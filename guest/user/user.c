/* SPDX-License-Identifier: MIT */
#include "user/user.h"

#include "kernel/format.h"
#include "kernel/string.h"
#include "kernel/syscall.h"

#define MARK       "    | "
#define LINE_BYTES 160
#define TEXT_BYTES 1024

int thread_call(unsigned int flags, void *stack, int (*function)(void));

static int call3(int number, unsigned long a, unsigned long b, unsigned long c)
{
    int result;

    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(a), "c"(b), "d"(c)
                     : "memory");
    return result;
}

void exit(int code)
{
    call3(SYS_EXIT, (unsigned long)code, 0, 0);
    for (;;)
        ;
}

int fork(void)
{
    return call3(SYS_FORK, 0, 0, 0);
}

int getpid(void)
{
    return call3(SYS_GETPID, 0, 0, 0);
}

int kill(int pid, int signal)
{
    return call3(SYS_KILL, (unsigned long)pid, (unsigned long)signal, 0);
}

int waitpid(int pid, int *status, unsigned int options)
{
    return call3(SYS_WAITPID, (unsigned long)pid, (unsigned long)status,
                 options);
}

int execve(const char *path, const char *argument)
{
    return call3(SYS_EXECVE, (unsigned long)path, (unsigned long)argument, 0);
}

int open(const char *path)
{
    return call3(SYS_OPEN, (unsigned long)path, 0, 0);
}

int close(int descriptor)
{
    return call3(SYS_CLOSE, (unsigned long)descriptor, 0, 0);
}

int read(int descriptor, void *buffer, size_t size)
{
    return call3(SYS_READ, (unsigned long)descriptor, (unsigned long)buffer,
                 size);
}

int write(int descriptor, const void *buffer, size_t size)
{
    return call3(SYS_WRITE, (unsigned long)descriptor, (unsigned long)buffer,
                 size);
}

void sched_yield(void)
{
    call3(SYS_SCHED_YIELD, 0, 0, 0);
}

char *brk(const void *end)
{
    return (char *)call3(SYS_BRK, (unsigned long)end, 0, 0);
}

/*
 * The sixth argument goes in EBP, which the compiler will not give away: it
 * and the number come by way of EAX.
 */
void *mmap(unsigned long address, size_t length, unsigned int prot,
           unsigned int flags, int descriptor, unsigned long page_offset)
{
    const unsigned long by_eax[] = {SYS_MMAP2, page_offset};
    void *result;

    __asm__ volatile("pushl %%ebp\n\t"
                     "movl 4(%%eax), %%ebp\n\t"
                     "movl (%%eax), %%eax\n\t"
                     "int $0x80\n\t"
                     "popl %%ebp"
                     : "=a"(result)
                     : "a"(by_eax), "b"(address), "c"(length), "d"(prot),
                       "S"(flags), "D"(descriptor)
                     : "memory");
    return result;
}

int munmap(const void *address, size_t length)
{
    return call3(SYS_MUNMAP, (unsigned long)address, length, 0);
}

int thread_create(int (*function)(void), char *stack_top)
{
    return thread_call(CLONE_VM, stack_top, function);
}

/* ---- text --------------------------------------------------------------- */

/** One line, printed by one system call. */
struct line {
    struct text_sink sink;
    char text[LINE_BYTES];
    size_t length;
};

static void put_in_line(struct text_sink *sink, char character)
{
    struct line *line = container_of(sink, struct line, sink);

    if (line->length < LINE_BYTES - 1)
        line->text[line->length++] = character;
}

void say(const char *format, ...)
{
    struct line line = {.sink = {put_in_line}, .text = MARK};
    va_list arguments;

    line.length = strlen(MARK);
    va_start(arguments, format);
    format_text(&line.sink, format, arguments);
    va_end(arguments);
    line.text[line.length++] = '\n';
    write(1, line.text, line.length);
}

/* A file of /proc, ended by a zero. */
static char *read_text(const char *path)
{
    static char text[TEXT_BYTES];
    const int descriptor = open(path);
    int length = 0;

    if (descriptor >= 0) {
        length = read(descriptor, text, sizeof(text) - 1);
        close(descriptor);
    }
    text[length > 0 ? length : 0] = 0;
    return text;
}

void say_file(const char *path)
{
    char *line = read_text(path);
    char *end;

    for (; *line; line = end + 1) {
        for (end = line; *end && *end != '\n'; end++)
            ;
        if (*end == 0)
            return;
        *end = 0;
        say("%s", line);
    }
}

unsigned long status_value(const char *name)
{
    const char *text = read_text("/proc/self/status");
    const size_t length = strlen(name);
    unsigned long value = 0;

    while (*text && strncmp(text, name, length) != 0)
        text++;
    while (*text && (*text < '0' || *text > '9'))
        text++;
    for (; *text >= '0' && *text <= '9'; text++)
        value = value * 10 + (unsigned long)(*text - '0');
    return value;
}

void pause_here(void)
{
    kill(getpid(), SIGSTOP);
}

int wait_and_say(int pid)
{
    int status = 0;

    waitpid(pid, &status, 0);
    if (status & 0x7F)
        say("child %d was ended by signal %d", pid, status & 0x7F);
    else
        say("child %d ended with code %d", pid, status >> 8);
    return status;
}
