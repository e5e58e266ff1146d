/* SPDX-License-Identifier: MIT */
/*
 * Single instructions recorded on a real processor in a 32-bit process.
 *
 * Every case runs twice: alone, for one tick; and as the first of a block,
 * until the INT 3 behind it, which is how the specialised handlers are met.
 */
#include "tests/vectors/hwv1.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mmu/paging.h"
#include "tests/vectors/harness.h"
#include "tests/vectors/replay.h"

enum {
    WINDOW_COUNT = 4,
    SELECTOR_FLAT_CODE = 0x23,
    SELECTOR_FLAT_DATA = 0x2b,
    GDT_LIMIT = 0x7f,
    LDT_ENTRIES = 15,
    CODE_FILL = 0xcc,
    /** More than any REP of a case needs before it is done or faults. */
    TICKS_MAX = 300000
};

/** Memory that a case may touch. Linear is physical. */
struct window {
    linear_addr first;
    uint32_t size;
    bool code;
    uint8_t *expected; /**< what it should hold */
};

struct hardware {
    struct harness harness;
    struct window window[WINDOW_COUNT];
};

static uint8_t fill_of(const struct window *window, linear_addr linear)
{
    return window->code ? CODE_FILL : (uint8_t)(linear * 0x9e3779b1u >> 24);
}

static bool is_read_only(linear_addr linear)
{
    return linear >= 0x304000 && linear < 0x305000;
}

static struct window *window_of(struct hardware *hardware, linear_addr linear)
{
    for (unsigned i = 0; i < WINDOW_COUNT; i++) {
        if (linear - hardware->window[i].first < hardware->window[i].size)
            return &hardware->window[i];
    }
    return NULL;
}

/** Set a byte of what is expected; of memory too, if `store`. */
static void set_byte(struct hardware *hardware, linear_addr linear,
                     uint8_t value, bool store)
{
    struct window *window = window_of(hardware, linear);

    if (!window)
        return;
    window->expected[linear - window->first] = value;
    if (store)
        harness_store(&hardware->harness, linear, &value, 1);
}

/** Put the fill back where a case has put or changed something. */
static void restore_bytes(struct hardware *hardware, linear_addr linear,
                          uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        const struct window *window = window_of(hardware, linear + i);

        if (window)
            set_byte(hardware, linear + i, fill_of(window, linear + i), true);
    }
}

static void restore_all(struct hardware *hardware)
{
    for (unsigned i = 0; i < WINDOW_COUNT; i++) {
        struct window *window = &hardware->window[i];

        for (uint32_t at = 0; at < window->size; at++)
            window->expected[at] = fill_of(window, window->first + at);
        harness_store(&hardware->harness, window->first, window->expected,
                      window->size);
    }
}

/** Map the windows; nothing else is there for ring 3. */
static void map_windows(struct hardware *hardware)
{
    for (unsigned i = 0; i < WINDOW_COUNT; i++) {
        const struct window *window = &hardware->window[i];

        for (uint32_t at = 0; at < window->size; at += PAGE_SIZE) {
            const linear_addr linear = window->first + at;
            const uint32_t rights =
                is_read_only(linear) ? PTE_P | PTE_US : PTE_P | PTE_US | PTE_RW;

            /* The tables for low and for high addresses are neighbours. */
            harness_store32(&hardware->harness,
                            SYSTEM_PHYSICAL + SYSTEM_TABLE_LOW +
                                (linear >> 12) * 4,
                            linear | rights);
        }
    }
}

