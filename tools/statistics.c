/* SPDX-License-Identifier: MIT */
#include "tools/statistics.h"

#include "cpu/block.h"
#include "trace/names.h"

enum { VECTORS = 32 };

/* What both formats show. */
struct statistics {
    uint64_t instructions;
    uint64_t ticks;
    double seconds;
    double mips;
    struct mmu_counts mmu;
    struct block_counts blocks;
    uint64_t exceptions;
};

static struct statistics collect(struct machine *machine, uint64_t nanoseconds)
{
    struct statistics all = {.instructions = machine_instructions(machine),
                             .ticks = clock_now(&machine->clock),
                             .seconds = (double)nanoseconds / 1e9,
                             .mmu = mmu_counts(&machine->cpu.mmu),
                             .blocks =
                                 *block_cache_counts(machine->cpu.blocks)};

    if (nanoseconds > 0)
        all.mips = (double)all.instructions * 1e3 / (double)nanoseconds;
    for (unsigned vector = 0; vector < VECTORS; vector++)
        all.exceptions += machine->cpu.exceptions[vector];
    return all;
}

/* A number in groups of three digits. */
static void put_grouped(FILE *file, uint64_t value)
{
    char text[32];
    unsigned at = sizeof text - 1;
    unsigned digits = 0;

    text[at] = '\0';
    do {
        if (digits > 0 && digits % 3 == 0)
            text[--at] = ' ';
        text[--at] = (char)('0' + value % 10);
        value /= 10;
        digits++;
    } while (value > 0);
    (void)fprintf(file, "%18s", text + at);
}

static void put_line(FILE *file, const char *name, uint64_t value,
                     const char *rest)
{
    (void)fprintf(file, "  %-22s", name);
    put_grouped(file, value);
    (void)fprintf(file, "%s%s\n", *rest ? "  " : "", rest);
}

/* Look-ups, hits and misses of one TLB. */
static void put_tlb(FILE *file, const char *name, uint64_t lookups,
                    uint64_t misses)
{
    const double rate =
        lookups ? 100.0 * (double)misses / (double)lookups : 0.0;
    char rest[64];

    (void)fprintf(file, "  %s\n", name);
    put_line(file, "  look-ups", lookups, "");
    put_line(file, "  hits", lookups - misses, "");
    (void)snprintf(rest, sizeof rest, "%.4f %%", rate);
    put_line(file, "  misses", misses, rest);
}

static void put_flushes(FILE *file, const struct mmu_counts *counts)
{
    for (unsigned cause = 0; cause <= TLB_CAUSE_RESET; cause++) {
        if (counts->flushes[cause])
            put_line(file, "  flushes", counts->flushes[cause],
                     tlb_cause_name((enum tlb_cause)cause));
    }
}

static void put_exceptions(FILE *file, const struct cpu *cpu)
{
    for (unsigned vector = 0; vector < VECTORS; vector++) {
        const char *name = vector_name((uint8_t)vector);
        char line[16];

        if (!cpu->exceptions[vector])
            continue;
        (void)snprintf(line, sizeof line, "  %s", name ? name : "other");
        put_line(file, line, cpu->exceptions[vector],
                 vector_words((uint8_t)vector));
    }
}

/* Which ports it was that nobody answered. */
static void put_open_ports(FILE *file, const struct ports *ports)
{
    for (unsigned i = 0; i < ports->open_ports; i++) {
        char name[16];

        (void)snprintf(name, sizeof name, "    port %04x",
                       ports->open_port[i].port);
        put_line(file, name, ports->open_port[i].cycles, "");
    }
}

static void put_json_open_ports(FILE *file, const struct ports *ports)
{
    (void)fprintf(file, "\"unanswered_ports\": {");
    for (unsigned i = 0; i < ports->open_ports; i++)
        (void)fprintf(file, "%s\"0x%04x\": %llu", i ? ", " : "",
                      ports->open_port[i].port,
                      (unsigned long long)ports->open_port[i].cycles);
    (void)fprintf(file, "}, ");
}

