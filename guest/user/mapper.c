/* SPDX-License-Identifier: MIT */
/*
 * mapper: maps files. "private": its own copy of what it writes; "shared":
 * what it writes, all see; "look": reads what another one wrote.
 */
#include "kernel/string.h"
#include "user/user.h"

#define SHARED_PAGES 2

static char *map(const char *path, unsigned int prot, unsigned int flags)
{
    const int descriptor = open(path);
    char *address =
        mmap(0, SHARED_PAGES * PAGE_SIZE, prot, flags, descriptor, 0);

    close(descriptor);
    return address;
}

static int map_privately(void)
{
    char *text = map("/etc/text", PROT_READ | PROT_WRITE, MAP_PRIVATE);

    if (failed(text))
        return 1;
    say("private: %p holds '%c%c%c%c...'", (void *)text, text[0], text[1],
        text[2], text[3]);
    text[0] = '#';
    say("private: wrote '#': %p holds '%c%c%c%c...'", (void *)text, text[0],
        text[1], text[2], text[3]);
    say_file("/proc/self/maps");
    pause_here();
    return 0;
}

static int share(bool writer)
{
    char *page = map("/tmp/shared", PROT_READ | PROT_WRITE, MAP_SHARED);

    if (failed(page))
        return 1;
    if (writer)
        strlcpy(page, "from one process to another", PAGE_SIZE);
    say("%s: %p holds '%s'", writer ? "writer" : "reader", (void *)page, page);
    pause_here();
    return 0;
}

static int misuse(void)
{
    char *address = map("/etc/text", PROT_READ | PROT_WRITE, MAP_SHARED);
    int descriptor;

    say("a shared writable map of a read-only file = %d", (int)address);
    descriptor = open("/proc/self/maps");
    say("a map of a file of /proc = %d",
        (int)mmap(0, PAGE_SIZE, PROT_READ, MAP_PRIVATE, descriptor, 0));
    say("a map of no open file = %d",
        (int)mmap(0, PAGE_SIZE, PROT_READ, MAP_PRIVATE, 77, 0));
    say("a map over the kernel = %d",
        (int)mmap(PAGE_OFFSET, PAGE_SIZE, PROT_READ,
                  MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, 0, 0));
    address = map("/etc/text", PROT_READ, MAP_PRIVATE);
    say("beyond the end of the file: '%c'", address[PAGE_SIZE]);
    return 0;
}

int main(const char *argument)
{
    if (strcmp(argument, "private") == 0)
        return map_privately();
    if (strcmp(argument, "misuse") == 0)
        return misuse();
    return share(strcmp(argument, "shared") == 0);
}