static void build_segments(struct hardware *hardware)
{
    enum {
        DATA = RIGHTS_DATA32 | RIGHTS_RING3,
        DATA16 = RIGHTS_DATA16 | RIGHTS_RING3,
        READ_ONLY = DATA & ~DESC_WRITABLE,
        DOWN = DATA | DESC_EXPAND_DOWN,
        CODE = RIGHTS_CODE32 | RIGHTS_RING3
    };
    static const struct {
        uint32_t base, limit, rights;
    } ldt[LDT_ENTRIES] = {
        {0x300000, 0xfff, DATA},
        {0x300000, 0xfff, READ_ONLY},
        {0x300000, 0x7ff, DOWN},
        {0x200000, 0xfff, CODE},
        {0x200000, 0xfff, CODE & ~DESC_READABLE},
        {0x300000, 0xfff, DATA & ~DESC_P},
        {0x400000, 0x3fff, DATA16},
        {0x200000, 0xfff, CODE & ~DESC_DB},
        {0x300000, 3, DATA | DESC_G},
        {0x300000, 0x7ff, DATA16 | DESC_EXPAND_DOWN},
        {0x300000, 1, DOWN | DESC_G},
        {0, 0xffff, DATA16},
        {0x200000, 0xfff, (CODE | DESC_CONFORMING) & ~DESC_P},
        {0x300000, 0xfff, DOWN & ~DESC_WRITABLE},
        {0x200000, 0xfff, CODE & ~DESC_P},
    };
    struct harness *harness = &hardware->harness;

    harness_set_descriptor(harness, SYSTEM_GDT, 1, 0, 0xfffff,
                           RIGHTS_CODE32 | RIGHTS_FLAT);
    harness_set_descriptor(harness, SYSTEM_GDT, 2, 0, 0xfffff,
                           RIGHTS_DATA32 | RIGHTS_FLAT);
    harness_set_descriptor(harness, SYSTEM_GDT, 3, 0, 0xfffff,
                           RIGHTS_DATA32 | RIGHTS_FLAT);
    harness_set_descriptor(harness, SYSTEM_GDT, 4, 0, 0xfffff,
                           RIGHTS_CODE32 | RIGHTS_FLAT | RIGHTS_RING3);
    harness_set_descriptor(harness, SYSTEM_GDT, 5, 0, 0xfffff,
                           RIGHTS_DATA32 | RIGHTS_FLAT | RIGHTS_RING3);
    for (unsigned i = 0; i < LDT_ENTRIES; i++)
        harness_set_descriptor(harness, SYSTEM_LDT, i, ldt[i].base,
                               ldt[i].limit, ldt[i].rights);
}

/**
 * Load a segment register as the recording system did: on its way to the case
 * it put zero for null selectors and for those that cannot be data.
 */
static void load_segment(struct hardware *hardware, unsigned number,
                         uint16_t selector)
{
    struct harness *harness = &hardware->harness;

    harness_load_segment(harness, number, selector);
    if (number != CS && number != SS &&
        !segment_type_allows(&harness->cpu.segment[number], ACCESS_READ))
        harness_load_segment(harness, number, 0);
}

static void set_up(struct hardware *hardware, const struct hwv1_case *test)
{
    struct cpu *cpu = &hardware->harness.cpu;

    for (unsigned i = 0; i < GPR_COUNT; i++)
        cpu->gpr[i] = test->gpr[i];
    cpu_set_eflags(cpu, test->eflags & ~(uint32_t)(FLAG_TF | FLAG_RF));
    cpu->eip = test->eip;
    if (test->has_x87)
        hwv1_x87_load(&cpu->x87, &test->x87);
    for (unsigned i = 0; i < SEGMENT_COUNT; i++)
        load_segment(hardware, i, test->segment[i]);
    cpu->cpl = 3;
    harness_clear(&hardware->harness);
    cpu_update_mode(cpu);
    for (unsigned i = 0; i < test->patch_count; i++) {
        const struct hwv1_patch *patch = &test->patch[i];

        for (uint32_t at = 0; at < patch->size; at++) {
            if (!is_read_only(patch->linear + at))
                set_byte(hardware, patch->linear + at, patch->bytes[at], true);
        }
    }
    for (uint32_t i = 0; i < test->code_size; i++)
        set_byte(hardware, cpu->segment[CS].base + test->eip + i, test->code[i],
                 true);
}

