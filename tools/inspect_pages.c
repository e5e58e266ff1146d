/* SPDX-License-Identifier: MIT */
#include "tools/inspect.h"

/* Pages that are alike and lie one behind the other, on both sides. */
struct run {
    linear_addr linear;
    physical_addr physical;
    uint64_t bytes; /* 0: no run yet */
    uint32_t rights;
    bool large;
    bool global;
    uint32_t pages;
    uint32_t accessed;
    uint32_t dirty;
};

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
                  run->large ? "4M" : "4K", run->rights & PTE_RW ? "RW" : "RO",
                  run->rights & PTE_US ? "user" : "super",
                  run->global ? "G" : "-", run->accessed, run->dirty,
                  run->pages);
}

static bool continues(const struct run *run, const struct page_walk *walk)
{
    return run->bytes > 0 &&
           walk->request.linear == (linear_addr)(run->linear + run->bytes) &&
           walk->physical == (physical_addr)(run->physical + run->bytes) &&
           run->rights == walk->rights && run->large == walk->large &&
           run->global == walk->global;
}

static void add_page(FILE *file, struct run *run, const struct page_walk *walk)
{
    const uint32_t entry = walk->large ? walk->pde : walk->pte;

    if (!continues(run, walk)) {
        show_run(file, run);
        *run = (struct run){.linear = walk->request.linear,
                            .physical = walk->physical,
                            .rights = walk->rights,
                            .large = walk->large,
                            .global = walk->global};
    }
    run->bytes += walk->large ? LARGE_PAGE_SIZE : PAGE_SIZE;
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
        linear += walk.has_pte ? PAGE_SIZE : LARGE_PAGE_SIZE;
    }
    show_run(file, &run);
}
