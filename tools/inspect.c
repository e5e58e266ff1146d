/* SPDX-License-Identifier: MIT */
#include "tools/inspect.h"

enum { BANKS_MAX = 4 };

struct named_bank {
    const char *name;
    const struct tlb_bank *bank;
};

/* The banks that this machine has; returns how many. */
static unsigned list_banks(const struct mmu *mmu,
                           struct named_bank list[BANKS_MAX])
{
    const struct named_bank all[BANKS_MAX] = {
        {mmu->unified ? "TLB" : "data TLB", &mmu->data},
        {mmu->unified ? "large-page TLB" : "large-page data TLB",
         &mmu->data_large},
        {"code TLB", &mmu->code_small},
        {"large-page code TLB", &mmu->code_large}};
    unsigned count = 0;

    for (unsigned i = 0; i < BANKS_MAX; i++) {
        if (all[i].bank->geometry.entries > 0)
            list[count++] = all[i];
    }
    return count;
}

/* Do the tables, as they are now, say what the entry says? */
static bool is_stale(struct machine *machine, const struct tlb_bank *bank,
                     const struct tlb_entry *entry)
{
    const struct page_walk walk = peek_walk(machine, entry->page);
    const uint32_t frame_mask = ~((1u << bank->page_shift) - 1);
    const uint32_t rights = entry->flags & (TLB_RW | TLB_US);

    return !walk.ok || (walk.physical & frame_mask) != entry->frame ||
           (walk.rights & (PTE_RW | PTE_US)) != rights;
}

static void show_entry(FILE *file, struct machine *machine,
                       const struct tlb_bank *bank,
                       const struct tlb_entry *entry)
{
    (void)fprintf(file, "%08x -> %08x  %s %-5s%s%s%s%s\n", entry->page,
                  entry->frame, entry->flags & TLB_RW ? "RW" : "RO",
                  entry->flags & TLB_US ? "user" : "super",
                  entry->flags & TLB_DIRTY ? " D" : "",
                  entry->flags & TLB_GLOBAL ? " G" : "",
                  entry->flags & TLB_LARGE ? " of a 4-MiB page" : "",
                  is_stale(machine, bank, entry) ? "  STALE" : "");
}

/* One line for what a bank holds for `linear`. */
static void show_held(FILE *file, struct machine *machine,
                      const struct named_bank *named, linear_addr linear)
{
    const struct tlb_bank *bank = named->bank;
    const int slot = tlb_bank_find(bank, linear);

    if (slot == TLB_SLOT_NONE)
        return;
    (void)fprintf(file, "  %s set %u way %u  ", named->name,
                  (unsigned)slot / bank->geometry.ways,
                  (unsigned)slot % bank->geometry.ways);
    show_entry(file, machine, bank, &bank->entry[slot]);
}

void inspect_walk(FILE *file, struct machine *machine, linear_addr linear,
                  const struct symbols *symbols)
{
    struct named_bank banks[BANKS_MAX];
    const unsigned count = list_banks(&machine->cpu.mmu, banks);
    char text[SYMBOL_PLACE_SIZE];

    (void)fprintf(file, "walk of %08x  %s\n", linear,
                  symbols_place(symbols, linear, text));
    peek_show_walk(file, machine, linear, "  ");
    for (unsigned i = 0; machine->cpu.mmu.paging && i < count; i++)
        show_held(file, machine, &banks[i], linear);
}

static const char *policy_name(enum tlb_policy policy)
{
    static const char *const names[] = {
        [TLB_POLICY_PLRU] = "pseudo-LRU", [TLB_POLICY_LRU] = "LRU",
        [TLB_POLICY_FIFO] = "FIFO",       [TLB_POLICY_POINTER] = "pointer",
        [TLB_POLICY_RANDOM] = "random",
    };

    return names[policy];
}

static bool set_is_empty(const struct tlb_bank *bank, uint32_t set)
{
    const uint32_t ways = bank->geometry.ways;

    for (uint32_t way = 0; way < ways; way++) {
        if (bank->entry[set * ways + way].flags & TLB_VALID)
            return false;
    }
    return true;
}

static void show_set(FILE *file, struct machine *machine,
                     const struct tlb_bank *bank, uint32_t set)
{
    const uint32_t ways = bank->geometry.ways;

    (void)fprintf(file, "  set %u  replacement %llx\n", set,
                  (unsigned long long)bank->recency[set]);
    for (uint32_t way = 0; way < ways; way++) {
        const struct tlb_entry *entry = &bank->entry[set * ways + way];

        (void)fprintf(file, "    way %u  ", way);
        if (entry->flags & TLB_VALID)
            show_entry(file, machine, bank, entry);
        else
            (void)fprintf(file, "empty\n");
    }
}

static void show_bank(FILE *file, struct machine *machine,
                      const struct named_bank *named)
{
    const struct tlb_bank *bank = named->bank;
    const struct tlb_geometry *geometry = &bank->geometry;
    const uint32_t sets = geometry->entries / geometry->ways;

    (void)fprintf(file, "%s: %u entries, %u sets of %u ways, %s; %u valid\n",
                  named->name, geometry->entries, sets, geometry->ways,
                  policy_name(geometry->policy), bank->valid);
    if (geometry->policy == TLB_POLICY_POINTER)
        (void)fprintf(file, "  next victim: way %u\n", bank->pointer);
    for (uint32_t set = 0; set < sets; set++) {
        if (!set_is_empty(bank, set))
            show_set(file, machine, bank, set);
    }
}

void inspect_tlb(FILE *file, struct machine *machine)
{
    struct named_bank banks[BANKS_MAX];
    const unsigned count = list_banks(&machine->cpu.mmu, banks);

    (void)fprintf(file, "TLB model %s\n", machine->cpu.mmu.model.name);
    if (!machine->cpu.mmu.paging)
        (void)fprintf(file, "  paging is off\n");
    for (unsigned i = 0; i < count; i++)
        show_bank(file, machine, &banks[i]);
}

void inspect_registers(FILE *file, struct machine *machine,
                       const struct symbols *symbols)
{
    (void)fprintf(file, "registers at tick %llu\n",
                  (unsigned long long)clock_now(&machine->clock));
    peek_show_registers(file, machine, symbols);
}
