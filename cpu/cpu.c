/* SPDX-License-Identifier: MIT */
#include "cpu/cpu.h"

#include "cpu/block.h"
#include "cpu/mode.h"
#include "cpu/operand.h"
#include "cpu/patch.h"
#include "cpu/row_form.h"

/* Bytes have changed on a page that holds decoded code. */
static void code_written(void *context, enum bus_master master,
                         physical_addr physical, uint32_t size)
{
    const struct cpu *cpu = context;
    const uint32_t first = physical & PAGE_OFFSET_MASK;
    const struct written written = {cpu->row_forms, cpu->current, first,
                                    first + size - 1};

    (void)master;
    block_cache_written(cpu->blocks, physical, &written);
}

static void remapped(void *context)
{
    struct cpu *cpu = context;

    mmu_clear_fast(&cpu->mmu);
    cpu->attention = true;
}

bool cpu_init(struct cpu *cpu, const struct cpu_model *model, struct bus *bus,
              struct trace *trace, const struct tlb_model *tlb,
              struct error *error)
{
    memset(cpu, 0, sizeof *cpu);
    cpu->missed.not_plain[ACCESS_READ] = FAST_EMPTY;
    cpu->missed.not_plain[ACCESS_WRITE] = FAST_EMPTY;
    cpu->model = model;
    cpu->trace = trace;
    if (!mmu_init(&cpu->mmu, bus, trace, tlb, error))
        return false;
    cpu->blocks = block_cache_create(bus, error);
    cpu->row_forms = row_forms_create(model, error);
    if (!cpu->blocks || !cpu->row_forms) {
        row_forms_destroy(cpu->row_forms);
        block_cache_destroy(cpu->blocks);
        mmu_release(&cpu->mmu);
        return false;
    }
    cpu->block_index = block_cache_index(cpu->blocks);
    bus->code = (struct bus_watch){code_written, cpu};
    bus->remapped = remapped;
    bus->remapped_context = cpu;
    cpu_reset(cpu);
    return true;
}

void cpu_release(struct cpu *cpu)
{
    cpu->mmu.bus->code.written = NULL;
    cpu->mmu.bus->remapped = NULL;
    row_forms_destroy(cpu->row_forms);
    cpu->row_forms = NULL;
    block_cache_destroy(cpu->blocks);
    cpu->blocks = NULL;
    cpu->block_index = NULL;
    breakpoints_clear(&cpu->breakpoints);
    mmu_release(&cpu->mmu);
}

/* SDM 3A, table "IA-32 Processor States Following Power-up, Reset, or INIT". */
void cpu_reset(struct cpu *cpu)
{
    const uint32_t rights = DESC_P | DESC_S | DESC_WRITABLE | DESC_ACCESSED;

    memset(cpu->gpr, 0, sizeof cpu->gpr);
    cpu->gpr[EDX] = cpu->model->signature;
    cpu_set_eflags(cpu, 0);
    for (unsigned i = 0; i < SEGMENT_COUNT; i++)
        cpu->segment[i] =
            (struct segment){.usable = true, .rights = rights, .limit = 0xffff};
    cpu->segment[CS].selector = 0xf000;
    cpu->segment[CS].base = 0xffff0000u;
    cpu->ldtr = (struct segment){.limit = 0xffff, .rights = DESC_P | 2 << 8};
    cpu->tr = (struct segment){.limit = 0xffff, .rights = DESC_P | 11 << 8};
    cpu->gdtr = (struct table_register){0, 0xffff};
    cpu->idtr = (struct table_register){0, 0xffff};
    cpu->eip = 0xfff0;
    cpu->cr0 = (cpu->model->has_fpu ? (uint32_t)CR0_ET : 0u) |
               (cpu->model->has_wp ? CR0_CD | CR0_NW : 0u);
    cpu->cr2 = 0;
    cpu->cr4 = 0;
    cpu->debug = (struct debug_registers){.dr6 = 0xffff0ff0u, .dr7 = 0x400};
    cpu->nmi_pending = cpu->nmi_blocked = false;
    cpu->halted = cpu->shutdown = cpu->shadow = false;
    cpu->holds_debug = false;
    cpu->cpl = 0;
    cpu->transfer = true;
    cpu->current = NULL;
    cpu->repeat_tick = CLOCK_NEVER;
    x87_reset(&cpu->x87);
    mmu_reset(&cpu->mmu);
    cpu_update_paging(cpu);
    cpu_update_mode(cpu);
}

