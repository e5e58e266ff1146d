/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu/model.h"
#include "tests/unit/random.h"
#include "tests/unit/run_tests.h"
#include "tools/trace_moment.h"
#include "trace/ctf.h"
#include "trace/text.h"

/* The TLB of an i486: 8 sets of 4 ways. Of the events of a trace, all of the
 * first and some of the others are looked at. */
enum {
    SETS = 8,
    WAYS = 4,
    ALL_OF = 700,
    ONE_OF = 499,
    SEEN_MAX = 1000,
    PTE_G = 1 << 8
};

/* A machine that changes at each event. */
struct fake {
    struct trace trace;
    struct trace_ctf *ctf;
    struct trace_state now;
    struct random random;
    unsigned events;
    struct trace_state *seen; /* what it was before event number... */
    unsigned number[SEEN_MAX];
    unsigned count;
};

static char path[256];

static void locate(void *context, struct trace_record *record)
{
    const struct trace_state *now = &((struct fake *)context)->now;

    record->tick = now->tick;
    record->eip = now->eip;
    record->cr3 = now->cr3;
    record->code_base = now->code_base;
    record->cpl = now->cpl;
}

static void snapshot(void *context, struct trace_state *state)
{
    const struct trace_state place = *state;

    *state = ((struct fake *)context)->now;
    state->tick = place.tick;
}

static void begin(struct fake *fake, const char *events, bool filtered)
{
    struct trace_ctf_options options = {.info = {.cpu = "486",
                                                 .tlb = "486",
                                                 .ticks_per_second = 1000000,
                                                 .filtered = filtered}};
    const char *directory = getenv("TMPDIR");
    struct error error = {""};

    (void)snprintf(options.info.events, sizeof options.info.events, "%s",
                   events);
    (void)snprintf(path, sizeof path, "%s/pagewalk-moment.XXXXXX",
                   directory ? directory : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(path));
    *fake = (struct fake){.trace = {.locate = locate, .snapshot = snapshot},
                          .random = random_seeded(1),
                          .seen = calloc(SEEN_MAX, sizeof *fake->seen)};
    ck_assert_ptr_nonnull(fake->seen);
    ck_assert(trace_events_parse(events, &fake->trace.enabled, &error));
    fake->trace.locate_context = fake;
    fake->now.cr0 = CR0_PE | CR0_ET;
    fake->now.a20 = true;
    fake->ctf = trace_ctf_open(path, &fake->trace, &options, &error);
    ck_assert_msg(fake->ctf != NULL, "%s", error.text);
    fake->trace.record = trace_ctf_record;
    fake->trace.record_context = fake->ctf;
}

static void end(struct fake *fake)
{
    struct error error = {""};

    ck_assert_msg(trace_ctf_close(fake->ctf, &error), "%s", error.text);
}

static void clean(struct fake *fake)
{
    char file[300];

    (void)snprintf(file, sizeof file, "%s/metadata", path);
    (void)unlink(file);
    (void)snprintf(file, sizeof file, "%s/stream", path);
    (void)unlink(file);
    (void)rmdir(path);
    free(fake->seen);
}

/* --- What happens to it --- */

static void emit(struct fake *fake, struct trace_record record)
{
    if (!trace_wants(&fake->trace, record.event))
        return;
    if (fake->events < ALL_OF || fake->events % ONE_OF == 0) {
        ck_assert_uint_lt(fake->count, SEEN_MAX);
        fake->number[fake->count] = fake->events;
        fake->seen[fake->count++] = fake->now;
    }
    trace_emit(&fake->trace, &record);
    fake->events++;
}

static enum processor_mode mode_of(const struct trace_state *state)
{
    if (!(state->cr0 & CR0_PE))
        return PROCESSOR_REAL;
    if (!(state->cr0 & CR0_PG))
        return PROCESSOR_PROTECTED;
    return state->cr4 & CR4_PAE ? PROCESSOR_PROTECTED_PAE
                                : PROCESSOR_PROTECTED_PAGING;
}

