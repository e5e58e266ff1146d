/* SPDX-License-Identifier: MIT */
/*
 * Flags that are not computed because nobody sees them: wherever a run of
 * instructions is stopped, all is as if they had run one by one.
 */
#include "cpu/insn/quiet.h"

#include <string.h>

#include "cpu/block.h"
#include "cpu/exec.h"
#include "tests/unit/cpu/same.h"

enum { PROGRAMS = 400, LENGTH = 20, BYTES_MAX = LENGTH * 8 + 2 };

struct program {
    uint8_t bytes[BYTES_MAX];
    unsigned size;
    uint32_t random;
};

static uint32_t below(struct program *program, uint32_t end)
{
    program->random = program->random * 1664525u + 1013904223u;
    return (program->random >> 8) % end;
}

static void emit(struct program *program, uint32_t byte)
{
    program->bytes[program->size++] = (uint8_t)byte;
}

/* Any register but ESP. */
static uint32_t any_register(struct program *program)
{
    static const uint8_t registers[] = {EAX, ECX, EDX, EBX, EBP, ESI, EDI};

    return registers[below(program, sizeof registers)];
}

static void emit_registers(struct program *program, uint32_t reg)
{
    emit(program, 0xc0 | reg << 3 | any_register(program));
}

static void emit_data(struct program *program, uint32_t reg)
{
    emit(program, reg << 3 | 5);
    emit(program, RIG_DATA & 0xff);
    emit(program, RIG_DATA >> 8 & 0xff);
    emit(program, RIG_DATA >> 16);
    emit(program, 0);
}

/* One of the eight operations of two operands, in one of its forms. */
static void emit_binary(struct program *program)
{
    const uint32_t operation = below(program, 8);

    switch (below(program, 5)) {
    case 0: emit(program, 0x66); /* fall through */
    case 1:
        emit(program, operation << 3 | 1);
        emit_registers(program, any_register(program));
        break;
    case 2:
        emit(program, 0x83);
        emit_registers(program, operation);
        emit(program, below(program, 256));
        break;
    case 3:
        emit(program, operation << 3);
        emit(program, 0xc0 | below(program, 64));
        break;
    default:
        emit(program, operation << 3 | 3);
        emit_data(program, any_register(program));
        break;
    }
}

/* Shifts and rotates, by counts that may be 0. */
static void emit_shift(struct program *program)
{
    static const uint8_t operations[] = {0, 1, 4, 5, 7};
    const uint32_t operation = operations[below(program, sizeof operations)];

    switch (below(program, 3)) {
    case 0:
        emit(program, 0xd3);
        emit_registers(program, operation);
        break;
    case 1:
        emit(program, 0xd1);
        emit_registers(program, operation);
        break;
    default:
        emit(program, 0xc1);
        emit_registers(program, operation);
        emit(program, below(program, 3) * 16);
        break;
    }
}

/* Those that leave flags alone, and those that read them. */
static void emit_other(struct program *program)
{
    switch (below(program, 6)) {
    case 0: /* LEA */
        emit(program, 0x8d);
        emit_data(program, any_register(program));
        break;
    case 1: /* MOV */
        emit(program, 0x89);
        emit_registers(program, any_register(program));
        break;
    case 2: /* SETcc */
        emit(program, 0x0f);
        emit(program, 0x90 | below(program, 16));
        emit(program, 0xc0 | below(program, 8));
        break;
    case 3: /* NOT, NEG */
        emit(program, 0xf7);
        emit_registers(program, 2 + below(program, 2));
        break;
    case 4: /* Jcc to the next instruction */
        emit(program, 0x70 | below(program, 16));
        emit(program, 0);
        break;
    default: /* LAHF */ emit(program, 0x9f); break;
    }
}

static void make_program(struct program *program, uint32_t seed)
{
    *program = (struct program){.random = seed * 2654435761u};
    for (unsigned i = 0; i < LENGTH; i++) {
        switch (below(program, 6)) {
        case 0:
        case 1: emit_binary(program); break;
        case 2: /* INC, DEC */
            emit(program,
                 0x40 | below(program, 2) << 3 | any_register(program));
            break;
        case 3: emit_shift(program); break;
        default: emit_other(program); break;
        }
    }
    emit(program, 0xeb); /* JMP to itself */
    emit(program, 0xfe);
}