void cpu_update_x87(struct cpu *cpu)
{
    struct x87 *x87 = &cpu->x87;

    x87->blocked = (uint8_t)(x87->blocked & ~(unsigned)X87_BLOCK_CONTROL);
    if (cpu->cr0 & (CR0_EM | CR0_TS))
        x87->blocked |= X87_BLOCK_CONTROL;
}

static enum processor_mode processor_mode(const struct cpu *cpu)
{
    const unsigned base = cpu_is_v86(cpu) ? PROCESSOR_V86 : PROCESSOR_PROTECTED;

    if (!cpu_is_protected(cpu))
        return PROCESSOR_REAL;
    if (!(cpu->cr0 & CR0_PG))
        return (enum processor_mode)base;
    return (enum processor_mode)(base + (cpu->cr4 & CR4_PAE ? 2 : 1));
}

void cpu_trace_mode(struct cpu *cpu)
{
    const enum processor_mode before = cpu->traced_mode;
    struct trace_record record = {.event = TRACE_MODE,
                                  .mode = {before, processor_mode(cpu)}};

    cpu->traced_mode = record.mode.after;
    if (record.mode.after != before)
        trace_emit(cpu->trace, &record);
}

void cpu_update_program(struct cpu *cpu)
{
    cpu_update_segment(cpu, SS);
    cpu_update_code(cpu);
}

void cpu_update_segment(struct cpu *cpu, unsigned number)
{
    const unsigned bits =
        segment_flat_bit(number) | (number == SS ? MODE_STACK32 : 0u);
    const unsigned mode =
        number == SS ? mode_of_stack(cpu) : mode_of_data(cpu, number);

    cpu->mode = (uint8_t)((cpu->mode & ~bits) | mode);
}

void cpu_update_mode(struct cpu *cpu)
{
    unsigned mode = mode_of_data(cpu, ES) | mode_of_data(cpu, DS);

    if (cpu->mmu.paging)
        mode |= MODE_PAGING;
    cpu->mode = (uint8_t)mode;
    cpu_update_x87(cpu);
    cpu_update_program(cpu);
}

/* No model here has PAT or PSE-36. SDM 3A, "32-Bit Paging", "PAE Paging". */
static struct paging_reserved reserved_bits(const struct cpu *cpu)
{
    const uint64_t beyond = ~0ull << cpu->model->physical_bits;

    if (cpu->cr4 & CR4_PAE)
        return (struct paging_reserved){.table = beyond,
                                        .large = beyond | 0x001ff000,
                                        .page = beyond | PTE_PAT};
    if (cpu->cr4 & CR4_PSE)
        return (struct paging_reserved){.large = 0x003ff000, .page = PTE_PAT};
    return (struct paging_reserved){0};
}

void cpu_update_paging(struct cpu *cpu)
{
    const struct paging_mode mode = {.cr3 = cpu->mmu.mode.cr3,
                                     .write_protect = cpu->cr0 & CR0_WP,
                                     .large_pages = cpu->cr4 & CR4_PSE,
                                     .global_pages = cpu->cr4 & CR4_PGE,
                                     .pae = cpu->cr4 & CR4_PAE,
                                     .reserved = reserved_bits(cpu)};

    mmu_set_control(&cpu->mmu, cpu->cr0 & CR0_PG, mode);
    cpu_update_mode(cpu);
}

void cpu_set_intr(struct cpu *cpu, bool level)
{
    cpu->intr = level;
    if (level)
        cpu->attention = true;
}

uint64_t cpu_now(const struct cpu *cpu)
{
    const unsigned left = cpu->current ? cpu->current->left : 0;

    if (!cpu->running)
        return cpu->clock->now;
    return cpu->deadline - (uint64_t)cpu->ticks_left - left;
}

