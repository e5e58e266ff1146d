/* SPDX-License-Identifier: MIT */
#include "machine/machine.h"

#include "machine/trace_state.h"

/* --- What the processor and the devices call --- */

/* Bring the clock up to the processor. */
static void synchronise(void *context)
{
    struct machine *machine = context;

    machine->clock.now = cpu_now(&machine->cpu);
}

static void event_nearer(void *context)
{
    struct machine *machine = context;

    machine->cpu.attention = true;
}

static void locate(void *context, struct trace_record *record)
{
    struct machine *machine = context;

    record->tick = cpu_now(&machine->cpu);
    record->eip = cpu_current_eip(&machine->cpu);
    record->cr3 = machine->cpu.mmu.mode.cr3;
    record->code_base = machine->cpu.segment[CS].base;
    record->cpl = machine->cpu.cpl;
}

static void drive_intr(void *context, bool level)
{
    struct machine *machine = context;

    cpu_set_intr(&machine->cpu, level);
}

static uint8_t acknowledge(void *context)
{
    struct machine *machine = context;

    return board_acknowledge(&machine->board);
}

static void drive_ferr(void *context, bool level)
{
    struct machine *machine = context;

    board_set_ferr(&machine->board, level);
}

static void ignore_x87_error(void *context)
{
    struct machine *machine = context;

    cpu_ignore_x87_error(&machine->cpu);
}

static void serial_out(void *context, uint8_t byte)
{
    const struct machine *machine = context;

    if (machine->options.serial_out)
        machine->options.serial_out(machine->options.context, byte);
}

static void debug_out(void *context, uint8_t byte)
{
    const struct machine *machine = context;

    if (machine->options.debug_out)
        machine->options.debug_out(machine->options.context, byte);
}

static void leave(void *context, uint32_t value)
{
    struct machine *machine = context;

    machine->exit_value = value;
    machine_stop(machine, MACHINE_GUEST_EXIT);
}

static void power_off(void *context)
{
    machine_stop(context, MACHINE_POWER_OFF);
}

static void pull_reset(void *context)
{
    machine_stop(context, MACHINE_RESET);
}

static void set_a20(void *context, bool open)
{
    struct machine *machine = context;

    mmu_set_a20(&machine->cpu.mmu, open);
}

static bool a20(void *context)
{
    const struct machine *machine = context;

    return !machine->cpu.mmu.mode.a20_shut;
}

static uint64_t counter(void *context, unsigned index)
{
    struct machine *machine = context;
    const struct mmu_counts counts = mmu_counts(&machine->cpu.mmu);

    switch (index) {
    case COUNTER_TICKS: return clock_now(&machine->clock);
    case COUNTER_TLB_LOOKUPS: return counts.data_lookups + counts.code_lookups;
    case COUNTER_TLB_MISSES: return counts.data_misses + counts.code_misses;
    case COUNTER_PAGE_WALKS: return counts.walks;
    case COUNTER_PAGE_FAULTS: return counts.page_faults;
    case COUNTER_PORT_CYCLES: return machine->ports.cycles;
    case COUNTER_MMIO_CYCLES: return machine->bus.mmio_cycles;
    default: return 0;
    }
}

/* --- Life --- */

static bool init_board(struct machine *machine, struct error *error)
{
    const struct board_options options = {.intr = drive_intr,
                                          .serial_out = serial_out,
                                          .debug_out = debug_out,
                                          .leave = leave,
                                          .power_off = power_off,
                                          .reset = pull_reset,
                                          .ignore_x87_error = ignore_x87_error,
                                          .counter = counter,
                                          .context = machine,
                                          .media = machine->options.media,
                                          .set_a20 = set_a20,
                                          .a20 = a20,
                                          .firmware = machine->options.firmware,
                                          .clock_start =
                                              machine->options.clock_start};

    return board_init(&machine->board, &machine->bus, &machine->ports,
                      &machine->clock, &machine->trace, &options, error) &&
           board_map_memory(&machine->board, machine->options.memory_bytes,
                            error);
}