/** Put back what the case has put or was expected to change. */
static void tear_down(struct hardware *hardware, const struct hwv1_case *test,
                      linear_addr code)
{
    for (unsigned i = 0; i < test->patch_count; i++)
        restore_bytes(hardware, test->patch[i].linear, test->patch[i].size);
    for (unsigned i = 0; i < test->change_count; i++)
        restore_bytes(hardware, test->change[i].linear, test->change[i].size);
    for (unsigned i = 0; i < test->mask_count; i++)
        restore_bytes(hardware, test->mask[i].linear, test->mask[i].size);
    restore_bytes(hardware, code, test->code_size);
}

/** The end state, whether a handler was entered or not. */
struct end_state {
    bool trapped;
    struct trap trap;
    uint32_t eip;
    uint32_t eflags;
    uint32_t esp;
    uint16_t cs;
    uint16_t ss;
};

static struct end_state end_state_of(struct hardware *hardware)
{
    const struct cpu *cpu = &hardware->harness.cpu;
    struct end_state end = {.eip = cpu->eip,
                            .eflags = cpu_eflags(cpu),
                            .esp = cpu->gpr[ESP],
                            .cs = cpu->segment[CS].selector,
                            .ss = cpu->segment[SS].selector};

    end.trapped = harness_trapped(&hardware->harness, &end.trap);
    if (end.trapped) {
        end.eip = end.trap.eip;
        end.eflags = end.trap.eflags;
        end.esp = end.trap.esp;
        end.cs = end.trap.cs;
        end.ss = end.trap.ss;
    }
    return end;
}

/**
 * In a run the case ends in the INT 3 behind the instruction, or where it has
 * jumped to; take that back if the case as such should have ended well.
 */
static void forget_what_follows(const struct hwv1_case *test,
                                struct end_state *end)
{
    if (test->faults || !end->trapped)
        return;
    if (end->trap.vector == VECTOR_BP)
        end->eip--;
    end->trapped = end->eip != test->eip_after;
}

static void compare_fault(struct replay *replay, const struct hwv1_case *test,
                          const struct end_state *end, uint32_t cr2)
{
    struct tally *tally = &replay->tally;

    if (test->faults != end->trapped) {
        if (end->trapped)
            tally_say(tally, "    faulted: vector %u, error code %x\n",
                      end->trap.vector, end->trap.error_code);
        else
            tally_say(tally, "    no fault, not vector %u\n", test->vector);
        return;
    }
    if (!end->trapped)
        return;
    if (end->trap.vector != test->vector)
        tally_differ(tally, "vector", end->trap.vector, test->vector);
    else if (test->has_error_code && end->trap.error_code != test->error_code)
        tally_differ(tally, "error", end->trap.error_code, test->error_code);
    if (test->vector == VECTOR_PF && cr2 != test->cr2)
        tally_differ(tally, "cr2", cr2, test->cr2);
}

static void compare_registers(struct replay *replay,
                              const struct hwv1_case *test,
                              const struct end_state *end,
                              const struct cpu *cpu)
{
    static const char *const name[] = {"eax", "ecx", "edx", "ebx",
                                       "esp", "ebp", "esi", "edi"};
    static const char *const segment[] = {"es", "cs", "ss", "ds", "fs", "gs"};
    struct tally *tally = &replay->tally;

    for (unsigned i = 0; i < GPR_COUNT; i++) {
        const uint32_t got = i == ESP ? end->esp : cpu->gpr[i];

        if (got != test->gpr_after[i])
            tally_differ(tally, name[i], got, test->gpr_after[i]);
    }
    for (unsigned i = 0; i < SEGMENT_COUNT; i++) {
        uint16_t got = cpu->segment[i].selector;

        if (i == CS)
            got = end->cs;
        if (i == SS)
            got = end->ss;
        if (got != test->segment_after[i])
            tally_differ(tally, segment[i], got, test->segment_after[i]);
    }
}

