/* SPDX-License-Identifier: MIT */
/*
 * Integer instructions on this host's processor, in 32-bit user mode, and on
 * ours at CPL 3 and the same addresses: every row of the opcode tables that a
 * program may run, with random operands and flags. Registers, memory, flags
 * that the row does not leave undefined, branches and exceptions must be
 * equal. The second half of the cases runs in full forms, not specialised
 * ones. x87 instructions are compare_x87's.
 *
 * Usage: compare_integer [COUNT [SEED]]
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mmu/paging.h"
#include "tests/host/host32.h"
#include "tests/host/integer_case.h"
#include "tests/vectors/harness.h"

enum {
    SHOWN_MAX = 10,
    SKIPPED = 77,
    TICKS_MAX = 64, /* longer than any REP here */
    COMPARED_FLAGS = FLAGS_STATUS | FLAG_DF
};

/* What both start from and compare: around the operand and the stack. */
struct windows {
    uint8_t data[CASE_WINDOW];
    uint8_t stack[CASE_WINDOW];
};

struct outcome {
    struct host32_state state;
    struct windows memory;
};

struct compare {
    struct harness harness;
    struct case_maker maker;
    unsigned long failed;
};

static uint8_t *ours_at(struct compare *compare, uint32_t address)
{
    return compare->harness.bus.memory + address;
}

static void run_host(const struct integer_case *one, struct outcome *outcome)
{
    memcpy(host32_memory(CASE_DATA), outcome->memory.data, CASE_WINDOW);
    memcpy(host32_memory(CASE_STACK), outcome->memory.stack, CASE_WINDOW);
    host32_run(one->code, one->length, &outcome->state);
    memcpy(outcome->memory.data, host32_memory(CASE_DATA), CASE_WINDOW);
    memcpy(outcome->memory.stack, host32_memory(CASE_STACK), CASE_WINDOW);
}

/* At CPL 3, in front of the instruction. */
static void start_ours(struct compare *compare, const struct integer_case *one,
                       const struct outcome *outcome)
{
    struct harness *harness = &compare->harness;
    struct cpu *cpu = &harness->cpu;

    harness_store(harness, CASE_DATA, outcome->memory.data, CASE_WINDOW);
    harness_store(harness, CASE_STACK, outcome->memory.stack, CASE_WINDOW);
    harness_store(harness, HOST32_CODE, one->code, (uint32_t)one->length);
    for (unsigned i = 0; i < SEGMENT_COUNT; i++)
        harness_load_segment(harness, i, i == CS ? 0x1b : 0x23);
    cpu->cpl = 3;
    cpu->eip = HOST32_CODE;
    memcpy(cpu->gpr, outcome->state.gpr, sizeof outcome->state.gpr);
    cpu_set_eflags(cpu, outcome->state.eflags | FLAG_IF);
    cpu_update_mode(cpu);
    harness_clear(harness);
}

static void run_ours(struct compare *compare, const struct integer_case *one,
                     struct outcome *outcome)
{
    struct harness *harness = &compare->harness;
    struct cpu *cpu = &harness->cpu;
    struct trap trap;

    start_ours(compare, one, outcome);
    for (unsigned i = 0; i < TICKS_MAX && cpu->eip == HOST32_CODE; i++)
        harness_run(harness, 1);
    memcpy(outcome->state.gpr, cpu->gpr, sizeof outcome->state.gpr);
    outcome->state.eflags = cpu_eflags(cpu);
    outcome->state.taken = cpu->eip == HOST32_TARGET;
    outcome->state.vector = HOST32_NO_VECTOR;
    if (harness_trapped(harness, &trap)) {
        outcome->state.gpr[ESP] = trap.esp;
        outcome->state.eflags = trap.eflags;
        outcome->state.vector = trap.vector;
    }
    memcpy(outcome->memory.data, ours_at(compare, CASE_DATA), CASE_WINDOW);
    memcpy(outcome->memory.stack, ours_at(compare, CASE_STACK), CASE_WINDOW);
}

static bool is_equal(const struct integer_case *one, const struct outcome *a,
                     const struct outcome *b)
{
    const uint32_t undefined =
        a->state.vector == HOST32_NO_VECTOR ? one->undefined_flags : 0;

    return a->state.vector == b->state.vector &&
           a->state.taken == b->state.taken &&
           ((a->state.eflags ^ b->state.eflags) & COMPARED_FLAGS &
            ~undefined) == 0 &&
           memcmp(a->state.gpr, b->state.gpr, sizeof a->state.gpr) == 0 &&
           memcmp(&a->memory, &b->memory, sizeof a->memory) == 0;
}

static void print_outcome(const char *title, const struct outcome *outcome)
{
    static const char *const names[] = {"eax", "ecx", "edx", "ebx",
                                        "esp", "ebp", "esi", "edi"};

    printf("  %-6s", title);
    for (unsigned i = 0; i < 8; i++)
        printf(" %s %08" PRIx32, names[i], outcome->state.gpr[i]);
    printf(" eflags %08" PRIx32 " %s vector %d\n", outcome->state.eflags,
           outcome->state.taken ? "taken" : "", outcome->state.vector);
}

