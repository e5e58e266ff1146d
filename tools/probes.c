/* SPDX-License-Identifier: MIT */
#include "tools/probes.h"

#include <stdlib.h>

#include "cpu/eflags.h"
#include "tools/peek.h"
#include "tools/probe_spec.h"
#include "trace/line.h"

enum {
    PROBES_MAX = 256,
    CALLS_MAX = 4096,
    WORD = 4,
    /* What a function may take off the stack besides its return address. */
    POPPED_MAX = 64,
    LIST_MAX = 1024 /* words of one */
};

struct probe {
    linear_addr entry;
    struct probe_spec spec;
};

/* A call that has not returned. */
struct call {
    const struct probe *probe;
    uint32_t space; /* CR3 of a user's stack; 0: one of the kernel's */
    uint32_t esp;   /* where the return address is */
    uint32_t return_eip;
    uint32_t gpr[GPR_COUNT]; /* as it was made */
    uint32_t argument[PROBE_ARGUMENTS_MAX];
    uint32_t results; /* where they will be, if the result is a list */
    uint64_t tick;
    uint8_t depth;
};

struct probes {
    struct machine *machine;
    unsigned count;
    unsigned call_count;
    uint64_t calls;
    uint64_t lost; /* calls that found no room, or no memory */
    bool told;     /* that some are lost */
    struct probe probe[PROBES_MAX];
    struct call call[CALLS_MAX]; /* in the order in which they were made */
};

struct probes *probes_create(struct machine *machine)
{
    struct probes *probes = calloc(1, sizeof *probes);

    if (probes)
        probes->machine = machine;
    return probes;
}

void probes_destroy(struct probes *probes)
{
    free(probes);
}

void probes_forget_calls(struct probes *probes)
{
    probes->call_count = 0;
}

void probes_clear(struct probes *probes)
{
    probes_forget_calls(probes);
    probes->count = 0;
}

static bool add_at(struct probes *probes, const struct probe_spec *spec,
                   linear_addr entry, struct error *error)
{
    if (probes->count == PROBES_MAX)
        return error_set(error, "more than %d probes", PROBES_MAX);
    if (!cpu_add_breakpoint(&probes->machine->cpu, entry))
        return error_set(error, "out of memory");
    probes->probe[probes->count++] =
        (struct probe){.entry = entry, .spec = *spec};
    return true;
}

bool probes_add(struct probes *probes, const struct symbols *symbols,
                const char *text, struct error *error)
{
    struct probe_spec spec;
    linear_addr entry;

    if (!probe_spec_parse(&spec, text, error))
        return false;
    if (!symbols || !symbols_find(symbols, spec.function, &entry))
        return error_set(error, "no symbol '%s'; see --symbols", spec.function);
    return add_at(probes, &spec, entry, error);
}

/* --- Calls and returns --- */

static uint32_t stack_word(const struct probes *probes, uint32_t esp)
{
    const struct segment *stack = &probes->machine->cpu.segment[SS];
    uint32_t word = 0;

    (void)peek_read(probes->machine, stack->base + esp, &word, sizeof word);
    return word;
}

static uint32_t value_at(const struct probes *probes,
                         const struct probe_place *place, uint32_t esp)
{
    if (place->on_stack)
        return stack_word(probes, esp + WORD * place->number);
    return probes->machine->cpu.gpr[place->number];
}

static uint32_t list_word(const struct probes *probes, uint32_t list,
                          uint32_t number)
{
    const struct segment *data = &probes->machine->cpu.segment[DS];
    uint32_t word = 0;

    (void)peek_read(probes->machine, data->base + list + number * WORD, &word,
                    sizeof word);
    return word;
}

static struct trace_record record_of(const struct call *call)
{
    const struct probe_spec *spec = &call->probe->spec;
    struct trace_record record = {.event = TRACE_PROBE,
                                  .probe = {.function = spec->function,
                                            .names = spec->names,
                                            .count = spec->count,
                                            .depth = call->depth,
                                            .called = call->tick}};

    memcpy(record.probe.argument, call->argument, sizeof call->argument);
    return record;
}

