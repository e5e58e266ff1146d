/* SPDX-License-Identifier: MIT */
#include "tools/trace_moment.h"

#include "base/fault.h"
#include "cpu/flags.h"
#include "cpu/model.h"
#include "trace/text.h"

/* --- The packet's head --- */

static enum processor_mode mode_of(const struct trace_state *state)
{
    const unsigned base =
        state->eflags & FLAG_VM ? PROCESSOR_V86 : PROCESSOR_PROTECTED;

    if (!(state->cr0 & CR0_PE))
        return PROCESSOR_REAL;
    if (!(state->cr0 & CR0_PG))
        return (enum processor_mode)base;
    return (enum processor_mode)(base + (state->cr4 & CR4_PAE ? 2 : 1));
}

static void begin(struct trace_moment *moment, const struct trace_state *head)
{
    moment->state = *head;
    moment->mode = mode_of(head);
    moment->head = head->tick;
    moment->at_head = true;
    moment->valid = head->valid;
    moment->has_slots = head->valid == head->entries;
    trace_slots_set(&moment->slots, head);
}

/* --- Events on the way --- */

/* SDM 3A, table "IA-32 Processor States Following Power-up, Reset, or INIT". */
static void take_reset(struct trace_moment *moment,
                       const struct trace_info *info)
{
    const struct cpu_model *model = cpu_model_find(info->cpu);
    struct trace_state *state = &moment->state;

    state->cr2 = state->cr4 = 0;
    if (model)
        state->cr0 = (model->has_fpu ? (uint32_t)CR0_ET : 0u) |
                     (model->has_wp ? CR0_CD | CR0_NW : 0u);
    moment->mode = PROCESSOR_REAL;
}

/* What a TLB event does to the number of entries; `slots`: to those that are
 * followed. A page may be filled anew where it stands. */
static void count_entries(struct trace_moment *moment,
                          const struct trace_tlb *tlb, uint32_t slots)
{
    const uint32_t removed = slots - trace_slots_valid(&moment->slots);

    if (tlb->action == TLB_FLUSH) {
        moment->valid -= tlb->entries;
        moment->unsure |= moment->has_slots && removed != tlb->entries;
    } else if (moment->has_slots) {
        moment->valid -= removed;
    } else if (tlb->action == TLB_FILL) {
        moment->valid++;
    } else if (tlb->action == TLB_EVICT) {
        moment->valid--;
    }
}

static void take_tlb(struct trace_moment *moment, const struct trace_info *info,
                     const struct trace_record *record)
{
    const struct trace_tlb *tlb = &record->tlb;
    const uint32_t slots = trace_slots_valid(&moment->slots);

    trace_slots_take(&moment->slots, tlb, record->tick);
    count_entries(moment, tlb, slots);
    if (tlb->action == TLB_FLUSH && tlb->cause == TLB_CAUSE_RESET)
        take_reset(moment, info);
}

static void take_control(struct trace_moment *moment,
                         const struct trace_control *control)
{
    struct trace_state *state = &moment->state;

    switch (control->number) {
    case 0: state->cr0 = control->new_value; break;
    case 2: state->cr2 = control->new_value; break;
    case 4: state->cr4 = control->new_value; break;
    default: return; /* CR3 comes with each event */
    }
    if (control->number != 2 && !(moment->told & 1u << TRACE_MODE))
        moment->mode = mode_of(state);
}

/* PE and PG of CR0, too, where writes to it were not recorded. */
static void take_mode(struct trace_moment *moment,
                      const struct trace_mode *mode)
{
    uint32_t *cr0 = &moment->state.cr0;

    moment->mode = mode->after;
    *cr0 &= ~(CR0_PG | (uint32_t)CR0_PE);
    if (mode->after != PROCESSOR_REAL)
        *cr0 |= CR0_PE;
    if (mode->after != PROCESSOR_REAL && mode->after != PROCESSOR_PROTECTED &&
        mode->after != PROCESSOR_V86)
        *cr0 |= CR0_PG;
}

static void take(struct trace_moment *moment, const struct trace_info *info,
                 const struct trace_record *record)
{
    switch (record->event) {
    case TRACE_TLB: take_tlb(moment, info, record); break;
    case TRACE_WALK: trace_slots_walk(&moment->slots, &record->walk); break;
    case TRACE_CR: take_control(moment, &record->control); break;
    case TRACE_MODE: take_mode(moment, &record->mode); break;
    case TRACE_FAULT:
        if (record->fault.vector == VECTOR_PF)
            moment->state.cr2 = record->fault.linear;
        break;
    case TRACE_HIT:
    case TRACE_MEM:
    case TRACE_FETCH:
    case TRACE_EXEC:
    case TRACE_PORT:
    case TRACE_MMIO:
    case TRACE_DMA:
    case TRACE_DREQ:
    case TRACE_IRQ:
    case TRACE_LINE:
    case TRACE_TASK:
    case TRACE_MARKER:
    case TRACE_PROBE:
    case TRACE_EVENT_COUNT:
    default: break;
    }
    moment->at_head = false;
}

/* --- Up to the event --- */

/* What every event says of its place. */
static void take_place(struct trace_moment *moment,
                       const struct trace_record *record)
{
    moment->state.tick = record->tick;
    moment->state.eip = record->eip;
    moment->state.cr3 = record->cr3;
    moment->state.code_base = record->code_base;
    moment->state.cpl = record->cpl;
}

/* False: the packet cannot be read. */
static bool follow(struct trace_moment *moment, struct trace_reader *reader,
                   const struct trace_query *query,
                   const struct trace_event_place *place, struct error *error)
{
    const struct trace_info *info = trace_reader_info(reader);
    uint64_t left = place->before;
    bool begun = false;
    struct trace_record *records;
    enum trace_read got;
    unsigned count;

    trace_reader_seek(reader, place->packet);
    while ((count = trace_reader_batch(reader, &records, &got, error)) &&
           trace_reader_packet(reader) == place->packet) {
        if (!begun)
            begin(moment, trace_reader_state(reader));
        begun = true;
        for (unsigned i = 0; i < count; i++) {
            const bool passes = trace_query_passes(query, &records[i]);

            take_place(moment, &records[i]);
            if (passes && left-- == 0)
                return true;
            take(moment, info, &records[i]);
        }
    }
    return begun || error_set(error, "no such packet");
}

bool trace_moment_find(struct trace_moment *moment,
                       const struct trace_query *query, const char *path,
                       const struct trace_event_place *place,
                       struct error *error)
{
    struct trace_reader *reader = trace_reader_open(path, error);
    struct tlb_model model = {.name = ""};
    const struct trace_info *info;
    bool ok;

    *moment = (struct trace_moment){.told = 0};
    if (!reader)
        return false;
    info = trace_reader_info(reader);
    ok = tlb_model_parse(info->tlb, &model, error) &&
         trace_events_parse(info->events, &moment->told, error) &&
         trace_slots_init(&moment->slots, &model, error);
    if (info->filtered)
        moment->told = 0;
    ok = ok && follow(moment, reader, query, place, error);
    trace_reader_close(reader);
    return ok;
}

void trace_moment_release(struct trace_moment *moment)
{
    trace_slots_release(&moment->slots);
}