static void compare_window(struct replay *replay, const struct window *window,
                           const uint8_t *memory)
{
    unsigned shown = 0;

    if (memcmp(memory, window->expected, window->size) == 0)
        return;
    for (uint32_t at = 0; at < window->size && shown < 8; at++) {
        if (memory[at] == window->expected[at])
            continue;
        tally_say(&replay->tally, "    [%06x] is %02x, not %02x\n",
                  window->first + at, memory[at], window->expected[at]);
        shown++;
    }
}

static void compare_memory(struct replay *replay, struct hardware *hardware,
                           const struct hwv1_case *test)
{
    const uint8_t *memory = hardware->harness.bus.memory;

    for (unsigned i = 0; i < test->change_count; i++) {
        const struct hwv1_change *change = &test->change[i];

        for (uint32_t at = 0; at < change->size; at++)
            set_byte(hardware, change->linear + at,
                     test->changed[change->first + at], false);
    }
    for (unsigned i = 0; i < test->mask_count; i++) {
        const struct hwv1_change *mask = &test->mask[i];

        for (uint32_t at = 0; at < mask->size; at++)
            set_byte(hardware, mask->linear + at, memory[mask->linear + at],
                     false);
    }
    for (unsigned i = 0; i < WINDOW_COUNT; i++)
        compare_window(replay, &hardware->window[i],
                       memory + hardware->window[i].first);
}

static void compare(struct replay *replay, struct hardware *hardware,
                    const struct hwv1_case *test, bool whole)
{
    const struct cpu *cpu = &hardware->harness.cpu;
    const uint32_t shown_clear = FLAG_TF | FLAG_RF;
    uint32_t masked = shown_clear;
    struct end_state end = end_state_of(hardware);

    if (whole)
        forget_what_follows(test, &end);
    compare_fault(replay, test, &end, cpu->cr2);
    if (end.eip != test->eip_after)
        tally_differ(&replay->tally, "eip", end.eip, test->eip_after);
    if (!replay->strict) {
        masked |= test->undefined_flags;
        if (test->undefined_result)
            return;
    }
    if ((end.eflags ^ test->eflags_after) & ~masked)
        tally_differ(&replay->tally, "eflags", end.eflags & ~masked,
                     test->eflags_after & ~masked);
    compare_registers(replay, test, &end, cpu);
    if (test->has_x87)
        hwv1_x87_compare(replay, test, &cpu->x87);
    compare_memory(replay, hardware, test);
}

/**
 * True if an INT 3 follows the instruction, wherever it goes, or if it goes
 * nowhere: then it can be run in a block without being told apart.
 */
static bool can_run_whole(struct hardware *hardware,
                          const struct hwv1_case *test, linear_addr code)
{
    const linear_addr next = code - test->eip + test->eip_after;
    const struct window *window = window_of(hardware, next);

    if (test->faults || test->mode == 1)
        return true;
    return next - code >= test->code_size && window &&
           window->expected[next - window->first] == CODE_FILL;
}

/** Run the case one way and compare. */
static void run_once(struct replay *replay, struct hardware *hardware,
                     const struct hwv1_case *test, bool whole)
{
    const size_t before = replay->tally.text_size;
    linear_addr code;

    set_up(hardware, test);
    code = hardware->harness.cpu.segment[CS].base + test->eip;
    if (whole && !can_run_whole(hardware, test, code)) {
        tear_down(hardware, test, code);
        return;
    }
    harness_run(&hardware->harness, whole ? TICKS_MAX : 1);
    compare(replay, hardware, test, whole);
    if (replay->tally.text_size != before) {
        tally_say(&replay->tally, "    (%s)\n",
                  whole ? "in a block" : "one tick");
        restore_all(hardware);
    } else if (test->undefined_result) {
        restore_all(hardware);
    } else {
        tear_down(hardware, test, code);
    }
}

/**
 * True if the recording chip let a faulting instruction change something. Our
 * rule, as the manual's, is that it has not begun. A REP, in mode 1, has
 * iterations that are done.
 */
