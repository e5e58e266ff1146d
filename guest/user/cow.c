/* SPDX-License-Identifier: MIT */
/*
 * cow: after fork, parent and child share every page until one writes.
 */
#include "user/user.h"

#define PAGES 8

/* A page of its own, in the heap. */
static volatile int *page;

static void child(void)
{
    unsigned long before;

    say("child: reads %d at %p", page[0], (void *)(unsigned long)page);
    pause_here();
    /* Once for the page of its own text buffer. */
    status_value("MinFlt");
    before = status_value("MinFlt");
    page[0] = 2;
    say("child: wrote 2: %lu fault, reads %d", status_value("MinFlt") - before,
        page[0]);
    pause_here();
    exit(page[0]);
}

int main(const char *argument)
{
    char *heap = brk(NULL);
    int pid;

    (void)argument;
    brk(heap + PAGES * PAGE_SIZE);
    page = (int *)(void *)heap;
    page[0] = 1;
    say("parent: wrote 1 at %p, forks", (void *)(unsigned long)page);
    pid = fork();
    if (pid == 0)
        child();
    pause_here();
    say("parent: reads %d", page[0]);
    wait_and_say(pid);
    page[0] = 3;
    say("parent: wrote 3, reads %d; the page is its own now", page[0]);
    return 0;
}