static void set_control(struct fake *fake, uint8_t number, uint32_t *place,
                        uint32_t value)
{
    const enum processor_mode before = mode_of(&fake->now);

    emit(fake, (struct trace_record){.event = TRACE_CR,
                                     .control = {.number = number,
                                                 .old_value = *place,
                                                 .new_value = value}});
    *place = value;
    if (mode_of(&fake->now) != before)
        emit(fake,
             (struct trace_record){.event = TRACE_MODE,
                                   .mode = {before, mode_of(&fake->now)}});
}

/* Remove entries: of a page, or all, or all that are not global. */
static void flush(struct fake *fake, enum tlb_cause cause, linear_addr page)
{
    struct trace_state *now = &fake->now;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < now->entries; i++) {
        const struct trace_state_entry *entry = &now->tlb[i];

        if (cause == TLB_CAUSE_CR3 ? entry->flags & TLB_GLOBAL
                                   : entry->linear != page)
            now->tlb[kept++] = *entry;
    }
    emit(fake, (struct trace_record){.event = TRACE_TLB,
                                     .tlb = {.action = TLB_FLUSH,
                                             .cause = cause,
                                             .linear = page,
                                             .entries = now->entries - kept}});
    now->entries = now->valid = kept;
}

static struct trace_state_entry *entry_at(struct fake *fake, uint32_t set,
                                          uint32_t way)
{
    for (uint32_t i = 0; i < fake->now.entries; i++) {
        if (fake->now.tlb[i].set == set && fake->now.tlb[i].way == way)
            return &fake->now.tlb[i];
    }
    return NULL;
}

static void fill(struct fake *fake, linear_addr linear)
{
    struct trace_tlb tlb = {.action = TLB_FILL,
                            .linear = linear,
                            .physical = (linear * 7) & PAGE_FRAME_MASK,
                            .set = (uint16_t)(linear >> 12 & (SETS - 1)),
                            .way = (uint16_t)random_below(&fake->random, WAYS)};
    const bool global = random_below(&fake->random, 3) == 0;
    struct trace_state_entry *entry = entry_at(fake, tlb.set, tlb.way);

    emit(fake, (struct trace_record){
                   .event = TRACE_WALK,
                   .walk = {.linear = linear + 0x123,
                            .cr3 = fake->now.cr3,
                            .has_pde = true,
                            .has_pte = true,
                            .ok = true,
                            .pte = tlb.physical | 1 | (global ? PTE_G : 0),
                            .physical = tlb.physical + 0x123}});
    if (entry) {
        struct trace_tlb old = tlb;

        old.action = TLB_EVICT;
        old.linear = entry->linear;
        old.physical = entry->physical;
        emit(fake, (struct trace_record){.event = TRACE_TLB, .tlb = old});
        *entry = fake->now.tlb[--fake->now.entries];
    }
    fake->now.valid = fake->now.entries;
    emit(fake, (struct trace_record){.event = TRACE_TLB, .tlb = tlb});
    fake->now.tlb[fake->now.entries++] =
        (struct trace_state_entry){.set = tlb.set,
                                   .way = (uint8_t)tlb.way,
                                   .linear = tlb.linear,
                                   .physical = tlb.physical,
                                   .flags = global ? TLB_GLOBAL : 0};
    fake->now.valid = fake->now.entries;
}

static void step(struct fake *fake)
{
    struct trace_state *now = &fake->now;
    const uint32_t number = (uint32_t)random_next(&fake->random);
    const linear_addr page = random_below(&fake->random, 64) << 12;

    now->tick += random_below(&fake->random, 9);
    now->eip += random_below(&fake->random, 9);
    now->registers[number % TRACE_STATE_REGISTERS] = number;
    switch (random_below(&fake->random, 12)) {
    case 0:
        set_control(fake, 0, &now->cr0, CR0_ET | (number & 1 ? CR0_PE : 0));
        break;
    case 1: set_control(fake, 0, &now->cr0, CR0_PG | CR0_PE | CR0_ET); break;
    case 2: set_control(fake, 2, &now->cr2, number); break;
    case 3:
        set_control(fake, 3, &now->cr3, number & PAGE_FRAME_MASK);
        flush(fake, TLB_CAUSE_CR3, 0);
        break;
    case 4: set_control(fake, 4, &now->cr4, number & CR4_PAE); break;
    case 5:
        emit(fake, (struct trace_record){.event = TRACE_FAULT,
                                         .fault = {.vector = VECTOR_PF,
                                                   .has_error_code = true,
                                                   .linear = number}});
        now->cr2 = number;
        break;
    case 6:
        now->cpl = (uint8_t)(number & 3);
        trace_place_changed(&fake->trace);
        break;
    case 7: flush(fake, TLB_CAUSE_INVLPG, page); break;
    case 8:
    case 9: fill(fake, page); break;
    default:
        emit(fake,
             (struct trace_record){
                 .event = TRACE_MEM,
                 .access = {.linear = page, .physical = number, .size = 4}});
        break;
    }
}

