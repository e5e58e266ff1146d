/* SPDX-License-Identifier: MIT */
#include "trace/line.h"

#include <string.h>

#include "trace/names.h"

enum { TICK_WIDTH = 12, EVENT_WIDTH = 6, NAME_MAX_SIZE = 32 };

static const char *const event_names[TRACE_EVENT_COUNT] = {
    [TRACE_TLB] = "tlb",     [TRACE_HIT] = "hit",       [TRACE_WALK] = "walk",
    [TRACE_FAULT] = "fault", [TRACE_MEM] = "mem",       [TRACE_FETCH] = "fetch",
    [TRACE_EXEC] = "exec",   [TRACE_PORT] = "port",     [TRACE_MMIO] = "mmio",
    [TRACE_DMA] = "dma",     [TRACE_DREQ] = "dreq",     [TRACE_IRQ] = "irq",
    [TRACE_LINE] = "line",   [TRACE_CR] = "cr",         [TRACE_MODE] = "mode",
    [TRACE_TASK] = "task",   [TRACE_MARKER] = "marker", [TRACE_PROBE] = "probe",
};

static const char *const action_names[] = {
    [TLB_HIT] = "hit",     [TLB_MISS] = "miss",   [TLB_FILL] = "fill",
    [TLB_EVICT] = "evict", [TLB_FLUSH] = "flush",
};

static const char *const access_names[] = {
    [ACCESS_READ] = "read",
    [ACCESS_WRITE] = "write",
    [ACCESS_EXECUTE] = "execute",
};

static const char *const line_action_names[] = {
    [LINE_RAISE] = "raise",       [LINE_LOWER] = "lower",
    [LINE_POLL] = "poll",         [LINE_ACKNOWLEDGE] = "acknowledge",
    [LINE_SPURIOUS] = "spurious",
};

static const char *const task_names[] = {
    [TASK_JUMP] = "jump",
    [TASK_CALL] = "call",
    [TASK_INTERRUPT] = "interrupt",
    [TASK_RETURN] = "return",
};

static char *put_text(char *line, const char *text)
{
    for (unsigned i = 0; text[i] && i < NAME_MAX_SIZE; i++)
        *line++ = text[i];
    return line;
}

/* `digits` hexadecimal digits, leading zeroes included. */
static char *put_hex(char *line, uint64_t value, unsigned digits)
{
    for (unsigned i = digits; i-- > 0;) {
        line[i] = "0123456789abcdef"[value & 15];
        value >>= 4;
    }
    return line + digits;
}

/* At least `width` characters, filled up with blanks at the left. */
static char *put_decimal(char *line, uint64_t value, unsigned width)
{
    char digits[20];
    unsigned count = 0;

    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    for (unsigned i = count; i < width; i++)
        *line++ = ' ';
    while (count > 0)
        *line++ = digits[--count];
    return line;
}

/* " -> 00123000" */
static char *put_arrow(char *line, physical_addr physical)
{
    line = put_text(line, " -> ");
    return put_hex(line, physical, 8);
}

/* " NAME VALUE" */
static char *put_field(char *line, const char *name, uint32_t value)
{
    *line++ = ' ';
    line = put_text(line, name);
    *line++ = ' ';
    return put_decimal(line, value, 1);
}

static char *put_flush(char *line, const struct trace_tlb *tlb)
{
    line = put_text(line, tlb_cause_name(tlb->cause));
    if (tlb->cause == TLB_CAUSE_INVLPG || tlb->cause == TLB_CAUSE_PAGE_FAULT) {
        *line++ = ' ';
        line = put_hex(line, tlb->linear, 8);
    }
    return put_field(line, "entries", tlb->entries);
}

static char *put_tlb(char *line, const struct trace_tlb *tlb)
{
    line = put_text(line, action_names[tlb->action]);
    *line++ = ' ';
    if (tlb->action == TLB_FLUSH)
        return put_flush(line, tlb);
    line = put_text(line, tlb->code ? "code " : "data ");
    line = put_hex(line, tlb->linear, 8);
    if (tlb->action == TLB_MISS)
        return line;
    line = put_arrow(line, tlb->physical);
    line = put_field(line, "set", tlb->set);
    return put_field(line, "way", tlb->way);
}

/* " pde 00101c00=00102063"; twice as many digits where entries are of eight
 * bytes. */
static char *put_entry(char *line, const char *name, physical_addr address,
                       uint64_t value, bool pae)
{
    *line++ = ' ';
    line = put_text(line, name);
    *line++ = ' ';
    line = put_hex(line, address, 8);
    *line++ = '=';
    return put_hex(line, value, pae ? 16 : 8);
}

/* Bits of `marked`, see struct trace_walk; they are those of an entry. */
static char *put_marked(char *line, uint32_t marked)
{
    enum { ENTRY_A = 1 << 5, ENTRY_D = 1 << 6 };

    if (marked & (uint32_t)ENTRY_A << 16)
        line = put_text(line, " +pde.A");
    if (marked & ENTRY_A)
        line = put_text(line, " +A");
    if (marked & ENTRY_D)
        line = put_text(line, " +D");
    return line;
}

