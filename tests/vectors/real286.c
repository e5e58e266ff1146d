/* SPDX-License-Identifier: MIT */
/*
 * Real-mode tests recorded on an 80C286 (SingleStepTests). Each runs to the
 * HLT behind the instruction, or to that of the exception's handler.
 */
#include "tests/vectors/real286.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/vectors/harness.h"
#include "tests/vectors/replay.h"

enum {
    REAL_MEMORY = 0x110000, /**< up to FFFF:FFFF, A20 open */
    REAL_TICKS_MAX = 200000,
    LENGTH_MAX_286 = 10,
    REAL_FLAGS_SHOWN = 0x0fff, /**< bits 12 to 15 differ between chips */
    REAL_FLAGS_KEPT = 0x0fd5
};

struct real {
    struct harness harness;
    uint8_t *expected; /**< REAL_MEMORY bytes, zero between cases */
    struct real_case test;
};

static const uint8_t segment_order[] = {ES, CS, SS, DS};

static void set_up(struct real *real)
{
    const uint32_t *registers = real->test.before.registers;
    struct cpu *cpu = &real->harness.cpu;

    harness_clear(&real->harness);
    for (unsigned i = 0; i < GPR_COUNT; i++)
        cpu->gpr[i] = registers[REAL_AX + i];
    for (unsigned i = 0; i < sizeof segment_order; i++)
        harness_load_segment(&real->harness, segment_order[i],
                             (uint16_t)registers[REAL_ES + i]);
    cpu->eip = registers[REAL_IP];
    cpu_set_eflags(cpu, registers[REAL_FLAGS] & REAL_FLAGS_KEPT &
                            ~(uint32_t)FLAG_TF);
    cpu->cpl = 0;
    cpu_update_mode(cpu);
    for (unsigned i = 0; i < real->test.before.memory_count; i++) {
        const struct real_byte *byte = &real->test.before.memory[i];

        harness_store(&real->harness, byte->linear, &byte->value, 1);
        real->expected[byte->linear] = byte->value;
    }
    for (unsigned i = 0; i < real->test.after.memory_count; i++) {
        const struct real_byte *byte = &real->test.after.memory[i];

        real->expected[byte->linear] = byte->value;
    }
}

static void clear_bytes(struct real *real, const struct real_state *state)
{
    for (unsigned i = 0; i < state->memory_count; i++) {
        const uint8_t zero = 0;

        harness_store(&real->harness, state->memory[i].linear, &zero, 1);
        real->expected[state->memory[i].linear] = 0;
    }
}

/** The flags image that an exception pushed is compared under this mask. */
static uint32_t flags_mask(const struct replay *replay,
                           const struct opcode *row)
{
    return replay->strict ? REAL_FLAGS_SHOWN
                          : REAL_FLAGS_SHOWN & ~(uint32_t)row->undefined_flags;
}

static void compare_registers(struct replay *replay, const struct real *real,
                              uint32_t mask)
{
    const uint32_t *want = real->test.after.registers;
    const struct cpu *cpu = &real->harness.cpu;
    const uint32_t flags = cpu_eflags(cpu);
    struct tally *tally = &replay->tally;

    for (unsigned i = 0; i < GPR_COUNT; i++) {
        if (cpu->gpr[i] != want[REAL_AX + i])
            tally_differ(tally, real_register_name[REAL_AX + i], cpu->gpr[i],
                         want[REAL_AX + i]);
    }
    for (unsigned i = 0; i < sizeof segment_order; i++) {
        const uint16_t got = cpu->segment[segment_order[i]].selector;

        if (got != want[REAL_ES + i])
            tally_differ(tally, real_register_name[REAL_ES + i], got,
                         want[REAL_ES + i]);
    }
    /* A HLT at offset FFFF leaves 10000 in EIP. */
    if ((cpu->eip & 0xffff) != want[REAL_IP])
        tally_differ(tally, "ip", cpu->eip, want[REAL_IP]);
    if ((flags ^ want[REAL_FLAGS]) & mask)
        tally_differ(tally, "flags", flags & mask, want[REAL_FLAGS] & mask);
}