static void print_window(const char *name, uint32_t address, const uint8_t *was,
                         const uint8_t *host, const uint8_t *ours)
{
    for (unsigned i = 0; i < CASE_WINDOW; i++) {
        if (host[i] != ours[i])
            printf("  %s %08" PRIx32 ": was %02x, host %02x, ours %02x\n", name,
                   address + i, was[i], host[i], ours[i]);
    }
}

static void print_case(const struct integer_case *one,
                       const struct outcome *outcome)
{
    printf("%s:", one->row->mnemonic);
    for (unsigned i = 0; i < one->length; i++)
        printf(" %02x", one->code[i]);
    printf("\n");
    print_outcome("before", &outcome[0]);
    print_outcome("host", &outcome[1]);
    print_outcome("ours", &outcome[2]);
    print_window("data", CASE_DATA, outcome[0].memory.data,
                 outcome[1].memory.data, outcome[2].memory.data);
    print_window("stack", CASE_STACK, outcome[0].memory.stack,
                 outcome[1].memory.stack, outcome[2].memory.stack);
}

static void compare_one(struct compare *compare)
{
    struct integer_case one;
    struct outcome outcome[3];

    case_make(&compare->maker, &one);
    memcpy(outcome[0].state.gpr, one.gpr, sizeof one.gpr);
    outcome[0].state.eflags = one.eflags;
    outcome[0].state.taken = false;
    outcome[0].state.vector = HOST32_NO_VECTOR;
    memcpy(outcome[0].memory.data, one.data, CASE_WINDOW);
    memcpy(outcome[0].memory.stack, one.stack, CASE_WINDOW);
    outcome[1] = outcome[2] = outcome[0];
    run_host(&one, &outcome[1]);
    run_ours(compare, &one, &outcome[2]);
    if (is_equal(&one, &outcome[1], &outcome[2]))
        return;
    if (compare->failed++ < SHOWN_MAX)
        print_case(&one, outcome);
}

/* The area at the same linear addresses as on the host. */
static void map_area(struct harness *harness)
{
    for (uint32_t page = HOST32_AREA; page < HOST32_AREA + HOST32_AREA_SIZE;
         page += PAGE_SIZE)
        harness_store32(harness,
                        SYSTEM_PHYSICAL + SYSTEM_TABLE_HIGH +
                            (page >> 12 & 0x3ff) * 4,
                        page | PTE_P | PTE_RW | PTE_US);
}

static bool compare_init(struct compare *compare, uint64_t seed)
{
    struct error error;
    struct harness *harness = &compare->harness;
    const uint32_t user = RIGHTS_FLAT | RIGHTS_RING3;

    if (!harness_init(harness, cpu_model_find("pentiumpro"), &error))
        return false;
    map_area(harness);
    harness_set_descriptor(harness, SYSTEM_GDT, 1, 0, 0xfffff,
                           RIGHTS_CODE32 | RIGHTS_FLAT);
    harness_set_descriptor(harness, SYSTEM_GDT, 2, 0, 0xfffff,
                           RIGHTS_DATA32 | RIGHTS_FLAT);
    harness_set_descriptor(harness, SYSTEM_GDT, 3, 0, 0xfffff,
                           RIGHTS_CODE32 | user);
    harness_set_descriptor(harness, SYSTEM_GDT, 4, 0, 0xfffff,
                           RIGHTS_DATA32 | user);
    harness_start_protected(harness, 0x7f, 0);
    case_maker_init(&compare->maker, seed, harness->cpu.row_forms);
    return true;
}

static void ignore(void *context, const struct trace_record *record)
{
    (void)context;
    (void)record;
}

/* From here on each instruction in its full form, as tracing has it. */
static void use_full_forms(struct compare *compare)
{
    compare->harness.trace.record = ignore;
    compare->harness.trace.enabled = 1u << TRACE_EXEC;
    cpu_update_tracing(&compare->harness.cpu);
}

int main(int argc, char **argv)
{
    const unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 0) : 200000;
    const uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    const char *reason = host32_init();
    struct compare *compare = calloc(1, sizeof *compare);
    unsigned long failed;

    if (reason) {
        printf("skipped: %s\n", reason);
        free(compare);
        return SKIPPED;
    }
    if (!compare || !compare_init(compare, seed)) {
        fputs("compare_integer: cannot begin\n", stderr);
        return EXIT_FAILURE;
    }
    for (unsigned long i = 0; i < count; i++) {
        if (i == count / 2)
            use_full_forms(compare);
        compare_one(compare);
    }
    failed = compare->failed;
    printf("seed %" PRIu64 ": %lu cases of %u rows compared, %lu differ\n",
           seed, count, compare->maker.rows, failed);
    harness_release(&compare->harness);
    free(compare);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