static char *put_walk(char *line, const struct trace_walk *walk)
{
    line = put_text(line, access_names[walk->access]);
    line = put_text(line,
                    walk->privilege == PRIVILEGE_USER ? " user " : " super ");
    line = put_hex(line, walk->linear, 8);
    line = put_text(line, " cr3 ");
    line = put_hex(line, walk->cr3, 8);
    if (walk->pae) {
        line = put_text(line, " pdpte ");
        line = put_hex(line, walk->pdpte, 16);
    }
    if (walk->has_pde)
        line = put_entry(line, "pde", walk->pde_address, walk->pde, walk->pae);
    if (walk->has_pte)
        line = put_entry(line, "pte", walk->pte_address, walk->pte, walk->pae);
    if (walk->ok)
        return put_marked(put_arrow(line, walk->physical), walk->marked);
    line = put_text(line, " fault ");
    return put_hex(line, walk->error_code, 8);
}

static char *put_vector(char *line, uint8_t vector)
{
    const char *name = vector_name(vector);

    if (name)
        return put_text(line, name);
    *line++ = '#';
    return put_decimal(line, vector, 1);
}

static char *put_fault(char *line, const struct fault *fault)
{
    line = put_vector(line, fault->vector);
    if (fault->has_error_code) {
        line = put_text(line, " error ");
        line = put_hex(line, fault->error_code, 8);
    }
    if (fault->vector == VECTOR_PF) {
        line = put_text(line, " linear ");
        line = put_hex(line, fault->linear, 8);
    }
    return line;
}

/* " = VALUE", as many digits as `size` bytes have. */
static char *put_value(char *line, uint32_t value, uint32_t size)
{
    line = put_text(line, " = ");
    return put_hex(line, value, size < 4 ? 2 * size : 8);
}

static char *put_access(char *line, const struct trace_access *access)
{
    line = put_text(line, access->write ? "write" : "read ");
    *line++ = ' ';
    line = put_decimal(line, access->size, 2);
    *line++ = ' ';
    line = put_hex(line, access->linear, 8);
    line = put_arrow(line, access->physical);
    if (!access->has_value)
        return line;
    return put_value(line, access->value, access->size);
}

/* "c0100000 -> 00100000 16 bytes 5589e5...": the first bytes of a run. */
static char *put_fetch(char *line, const struct trace_fetch *fetch)
{
    unsigned i;

    line = put_hex(line, fetch->linear, 8);
    line = put_arrow(line, fetch->physical);
    line = put_field(line, "size", fetch->size);
    if (fetch->size)
        line = put_text(line, " = ");
    for (i = 0; i < fetch->size && i < LINE_CODE_SIZE; i++)
        line = put_hex(line, fetch->code[i], 2);
    return i < fetch->size ? put_text(line, "..") : line;
}

static char *put_cycle(char *line, const struct trace_cycle *cycle,
                       bool is_port)
{
    line = put_text(line, cycle->write ? "write" : "read ");
    *line++ = ' ';
    line = put_decimal(line, cycle->size, 2);
    *line++ = ' ';
    line = put_hex(line, cycle->where, is_port ? 4 : 8);
    line = put_value(line, cycle->value, cycle->size);
    line = put_text(line, "  ");
    return put_text(line, cycle->name ? cycle->name : "(nobody)");
}

/* The master's address and that of the memory. */
static char *put_dma(char *line, const struct trace_cycle *cycle)
{
    line = put_text(line, cycle->write ? "write" : "read ");
    *line++ = ' ';
    line = put_decimal(line, cycle->size, 2);
    *line++ = ' ';
    line = put_hex(line, cycle->bus, 8);
    line = put_arrow(line, cycle->where);
    line = put_value(line, cycle->value, cycle->size);
    line = put_text(line, "  ");
    return put_text(line, cycle->name ? cycle->name : "(unknown)");
}

/* "raise IRQ14  8259A slave", "raise DREQ2  8237A bytes" */
static char *put_line(char *line, const struct trace_line *what,
                      const char *kind)
{
    line = put_text(line, line_action_names[what->action]);
    *line++ = ' ';
    line = put_text(line, kind);
    line = put_decimal(line, what->number, 1);
    if (what->action == LINE_ACKNOWLEDGE || what->action == LINE_SPURIOUS) {
        line = put_text(line, " vector ");
        line = put_hex(line, what->vector, 2);
    }
    line = put_text(line, "  ");
    return put_text(line, what->controller ? what->controller : "(unknown)");
}

static char *put_mode(char *line, const struct trace_mode *mode)
{
    line = put_text(line, processor_mode_name(mode->before));
    line = put_text(line, " -> ");
    return put_text(line, processor_mode_name(mode->after));
}

