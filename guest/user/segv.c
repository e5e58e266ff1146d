/* SPDX-License-Identifier: MIT */
/*
 * segv: does one thing that a program may not. The argument says which.
 */
#include "arch/io.h"
#include "kernel/string.h"
#include "user/user.h"

static const int constant = 1;

static void write_to(unsigned long address)
{
    *(volatile int *)address = 1;
}

int main(const char *argument)
{
    char *heap = brk(NULL);

    if (strcmp(argument, "null") == 0)
        write_to(0);
    else if (strcmp(argument, "text") == 0)
        write_to((unsigned long)main);
    else if (strcmp(argument, "constant") == 0)
        write_to((unsigned long)&constant);
    else if (strcmp(argument, "heap") == 0)
        write_to((unsigned long)heap + 64 * PAGE_SIZE);
    else if (strcmp(argument, "kernel") == 0)
        write_to(PAGE_OFFSET + 0x100000);
    else if (strcmp(argument, "cli") == 0)
        __asm__ volatile("cli");
    else if (strcmp(argument, "divide") == 0)
        __asm__ volatile("divl %0" : : "r"(0), "a"(1), "d"(0));
    else if (strcmp(argument, "opcode") == 0)
        __asm__ volatile("ud2");
    else if (strcmp(argument, "port") == 0)
        inb(0x3FF);
    /* What a system call is given wrong, it refuses. */
    say("write(1, c0100000, 10) = %d",
        write(1, (const void *)(PAGE_OFFSET + 0x100000), 10));
    say("write(1, 00000000, 10) = %d", write(1, NULL, 10));
    say("munmap(00000123, 1) = %d", munmap((const void *)0x123, 1));
    say("mmap of 0 bytes = %d",
        (int)mmap(0, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, 0, 0));
    say("mmap of 3 GiB = %d", (int)mmap(0, TASK_SIZE - 2 * PAGE_SIZE, PROT_READ,
                                        MAP_PRIVATE | MAP_ANONYMOUS, 0, 0));
    say("open of nothing = %d", open("/no/such/file"));
    return 0;
}
