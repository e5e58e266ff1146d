/* SPDX-License-Identifier: MIT */
/*
 * eater: takes as many pages as the argument says, writes to each, and later
 * finds out whether all still hold what it wrote.
 */
#include "user/user.h"

static unsigned int number(const char *text)
{
    unsigned int value = 0;

    for (; *text >= '0' && *text <= '9'; text++)
        value = value * 10 + (unsigned int)(*text - '0');
    return value;
}

static uint32_t pattern(unsigned int page, unsigned int word)
{
    return page * 2654435761u + word;
}

static unsigned int wrong_pages(const uint32_t *memory, unsigned int pages)
{
    const unsigned int words = PAGE_SIZE / sizeof(*memory);
    unsigned int wrong = 0;
    unsigned int page;

    for (page = 0; page < pages; page++, memory += words)
        wrong += memory[0] != pattern(page, 0) ||
                 memory[words - 1] != pattern(page, words - 1);
    return wrong;
}

int main(const char *argument)
{
    const unsigned int pages = number(argument);
    const unsigned int words = PAGE_SIZE / sizeof(uint32_t);
    uint32_t *memory = mmap(0, pages * PAGE_SIZE, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, 0, 0);
    unsigned int wrong;
    unsigned int page;

    if (failed(memory))
        return 1;
    for (page = 0; page < pages; page++) {
        memory[page * words] = pattern(page, 0);
        memory[page * words + words - 1] = pattern(page, words - 1);
    }
    say("wrote to %u pages", pages);
    pause_here();
    wrong = wrong_pages(memory, pages);
    say("looked at all of them again: %u are wrong", wrong);
    pause_here();
    wrong += wrong_pages(memory, pages);
    say("and once more, without writing: %u are wrong", wrong);
    pause_here();
    return wrong > 0;
}
