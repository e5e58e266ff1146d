/* SPDX-License-Identifier: MIT */
/*
 * zero: new memory costs nothing until it is touched. A read gets the page of
 * zeros that all share, a write a page of one's own.
 */
#include "user/user.h"

#define PAGES 64

int main(const char *argument)
{
    char *heap = brk(NULL);
    unsigned long faults = status_value("MinFlt");
    const unsigned long rss = status_value("VmRSS");
    unsigned int sum = 0;
    unsigned int i;

    (void)argument;
    brk(heap + PAGES * PAGE_SIZE);
    say("brk gave %d pages: %lu faults, VmRSS grew by %lu kB", PAGES,
        status_value("MinFlt") - faults, status_value("VmRSS") - rss);
    for (i = 0; i < PAGES; i++)
        sum += (unsigned char)heap[i * PAGE_SIZE];
    say("read one byte of each: %lu faults, sum %u",
        status_value("MinFlt") - faults, sum);
    pause_here();
    faults = status_value("MinFlt");
    for (i = 0; i < PAGES; i++)
        heap[i * PAGE_SIZE] = (char)i;
    say("wrote one byte of each: %lu faults more",
        status_value("MinFlt") - faults);
    pause_here();
    brk(heap);
    say("brk back: VmRSS is %lu kB more than at first",
        status_value("VmRSS") - rss);
    return 0;
}
