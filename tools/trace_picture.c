/* SPDX-License-Identifier: MIT */
#include "tools/trace_picture.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"

static const struct {
    const char *group;
    const char *name;
    bool level;
} fixed_series[SERIES_COUNT] = {
    [SERIES_MISS_DATA] = {"tlb", "misses, data", false},
    [SERIES_MISS_CODE] = {"tlb", "misses, code", false},
    [SERIES_FILL] = {"tlb", "fills", false},
    [SERIES_EVICT] = {"tlb", "evictions", false},
    [SERIES_FLUSH] = {"tlb", "flushes", false},
    [SERIES_WALK] = {"tlb", "page walks", false},
    [SERIES_TLB_VALID] = {"tlb", "entries held", true},
    [SERIES_FAULT_ABSENT] = {"fault", "page not present", false},
    [SERIES_FAULT_RIGHTS] = {"fault", "page protected", false},
    [SERIES_FAULT_OTHER] = {"fault", "other exceptions", false},
    [SERIES_READ] = {"mem", "reads", false},
    [SERIES_WRITE] = {"mem", "writes", false},
};

static void make_series(struct trace_picture *picture)
{
    char name[16];

    for (unsigned i = 0; i < SERIES_COUNT; i++)
        picture->series[i] =
            timeline_series(&picture->timeline, fixed_series[i].group,
                            fixed_series[i].name, fixed_series[i].level);
    picture->sets = picture->slots.bank[TRACE_BANK_DATA].sets;
    if (picture->sets > PICTURE_SETS_MAX)
        picture->sets = 0;
    for (uint32_t set = 0; set < picture->sets; set++) {
        (void)snprintf(name, sizeof name, "set %u", (unsigned)set);
        picture->set_series[set] =
            timeline_series(&picture->timeline, "set", name, false);
    }
}

static bool init(struct trace_picture *picture, const struct trace_info *info,
                 struct error *error)
{
    struct tlb_model model = {.name = ""};

    if (!tlb_model_parse(info->tlb, &model, error) ||
        !timeline_init(&picture->timeline, error) ||
        !trace_slots_init(&picture->slots, &model, error) ||
        !trace_heap_init(&picture->heap, &picture->timeline, error))
        return false;
    picture->page = calloc(PICTURE_PAGES, sizeof *picture->page);
    picture->frame = calloc(PICTURE_PAGES, sizeof *picture->frame);
    if (!picture->page || !picture->frame)
        return error_set(error, "out of memory");
    make_series(picture);
    return true;
}

struct trace_picture *trace_picture_create(const struct trace_info *info,
                                           struct error *error)
{
    struct trace_picture *picture = calloc(1, sizeof *picture);

    if (!picture)
        (void)error_set(error, "out of memory");
    else if (!init(picture, info, error)) {
        trace_picture_destroy(picture);
        picture = NULL;
    }
    return picture;
}

void trace_picture_destroy(struct trace_picture *picture)
{
    if (!picture)
        return;
    timeline_release(&picture->timeline);
    trace_slots_release(&picture->slots);
    trace_heap_release(&picture->heap);
    free(picture->page);
    free(picture->frame);
    free(picture);
}

/* Counters of pages stop at their end instead of beginning anew. */
static void count(uint32_t *counter)
{
    *counter += *counter != UINT32_MAX;
}

static void add(struct trace_picture *picture, enum picture_series series)
{
    timeline_add(&picture->timeline, picture->series[series], 1);
}

static void tell_valid(struct trace_picture *picture)
{
    timeline_level(&picture->timeline, picture->series[SERIES_TLB_VALID],
                   trace_slots_valid(&picture->slots));
}

void trace_picture_state(struct trace_picture *picture,
                         const struct trace_state *state)
{
    trace_slots_set(&picture->slots, state);
}

static void note_frame(struct trace_picture *picture, linear_addr linear,
                       physical_addr physical)
{
    picture->page[linear >> 12].frame = (physical >> 12) + 1;
}

