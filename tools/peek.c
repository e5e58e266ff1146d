/* SPDX-License-Identifier: MIT */
#include "tools/peek.h"

#include <string.h>

#include "cpu/eflags.h"

struct page_walk peek_walk(struct machine *machine, linear_addr linear)
{
    const struct page_request request = {linear, ACCESS_READ,
                                         PRIVILEGE_SUPERVISOR};

    return paging_walk(&machine->bus, &machine->cpu.mmu.mode, request);
}

/* Where `linear` leads now; with paging off, to itself. */
static bool peek_translate(struct machine *machine, linear_addr linear,
                           physical_addr *physical)
{
    struct page_walk walk;

    *physical = linear;
    if (!machine->cpu.mmu.paging)
        return true;
    walk = peek_walk(machine, linear);
    if (walk.ok)
        *physical = walk.physical;
    return walk.ok;
}

size_t peek_read(struct machine *machine, linear_addr linear, void *bytes,
                 size_t size)
{
    uint8_t *to = bytes;
    size_t done = 0;

    while (done < size) {
        const uint32_t rest = PAGE_SIZE - (linear & PAGE_OFFSET_MASK);
        const uint32_t now =
            size - done < rest ? (uint32_t)(size - done) : rest;
        physical_addr physical;

        if (!peek_translate(machine, linear, &physical))
            break;
        bus_read_block(&machine->bus, BUS_DEBUGGER, physical, to + done, now);
        done += now;
        linear += now;
    }
    return done;
}

/* The bits of an entry by name, "-" where one is clear. */
static void show_bits(FILE *file, uint64_t entry, bool maps)
{
    (void)fprintf(file, "%s %s %s%s%s %s", entry & PTE_P ? "P" : "-",
                  entry & PTE_RW ? "RW" : "RO",
                  entry & PTE_US ? "user" : "super",
                  entry & PTE_PWT ? " PWT" : "", entry & PTE_PCD ? " PCD" : "",
                  entry & PTE_A ? "A" : "-");
    if (maps)
        (void)fprintf(file, " %s %s", entry & PTE_D ? "D" : "-",
                      entry & PTE_G ? "G" : "-");
}

static void show_entry(FILE *file, const char *indent, const char *name,
                       physical_addr address, uint64_t entry, bool pae)
{
    (void)fprintf(file, "%s%s  [%08x] = %0*llx", indent, name, address,
                  pae ? 16 : 8, (unsigned long long)entry);
}

static void show_pdpte(FILE *file, const char *indent,
                       const struct page_walk *walk)
{
    (void)fprintf(file, "%sPDPTE %u = %016llx", indent,
                  walk->request.linear >> 30, (unsigned long long)walk->pdpte);
    if (walk->has_pde)
        (void)fprintf(file, "  directory %08x\n", walk_frame(walk->pdpte));
    else
        (void)fprintf(file, "  not present\n");
}

static void show_pde(FILE *file, const char *indent,
                     const struct page_walk *walk)
{
    const unsigned shift = walk->pae ? LARGE_PAGE_SHIFT_PAE : LARGE_PAGE_SHIFT;

    show_entry(file, indent, "PDE", walk->pde_address, walk->pde, walk->pae);
    if (!(walk->pde & PTE_P)) {
        (void)fprintf(file, "  not present\n");
        return;
    }
    if (walk->large)
        (void)fprintf(file, "  %u-MiB frame %08x  ", walk->pae ? 2 : 4,
                      walk_frame(walk->pde) & (~0u << shift));
    else
        (void)fprintf(file, "  table %08x  ", walk_frame(walk->pde));
    show_bits(file, walk->pde, walk->large);
    (void)fputc('\n', file);
}

static void show_pte(FILE *file, const char *indent,
                     const struct page_walk *walk)
{
    show_entry(file, indent, "PTE", walk->pte_address, walk->pte, walk->pae);
    if (!(walk->pte & PTE_P)) {
        (void)fprintf(file, "  not present\n");
        return;
    }
    (void)fprintf(file, "  frame %08x  ", walk_frame(walk->pte));
    show_bits(file, walk->pte, true);
    (void)fputc('\n', file);
}

void peek_show_walk(FILE *file, struct machine *machine, linear_addr linear,
                    const char *indent)
{
    struct page_walk walk;

    if (!machine->cpu.mmu.paging) {
        (void)fprintf(file, "%spaging is off: physical %08x\n", indent, linear);
        return;
    }
    walk = peek_walk(machine, linear);
    (void)fprintf(file, "%sCR3  %08x\n", indent, machine->cpu.mmu.mode.cr3);
    if (walk.pae)
        show_pdpte(file, indent, &walk);
    if (walk.has_pde)
        show_pde(file, indent, &walk);
    if (walk.has_pte)
        show_pte(file, indent, &walk);
    if (walk.ok)
        (void)fprintf(file, "%sphysical %08x\n", indent, walk.physical);
    else if (walk.error_code & PF_RSVD)
        (void)fprintf(file, "%sno translation: a reserved bit is set\n",
                      indent);
    else
        (void)fprintf(file, "%sno translation\n", indent);
}

