/* SPDX-License-Identifier: MIT */
/*
 * The supervisor-state matrix: one instruction against page-table entries,
 * descriptors and gates. The format's description comes with the recordings.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mmu/paging.h"
#include "tests/vectors/harness.h"
#include "tests/vectors/replay.h"

enum {
    CODE = 0x70000,        /**< where the instruction stands */
    TARGET = 0x71000,      /**< where far transfers go */
    USER_STACK = 0x7b000,  /**< also below a far return frame */
    STACK = 0x7a000,       /**< of the instruction, unless it is PUSH */
    GATE_TARGET = 0xf05a6, /**< in the gates of the recording */
    TEST_TABLE = 0x32000,  /**< page table of linear 400000 to 7fffff */
    TEST_INDEX = 8,        /**< of the descriptor under test, selector 40 */
    TEST_VECTOR = 0x31,    /**< of the gate under test */
    GDT_LIMIT = 0x5f,
    WORDS_MAX = 24,
    INT_30 = 0x30
};

/** One line: words before and behind "=", those with a value by name. */
struct sys_case {
    char tag[4];
    char kind[4];
    char operation[16]; /**< "read", "ds", "ljmp" and so on; "" if none */
    char text[400];     /**< the words, cut up */
    const char *word[WORDS_MAX];
    unsigned before; /**< words in front of "=" */
    unsigned count;
};

/** The system under test. */
struct system {
    struct harness harness;
    struct sys_case test;
};

static bool parse(const char *line, struct sys_case *test)
{
    char *save = NULL;
    char *word;

    *test = (struct sys_case){0};
    if (strlen(line) >= sizeof test->text)
        return false;
    strcpy(test->text, line);
    for (word = strtok_r(test->text, " ", &save);
         word && test->count < WORDS_MAX; word = strtok_r(NULL, " ", &save)) {
        if (strcmp(word, "=") == 0) {
            test->before = test->count;
            continue;
        }
        test->word[test->count++] = word;
        if (test->before == 0 && test->count > 2 && !strchr(word, '='))
            snprintf(test->operation, sizeof test->operation, "%s", word);
    }
    if (test->before < 2 || test->count <= test->before)
        return false;
    snprintf(test->tag, sizeof test->tag, "%s", test->word[0]);
    snprintf(test->kind, sizeof test->kind, "%s", test->word[1]);
    return true;
}

/** Value of `name=` among the words from `first` to `last`. */
static bool value_of(const struct sys_case *test, const char *name,
                     unsigned first, unsigned last, uint32_t *value)
{
    const size_t size = strlen(name);

    for (unsigned i = first; i < last; i++) {
        if (strncmp(test->word[i], name, size) == 0 &&
            test->word[i][size] == '=') {
            *value = (uint32_t)strtoul(test->word[i] + size + 1, NULL, 16);
            return true;
        }
    }
    return false;
}

static uint32_t input(const struct sys_case *test, const char *name)
{
    uint32_t value = 0;

    value_of(test, name, 2, test->before, &value);
    return value;
}

static bool output(const struct sys_case *test, const char *name,
                   uint32_t *value)
{
    return value_of(test, name, test->before, test->count, value);
}

static bool is_operation(const struct sys_case *test, const char *name)
{
    return strcmp(test->operation, name) == 0;
}

static bool is_kind(const struct sys_case *test, const char *name)
{
    return strcmp(test->kind, name) == 0;
}

/** Where the instruction under test is written, byte by byte. */
struct emitter {
    uint8_t bytes[16];
    uint32_t size;
};

static void emit(struct emitter *emitter, const char *bytes, uint32_t size)
{
    memcpy(emitter->bytes + emitter->size, bytes, size);
    emitter->size += size;
}

static void emit_number(struct emitter *emitter, uint32_t value, uint32_t size)
{
    memcpy(emitter->bytes + emitter->size, &value, size);
    emitter->size += size;
}

/** An instruction of the paging matrix. Returns where it starts. */
static uint32_t emit_access(struct system *system, struct emitter *emitter)
{
    const struct sys_case *test = &system->test;
    struct cpu *cpu = &system->harness.cpu;
    const uint32_t linear = input(test, "lin");

    cpu->gpr[EAX] = is_kind(test, "px") ? 0x12345678 : 0x30cd30cd;
    if (is_operation(test, "exec"))
        return linear;
    if (is_operation(test, "push")) {
        cpu->gpr[ESP] = linear;
        emit(emitter, "\x68\xcd\x30\xcd\x30", 5);
        return CODE;
    }
    if (is_operation(test, "read"))
        emit(emitter, "\xa1", 1);
    else if (is_operation(test, "write"))
        emit(emitter, "\xa3", 1);
    else if (is_operation(test, "rmw"))
        emit(emitter, "\xff\x05", 2);
    else
        emit(emitter, "\xf0\x0f\xb1\x0d", 4);
    emit_number(emitter, linear, 4);
    return CODE;
}