static void show_text(FILE *file, struct machine *machine,
                      const struct statistics *all)
{
    const struct cpu *cpu = &machine->cpu;
    char rest[64];

    (void)snprintf(rest, sizeof rest, "in %.3f s: %.1f MIPS", all->seconds,
                   all->mips);
    (void)fprintf(file, "statistics\n");
    put_line(file, "instructions", all->instructions, rest);
    put_line(file, "ticks", all->ticks, "of machine time, HLT included");
    put_tlb(file, "data TLB", all->mmu.data_lookups, all->mmu.data_misses);
    put_tlb(file, "code TLB", all->mmu.code_lookups, all->mmu.code_misses);
    put_line(file, "  evictions", all->mmu.evictions, "");
    put_flushes(file, &all->mmu);
    put_line(file, "page walks", all->mmu.walks, "");
    put_line(file, "page faults", all->mmu.page_faults, "");
    put_line(file, "exceptions", all->exceptions, "");
    put_exceptions(file, cpu);
    put_line(file, "interrupts", cpu->interrupts, "");
    put_line(file, "port cycles", machine->ports.cycles, "");
    put_line(file, "  unanswered", machine->ports.open, "");
    put_open_ports(file, &machine->ports);
    put_line(file, "MMIO cycles", machine->bus.mmio_cycles, "");
    put_line(file, "  unanswered", machine->bus.open_cycles, "");
    put_line(file, "DMA cycles", machine->bus.dma_cycles, "");
    put_line(file, "blocks decoded", all->blocks.decoded, "");
    put_line(file, "  made stale", all->blocks.stale, "");
    put_line(file, "not modelled", cpu->unimplemented, "");
}

static void put_member(FILE *file, const char *name, uint64_t value)
{
    (void)fprintf(file, "\"%s\": %llu, ", name, (unsigned long long)value);
}

static void put_json_tlb(FILE *file, const char *name, uint64_t lookups,
                         uint64_t misses)
{
    (void)fprintf(file,
                  "\"%s\": {\"lookups\": %llu, \"hits\": %llu, "
                  "\"misses\": %llu}, ",
                  name, (unsigned long long)lookups,
                  (unsigned long long)(lookups - misses),
                  (unsigned long long)misses);
}

/* Pairs of the arrays that are not 0, as one object. */
static void put_json_flushes(FILE *file, const struct mmu_counts *counts)
{
    const char *comma = "";

    (void)fprintf(file, "\"flushes\": {");
    for (unsigned cause = 0; cause <= TLB_CAUSE_RESET; cause++) {
        if (!counts->flushes[cause])
            continue;
        (void)fprintf(file, "%s\"%s\": %llu", comma,
                      tlb_cause_name((enum tlb_cause)cause),
                      (unsigned long long)counts->flushes[cause]);
        comma = ", ";
    }
    (void)fprintf(file, "}, ");
}

static void put_json_exceptions(FILE *file, const struct cpu *cpu)
{
    const char *comma = "";

    (void)fprintf(file, "\"exceptions\": {");
    for (unsigned vector = 0; vector < VECTORS; vector++) {
        if (!cpu->exceptions[vector])
            continue;
        (void)fprintf(file, "%s\"%u\": %llu", comma, vector,
                      (unsigned long long)cpu->exceptions[vector]);
        comma = ", ";
    }
    (void)fprintf(file, "}, ");
}

static void show_json(FILE *file, struct machine *machine,
                      const struct statistics *all)
{
    (void)fputc('{', file);
    put_member(file, "instructions", all->instructions);
    put_member(file, "ticks", all->ticks);
    (void)fprintf(file, "\"seconds\": %.6f, \"mips\": %.3f, ", all->seconds,
                  all->mips);
    put_json_tlb(file, "data_tlb", all->mmu.data_lookups, all->mmu.data_misses);
    put_json_tlb(file, "code_tlb", all->mmu.code_lookups, all->mmu.code_misses);
    put_member(file, "evictions", all->mmu.evictions);
    put_json_flushes(file, &all->mmu);
    put_member(file, "walks", all->mmu.walks);
    put_member(file, "page_faults", all->mmu.page_faults);
    put_json_exceptions(file, &machine->cpu);
    put_member(file, "interrupts", machine->cpu.interrupts);
    put_member(file, "port_cycles", machine->ports.cycles);
    put_member(file, "port_cycles_unanswered", machine->ports.open);
    put_json_open_ports(file, &machine->ports);
    put_member(file, "mmio_cycles", machine->bus.mmio_cycles);
    put_member(file, "mmio_cycles_unanswered", machine->bus.open_cycles);
    put_member(file, "dma_cycles", machine->bus.dma_cycles);
    put_member(file, "blocks_decoded", all->blocks.decoded);
    put_member(file, "blocks_stale", all->blocks.stale);
    put_member(file, "blocks_patched", all->blocks.patched);
    put_member(file, "blocks_dropped", all->blocks.dropped);
    (void)fprintf(file, "\"unimplemented\": %llu}\n",
                  (unsigned long long)machine->cpu.unimplemented);
}

void statistics_show(FILE *file, struct machine *machine, uint64_t nanoseconds,
                     enum statistics_format format)
{
    const struct statistics all = collect(machine, nanoseconds);

    if (format == STATISTICS_TEXT)
        show_text(file, machine, &all);
    else if (format == STATISTICS_JSON)
        show_json(file, machine, &all);
}