static bool segments_alike(const struct segment *a, const struct segment *b)
{
    return a->selector == b->selector && a->usable == b->usable &&
           a->rights == b->rights && a->base == b->base && a->limit == b->limit;
}

static void show_segment(FILE *file, const char *names,
                         const struct segment *segment)
{
    (void)fprintf(file, "  %-15s %04x  ", names, segment->selector);
    if (segment->usable)
        (void)fprintf(file, "base %08x  limit %08x  DPL %u  %s%s\n",
                      segment->base, segment->limit,
                      (segment->rights & DESC_DPL) >> DESC_DPL_SHIFT,
                      segment->rights & DESC_CODE ? "code" : "data",
                      segment->rights & DESC_DB ? "32" : "16");
    else
        (void)fprintf(file, "null\n");
}

static void show_flags(FILE *file, uint32_t flags)
{
    static const struct {
        uint32_t bit;
        const char *name;
    } names[] = {
        {FLAG_CF, "CF"}, {FLAG_PF, "PF"}, {FLAG_AF, "AF"}, {FLAG_ZF, "ZF"},
        {FLAG_SF, "SF"}, {FLAG_TF, "TF"}, {FLAG_IF, "IF"}, {FLAG_DF, "DF"},
        {FLAG_OF, "OF"}, {FLAG_NT, "NT"}, {FLAG_RF, "RF"}, {FLAG_VM, "VM"},
        {FLAG_AC, "AC"}, {FLAG_ID, "ID"},
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (flags & names[i].bit)
            (void)fprintf(file, " %s", names[i].name);
    }
    (void)fputc('\n', file);
}

/* Those that are alike share a line. */
static void show_segments(FILE *file, const struct cpu *cpu)
{
    static const char names[SEGMENT_COUNT][4] = {
        [ES] = "ES ", [CS] = "CS ", [SS] = "SS ",
        [DS] = "DS ", [FS] = "FS ", [GS] = "GS "};
    bool shown[SEGMENT_COUNT] = {false};

    for (unsigned i = 0; i < SEGMENT_COUNT; i++) {
        char alike[SEGMENT_COUNT * sizeof names[0]] = "";
        char *end = alike;

        for (unsigned j = i; j < SEGMENT_COUNT; j++) {
            if (shown[j] || !segments_alike(&cpu->segment[i], &cpu->segment[j]))
                continue;
            end = stpcpy(end, names[j]);
            shown[j] = true;
        }
        if (alike[0])
            show_segment(file, alike, &cpu->segment[i]);
    }
    (void)fprintf(file, "  %-15s %04x  base %08x  limit %08x\n", "TR",
                  cpu->tr.selector, cpu->tr.base, cpu->tr.limit);
    (void)fprintf(file, "  GDT %08x+%04x   IDT %08x+%04x   LDT %04x\n",
                  cpu->gdtr.base, cpu->gdtr.limit, cpu->idtr.base,
                  cpu->idtr.limit, cpu->ldtr.selector);
}

void peek_show_registers(FILE *file, const struct machine *machine,
                         const struct symbols *symbols)
{
    const struct cpu *cpu = &machine->cpu;
    const uint32_t eflags = eflags_at(cpu, machine->clock.now);
    const uint32_t *gpr = cpu->gpr;
    char text[SYMBOL_PLACE_SIZE];

    (void)fprintf(file, "  EAX %08x  EBX %08x  ECX %08x  EDX %08x\n", gpr[EAX],
                  gpr[EBX], gpr[ECX], gpr[EDX]);
    (void)fprintf(file, "  ESI %08x  EDI %08x  EBP %08x  ESP %08x\n", gpr[ESI],
                  gpr[EDI], gpr[EBP], gpr[ESP]);
    (void)fprintf(
        file, "  EIP %08x  CPL %u  %s\n", cpu->eip, cpu->cpl,
        symbols_place(symbols, cpu->segment[CS].base + cpu->eip, text));
    (void)fprintf(file, "  EFLAGS %08x  IOPL %u ", eflags,
                  (cpu->eflags & FLAG_IOPL) >> FLAG_IOPL_SHIFT);
    show_flags(file, eflags);
    (void)fprintf(file, "  CR0 %08x  CR2 %08x  CR3 %08x  CR4 %08x\n", cpu->cr0,
                  cpu->cr2, cpu->mmu.mode.cr3, cpu->cr4);
    show_segments(file, cpu);
}
