/* SPDX-License-Identifier: MIT */
#include "tools/probes.h"

#include <stdlib.h>

#include "tools/peek.h"
#include "tools/probe_spec.h"
#include "trace/line.h"

enum {
    PROBES_MAX = 256,
    CALLS_MAX = 4096,
    WORD = 4,
    /* What a function may take off the stack besides its return address. */
    POPPED_MAX = 64
};

struct probe {
    linear_addr entry;
    struct probe_spec spec;
};

/* A call that has not returned. */
struct call {
    const struct probe *probe;
    uint32_t esp; /* where the return address is */
    uint32_t return_eip;
    uint32_t argument[PROBE_ARGUMENTS_MAX];
    uint64_t tick;
    uint8_t depth;
};

struct probes {
    struct machine *machine;
    unsigned count;
    unsigned call_count;
    uint64_t calls;
    uint64_t lost; /* calls that found no room, or no memory */
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

/* Linux passes the first three in EAX, EDX and ECX, others on the stack. */
static const char *const linux_allocators[] = {
    "__kmalloc(size=eax, flags=edx) -> eax",
    "kmalloc_trace(cache=eax, flags=edx, size=ecx) -> eax",
    "kmalloc_large(size=eax, flags=edx) -> eax",
    "kmem_cache_alloc_trace(cache=eax, flags=edx, size=ecx) -> eax",
    "kfree(object=eax)",
    "kmem_cache_alloc(cache=eax, flags=edx) -> eax",
    "kmem_cache_free(cache=eax, object=edx)",
    "__alloc_pages(flags=eax, order=edx) -> eax",
    "__get_free_pages(flags=eax, order=edx) -> eax",
    "free_pages(address=eax, order=edx)",
    "__free_pages(page=eax, order=edx)",
    "vmalloc(size=eax) -> eax",
    "__vmalloc(size=eax, flags=edx) -> eax",
    "vfree(address=eax)",
};

static const char *const cdecl_allocators[] = {
    "alloc_bootmem(size) -> eax",
    "kmalloc(size, flags) -> eax",
    "kfree(object)",
    "kmem_cache_alloc(cache, flags) -> eax",
    "kmem_cache_free(cache, object)",
    "alloc_pages(flags, order) -> eax",
    "__alloc_pages(flags, order) -> eax",
    "__get_free_pages(flags, order) -> eax",
    "get_zeroed_page(flags) -> eax",
    "free_pages(address, order)",
    "__free_pages(page, order)",
    "mempool_alloc(pool, flags) -> eax",
    "mempool_free(object, pool)",
    "vmalloc(size) -> eax",
    "vfree(address)",
    "kmap(page) -> eax",
    "kunmap(page)",
};

bool probes_add_allocators(struct probes *probes, const struct symbols *symbols,
                           struct error *error)
{
    linear_addr linear;
    const bool is_linux =
        symbols && symbols_find(symbols, "linux_banner", &linear);
    const char *const *const list =
        is_linux ? linux_allocators : cdecl_allocators;
    const size_t count =
        is_linux ? sizeof linux_allocators / sizeof linux_allocators[0]
                 : sizeof cdecl_allocators / sizeof cdecl_allocators[0];
    const unsigned before = probes->count;
    struct error ignored;

    for (size_t i = 0; i < count; i++)
        (void)probes_add(probes, symbols, list[i], &ignored);
    return probes->count > before ||
           error_set(error, "no allocator is known by name here; see "
                            "--symbols and --probe");
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

        if (old->esp != call->esp || goes_on_in(old, call))
            probes->call[kept++] = *old;
    }
    probes->call_count = kept;
}

/* True if the two places can be on one stack, the first one as deep or
 * deeper. */
static bool is_within(uint32_t inner, uint32_t outer)
{
    enum { STACK_BYTES = 8192 };

    return inner <= outer && (inner ^ outer) < STACK_BYTES;
}

static uint8_t depth_at(const struct probes *probes, uint32_t esp)
{
    uint8_t depth = 0;

    for (unsigned i = 0; i < probes->call_count && depth < UINT8_MAX; i++)
        depth = (uint8_t)(depth + is_within(esp, probes->call[i].esp));
    return depth;
}

static void begin_call(struct probes *probes, const struct probe *probe)
{
    const uint32_t esp = probes->machine->cpu.gpr[ESP];
    struct call call = {.probe = probe,
                        .esp = esp,
                        .return_eip = stack_word(probes, esp),
                        .tick = clock_now(&probes->machine->clock)};
    struct trace_record record;

    probes->calls++;
    forget_same_place(probes, &call);
    call.depth = depth_at(probes, esp);
    for (unsigned i = 0; i < probe->spec.count; i++)
        call.argument[i] = value_at(probes, &probe->spec.argument[i], esp);
    record = record_of(&call);
    tell(probes, &record);
    if (probes->call_count == CALLS_MAX ||
        !cpu_add_breakpoint(&probes->machine->cpu,
                            probes->machine->cpu.segment[CS].base +
                                call.return_eip))
        probes->lost++;
    else
        probes->call[probes->call_count++] = call;
}

/* The latest call that returns to `eip` from this place of the stack. */
static struct call *find_call(struct probes *probes, uint32_t eip)
{
    const uint32_t esp = probes->machine->cpu.gpr[ESP];

    for (unsigned i = probes->call_count; i-- > 0;) {
        struct call *call = &probes->call[i];
        const uint32_t popped = esp - call->esp;

        if (call->return_eip == eip && popped >= WORD &&
            popped <= WORD + POPPED_MAX)
            return call;
    }
    return NULL;
}

/* The latest call whose return address is there. */
static struct call *find_call_at(struct probes *probes, uint32_t esp,
                                 uint32_t eip)
{
    for (unsigned i = probes->call_count; i-- > 0;) {
        if (probes->call[i].esp == esp && probes->call[i].return_eip == eip)
            return &probes->call[i];
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
    if (spec->has_result)
        record.probe.result = value_at(probes, &spec->result, 0);
    tell(probes, &record);
    memmove(call, call + 1, behind * sizeof *call);
    probes->call_count--;
}

void probes_reached(struct probes *probes, linear_addr linear)
{
    const uint32_t eip = linear - probes->machine->cpu.segment[CS].base;
    struct call *call = find_call(probes, eip);

    while (call) {
        const uint32_t esp = call->esp;

        end_call(probes, call);
        call = find_call_at(probes, esp, eip);
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