static void take_tlb(struct trace_picture *picture,
                     const struct trace_record *record)
{
    const struct trace_tlb *tlb = &record->tlb;

    trace_slots_take(&picture->slots, tlb, record->tick);
    switch (tlb->action) {
    case TLB_MISS:
        add(picture, tlb->code ? SERIES_MISS_CODE : SERIES_MISS_DATA);
        count(&picture->page[tlb->linear >> 12].misses);
        break;
    case TLB_FILL:
        add(picture, SERIES_FILL);
        note_frame(picture, tlb->linear, tlb->physical);
        if (!tlb->code && tlb->set < picture->sets)
            timeline_add(&picture->timeline, picture->set_series[tlb->set], 1);
        tell_valid(picture);
        break;
    case TLB_EVICT: add(picture, SERIES_EVICT); break;
    case TLB_FLUSH:
        add(picture, SERIES_FLUSH);
        if (tlb->cause <= TLB_CAUSE_RESET)
            picture->flushes[tlb->cause]++;
        tell_valid(picture);
        break;
    case TLB_HIT:
    default: break;
    }
}

static void take_walk(struct trace_picture *picture,
                      const struct trace_walk *walk)
{
    add(picture, SERIES_WALK);
    trace_slots_walk(&picture->slots, walk);
    if (walk->has_pde)
        count(&picture->frame[walk->pde_address >> 12].tables);
    if (walk->has_pte)
        count(&picture->frame[walk->pte_address >> 12].tables);
    if (walk->ok)
        note_frame(picture, walk->linear, walk->physical);
    else
        picture->walks_refused++;
}

static void take_fault(struct trace_picture *picture,
                       const struct trace_record *record)
{
    const struct fault *fault = &record->fault;

    if (fault->vector == VECTOR_PF) {
        picture->page_faults++;
        count(&picture->page[fault->linear >> 12].faults);
        add(picture,
            fault->error_code & 1 ? SERIES_FAULT_RIGHTS : SERIES_FAULT_ABSENT);
    } else {
        add(picture, SERIES_FAULT_OTHER);
    }
    if (picture->faults < PICTURE_FAULTS_MAX)
        picture->fault[picture->faults++] = (struct picture_fault){
            record->tick, record->eip, record->cpl, *fault};
}

static void take_access(struct trace_picture *picture,
                        const struct trace_access *access)
{
    struct picture_page *page = &picture->page[access->linear >> 12];
    struct picture_frame *frame = &picture->frame[access->physical >> 12];

    add(picture, access->write ? SERIES_WRITE : SERIES_READ);
    count(access->write ? &page->writes : &page->reads);
    count(access->write ? &frame->writes : &frame->reads);
    page->frame = (access->physical >> 12) + 1;
}

/* Cycles of a device: reads and writes are series of their own. */
static void take_cycle(struct trace_picture *picture, const char *group,
                       const struct trace_cycle *cycle)
{
    struct timeline *timeline = &picture->timeline;
    const char *device = cycle->name ? cycle->name : "(nobody)";
    char name[TIMELINE_NAME_SIZE];

    (void)snprintf(name, sizeof name, "%.38s, %s", device,
                   cycle->write ? "writes" : "reads");
    timeline_add(timeline, timeline_series(timeline, group, name, false), 1);
}

static void take_dma(struct trace_picture *picture,
                     const struct trace_cycle *cycle)
{
    struct picture_frame *frame = &picture->frame[cycle->where >> 12];

    take_cycle(picture, "dma", cycle);
    count(cycle->write ? &frame->dma_writes : &frame->dma_reads);
    picture->bytes_by_dma += cycle->size;
}

static const char *source_of(const struct trace_interrupt *interrupt)
{
    enum { FIRST_FREE_VECTOR = 32 };

    if (interrupt->external)
        return "device";
    return interrupt->vector < FIRST_FREE_VECTOR ? "exception" : "program";
}