bool machine_init(struct machine *machine,
                  const struct machine_options *options, struct error *error)
{
    struct trace *trace = &machine->trace;

    *machine = (struct machine){.options = *options, .stop_tick = CLOCK_NEVER};
    trace->locate = locate;
    trace->snapshot = machine_trace_state;
    trace->locate_context = machine;
    clock_init(&machine->clock, options->ticks_per_second);
    machine->clock.synchronise = synchronise;
    machine->clock.nearer = event_nearer;
    machine->clock.context = machine;
    ports_init(&machine->ports, trace);
    if (!bus_init(&machine->bus, trace, error))
        return false;
    machine->bus.dma_offset = options->dma_offset;
    if (!cpu_init(&machine->cpu, options->cpu, &machine->bus, trace,
                  &options->tlb, error)) {
        bus_release(&machine->bus);
        return false;
    }
    machine->cpu.clock = &machine->clock;
    machine->cpu.ports = &machine->ports;
    machine->cpu.acknowledge = acknowledge;
    machine->cpu.ferr = drive_ferr;
    machine->cpu.context = machine;
    if (!init_board(machine, error)) {
        machine_release(machine);
        return false;
    }
    return true;
}

void machine_release(struct machine *machine)
{
    cpu_release(&machine->cpu);
    board_release(&machine->board);
    bus_release(&machine->bus);
}

void machine_reset(struct machine *machine)
{
    board_reset(&machine->board);
    cpu_reset(&machine->cpu);
    machine->end = MACHINE_RUNNING;
}

void machine_stop(struct machine *machine, enum machine_end end)
{
    machine->end = end;
    machine->cpu.attention = true;
}

uint64_t machine_instructions(struct machine *machine)
{
    return clock_now(&machine->clock) - machine->idle_ticks;
}

/* --- Running --- */

/* True if nothing that the machine knows can end the present HLT. */
static bool halted_dead(const struct cpu *cpu)
{
    return !(cpu->eflags & FLAG_IF) && !cpu->nmi_pending;
}

/* HLT: go to the next event, but not beyond `limit`. */
static enum machine_end skip_halt(struct machine *machine, uint64_t limit)
{
    const uint64_t next = clock_next(&machine->clock);
    const uint64_t until = next < limit ? next : limit;

    if (machine->cpu.intr && (machine->cpu.eflags & FLAG_IF))
        return MACHINE_RUNNING;
    if (halted_dead(&machine->cpu))
        return MACHINE_HALTED_DEAD;
    if (next == CLOCK_NEVER && machine->stop_tick == CLOCK_NEVER)
        return MACHINE_IDLE;
    machine->idle_ticks += until - machine->clock.now;
    machine->clock.now = until;
    return MACHINE_RUNNING;
}

/* Run the processor up to tick `limit` at most. */
static enum machine_end run_processor(struct machine *machine, uint64_t limit)
{
    const enum run_end end = cpu_run(&machine->cpu, limit);

    if (machine->end != MACHINE_RUNNING)
        return machine->end;
    switch (end) {
    case RUN_HALTED: return skip_halt(machine, limit);
    case RUN_SHUTDOWN: return MACHINE_SHUTDOWN;
    case RUN_BREAK: return MACHINE_STOP_AT;
    case RUN_DEADLINE:
    default: return MACHINE_RUNNING;
    }
}

static bool met_unmodelled(const struct machine *machine)
{
    return machine->options.strict &&
           (machine->cpu.unimplemented > 0 || machine->ports.open > 0);
}

static uint64_t nearest(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

void machine_pass(struct machine *machine, uint64_t ticks)
{
    machine->idle_ticks += ticks;
    machine->clock.now += ticks;
}

enum machine_end machine_run(struct machine *machine, uint64_t slice)
{
    struct clock *clock = &machine->clock;
    const uint64_t over =
        slice < CLOCK_NEVER - clock->now ? clock->now + slice : CLOCK_NEVER;
    const uint64_t limit = nearest(over, machine->stop_tick);

    machine->end = MACHINE_RUNNING;
    for (;;) {
        clock_advance(clock, clock->now);
        if (machine->end != MACHINE_RUNNING)
            return machine->end;
        if (met_unmodelled(machine))
            return machine->end = MACHINE_UNIMPLEMENTED;
        if (clock->now >= machine->stop_tick)
            return machine->end = MACHINE_STOP_AFTER;
        if (clock->now >= over)
            return MACHINE_RUNNING;
        machine->end =
            run_processor(machine, nearest(limit, clock_next(clock)));
        if (machine->end != MACHINE_RUNNING)
            return machine->end;
    }
}
