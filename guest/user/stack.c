/* SPDX-License-Identifier: MIT */
/*
 * stack: it grows by faults below its area; "overflow": up to its limit.
 */
#include "kernel/string.h"
#include "user/user.h"

#define DEPTH 20u

/* Each call has a page of its own. */
static unsigned int __attribute__((noinline)) recurse(unsigned int depth)
{
    volatile char frame[PAGE_SIZE];

    frame[0] = (char)depth;
    return depth == 0 ? 0 : recurse(depth - 1) + (frame[0] != 0);
}

int main(const char *argument)
{
    unsigned long before;

    if (strcmp(argument, "overflow") == 0) {
        say("recursion without end");
        return (int)recurse(~0u);
    }
    before = status_value("MinFlt");
    recurse(DEPTH);
    say("%u calls deep, a page each: %lu faults", DEPTH,
        status_value("MinFlt") - before);
    say_file("/proc/self/maps");
    return 0;
}