static char *put_task(char *line, const struct trace_task *task)
{
    line = put_text(line, task_names[task->cause]);
    *line++ = ' ';
    line = put_hex(line, task->before, 4);
    line = put_text(line, " -> ");
    line = put_hex(line, task->after, 4);
    line = put_text(line, " tss ");
    return put_hex(line, task->tss, 8);
}

static char *put_interrupt(char *line, const struct trace_interrupt *interrupt)
{
    if (interrupt->iret)
        return put_text(line, "iret");
    line = put_text(line, interrupt->external ? "external " : "enter ");
    return put_hex(line, interrupt->vector, 2);
}

static char *put_control(char *line, const struct trace_control *control)
{
    line = put_text(line, "cr");
    line = put_decimal(line, control->number, 1);
    *line++ = ' ';
    line = put_hex(line, control->old_value, 8);
    return put_arrow(line, control->new_value);
}

/* "0x64"; as many digits as it has. */
static char *put_short_hex(char *line, uint32_t value)
{
    unsigned digits = 1;

    while (digits < 8 && value >> 4 * digits)
        digits++;
    return put_hex(put_text(line, "0x"), value, digits);
}

/* The next name of a list with commas between; `*names` moves on. */
static char *put_list_name(char *line, const char **names)
{
    enum { SHOWN = 16 };

    for (unsigned i = 0; **names && **names != ',' && i < SHOWN; i++)
        *line++ = *(*names)++;
    while (**names && *(*names)++ != ',')
        continue;
    return line;
}

/* "kmalloc(size=0x64, flags=0xcc0)", and for a return " -> 0xc9e2e060"; two
 * blanks before for each call that it is in. */
static char *put_probe(char *line, const struct trace_probe *probe)
{
    enum { DEPTH_SHOWN = 8 };
    const char *names = probe->names ? probe->names : "";

    for (unsigned i = 0; i < probe->depth && i < DEPTH_SHOWN; i++)
        line = put_text(line, "  ");
    line = put_text(line, probe->function);
    *line++ = '(';
    for (unsigned i = 0; i < probe->count; i++) {
        if (i > 0)
            line = put_text(line, ", ");
        line = put_list_name(line, &names);
        *line++ = '=';
        line = put_short_hex(line, probe->argument[i]);
    }
    *line++ = ')';
    if (!probe->leave)
        return line;
    if (probe->has_result)
        return put_short_hex(put_text(line, " -> "), probe->result);
    return put_text(line, " returns");
}

static char *put_what(char *line, const struct trace_record *record)
{
    switch (record->event) {
    case TRACE_TLB:
    case TRACE_HIT: return put_tlb(line, &record->tlb);
    case TRACE_WALK: return put_walk(line, &record->walk);
    case TRACE_FAULT: return put_fault(line, &record->fault);
    case TRACE_MEM: return put_access(line, &record->access);
    case TRACE_FETCH: return put_fetch(line, &record->fetch);
    case TRACE_PORT: return put_cycle(line, &record->cycle, true);
    case TRACE_MMIO: return put_cycle(line, &record->cycle, false);
    case TRACE_DMA: return put_dma(line, &record->cycle);
    case TRACE_DREQ:
        return put_line(line, &record->line,
                        record->line.dack ? "DACK" : "DREQ");
    case TRACE_IRQ: return put_interrupt(line, &record->interrupt);
    case TRACE_LINE: return put_line(line, &record->line, "IRQ");
    case TRACE_MODE: return put_mode(line, &record->mode);
    case TRACE_TASK: return put_task(line, &record->task);
    case TRACE_CR: return put_control(line, &record->control);
    case TRACE_MARKER: return put_hex(line, record->marker, 8);
    case TRACE_PROBE: return put_probe(line, &record->probe);
    case TRACE_EXEC:
    case TRACE_EVENT_COUNT:
    default: return line;
    }
}

size_t line_write(char *line, const struct trace_record *record)
{
    const char *name = event_names[record->event];
    char *at = put_decimal(line, record->tick, TICK_WIDTH);

    *at++ = ' ';
    at = put_hex(at, record->eip, 8);
    at = put_text(at, "   ");
    *at++ = (char)('0' + record->cpl);
    *at++ = ' ';
    at = put_text(at, name);
    if (record->event != TRACE_EXEC) {
        for (size_t i = strlen(name); i <= EVENT_WIDTH; i++)
            *at++ = ' ';
        at = put_what(at, record);
    }
    *at++ = '\n';
    return (size_t)(at - line);
}

size_t line_write_what(char *line, const struct trace_record *record)
{
    return (size_t)(put_what(line, record) - line);
}

const char *line_event(enum trace_event event)
{
    return event_names[event];
}

char *line_hex(char *line, uint64_t value, unsigned digits)
{
    return put_hex(line, value, digits);
}

char *line_decimal(char *line, uint64_t value, unsigned width)
{
    return put_decimal(line, value, width);
}
