/* SPDX-License-Identifier: MIT */
/* RAM is moved where it is used, as fast as the walks of the guest pay. */
#include "bus/large_pages.h"

#include <stdio.h>
#include <sys/mman.h>

#include "tests/unit/run_tests.h"
#include "trace/trace.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

enum {
    BLOCK = 2 << 20,
    BLOCKS = 64,
    USED = 40,      /* from the second block on; the first is used in half */
    AT_ONCE = 32,   /* blocks for a million walks */
    MANY = 1 << 20, /* walks */
};

static unsigned moved(const struct large_pages *pages)
{
    unsigned count = 0;

    for (unsigned i = 0; i < LARGE_BLOCKS; i++)
        count += pages->moved[i];
    return count;
}

/* RAM as memory maps have it: below and above the hole at 640 KiB. */
static void setup(struct bus *bus, struct trace *trace)
{
    const struct bus_range low = {
        .name = "low RAM", .kind = BUS_RAM, .first = 0, .size = 0xa0000};
    const struct bus_range high = {.name = "RAM",
                                   .kind = BUS_RAM,
                                   .first = 0x100000,
                                   .size = BLOCKS * BLOCK - 0x100000u};
    struct error error;

    EXPECT(bus_init(bus, trace, &error));
    EXPECT(bus_add(bus, &low, &error) && bus_add(bus, &high, &error));
    for (uint32_t at = BLOCK; at < (USED + 1u) * BLOCK; at += PAGE_SIZE)
        bus->memory[at + at / PAGE_SIZE % 4096] = (uint8_t)(at >> 12);
}

/* KiB of the host's large pages in the mapping of `address`. */
static unsigned long large_kib(const void *address)
{
    FILE *maps = fopen("/proc/self/smaps", "r");
    unsigned long first;
    unsigned long end;
    unsigned long kib = 0;
    char line[512];
    bool here = false;

    EXPECT(maps);
    while (fgets(line, sizeof line, maps)) {
        if (sscanf(line, "%lx-%lx ", &first, &end) == 2)
            here = (uintptr_t)address >= first && (uintptr_t)address < end;
        else if (here && sscanf(line, "AnonHugePages: %lu", &kib) == 1)
            break;
    }
    (void)fclose(maps);
    return kib;
}

/* True if this host makes a large page of small ones when asked to. */
static bool host_makes_large_pages(void)
{
    uint8_t *all = mmap(NULL, 2 * (size_t)BLOCK, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uint8_t *block = all + (-(uintptr_t)all & (BLOCK - 1));
    bool makes;

    EXPECT(all != MAP_FAILED);
    memset(block, 1, BLOCK);
    makes = madvise(block, BLOCK, MADV_COLLAPSE) == 0 && large_kib(block) > 0;
    (void)munmap(all, 2 * (size_t)BLOCK);
    return makes;
}

START_TEST(a_large_block_of_the_guest_is_one_of_the_host)
{
    static struct bus bus[3];
    static struct trace trace;
    struct error error;

    for (unsigned i = 0; i < 3; i++) {
        EXPECT(bus_init(&bus[i], &trace, &error));
        EXPECT_EQ((uintptr_t)bus[i].memory % BLOCK, 0);
    }
    for (unsigned i = 0; i < 3; i++)
        bus_release(&bus[i]);
}
END_TEST

START_TEST(the_host_has_large_pages_where_blocks_were_moved)
{
    static struct bus bus;
    static struct trace trace;
    static struct large_pages pages;

    setup(&bus, &trace);
    EXPECT_EQ(large_kib(bus.memory), 0);
    bus_ease_walks(&bus, &pages, MANY);
    EXPECT_EQ(large_kib(bus.memory) >= AT_ONCE / 2 * (BLOCK >> 10),
              host_makes_large_pages());
    bus_release(&bus);
}
END_TEST

START_TEST(blocks_in_use_are_moved_as_walks_pay_for_them)
{
    static struct bus bus;
    static struct trace trace;
    static struct large_pages pages;

    setup(&bus, &trace);
    bus_ease_walks(&bus, &pages, MANY - 1);
    EXPECT_EQ(moved(&pages), 0);
    bus_ease_walks(&bus, &pages, MANY);
    EXPECT_EQ(moved(&pages), AT_ONCE);
    bus_ease_walks(&bus, &pages, 2 * MANY - 1);
    EXPECT_EQ(moved(&pages), AT_ONCE);
    bus_ease_walks(&bus, &pages, 2 * MANY);
    EXPECT_EQ(moved(&pages), USED);
    EXPECT(!pages.moved[0] && pages.moved[1] && !pages.moved[USED + 1]);
    for (uint32_t at = BLOCK; at < (USED + 1u) * BLOCK; at += PAGE_SIZE)
        EXPECT_EQ(bus.memory[at + at / PAGE_SIZE % 4096], at >> 12 & 0xff);
    bus_release(&bus);
}
END_TEST

START_TEST(what_is_used_later_is_found_when_the_walks_have_doubled)
{
    static struct bus bus;
    static struct trace trace;
    static struct large_pages pages;

    setup(&bus, &trace);
    bus_ease_walks(&bus, &pages, MANY);
    bus_ease_walks(&bus, &pages, 2 * MANY);
    for (uint32_t at = 0; at < BLOCK; at += PAGE_SIZE)
        bus.memory[(BLOCKS - 1u) * BLOCK + at] = 1;
    bus_ease_walks(&bus, &pages, 4 * MANY - 1);
    EXPECT(!pages.moved[BLOCKS - 1]);
    bus_ease_walks(&bus, &pages, 4 * MANY);
    EXPECT(pages.moved[BLOCKS - 1]);
    EXPECT_EQ(moved(&pages), USED + 1);
    bus_release(&bus);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_large_block_of_the_guest_is_one_of_the_host,
        the_host_has_large_pages_where_blocks_were_moved,
        blocks_in_use_are_moved_as_walks_pay_for_them,
        what_is_used_later_is_found_when_the_walks_have_doubled,
    };

    return run_tests("large pages", tests, sizeof tests / sizeof tests[0]);
}