static void take_interrupt(struct trace_picture *picture,
                           const struct trace_interrupt *interrupt)
{
    struct timeline *timeline = &picture->timeline;
    char name[TIMELINE_NAME_SIZE] = "returns (IRET)";

    if (!interrupt->iret)
        (void)snprintf(name, sizeof name, "vector %02x, %s", interrupt->vector,
                       source_of(interrupt));
    timeline_add(timeline, timeline_series(timeline, "irq", name, false), 1);
}

/* NULL: no board has such a line. */
static struct picture_line *line_at(struct trace_picture *picture,
                                    const struct trace_record *record,
                                    char name[16])
{
    const unsigned number = record->line.number;
    const bool dack = record->line.dack;

    if (record->event == TRACE_LINE) {
        (void)snprintf(name, 16, "IRQ%u", number);
        return number < TRACE_IRQS ? &picture->line[number] : NULL;
    }
    (void)snprintf(name, 16, "%s%u", dack ? "DACK" : "DREQ", number);
    if (number >= TRACE_CHANNELS)
        return NULL;
    return &picture->line[(dack ? PICTURE_DACK : PICTURE_DREQ) + number];
}

/* A line is low that ceases to be high, or has been when the trace begins. */
static void lower(struct trace_picture *picture, struct picture_line *line,
                  uint64_t tick)
{
    if (line->high)
        timeline_span(&picture->timeline, line->ticks, line->since, tick);
    line->high = false;
}

static void take_line(struct trace_picture *picture,
                      const struct trace_record *record)
{
    struct timeline *timeline = &picture->timeline;
    char name[16];
    struct picture_line *line = line_at(picture, record, name);

    if (!line)
        return;
    if (!line->seen)
        *line = (struct picture_line){
            .seen = true,
            .high = record->line.action == LINE_LOWER,
            .since = picture->first_tick,
            .ticks = timeline_series(timeline, "line", name, false),
            .raises = timeline_series(timeline, "raise", name, false),
            .taken = timeline_series(timeline, "taken", name, false)};
    if (record->line.action == LINE_LOWER) {
        lower(picture, line, record->tick);
    } else if (record->line.action != LINE_RAISE) {
        timeline_add(timeline, line->taken, 1);
    } else if (!line->high) {
        line->high = true;
        line->since = record->tick;
        timeline_add(timeline, line->raises, 1);
    }
}

void trace_picture_take(struct trace_picture *picture,
                        const struct trace_record *record)
{
    timeline_advance(&picture->timeline, record->tick);
    if (picture->total++ == 0)
        picture->first_tick = record->tick;
    picture->last_tick = record->tick;
    picture->events[record->event]++;
    switch (record->event) {
    case TRACE_TLB: take_tlb(picture, record); break;
    case TRACE_WALK: take_walk(picture, &record->walk); break;
    case TRACE_FAULT: take_fault(picture, record); break;
    case TRACE_MEM: take_access(picture, &record->access); break;
    case TRACE_PORT: take_cycle(picture, "port", &record->cycle); break;
    case TRACE_MMIO: take_cycle(picture, "mmio", &record->cycle); break;
    case TRACE_DMA: take_dma(picture, &record->cycle); break;
    case TRACE_IRQ: take_interrupt(picture, &record->interrupt); break;
    case TRACE_PROBE: trace_heap_take(&picture->heap, record); break;
    case TRACE_DREQ:
    case TRACE_LINE: take_line(picture, record); break;
    case TRACE_HIT:
    case TRACE_FETCH:
    case TRACE_EXEC:
    case TRACE_CR:
    case TRACE_MODE:
    case TRACE_TASK:
    case TRACE_MARKER:
    case TRACE_EVENT_COUNT:
    default: break;
    }
}

void trace_picture_end(struct trace_picture *picture)
{
    for (unsigned i = 0; i < PICTURE_LINES; i++)
        lower(picture, &picture->line[i], picture->last_tick);
    trace_slots_end(&picture->slots, picture->last_tick);
}