static void load(struct rig *rig, const void *bytes, uint32_t size)
{
    bus_write_block(&rig->bus, BUS_DEBUGGER, RIG_CODE, bytes, size);
}

static void begin(struct rig *rig, uint32_t seed)
{
    for (unsigned i = 0; i < GPR_COUNT; i++)
        rig->cpu.gpr[i] = seed * (i + 1) * 2246822519u;
    rig->cpu.status = 0;
    rig->cpu.eip = RIG_CODE;
}

static void run(struct rig *rig, uint64_t ticks)
{
    const uint64_t end = rig->clock.now + ticks;

    while (rig->clock.now < end)
        (void)cpu_run(&rig->cpu, end);
}

START_TEST(flags_are_right_wherever_a_run_stops)
{
    static struct rig whole;
    static struct rig steps;
    struct program program;

    rig_init(&whole, "pentium");
    rig_init(&steps, "pentium");
    rig_enter(&whole, 0);
    rig_enter(&steps, 0);
    steps.cpu.mmu.use_fast = false; /* each takes its full form */
    for (uint32_t seed = 1; seed <= PROGRAMS; seed++) {
        make_program(&program, seed);
        load(&whole, program.bytes, program.size);
        load(&steps, program.bytes, program.size);
        begin(&steps, seed);
        for (unsigned ticks = 1; ticks <= LENGTH + 1; ticks++) {
            begin(&whole, seed);
            run(&whole, ticks);
            run(&steps, 1);
            expect_same_processor(&whole, &steps);
        }
    }
    rig_release(&whole);
    rig_release(&steps);
}
END_TEST

/* Which of the first records of a program are quiet, from bit 0 on. */
static unsigned quiet_records(const uint8_t *bytes, uint32_t size)
{
    static struct rig rig;
    const struct block *block;
    unsigned quiet = 0;

    rig_init(&rig, "pentium");
    rig_enter(&rig, 0);
    load(&rig, bytes, size);
    begin(&rig, 1);
    run(&rig, 100);
    block = block_find(rig.cpu.block_index, RIG_CODE, rig.cpu.mode);
    EXPECT(block);
    for (unsigned i = 0; i < block->records; i++)
        quiet |= (unsigned)!!(block->insn[i].prefixes & INSN_QUIET) << i;
    rig_release(&rig);
    return quiet;
}

#define QUIET(...)                                \
    quiet_records((const uint8_t[]){__VA_ARGS__}, \
                  sizeof(const uint8_t[]){__VA_ARGS__})

START_TEST(flags_that_are_replaced_before_they_are_seen_are_not_computed)
{
    /* add eax, ecx; inc edx; mov esi, eax; cmp eax, edx; jmp */
    EXPECT_EQ(QUIET(0x01, 0xc8, 0x42, 0x89, 0xc6, 0x39, 0xd0, 0xeb, 0xfe), 3);
    /* add eax, ecx; add eax, [DATA]; inc edx; cmp eax, edx; jnz; jmp: the
     * access may fault */
    EXPECT_EQ(QUIET(0x01, 0xc8, 0x03, 0x05, 0, 0x80, 1, 0, 0x42, 0x39, 0xd0,
                    0x75, 0, 0xeb, 0xfe),
              4);
    /* add eax, ecx; inc edx; jmp: INC keeps CF */
    EXPECT_EQ(QUIET(0x01, 0xc8, 0x42, 0xeb, 0xfe), 0);
    /* add eax, ecx; shl edx, 0; jmp: a count of 0 keeps all */
    EXPECT_EQ(QUIET(0x01, 0xc8, 0xc1, 0xe2, 0, 0xeb, 0xfe), 0);
    /* add eax, ecx; adc edx, 0; cmp eax, edx; jmp */
    EXPECT_EQ(QUIET(0x01, 0xc8, 0x83, 0xd2, 0, 0x39, 0xd0, 0xeb, 0xfe), 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        flags_are_right_wherever_a_run_stops,
        flags_that_are_replaced_before_they_are_seen_are_not_computed,
    };

    return run_tests("quiet", tests, sizeof tests / sizeof tests[0]);
}
