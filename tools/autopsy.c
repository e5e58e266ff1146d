/* SPDX-License-Identifier: MIT */
#include "tools/autopsy.h"

#include "trace/names.h"

enum {
    /* Error code of a fault that names a selector. SDM 3A, "Error Code". */
    SELECTOR_EXT = 1 << 0,
    SELECTOR_IDT = 1 << 1,
    SELECTOR_TI = 1 << 2,
    GATE_SIZE = 8,
    STACK_NEAR = 64 /* bytes that a frame reaches below ESP */
};

static void explain_page_fault(FILE *file, uint32_t code)
{
    (void)fprintf(file, "%s by %s, %s", code & PF_WR ? "write" : "read",
                  code & PF_US ? "the user" : "the supervisor",
                  code & PF_RSVD ? "a reserved bit is set in an entry"
                  : code & PF_P  ? "the page is there, the right is missing"
                                 : "the page is not present");
}

static void explain_selector(FILE *file, const struct cpu *cpu, uint32_t code)
{
    const uint32_t index = code >> 3;

    if ((code & ~(uint32_t)SELECTOR_EXT) == 0)
        (void)fprintf(file, "names no selector");
    else if (code & SELECTOR_IDT)
        (void)fprintf(file, "gate %u of the IDT, at %08x (%s)", index,
                      cpu->idtr.base + index * GATE_SIZE,
                      vector_words((uint8_t)index));
    else
        (void)fprintf(file, "selector 0x%04x of the %s", code & 0xfff8,
                      code & SELECTOR_TI ? "LDT" : "GDT");
    if (code & SELECTOR_EXT)
        (void)fprintf(file, ", met on the way to a handler");
}

static void explain_error_code(FILE *file, const struct cpu *cpu,
                               const struct fault *fault)
{
    if (!fault->has_error_code)
        return;
    (void)fprintf(file, "       error %04x: ", fault->error_code);
    if (fault->vector == VECTOR_PF)
        explain_page_fault(file, fault->error_code);
    else if (fault->vector == VECTOR_DF || fault->vector == VECTOR_AC)
        (void)fprintf(file, "always 0");
    else
        explain_selector(file, cpu, fault->error_code);
    (void)fputc('\n', file);
}

/* What the address belongs to, where the processor itself knows. */
static void explain_linear(FILE *file, const struct cpu *cpu,
                           linear_addr linear)
{
    const uint32_t in_idt = linear - cpu->idtr.base;
    const uint32_t in_gdt = linear - cpu->gdtr.base;
    const uint32_t in_tss = linear - cpu->tr.base;
    const linear_addr stack = cpu->segment[SS].base + cpu->gpr[ESP];

    if (in_idt <= cpu->idtr.limit)
        (void)fprintf(file, "  in the IDT: gate %u (%s)", in_idt / GATE_SIZE,
                      vector_words((uint8_t)(in_idt / GATE_SIZE)));
    else if (in_gdt <= cpu->gdtr.limit)
        (void)fprintf(file, "  in the GDT: selector 0x%04x", in_gdt & 0xfff8);
    else if (in_tss <= cpu->tr.limit && cpu->tr.selector)
        (void)fprintf(file, "  in the TSS, at offset 0x%x", in_tss);
    else if (stack - linear <= STACK_NEAR)
        (void)fprintf(file, "  just below ESP: the stack");
}

/* "#PF page fault" */
static void show_name(FILE *file, uint8_t vector)
{
    const char *name = vector_name(vector);

    if (name)
        (void)fprintf(file, "%s %s", name, vector_words(vector));
    else
        (void)fprintf(file, "exception %u", vector);
}

static void show_fault(FILE *file, struct machine *machine, unsigned number)
{
    static const char *const ordinals[FAULT_CHAIN_MAX] = {"1st", "2nd", "3rd"};
    const struct fault_report *report = &machine->cpu.chain[number];

    (void)fprintf(file, "  %s  ", ordinals[number]);
    show_name(file, report->fault.vector);
    if (number > 0) {
        const uint8_t tried = number == 1 ? machine->cpu.chain[0].fault.vector
                                          : (uint8_t)VECTOR_DF;

        (void)fprintf(file, ", on the way to the handler of %s",
                      vector_name(tried) ? vector_name(tried) : "that");
        (void)fprintf(file, number == 1 ? ": makes #DF" : ": shutdown");
    }
    (void)fputc('\n', file);
    explain_error_code(file, &machine->cpu, &report->fault);
    if (report->fault.vector == VECTOR_PF) {
        (void)fprintf(file, "       CR2   %08x", report->fault.linear);
        explain_linear(file, &machine->cpu, report->fault.linear);
        (void)fputc('\n', file);
        peek_show_walk(file, machine, report->fault.linear, "         ");
    }
}

/* The way here, block by block, the last one first. */
static void show_trail(FILE *file, const struct cpu *cpu,
                       const struct symbols *symbols)
{
    char text[SYMBOL_TEXT_SIZE];

    if (cpu->trail_next == 0)
        return;
    (void)fprintf(file, "  blocks before, the last one first\n   ");
    for (unsigned i = 1; i <= TRAIL_COUNT && i <= cpu->trail_next; i++) {
        const uint32_t eip = cpu->trail[(cpu->trail_next - i) % TRAIL_COUNT];

        (void)symbols_text(symbols, cpu->segment[CS].base + eip, text);
        (void)fprintf(file, " %08x%s%s", eip, *text ? " " : "", text);
        if (i % 4 == 0 && i < TRAIL_COUNT)
            (void)fprintf(file, "\n   ");
        else if (i < TRAIL_COUNT && i < cpu->trail_next)
            (void)fprintf(file, ",");
    }
    (void)fputc('\n', file);
}

static void show_code(FILE *file, struct machine *machine,
                      const struct symbols *symbols)
{
    const struct cpu *cpu = &machine->cpu;
    const struct peek_code code = {
        .from = cpu->trail[(cpu->trail_next - 1) % TRAIL_COUNT],
        .eip = cpu->chain[0].eip};

    (void)fprintf(file, "  code at the 1st fault\n");
    peek_show_code(file, machine, symbols, &code);
}

void autopsy_show(FILE *file, struct machine *machine,
                  const struct symbols *symbols)
{
    const struct cpu *cpu = &machine->cpu;
    char text[SYMBOL_PLACE_SIZE];

    (void)fprintf(file,
                  "pagewalk: the guest shut down (triple fault) at tick "
                  "%llu\n",
                  (unsigned long long)clock_now(&machine->clock));
    if (cpu->chain_count > 0) {
        const uint32_t eip = cpu->chain[0].eip;

        (void)fprintf(
            file, "  at %04x:%08x  %s\n", cpu->chain[0].cs, eip,
            symbols_place(symbols, cpu->segment[CS].base + eip, text));
    }
    for (unsigned i = 0; i < cpu->chain_count && i < FAULT_CHAIN_MAX; i++)
        show_fault(file, machine, i);
    if (cpu->chain_count > 0)
        show_code(file, machine, symbols);
    show_trail(file, cpu, symbols);
    peek_show_registers(file, machine, symbols);
}
