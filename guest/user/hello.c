/* SPDX-License-Identifier: MIT */
/*
 * hello: what a program sees of itself.
 */
#include "user/user.h"

static int in_data = 1;
static int in_bss;
static const int in_constants = 3;

static unsigned int privilege_level(void)
{
    uint32_t cs;

    __asm__ volatile("movl %%cs, %0" : "=r"(cs));
    return cs & 3;
}

int main(const char *argument)
{
    int on_stack = 0;
    char *heap = brk(NULL);

    brk(heap + 10000);
    heap[0] = 1;
    say("pid %d, ring %u, argument '%s'", getpid(), privilege_level(),
        argument);
    say("code %p  constant %p  data %p  bss %p  heap %p  stack %p",
        (void *)(unsigned long)main, (const void *)&in_constants,
        (void *)&in_data, (void *)&in_bss, (void *)heap, (void *)&on_stack);
    say_file("/proc/self/maps");
    pause_here();
    return 42;
}