uint32_t cpu_current_eip(const struct cpu *cpu)
{
    return cpu->current ? cpu->eip + cpu->current->offset : cpu->eip;
}

void cpu_follow_tracing(struct cpu *cpu)
{
    const uint32_t each_access = 1u << TRACE_MEM | 1u << TRACE_HIT;

    cpu->mmu.use_fast = !(cpu->trace->enabled & each_access);
    cpu->mmu.recording = trace_wants_accesses_only(cpu->trace);
    cpu->traced_mode = processor_mode(cpu);
    cpu->mmu.awaited = cpu->breakpoints.fetching != NULL;
    cpu->mmu.code.plain = FAST_EMPTY;
    mmu_choose_way(&cpu->mmu);
    mmu_clear_fast(&cpu->mmu);
}

void cpu_update_tracing(struct cpu *cpu)
{
    cpu_follow_tracing(cpu);
    block_cache_clear(cpu->blocks);
}

bool cpu_add_breakpoint(struct cpu *cpu, linear_addr linear)
{
    bool is_new_offset;

    if (!breakpoints_add(&cpu->breakpoints, linear, &is_new_offset))
        return false;
    if (is_new_offset)
        block_cache_clear(cpu->blocks);
    return true;
}

/* With all the checks that a flat segment passes by its nature. */
static bool open_checked(struct cpu *cpu, unsigned segment,
                         effective_addr offset, uint32_t size,
                         uint32_t alignment, enum access access,
                         struct place *place)
{
    struct page_request request = {.access = access,
                                   .privilege = cpu_privilege(cpu)};

    if (!segment_linear(&cpu->segment[segment], offset, size, access,
                        &request.linear))
        return cpu_fault_code(cpu, segment == SS ? VECTOR_SS : VECTOR_GP, 0);
    if (cpu->mode & MODE_ALIGNED && request.linear & (alignment - 1))
        return cpu_fault_code(cpu, VECTOR_AC, 0);
    if (!memory_open(&cpu->mmu, request, size, &place->memory, &cpu->fault))
        return false;
    place->host = place->memory.host;
    return true;
}

/* The segment is flat, and the fast table does not know the page. */
static bool open_missed(struct cpu *cpu, linear_addr linear, uint32_t size,
                        enum access access, struct place *place)
{
    const struct page_request request = {linear, access, cpu_privilege(cpu)};

    if (UNLIKELY(!memory_open_slow(&cpu->mmu, request, size, &place->memory,
                                   &cpu->fault)))
        return false;
    place->host = place->memory.host;
    return true;
}

static ALWAYS_INLINE bool open_data(struct cpu *cpu, unsigned segment,
                                    effective_addr offset, uint32_t size,
                                    uint32_t alignment, enum access access,
                                    struct place *place)
{
    uint8_t *host;

    if (LIKELY(cpu_is_flat(cpu, segment))) {
        host = fast_probe(cpu->mmu.fast, offset, size, access);
        if (LIKELY(host)) {
            place->host = host;
            memory_place_plain(&cpu->mmu, host, size, &place->memory);
            return true;
        }
        if (LIKELY(!page_crosses(offset, size)))
            return open_missed(cpu, offset, size, access, place);
    }
    return open_checked(cpu, segment, offset, size, alignment, access, place);
}

bool cpu_open(struct cpu *cpu, unsigned segment, effective_addr offset,
              uint32_t size, enum access access, struct place *place)
{
    return open_data(cpu, segment, offset, size, size, access, place);
}

bool cpu_open_aligned(struct cpu *cpu, unsigned segment, effective_addr offset,
                      uint32_t size, uint32_t alignment, enum access access,
                      struct place *place)
{
    return open_data(cpu, segment, offset, size, alignment, access, place);
}

/* A place in plain memory that one probe finds, if the segment is flat. */
static ALWAYS_INLINE uint8_t *known_data(struct cpu *cpu, unsigned segment,
                                         effective_addr offset, uint32_t size,
                                         enum access access)
{
    const struct page_request request = {offset, access, cpu_privilege(cpu)};

