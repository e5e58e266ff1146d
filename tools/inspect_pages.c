/* SPDX-License-Identifier: MIT */
#include "tools/inspect.h"

/* Pages that are alike and lie one behind the other, on both sides. */
struct run {
    linear_addr linear;
    physical_addr physical;
    uint64_t bytes; /* 0: no run yet */
    uint32_t rights;
    unsigned shift; /* of the pages' size */
    bool global;
    uint32_t pages;
    uint32_t accessed;
    uint32_t dirty;
};

/* log2 of the bytes that the walk's last entry speaks for. */
static unsigned page_shift(const struct page_walk *walk)
{
    if (walk->has_pte)
        return 12;
    if (!walk->has_pde)
        return 30;
    return walk->pae ? LARGE_PAGE_SHIFT_PAE : LARGE_PAGE_SHIFT;
}

static const char *size_name(unsigned shift)
{
    if (shift == 12)
        return "4K";
    return shift == LARGE_PAGE_SHIFT ? "4M" : "2M";
}

static void show_size(FILE *file, uint64_t bytes)
{
    if (bytes % (1u << 20) == 0)
        (void)fprintf(file, "%6llu MiB", (unsigned long long)(bytes >> 20));
    else
        (void)fprintf(file, "%6llu KiB", (unsigned long long)(bytes >> 10));
}

static void show_run(FILE *file, const struct run *run)
{
    if (run->bytes == 0)
        return;
    (void)fprintf(file, "  %08x-%08x -> %08x  ", run->linear,
                  (uint32_t)(run->linear + run->bytes - 1), run->physical);
    show_size(file, run->bytes);
    (void)fprintf(file, "  %s %s %-5s %s  accessed %u dirty %u of %u\n",
                  size_name(run->shift), run->rights & PTE_RW ? "RW" : "RO",
                  run->rights & PTE_US ? "user" : "super",
                  run->global ? "G" : "-", run->accessed, run->dirty,
                  run->pages);
}

static bool continues(const struct run *run, const struct page_walk *walk)
{
    return run->bytes > 0 &&
           walk->request.linear == (linear_addr)(run->linear + run->bytes) &&
           walk->physical == (physical_addr)(run->physical + run->bytes) &&
           run->rights == walk->rights && run->shift == page_shift(walk) &&
           run->global == walk->global;
}

static void add_page(FILE *file, struct run *run, const struct page_walk *walk)
{
    const uint64_t entry = walk->large ? walk->pde : walk->pte;

    if (!continues(run, walk)) {
        show_run(file, run);
        *run = (struct run){.linear = walk->request.linear,
                            .physical = walk->physical,
                            .rights = walk->rights,
                            .shift = page_shift(walk),
                            .global = walk->global};
    }
    run->bytes += 1ull << page_shift(walk);
    run->pages++;
    run->accessed += (entry & PTE_A) != 0;
    run->dirty += (entry & PTE_D) != 0;
}

void inspect_pages(FILE *file, struct machine *machine)
{
    struct run run = {0};
    uint64_t linear = 0;

    if (!machine->cpu.mmu.paging) {
        (void)fprintf(file, "pages: paging is off\n");
        return;
    }
    (void)fprintf(file, "pages mapped by CR3 %08x\n",
                  machine->cpu.mmu.mode.cr3);
    while (linear <= UINT32_MAX) {
        const struct page_walk walk = peek_walk(machine, (linear_addr)linear);

        if (walk.ok)
            add_page(file, &run, &walk);
        linear += 1ull << page_shift(&walk);
    }
    show_run(file, &run);
}