/* To the trace if it wants such events, else to the user. */
static void tell(struct probes *probes, struct trace_record *record)
{
    struct trace *trace = &probes->machine->trace;
    char line[LINE_MAX_SIZE];

    if (trace->record) {
        if (trace_wants(trace, TRACE_PROBE))
            trace_emit(trace, record);
        return;
    }
    trace->locate(trace->locate_context, record);
    (void)fwrite(line, 1, line_write(line, record), stderr);
}

/*
 * The same once for each word of a list, with that word as `*value`, which is
 * the record's. Of an empty one: once, with 0.
 */
static void tell_each(struct probes *probes, struct trace_record *record,
                      uint32_t *value, uint32_t list,
                      const struct probe_place *place)
{
    const uint32_t count = probes->machine->cpu.gpr[place->count];

    *value = 0;
    if (count == 0 || count > LIST_MAX)
        tell(probes, record);
    for (uint32_t i = 0; i < count && count <= LIST_MAX; i++) {
        *value = list_word(probes, list, i);
        tell(probes, record);
    }
}

/* The return from a call with a list will show the last of it. */
static void tell_call(struct probes *probes, struct call *call)
{
    const int list = call->probe->spec.list;
    struct trace_record record = record_of(call);

    if (list < 0) {
        tell(probes, &record);
        return;
    }
    tell_each(probes, &record, &record.probe.argument[list],
              call->argument[list], &call->probe->spec.argument[list]);
    call->argument[list] = record.probe.argument[list];
}

/* True if `old` ended in a jump to the function of `call`, and left it its
 * return address: its own return is that of `call`. */
static bool goes_on_in(const struct call *old, const struct call *call)
{
    return old->return_eip == call->return_eip && old->probe != call->probe;
}

/* Other calls whose return address was where this one's is are gone: a task
 * ended, or somebody jumped out of them. */
static void forget_same_place(struct probes *probes, const struct call *call)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < probes->call_count; i++) {
        const struct call *old = &probes->call[i];

        if (old->esp != call->esp || old->space != call->space ||
            goes_on_in(old, call))
            probes->call[kept++] = *old;
    }
    probes->call_count = kept;
}

/* True if the two places can be on one stack, the first one as deep or
 * deeper. */
static bool is_within(const struct call *inner, const struct call *outer)
{
    enum { STACK_BYTES = 8192 };

    return inner->space == outer->space && inner->esp <= outer->esp &&
           (inner->esp ^ outer->esp) < STACK_BYTES;
}

static uint8_t depth_of(const struct probes *probes, const struct call *call)
{
    uint8_t depth = 0;

    for (unsigned i = 0; i < probes->call_count && depth < UINT8_MAX; i++)
        depth = (uint8_t)(depth + is_within(call, &probes->call[i]));
    return depth;
}

/* Stacks of the kernel have addresses of their own; those of users are at the
 * same ones in each address space. */
static uint32_t space_now(const struct probes *probes)
{
    const struct cpu *cpu = &probes->machine->cpu;

    return cpu->cpl == 3 && cpu->mmu.paging ? cpu->mmu.mode.cr3 : 0;
}

/* An instruction that a fault has kept from running, or a REP between two of
 * its iterations, goes on with RF set. */
static bool resumes(const struct probes *probes)
{
    const struct cpu *cpu = &probes->machine->cpu;

    return eflags_at(cpu, cpu_now(cpu)) & FLAG_RF;
}

/*
 * True if this is no new call, but the function's first instruction again:
 * after a page fault, whose handler may have lost RF, all registers are as
 * they were.
 */
static bool is_again(const struct probes *probes, const struct call *call)
{
    for (unsigned i = probes->call_count; i-- > 0;) {
        const struct call *old = &probes->call[i];

        if (old->probe == call->probe && old->esp == call->esp &&
            old->space == call->space && old->return_eip == call->return_eip)
            return resumes(probes) ||
                   memcmp(old->gpr, call->gpr, sizeof old->gpr) == 0;
    }
    return false;
}