    if (UNLIKELY(!cpu_is_flat(cpu, segment)))
        return NULL;
    return memory_known(&cpu->mmu, request, size, 1);
}

/* The two below, where it is not. */
__attribute__((noinline)) static bool read_data(struct cpu *cpu,
                                                unsigned segment,
                                                effective_addr offset,
                                                uint32_t size, uint32_t *value)
{
    const uint8_t *host =
        recorded_data(cpu, segment, offset, size, ACCESS_READ);
    struct place place;

    if (host) {
        *value = bytes_load(host, size);
        return true;
    }
    TRY(cpu_open(cpu, segment, offset, size, ACCESS_READ, &place));
    *value = memory_place_read(&cpu->mmu, &place.memory, size);
    return true;
}

__attribute__((noinline)) static bool write_data(struct cpu *cpu,
                                                 unsigned segment,
                                                 effective_addr offset,
                                                 uint32_t size, uint32_t value)
{
    uint8_t *host = recorded_data(cpu, segment, offset, size, ACCESS_WRITE);
    struct place place;

    if (host) {
        bytes_store(host, size, value);
        return true;
    }
    TRY(cpu_open(cpu, segment, offset, size, ACCESS_WRITE, &place));
    memory_place_write(&cpu->mmu, &place.memory, size, value);
    return true;
}

bool cpu_read(struct cpu *cpu, unsigned segment, effective_addr offset,
              uint32_t size, uint32_t *value)
{
    const uint8_t *host = known_data(cpu, segment, offset, size, ACCESS_READ);

    if (UNLIKELY(!host))
        return read_data(cpu, segment, offset, size, value);
    *value = bytes_load(host, size);
    return true;
}

bool cpu_write(struct cpu *cpu, unsigned segment, effective_addr offset,
               uint32_t size, uint32_t value)
{
    uint8_t *host = known_data(cpu, segment, offset, size, ACCESS_WRITE);

    if (UNLIKELY(!host))
        return write_data(cpu, segment, offset, size, value);
    bytes_store(host, size, value);
    return true;
}

bool cpu_read_stack(struct cpu *cpu, uint32_t distance, unsigned size,
                    unsigned count, uint32_t *value)
{
    const uint32_t mask = cpu->mode & MODE_STACK32 ? 0xffffffffu : 0xffffu;
    const uint32_t top = cpu->gpr[ESP] + distance;
    const uint8_t *host =
        stack_words(cpu, top & mask, size, count, ACCESS_READ);

    if (UNLIKELY(!host))
        host = recorded_stack(cpu, top & mask, size, count);
    if (UNLIKELY(!host)) {
        for (unsigned i = 0; i < count; i++)
            TRY(cpu_read(cpu, SS, (top + i * size) & mask, size, &value[i]));
    } else if (LIKELY(size == 4)) {
        for (unsigned i = 0; i < count; i++)
            value[i] = bytes_load(host + 4 * i, 4);
    } else {
        for (unsigned i = 0; i < count; i++)
            value[i] = bytes_load(host + 2 * i, 2);
    }
    return true;
}

bool cpu_read_system(struct cpu *cpu, linear_addr linear, uint32_t size,
                     uint32_t *value)
{
    const struct page_request request = {linear, ACCESS_READ,
                                         PRIVILEGE_SUPERVISOR};
    const uint8_t *host = memory_known(&cpu->mmu, request, size, 1);

    if (UNLIKELY(!host))
        host = recorded_words(cpu, request, size, 1);
    if (UNLIKELY(!host))
        return memory_read(&cpu->mmu, request, size, value, &cpu->fault);
    *value = bytes_load(host, size);
    return true;
}

bool cpu_write_system(struct cpu *cpu, linear_addr linear, uint32_t size,
                      uint32_t value)
{
    const struct page_request request = {linear, ACCESS_WRITE,
                                         PRIVILEGE_SUPERVISOR};

    return memory_write(&cpu->mmu, request, size, value, &cpu->fault);
}