/** Take over from memory what the mask leaves open in pushed flags. */
static void loosen_pushed_flags(struct real *real, uint32_t mask)
{
    const uint8_t *memory = real->harness.bus.memory;
    const uint32_t *registers = real->test.after.registers;
    const linear_addr stack = registers[REAL_SS] << 4;

    if (!real->test.has_exception)
        return;
    for (unsigned i = 0; i < 2; i++) {
        const uint8_t kept = (uint8_t)(mask >> i * 8);
        const linear_addr at = stack + ((registers[REAL_SP] + 4 + i) & 0xffff);

        real->expected[at] =
            (uint8_t)((real->expected[at] & kept) | (memory[at] & ~kept));
    }
}

static void compare_memory(struct replay *replay, struct real *real)
{
    const uint8_t *memory = real->harness.bus.memory;
    unsigned shown = 0;

    if (memcmp(memory, real->expected, REAL_MEMORY) == 0)
        return;
    for (uint32_t at = 0; at < REAL_MEMORY && shown < 8; at++) {
        if (memory[at] == real->expected[at])
            continue;
        tally_say(&replay->tally, "    [%06x] is %02x, not %02x\n", at,
                  memory[at], real->expected[at]);
        shown++;
    }
}

/** Everything back to zero, whatever a case that failed has written. */
static void wipe(struct real *real)
{
    memset(real->expected, 0, REAL_MEMORY);
    harness_store(&real->harness, 0, real->expected, REAL_MEMORY);
}

/** What stands in the way of replaying the case, or NULL. */
static const char *obstacle(const struct replay *replay,
                            const struct real_case *test,
                            const struct encoding *encoding)
{
    if (test->has_exception && test->exception == VECTOR_GP &&
        test->code_size > LENGTH_MAX_286 + 1)
        return "286: longer than its ten bytes";
    if (test->has_exception && test->exception == VECTOR_GP &&
        (encoding->row->attributes & STRING))
        return "286: a string instruction that faults has moved on";
    if (encoding->locked &&
        (!(encoding->row->attributes & LOCKABLE) || encoding->modrm >= 0xc0))
        return "286: LOCK where the 386 forbids it";
    return encoding_obstacle(encoding, replay->model);
}

static void compare(struct replay *replay, struct real *real, uint32_t mask)
{
    loosen_pushed_flags(real, mask);
    compare_registers(replay, real, mask);
    compare_memory(replay, real);
    if (replay->tally.text_size)
        tally_say(&replay->tally, "    (%s)\n", real->test.name);
}

static void replay_line(struct replay *replay, struct real *real,
                        struct lines *lines, const char *line)
{
    struct real_case *test = &real->test;
    struct encoding encoding;
    char form[REAL_TEXT_MAX + 8];
    const uint64_t *stack_fault_count =
        &real->harness.cpu.exceptions[VECTOR_SS];
    uint64_t stack_faults;
    const char *reason;

    if (!real286_parse(line, test)) {
        tally_leave_out(&replay->tally, "lines that could not be read");
        return;
    }
    snprintf(form, sizeof form, "286.%s", test->file);
    if (!replay_wants(replay, form))
        return;
    encoding = encoding_of(test->code, test->code_size);
    reason = obstacle(replay, test, &encoding);
    if (reason) {
        tally_leave_out(&replay->tally, reason);
        return;
    }
    set_up(real);
    stack_faults = *stack_fault_count;
    harness_run(&real->harness, REAL_TICKS_MAX);
    if (test->has_exception && test->exception == VECTOR_GP &&
        *stack_fault_count != stack_faults) {
        tally_leave_out(&replay->tally, "286: #GP where the 386 raises #SS");
        wipe(real);
        return;
    }
    compare(replay, real, flags_mask(replay, encoding.row));
    if (replay->tally.text_size)
        wipe(real);
    clear_bytes(real, &test->before);
    clear_bytes(real, &test->after);
    tally_end(&replay->tally, lines->name, lines->number, line);
}

void replay_real286(struct replay *replay, struct lines *lines)
{
    struct real *real = calloc(1, sizeof *real);
    struct error error;
    char *line;

    if (!real || !(real->expected = calloc(1, REAL_MEMORY)) ||
        !harness_init(&real->harness, replay->model, &error)) {
        fprintf(stderr, "replay: the processor cannot be made\n");
        exit(6);
    }
    while ((line = lines_next(lines)))
        replay_line(replay, real, lines, line);
    harness_release(&real->harness);
    free(real->expected);
    free(real);
}