/* Keep the call until it returns, if there is room. */
static void keep(struct probes *probes, const struct call *call)
{
    struct cpu *cpu = &probes->machine->cpu;

    if (probes->call_count < CALLS_MAX &&
        cpu_add_breakpoint(cpu, cpu->segment[CS].base + call->return_eip)) {
        probes->call[probes->call_count++] = *call;
        return;
    }
    probes->lost++;
    if (probes->told)
        return;
    probes->told = true;
    (void)fprintf(stderr,
                  "pagewalk: probes: %u calls are open at tick %llu; returns "
                  "of more will be missing\n",
                  probes->call_count, (unsigned long long)call->tick);
}

static void begin_call(struct probes *probes, const struct probe *probe)
{
    const uint32_t esp = probes->machine->cpu.gpr[ESP];
    struct call call = {.probe = probe,
                        .space = space_now(probes),
                        .esp = esp,
                        .return_eip = stack_word(probes, esp),
                        .tick = clock_now(&probes->machine->clock)};

    memcpy(call.gpr, probes->machine->cpu.gpr, sizeof call.gpr);
    if (is_again(probes, &call))
        return;
    probes->calls++;
    forget_same_place(probes, &call);
    call.depth = depth_of(probes, &call);
    for (unsigned i = 0; i < probe->spec.count; i++)
        call.argument[i] = value_at(probes, &probe->spec.argument[i], esp);
    if (probe->spec.result.is_list)
        call.results = value_at(probes, &probe->spec.result, esp);
    tell_call(probes, &call);
    keep(probes, &call);
}

/*
 * The call that returns to `eip` from this place of the stack: the one that
 * took least off it, and of those the latest. One that somebody jumped out of
 * lies deeper.
 */
static struct call *find_call(struct probes *probes, uint32_t eip)
{
    const uint32_t esp = probes->machine->cpu.gpr[ESP];
    const uint32_t space = space_now(probes);
    struct call *best = NULL;

    for (unsigned i = probes->call_count; i-- > 0;) {
        struct call *call = &probes->call[i];
        const uint32_t popped = esp - call->esp;

        if (call->return_eip == eip && call->space == space && popped >= WORD &&
            popped <= WORD + POPPED_MAX && (!best || popped < esp - best->esp))
            best = call;
    }
    return best;
}

/* The latest call whose return address was where that of `ended` was. */
static struct call *find_call_like(struct probes *probes,
                                   const struct call *ended)
{
    for (unsigned i = probes->call_count; i-- > 0;) {
        struct call *call = &probes->call[i];

        if (call->esp == ended->esp && call->return_eip == ended->return_eip &&
            call->space == ended->space)
            return call;
    }
    return NULL;
}

static void end_call(struct probes *probes, struct call *call)
{
    const struct probe_spec *spec = &call->probe->spec;
    struct trace_record record = record_of(call);
    const size_t behind =
        (size_t)(&probes->call[probes->call_count] - (call + 1));

    record.probe.leave = true;
    record.probe.has_result = spec->has_result;
    if (spec->has_result && !spec->result.is_list)
        record.probe.result = value_at(probes, &spec->result, 0);
    if (spec->result.is_list)
        tell_each(probes, &record, &record.probe.result, call->results,
                  &spec->result);
    else
        tell(probes, &record);
    memmove(call, call + 1, behind * sizeof *call);
    probes->call_count--;
}

void probes_reached(struct probes *probes, linear_addr linear)
{
    const uint32_t eip = linear - probes->machine->cpu.segment[CS].base;
    struct call *call = find_call(probes, eip);

    while (call) {
        const struct call ended = *call;

        end_call(probes, call);
        call = find_call_like(probes, &ended);
    }
    for (unsigned i = 0; i < probes->count; i++) {
        if (probes->probe[i].entry == linear)
            begin_call(probes, &probes->probe[i]);
    }
}

void probes_summary(FILE *file, const struct probes *probes)
{
    (void)fprintf(file, "probes: %llu calls, %u of them not over",
                  (unsigned long long)probes->calls, probes->call_count);
    if (probes->lost)
        (void)fprintf(file, ", %llu too many at once to see their returns",
                      (unsigned long long)probes->lost);
    (void)fputc('\n', file);
}
