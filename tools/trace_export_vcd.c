/* SPDX-License-Identifier: MIT */
/* VCD, for gtkwave: what a logic analyser on the processor would show. */
#include <errno.h>
#include <string.h>

#include "tools/trace_export.h"

/* Signals, by the character that VCD names them with. */
enum {
    VCD_EXTERNAL = '!',
    VCD_SOFTWARE = '"',
    VCD_IRET = '#',
    VCD_FAULT = '$',
    VCD_CPL = '%',
    VCD_CR3 = '&',
    VCD_MARKER = '(',
    VCD_DMA = ')',
    VCD_ACKNOWLEDGED = '*'
};

struct vcd {
    FILE *file;
    uint64_t tick;
    bool begun;
    uint8_t cpl;
    uint32_t cr3;
};

/* Request lines have names of two characters. */
enum { VCD_IRQ = 'I', VCD_DREQ = 'R', VCD_DACK = 'K' };

static void put_lines(FILE *file, const char *name, char signal, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        (void)fprintf(file, "$var wire 1 %c%c %s%u $end\n", signal,
                      (char)('a' + i), name, i);
}

/* A timescale is 1, 10 or 100 of a unit: where a tick is one, time is right. */
static unsigned tick_nanoseconds(uint64_t ticks_per_second)
{
    if (ticks_per_second == 100000000)
        return 10;
    return ticks_per_second == 10000000 ? 100 : 1;
}

static void put_head(FILE *file, uint64_t ticks_per_second)
{
    (void)fprintf(file,
                  "$comment one unit is one tick; %llu ticks a second $end\n"
                  "$timescale %u ns $end\n$scope module pagewalk $end\n"
                  "$var event 1 %c external_interrupt $end\n"
                  "$var event 1 %c software_interrupt $end\n"
                  "$var event 1 %c iret $end\n"
                  "$var integer 8 %c fault_vector $end\n"
                  "$var integer 2 %c cpl $end\n"
                  "$var integer 32 %c cr3 $end\n"
                  "$var integer 32 %c marker $end\n"
                  "$var event 1 %c dma_cycle $end\n"
                  "$var integer 8 %c acknowledged_vector $end\n",
                  (unsigned long long)ticks_per_second,
                  tick_nanoseconds(ticks_per_second), VCD_EXTERNAL,
                  VCD_SOFTWARE, VCD_IRET, VCD_FAULT, VCD_CPL, VCD_CR3,
                  VCD_MARKER, VCD_DMA, VCD_ACKNOWLEDGED);
    put_lines(file, "IRQ", VCD_IRQ, TRACE_IRQS);
    put_lines(file, "DREQ", VCD_DREQ, TRACE_CHANNELS);
    put_lines(file, "DACK", VCD_DACK, TRACE_CHANNELS);
    (void)fputs("$upscope $end\n$enddefinitions $end\n", file);
}

static void put_time(struct vcd *vcd, uint64_t tick)
{
    if (!vcd->begun || vcd->tick != tick)
        (void)fprintf(vcd->file, "#%llu\n", (unsigned long long)tick);
    vcd->begun = true;
    vcd->tick = tick;
}

static void put_number(struct vcd *vcd, char signal, uint32_t value,
                       unsigned bits)
{
    (void)fputc('b', vcd->file);
    for (unsigned i = bits; i-- > 0;)
        (void)fputc('0' + (value >> i & 1), vcd->file);
    (void)fprintf(vcd->file, " %c\n", signal);
}

static void put_pulse(struct vcd *vcd, char signal)
{
    (void)fprintf(vcd->file, "1%c\n", signal);
}

static void put_place(struct vcd *vcd, const struct trace_record *record)
{
    const bool first = !vcd->begun;

    if (!first && vcd->cpl == record->cpl && vcd->cr3 == record->cr3)
        return;
    put_time(vcd, record->tick);
    if (first || vcd->cpl != record->cpl)
        put_number(vcd, VCD_CPL, record->cpl, 2);
    if (first || vcd->cr3 != record->cr3)
        put_number(vcd, VCD_CR3, record->cr3, 32);
    vcd->cpl = record->cpl;
    vcd->cr3 = record->cr3;
}

static void put_interrupt(struct vcd *vcd, const struct trace_record *record)
{
    put_time(vcd, record->tick);
    if (record->interrupt.iret)
        put_pulse(vcd, VCD_IRET);
    else
        put_pulse(vcd,
                  record->interrupt.external ? VCD_EXTERNAL : VCD_SOFTWARE);
}

/* A level; before its first change it is unknown. */
static void put_line(struct vcd *vcd, const struct trace_record *record)
{
    const struct trace_line *line = &record->line;
    char signal = VCD_IRQ;

    if (record->event == TRACE_DREQ)
        signal = line->dack ? VCD_DACK : VCD_DREQ;
    if (line->action == LINE_POLL)
        return;
    put_time(vcd, record->tick);
    if (line->action == LINE_RAISE || line->action == LINE_LOWER)
        (void)fprintf(vcd->file, "%c%c%c\n",
                      line->action == LINE_RAISE ? '1' : '0', signal,
                      (char)('a' + line->number));
    else
        put_number(vcd, VCD_ACKNOWLEDGED, line->vector, 8);
}

static void put_event(struct vcd *vcd, const struct trace_record *record)
{
    switch (record->event) {
    case TRACE_IRQ: put_interrupt(vcd, record); break;
    case TRACE_LINE:
    case TRACE_DREQ: put_line(vcd, record); break;
    case TRACE_FAULT:
        put_time(vcd, record->tick);
        put_number(vcd, VCD_FAULT, record->fault.vector, 8);
        break;
    case TRACE_MARKER:
        put_time(vcd, record->tick);
        put_number(vcd, VCD_MARKER, record->marker, 32);
        break;
    case TRACE_DMA:
        put_time(vcd, record->tick);
        put_pulse(vcd, VCD_DMA);
        break;
    case TRACE_TLB:
    case TRACE_HIT:
    case TRACE_WALK:
    case TRACE_MEM:
    case TRACE_FETCH:
    case TRACE_EXEC:
    case TRACE_PORT:
    case TRACE_MMIO:
    case TRACE_CR:
    case TRACE_MODE:
    case TRACE_TASK:
    case TRACE_PROBE:
    case TRACE_EVENT_COUNT:
    default: break;
    }
}

bool export_vcd(struct trace_query *query, FILE *file, struct error *error)
{
    struct vcd vcd = {.file = file};
    struct trace_record record;

    put_head(file, trace_reader_info(query->reader)->ticks_per_second);
    while (trace_query_next(query, &record) && !ferror(file)) {
        put_place(&vcd, &record);
        put_event(&vcd, &record);
    }
    return (fflush(file) == 0 && !ferror(file)) ||
           error_set(error, "cannot write: %s", strerror(errno));
}