/** MOV Sreg, LAR, LSL, VERR, VERW of the selector in EAX. */
static void emit_segment(struct system *system, struct emitter *emitter)
{
    static const struct {
        const char *name;
        const char *bytes;
        uint32_t size;
    } encoding[] = {
        {"es", "\x8e\xc0", 2},       {"ss", "\x8e\xd0", 2},
        {"ds", "\x8e\xd8", 2},       {"fs", "\x8e\xe0", 2},
        {"gs", "\x8e\xe8", 2},       {"lar", "\x0f\x02\xc8", 3},
        {"lsl", "\x0f\x03\xc8", 3},  {"verr", "\x0f\x00\xe0", 3},
        {"verw", "\x0f\x00\xe8", 3},
    };

    system->harness.cpu.gpr[EAX] = input(&system->test, "sel");
    for (size_t i = 0; i < sizeof encoding / sizeof *encoding; i++) {
        if (is_operation(&system->test, encoding[i].name))
            emit(emitter, encoding[i].bytes, encoding[i].size);
    }
}

/** Far JMP, CALL, RET and IRET to the selector; the last two with a frame. */
static void emit_transfer(struct system *system, struct emitter *emitter)
{
    const struct sys_case *test = &system->test;
    struct cpu *cpu = &system->harness.cpu;
    const uint32_t selector = input(test, "sel");
    uint32_t frame[5] = {TARGET, selector, USER_STACK, 0x23, 0};

    if (is_operation(test, "ljmp") || is_operation(test, "lcall")) {
        emit(emitter, is_operation(test, "ljmp") ? "\xea" : "\x9a", 1);
        emit_number(emitter, TARGET, 4);
        emit_number(emitter, selector, 2);
        return;
    }
    if (is_operation(test, "iret")) {
        memmove(frame + 3, frame + 2, 8);
        frame[2] = FLAG_1;
    }
    emit(emitter, is_operation(test, "iret") ? "\xcf" : "\xcb", 1);
    cpu->gpr[ESP] = STACK - sizeof frame;
    harness_store(&system->harness, cpu->gpr[ESP], frame, sizeof frame);
}

/** Page tables and cells of the paging matrix. */
static void set_pages(struct system *system)
{
    const struct sys_case *test = &system->test;
    struct harness *harness = &system->harness;
    const physical_addr directory = SYSTEM_PHYSICAL + SYSTEM_DIRECTORY;
    uint32_t pde = input(test, "pde");

    if (is_kind(test, "px")) {
        pde = TEST_TABLE | PTE_P | PTE_RW | PTE_US;
        harness_store32(harness, TEST_TABLE + 8, input(test, "pte1"));
        harness_store32(harness, TEST_TABLE + 12, input(test, "pte2"));
        harness_store32(harness, 0x41ffc, 0xaaaaaaaa);
        harness_store32(harness, 0x40000, 0xbbbbbbbb);
    } else {
        harness_store32(harness, TEST_TABLE + 12, input(test, "pte"));
        harness_store32(harness, 0x40010, 0x909030cd);
        harness_store32(harness, 0x803010, 0x909030cd);
    }
    harness_store32(harness, directory + 4, pde);
    harness->cpu.cr0 &= ~(uint32_t)CR0_WP;
    if (input(test, "wp"))
        harness->cpu.cr0 |= CR0_WP;
    mmu_set_cr3(&harness->cpu.mmu, directory);
    cpu_update_paging(&harness->cpu);
}

/** The descriptor or gate under test. */
static void set_descriptor(struct system *system)
{
    const struct sys_case *test = &system->test;
    const bool gate = is_kind(test, "ig");
    const physical_addr where =
        SYSTEM_PHYSICAL +
        (gate ? SYSTEM_IDT + TEST_VECTOR * 8u : SYSTEM_GDT + TEST_INDEX * 8u);

    harness_store32(&system->harness, where, input(test, "dlo"));
    harness_store32(&system->harness, where + 4, input(test, "dhi"));
    /* In a gate to selector 50 an interrupt finds conforming code. */
    if (gate)
        harness_set_descriptor(&system->harness, SYSTEM_GDT, 10, 0, 0xfffff,
                               RIGHTS_CODE32 | RIGHTS_FLAT | DESC_CONFORMING);
    else
        harness_set_descriptor(&system->harness, SYSTEM_GDT, 10, 0, 0, 0);
}