/* --- What is told of it --- */

static struct trace_options options;
static struct trace_query query;

static void open_query(const char *events)
{
    char option[] = "--events";
    char list[64];
    char *words[] = {option, list, path};
    struct error error = {""};

    (void)snprintf(list, sizeof list, "%s", events);
    ck_assert_msg(trace_options_parse(&options, TRACE_PRINT, 3, words, &error),
                  "%s", error.text);
    ck_assert_msg(trace_query_open(&query, &options, 0, &error), "%s",
                  error.text);
}

static void expect_tlb(const struct trace_moment *moment,
                       const struct trace_state *state)
{
    const struct slot_bank *bank = &moment->slots.bank[TRACE_BANK_DATA];

    EXPECT_EQ(moment->valid, state->valid);
    EXPECT_EQ(trace_slots_valid(&moment->slots), state->valid);
    ck_assert(moment->has_slots && !moment->unsure);
    for (uint32_t i = 0; i < state->entries; i++) {
        const struct trace_state_entry *entry = &state->tlb[i];
        const struct slot *slot =
            &bank->slot[entry->set * bank->ways + entry->way];

        ck_assert(slot->valid);
        EXPECT_EQ(slot->linear, entry->linear);
        EXPECT_EQ(slot->physical, entry->physical);
        EXPECT_EQ(slot->global, (entry->flags & TLB_GLOBAL) != 0);
    }
}

static void expect_state(const struct trace_event_place *place,
                         const struct trace_state *state)
{
    struct trace_moment moment;
    struct error error = {""};

    ck_assert_msg(trace_moment_find(&moment, &query, path, place, &error), "%s",
                  error.text);
    EXPECT_EQ(moment.state.tick, state->tick);
    EXPECT_EQ(moment.state.eip, state->eip);
    EXPECT_EQ(moment.state.cpl, state->cpl);
    EXPECT_EQ(moment.state.cr0, state->cr0);
    EXPECT_EQ(moment.state.cr2, state->cr2);
    EXPECT_EQ(moment.state.cr3, state->cr3);
    EXPECT_EQ(moment.state.cr4, state->cr4);
    expect_tlb(&moment, state);
    trace_moment_release(&moment);
}

/* Read all events of the trace; those that were looked at have the state that
 * was seen. Places are counted as `events` lets through. */
static void expect_all(const struct fake *fake, const char *events)
{
    struct trace_event_place place = {.packet = 0};
    struct trace_record record;
    struct error error = {""};
    struct trace_reader *reader = trace_reader_open(path, &error);
    unsigned seen = 0;
    unsigned checked = 0;

    ck_assert_ptr_nonnull(reader);
    open_query(events);
    for (unsigned n = 0;
         trace_reader_next(reader, &record, &error) == TRACE_READ_EVENT; n++) {
        const bool passes = trace_query_passes(&query, &record);

        if (place.packet != trace_reader_packet(reader))
            place = (struct trace_event_place){trace_reader_packet(reader), 0};
        if (seen < fake->count && fake->number[seen] == n) {
            if (passes) {
                expect_state(&place, &fake->seen[seen]);
                checked++;
            }
            seen++;
        }
        place.before += passes;
    }
    EXPECT_EQ(seen, fake->count);
    ck_assert_uint_gt(checked, ALL_OF / 20);
    trace_query_close(&query);
    trace_reader_close(reader);
}

