/* SPDX-License-Identifier: MIT */
/*
 * thread: two threads share one address space; what one writes, the other
 * reads.
 */
#include "user/user.h"

#define STACK_PAGES 2

static volatile int shared;

static int second_thread(void)
{
    int on_stack = 0;

    say("second thread: pid %d, stack near %p, reads %d", getpid(),
        (void *)&on_stack, shared);
    shared = 2;
    pause_here();
    return 7;
}

int main(const char *argument)
{
    int on_stack = 0;
    char *stack = mmap(0, STACK_PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, 0, 0);
    int pid;

    (void)argument;
    if (failed(stack))
        return 1;
    shared = 1;
    say("first thread: pid %d, stack near %p, wrote %d", getpid(),
        (void *)&on_stack, shared);
    pid = thread_create(second_thread, stack + STACK_PAGES * PAGE_SIZE);
    pause_here();
    say("first thread: reads %d", shared);
    wait_and_say(pid);
    return shared == 2 ? 0 : 1;
}