/** The state that the recording's stub had before the instruction. */
static void set_processor(struct system *system)
{
    struct cpu *cpu = &system->harness.cpu;
    const bool user = input(&system->test, "cpl") == 3;

    for (unsigned i = 0; i < GPR_COUNT; i++)
        cpu->gpr[i] = 0;
    cpu->gpr[ESP] = STACK;
    cpu_set_eflags(cpu, 0);
    for (unsigned i = 0; i < SEGMENT_COUNT; i++)
        harness_load_segment(&system->harness, i, user ? 0x23 : 0x10);
    harness_load_segment(&system->harness, CS, user ? 0x1b : 0x08);
    cpu->cpl = user ? 3 : 0;
    cpu->cr2 = 0;
    harness_clear(&system->harness);
    cpu_update_mode(cpu);
}

static void set_up(struct system *system)
{
    const struct sys_case *test = &system->test;
    struct cpu *cpu = &system->harness.cpu;
    struct emitter emitter = {0};

    set_processor(system);
    cpu->eip = CODE;
    if (is_kind(test, "pg") || is_kind(test, "px")) {
        set_pages(system);
        cpu->eip = emit_access(system, &emitter);
    } else {
        set_descriptor(system);
        if (is_kind(test, "ig"))
            emit(&emitter, "\xcd\x31", 2);
        else if (test->kind[0] == 's')
            emit_segment(system, &emitter);
        else
            emit_transfer(system, &emitter);
    }
    harness_store(&system->harness, CODE, emitter.bytes, sizeof emitter.bytes);
}

/** Compare an output of the line, where it has one, under `mask`. */
static void compare_word(struct replay *replay, const struct system *system,
                         const char *name, uint32_t got, uint32_t mask)
{
    uint32_t want;

    if (output(&system->test, name, &want) && ((got ^ want) & mask))
        tally_differ(&replay->tally, name, got & mask, want & mask);
}

static void compare_memory(struct replay *replay, const struct system *system,
                           bool faulted)
{
    const struct harness *harness = &system->harness;
    const bool loose = faulted && strchr(system->test.tag, 'A');
    const uint32_t mask = loose ? ~(uint32_t)(PTE_A | PTE_D) : 0xffffffff;
    const bool large = input(&system->test, "pde") & PTE_PS;

    compare_word(replay, system, "pde",
                 harness_load32(harness, SYSTEM_PHYSICAL + 4), mask);
    compare_word(replay, system, "pte",
                 harness_load32(harness, TEST_TABLE + 12), mask);
    compare_word(replay, system, "pte1",
                 harness_load32(harness, TEST_TABLE + 8), mask);
    compare_word(replay, system, "pte2",
                 harness_load32(harness, TEST_TABLE + 12), mask);
    compare_word(replay, system, "mem",
                 harness_load32(harness, large ? 0x803010 : 0x40010),
                 0xffffffff);
    compare_word(replay, system, "m1", harness_load32(harness, 0x41ffc),
                 0xffffffff);
    compare_word(replay, system, "m2", harness_load32(harness, 0x40000),
                 0xffffffff);
    if (!is_kind(&system->test, "ig"))
        compare_word(replay, system, "dhi",
                     harness_load32(harness, SYSTEM_PHYSICAL + SYSTEM_GDT +
                                                 TEST_INDEX * 8 + 4),
                     0xffffffff);
}

static void compare_processor(struct replay *replay,
                              const struct system *system,
                              const struct trap *trap)
{
    const struct cpu *cpu = &system->harness.cpu;

    compare_word(replay, system, "cs",
                 trap ? trap->cs : cpu->segment[CS].selector, 0xffffffff);
    compare_word(replay, system, "val", cpu->gpr[ECX], 0xffffffff);
    compare_word(replay, system, "zf", cpu_eflags(cpu) & FLAG_ZF ? 1 : 0, 1);
    compare_word(replay, system, "inner", cpu->cpl == 3, 1);
    compare_word(replay, system, "efl", cpu_eflags(cpu) & FLAG_IF, FLAG_IF);
}

/** True if the instruction came to its end, as INT 30 in the recording says. */
static bool went_well(const struct system *system, const struct trap *trap,
                      bool trapped)
{
    const struct sys_case *test = &system->test;
    const struct cpu *cpu = &system->harness.cpu;

    if (is_operation(test, "exec"))
        return trapped && trap->vector == INT_30;
    if (trapped)
        return false;
    if (is_kind(test, "ig") || is_kind(test, "fg"))
        return cpu->eip == GATE_TARGET;
    if (is_kind(test, "fc"))
        return cpu->eip == TARGET;
    return true;
}