/* What is printed of the last event's moment. */
static char *shown(void)
{
    const struct trace_event_place place = {.packet = 0, .before = UINT64_MAX};
    struct trace_moment moment;
    struct error error = {""};
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(file);
    open_query("all");
    ck_assert(trace_moment_find(&moment, &query, path, &place, &error));
    trace_moment_show(file, &moment);
    trace_moment_release(&moment);
    trace_query_close(&query);
    (void)fclose(file);
    return text;
}

static void few_steps(struct fake *fake)
{
    for (unsigned i = 0; i < 50; i++)
        step(fake);
    end(fake);
}

START_TEST(each_event_has_the_state_that_the_machine_had_before_it)
{
    struct fake fake;

    begin(&fake, "all", false);
    while (fake.events < 90000)
        step(&fake);
    end(&fake);
    expect_all(&fake, "all");
    clean(&fake);
}
END_TEST

START_TEST(events_that_a_filter_leaves_out_change_the_state_all_the_same)
{
    struct fake fake;

    begin(&fake, "all", false);
    while (fake.events < ALL_OF)
        step(&fake);
    end(&fake);
    expect_all(&fake, "mem,fault");
    clean(&fake);
}
END_TEST

START_TEST(registers_are_said_to_be_as_old_as_the_head_of_the_packet)
{
    struct fake fake;
    char *text;

    begin(&fake, "all", false);
    fake.now.tick = 77;
    set_control(&fake, 2, &fake.now.cr2, 0x1000);
    few_steps(&fake);
    text = shown();
    ck_assert_ptr_nonnull(
        strstr(text, "as of tick 77, and not recorded since: eflags"));
    ck_assert_ptr_null(strstr(text, "--events"));
    free(text);
    clean(&fake);
}
END_TEST

START_TEST(what_no_event_of_the_trace_tells_is_named_with_what_would)
{
    struct fake fake;
    char *text;

    begin(&fake, "mem,mode,fault", false);
    few_steps(&fake);
    text = shown();
    ck_assert_ptr_nonnull(strstr(text, "(--events cr)"));
    ck_assert_ptr_nonnull(strstr(text, "(--events fault,cr)"));
    ck_assert_ptr_nonnull(strstr(text, "(--events tlb)"));
    ck_assert_ptr_null(strstr(text, "(--events mode)"));
    free(text);
    clean(&fake);
}
END_TEST

START_TEST(trace_with_a_filter_tells_nothing_for_sure)
{
    struct fake fake;
    char *text;

    begin(&fake, "all", true);
    few_steps(&fake);
    text = shown();
    ck_assert_ptr_nonnull(strstr(text, "(--events cr)"));
    ck_assert_ptr_nonnull(strstr(text, "(--events tlb)"));
    ck_assert_ptr_nonnull(strstr(text, "(--events mode)"));
    free(text);
    clean(&fake);
}
END_TEST

START_TEST(flushes_of_global_pages_without_walks_are_not_known)
{
    struct fake fake;
    char *text;

    begin(&fake, "tlb,mem", false);
    for (unsigned i = 0; i < 400; i++)
        step(&fake);
    end(&fake);
    text = shown();
    ck_assert_ptr_nonnull(strstr(text, "is not known (--events walk)"));
    free(text);
    clean(&fake);
}
END_TEST

START_TEST(packet_that_is_not_there_is_refused)
{
    const struct trace_event_place place = {.packet = 7};
    struct trace_moment moment;
    struct error error = {""};
    struct fake fake;

    begin(&fake, "all", false);
    few_steps(&fake);
    open_query("all");
    ck_assert(!trace_moment_find(&moment, &query, path, &place, &error));
    ck_assert_str_ne(error.text, "");
    trace_moment_release(&moment);
    trace_query_close(&query);
    clean(&fake);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        each_event_has_the_state_that_the_machine_had_before_it,
        events_that_a_filter_leaves_out_change_the_state_all_the_same,
        registers_are_said_to_be_as_old_as_the_head_of_the_packet,
        what_no_event_of_the_trace_tells_is_named_with_what_would,
        trace_with_a_filter_tells_nothing_for_sure,
        flushes_of_global_pages_without_walks_are_not_known,
        packet_that_is_not_there_is_refused,
    };

    return run_tests("trace_moment", tests, sizeof tests / sizeof tests[0]);
}
