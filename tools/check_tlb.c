/* SPDX-License-Identifier: MIT */
#include "tools/check_tlb.h"

#include <stdlib.h>

#include "mmu/stale.h"

/* Slots of a hash table of places, of which half are used at most. */
enum { SLOTS_BITS = 14, SLOTS = 1 << SLOTS_BITS, PLACES_MAX = SLOTS / 2 };

/* An instruction and the linear page that it used, if the slot is `used`. */
struct place {
    bool used;
    uint32_t eip;
    linear_addr page;
};

struct check_tlb {
    struct machine *machine;
    const struct symbols *symbols;
    struct stale *stale;
    bool stop;
    uint64_t uses;
    uint64_t places;
    uint64_t beyond; /* uses at places that found no slot */
    struct place place[SLOTS];
};

/* True the first time that a place is seen, as long as there is room. */
static bool is_new(struct check_tlb *check, uint32_t eip, linear_addr page)
{
    uint32_t i = (eip ^ page >> 12) * 2654435761u >> (32 - SLOTS_BITS);

    while (check->place[i].used) {
        if (check->place[i].eip == eip && check->place[i].page == page)
            return false;
        i = (i + 1) % SLOTS;
    }
    if (check->places == PLACES_MAX) {
        check->beyond++;
        return false;
    }
    check->place[i] = (struct place){true, eip, page};
    check->places++;
    return true;
}

/* "c0104400 (touch+0x10), tick 123, CPL 0" */
static void show_place(const struct check_tlb *check,
                       const struct stale_place *place)
{
    char text[SYMBOL_PLACE_SIZE];

    (void)symbols_place(check->symbols, place->eip, text);
    (void)fprintf(stderr, "%08x%s%s%s, tick %llu, CPL %u\n", place->eip,
                  *text ? " (" : "", text, *text ? ")" : "",
                  (unsigned long long)place->tick, place->cpl);
}

static const char *rights_name(uint32_t rights)
{
    static const char *const names[] = {"RO super", "RW super", "RO user",
                                        "RW user"};

    return names[(rights & PTE_RW ? 1 : 0) | (rights & PTE_US ? 2 : 0)];
}

static void show_difference(const struct stale_finding *finding)
{
    const struct page_walk *walk = &finding->walk;

    (void)fprintf(stderr, "  the TLB has frame %08x %s; the tables ",
                  finding->old_frame, rights_name(finding->old_rights));
    switch (finding->kind) {
    case STALE_REMOVED: (void)fprintf(stderr, "map nothing there\n"); break;
    case STALE_CLEANED:
        (void)fprintf(stderr, "have D clear, and the write does not set it\n");
        break;
    case STALE_MOVED:
    case STALE_NARROWED:
    default:
        (void)fprintf(stderr, "have frame %08x %s\n",
                      walk->physical & PAGE_FRAME_MASK,
                      rights_name(walk->rights));
    }
}

static void show_store(const struct check_tlb *check,
                       const struct stale_finding *finding)
{
    const struct page_walk *walk = &finding->walk;
    const bool is_pde = walk->has_pde && walk->pde_address == finding->entry;

    (void)fprintf(stderr, "  %s [%08x] was %0*llx, changed %s ",
                  is_pde ? "PDE" : "PTE", finding->entry, walk->pae ? 16 : 8,
                  (unsigned long long)finding->old_entry,
                  finding->writer == BUS_DMA ? "by DMA during" : "at");
    show_place(check, &finding->store);
}

static void report(void *context, const struct stale_finding *finding)
{
    static const char *const verbs[] = {[ACCESS_READ] = "read of",
                                        [ACCESS_WRITE] = "write to",
                                        [ACCESS_EXECUTE] = "fetch from"};
    struct check_tlb *check = context;
    const linear_addr linear = finding->request.linear;

    check->uses++;
    if (!is_new(check, finding->use.eip, linear & PAGE_FRAME_MASK))
        return;
    (void)fprintf(stderr, "stale translation: %s %08x at ",
                  verbs[finding->request.access], linear);
    show_place(check, &finding->use);
    show_difference(finding);
    show_store(check, finding);
    if (check->stop)
        machine_stop(check->machine, MACHINE_FINDING);
}

struct check_tlb *check_tlb_create(struct machine *machine,
                                   const struct symbols *symbols, bool stop)
{
    struct check_tlb *check = calloc(1, sizeof *check);

    if (!check)
        return NULL;
    check->machine = machine;
    check->symbols = symbols;
    check->stop = stop;
    check->stale = stale_create(&machine->cpu.mmu, report, check);
    if (!check->stale) {
        free(check);
        return NULL;
    }
    return check;
}

void check_tlb_destroy(struct check_tlb *check)
{
    if (!check)
        return;
    stale_destroy(check->stale);
    free(check);
}

uint64_t check_tlb_places(const struct check_tlb *check)
{
    return check->places;
}

void check_tlb_summary(FILE *file, const struct check_tlb *check)
{
    if (check->places == 0) {
        (void)fprintf(file, "check tlb: no stale translation was used\n");
        return;
    }
    (void)fprintf(file,
                  "check tlb: stale translations used: %llu; at different "
                  "places: %llu",
                  (unsigned long long)check->uses,
                  (unsigned long long)check->places);
    if (check->beyond)
        (void)fprintf(file, ", and %llu uses at more, which are not told",
                      (unsigned long long)check->beyond);
    (void)fputc('\n', file);
}