static void compare(struct replay *replay, const struct system *system)
{
    const struct sys_case *test = &system->test;
    struct tally *tally = &replay->tally;
    struct trap trap = {0};
    const bool trapped = harness_trapped(&system->harness, &trap);
    const bool well = went_well(system, &trap, trapped);
    uint32_t vector;

    if (!output(test, "v", &vector)) {
        if (!well)
            tally_say(tally, "    not well: vector %x error %x eip %x\n",
                      trap.vector, trap.error_code, system->harness.cpu.eip);
    } else if (well || !trapped) {
        tally_say(tally, "    no fault, not vector %x\n", vector);
    } else {
        compare_word(replay, system, "v", trap.vector, 0xffffffff);
        compare_word(replay, system, "e", trap.error_code, 0xffffffff);
        compare_word(replay, system, "cr2", system->harness.cpu.cr2,
                     0xffffffff);
    }
    compare_memory(replay, system, trapped && !well);
    compare_processor(replay, system, trapped ? &trap : NULL);
}

/** What stands in the way of replaying the case, or NULL. */
static const char *obstacle(const struct replay *replay,
                            const struct sys_case *test)
{
    const struct cpu_model *model = replay->model;

    if (is_operation(test, "cmpxchg_fail") && model->generation < CPU_486)
        return "the model is older than the instruction";
    if (input(test, "wp") && !model->has_wp)
        return "the model has no CR0.WP";
    if ((input(test, "pde") & PTE_PS) && !(model->features & CPUID_PSE))
        return "the model has no large pages";
    return NULL;
}

static void replay_line(struct replay *replay, struct system *system,
                        struct lines *lines, const char *line)
{
    char form[40];
    const char *reason;

    if (line[0] == '#')
        return;
    if (!parse(line, &system->test)) {
        if (strncmp(line, "END", 3) != 0)
            tally_leave_out(&replay->tally, "lines that could not be read");
        return;
    }
    snprintf(form, sizeof form, "sys.%s%s%s cpl%u", system->test.kind,
             system->test.operation[0] ? "." : "", system->test.operation,
             input(&system->test, "cpl"));
    if (!replay_wants(replay, form))
        return;
    reason = obstacle(replay, &system->test);
    if (reason) {
        tally_leave_out(&replay->tally, reason);
        return;
    }
    set_up(system);
    harness_run(&system->harness, 1);
    compare(replay, system);
    tally_end(&replay->tally, lines->name, lines->number, line);
}

static bool system_init(struct system *system, const struct cpu_model *model,
                        struct error *error)
{
    static const uint32_t rights[] = {
        0,
        RIGHTS_CODE32 | RIGHTS_FLAT,
        RIGHTS_DATA32 | RIGHTS_FLAT,
        RIGHTS_CODE32 | RIGHTS_FLAT | RIGHTS_RING3,
        RIGHTS_DATA32 | RIGHTS_FLAT | RIGHTS_RING3,
    };
    struct harness *harness = &system->harness;

    if (!harness_init(harness, model, error))
        return false;
    for (unsigned i = 1; i < sizeof rights / sizeof *rights; i++)
        harness_set_descriptor(harness, SYSTEM_GDT, i, 0, 0xfffff, rights[i]);
    harness_set_descriptor(harness, SYSTEM_GDT, 5, SYSTEM_LINEAR + SYSTEM_TSS,
                           0x67, RIGHTS_TSS32_BUSY);
    harness_set_descriptor(harness, SYSTEM_GDT, 11, 0, 0xfffff,
                           (RIGHTS_CODE32 & ~DESC_P) | RIGHTS_FLAT);
    for (uint32_t page = 0; page < 1024; page++)
        harness_store32(harness, SYSTEM_PHYSICAL + SYSTEM_TABLE_LOW + page * 4,
                        page << 12 | PTE_P | PTE_RW | PTE_US);
    harness_start_protected(harness, GDT_LIMIT, 0);
    return true;
}

void replay_sysv1(struct replay *replay, struct lines *lines)
{
    struct system *system = calloc(1, sizeof *system);
    struct error error;
    char *line;

    if (!system || !system_init(system, replay->model, &error)) {
        fprintf(stderr, "replay: the processor cannot be made\n");
        exit(6);
    }
    while ((line = lines_next(lines)))
        replay_line(replay, system, lines, line);
    harness_release(&system->harness);
    free(system);
}