static bool left_half_done(const struct hwv1_case *test)
{
    return test->faults && test->mode == 0 && test->vector != VECTOR_BP &&
           test->vector != VECTOR_OF &&
           (test->change_count > 0 ||
            memcmp(test->gpr, test->gpr_after, sizeof test->gpr) != 0);
}

/** What stands in the way of replaying the case, or NULL. */
static const char *obstacle(const struct replay *replay,
                            const struct hwv1_case *test,
                            const struct encoding *encoding)
{
    const uint32_t missing = (replay->model->has_wp ? 0 : FLAG_AC) |
                             (replay->model->has_cpuid ? 0 : FLAG_ID);

    if (test->vector == VECTOR_MF && !replay->model->has_wp)
        return "the model has not CR0.NE";
    if (left_half_done(test))
        return "the chip left a faulting instruction half done";
    if (((test->eflags | test->eflags_after) & missing) != 0)
        return "the model has not these EFLAGS";
    if (test->undefined_in)
        return "the case consumes undefined flags";
    return encoding_obstacle(encoding, replay->model);
}

static void replay_case(struct replay *replay, struct hardware *hardware,
                        struct lines *lines, const char *line,
                        struct hwv1_case *test)
{
    struct encoding encoding;
    const char *reason;

    if (!hwv1_parse(line, test)) {
        tally_leave_out(&replay->tally, "lines that could not be read");
        return;
    }
    encoding = encoding_of(test->code, test->code_size);
    reason = obstacle(replay, test, &encoding);
    if (reason) {
        tally_leave_out(&replay->tally, reason);
        return;
    }
    if (!test->undefined_result && encoding.row->operate &&
        (test->undefined_flags & ~(uint32_t)encoding.row->undefined_flags))
        tally_say(&replay->tally,
                  "    the opcode table's undefined flags, %x, lack %x\n",
                  encoding.row->undefined_flags, test->undefined_flags);
    if (test->mode == 0)
        run_once(replay, hardware, test, false);
    if (replay->tally.text_size == 0)
        run_once(replay, hardware, test, true);
    tally_end(&replay->tally, lines->name, lines->number, line);
}

static bool hardware_init(struct hardware *hardware,
                          const struct cpu_model *model, struct error *error)
{
    static const struct window windows[WINDOW_COUNT] = {
        {.first = 0, .size = 0x10000},
        {.first = 0x200000, .size = 0x1000, .code = true},
        {.first = 0x300000, .size = 0x5000},
        {.first = 0x400000, .size = 0x4000},
    };

    if (!harness_init(&hardware->harness, model, error))
        return false;
    for (unsigned i = 0; i < WINDOW_COUNT; i++) {
        hardware->window[i] = windows[i];
        hardware->window[i].expected = malloc(windows[i].size);
        if (!hardware->window[i].expected)
            return error_set(error, "no memory");
    }
    restore_all(hardware);
    map_windows(hardware);
    build_segments(hardware);
    harness_start_protected(&hardware->harness, GDT_LIMIT, LDT_ENTRIES * 8 - 1);
    return true;
}

static void hardware_release(struct hardware *hardware)
{
    for (unsigned i = 0; i < WINDOW_COUNT; i++)
        free(hardware->window[i].expected);
    harness_release(&hardware->harness);
}

void replay_hwv1(struct replay *replay, struct lines *lines)
{
    struct hardware *hardware = calloc(1, sizeof *hardware);
    struct hwv1_case *test = calloc(1, sizeof *test);
    struct error error;
    bool wanted = false;
    char *line;

    if (!hardware || !test || !hardware_init(hardware, replay->model, &error)) {
        fprintf(stderr, "replay: the processor cannot be made\n");
        exit(6);
    }
    while ((line = lines_next(lines))) {
        if (line[0] == 'F')
            wanted = replay_wants(replay, line + 2);
        else if (line[0] == 'T' && wanted)
            replay_case(replay, hardware, lines, line, test);
    }
    hardware_release(hardware);
    free(hardware);
    free(test);
}
