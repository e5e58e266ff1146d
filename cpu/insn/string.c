/* SPDX-License-Identifier: MIT */
#include "cpu/insn/string.h"

#include "cpu/alu.h"
#include "cpu/insn/repeat.h"
#include "cpu/insn/string_host.h"
#include "trace/fold.h"

/** Read the element at an index register. */
MUST_CHECK static ALWAYS_INLINE bool element_read(
    struct cpu *cpu, const struct insn *insn, const struct form form,
    unsigned segment, unsigned index, uint32_t *value)
{
    const uint32_t size = form.width / 8u;
    const uint8_t *host;

    if (form.path == PATH_FULL)
        return cpu_read(cpu, segment, string_index(cpu, insn, index), size,
                        value);
    host = fast_read(&cpu->mmu, cpu->gpr[index], size);
    if (!host)
        return false;
    *value = host_read(host, (enum width)form.width);
    return true;
}

/** Write the element at ES:eDI. */
MUST_CHECK static ALWAYS_INLINE bool element_write(struct cpu *cpu,
                                                   const struct insn *insn,
                                                   const struct form form,
                                                   uint32_t value)
{
    const uint32_t size = form.width / 8u;
    uint8_t *host;

    if (form.path == PATH_FULL)
        return cpu_write(cpu, ES, string_index(cpu, insn, EDI), size, value);
    host = fast_write(&cpu->mmu, cpu->gpr[EDI], size);
    if (!host)
        return false;
    host_write(host, (enum width)form.width, value);
    return true;
}

/** MOVS, one element: ES:[eDI] = DS:[eSI]. SDM 2A, "MOVS". */
static ALWAYS_INLINE bool movs(struct cpu *cpu, const struct insn *insn,
                               const struct form form)
{
    uint32_t value;

    TRY(element_read(cpu, insn, form, string_source(insn), ESI, &value));
    TRY(element_write(cpu, insn, form, value));
    string_advance(cpu, insn, ESI, form.width / 8u);
    string_advance(cpu, insn, EDI, form.width / 8u);
    return true;
}

/** STOS, one element: ES:[eDI] = accumulator. SDM 2B, "STOS". */
static ALWAYS_INLINE bool stos(struct cpu *cpu, const struct insn *insn,
                               const struct form form)
{
    TRY(element_write(cpu, insn, form,
                      cpu_register(cpu, EAX, (enum width)form.width)));
    string_advance(cpu, insn, EDI, form.width / 8u);
    return true;
}

/** LODS, one element: accumulator = DS:[eSI]. SDM 2A, "LODS". */
static ALWAYS_INLINE bool lods(struct cpu *cpu, const struct insn *insn,
                               const struct form form)
{
    uint32_t value;

    TRY(element_read(cpu, insn, form, string_source(insn), ESI, &value));
    cpu_set_register(cpu, EAX, (enum width)form.width, value);
    string_advance(cpu, insn, ESI, form.width / 8u);
    return true;
}

/** SCAS, one element: flags of accumulator - ES:[eDI]. SDM 2B, "SCAS". */
static ALWAYS_INLINE bool scas(struct cpu *cpu, const struct insn *insn,
                               const struct form form)
{
    const enum width width = (enum width)form.width;
    uint32_t value;

    TRY(element_read(cpu, insn, form, ES, EDI, &value));
    cpu->status =
        alu_sub(width, cpu_register(cpu, EAX, width), value, 0).status;
    string_advance(cpu, insn, EDI, form.width / 8u);
    return true;
}

/** CMPS, one element: flags of DS:[eSI] - ES:[eDI]. SDM 2A, "CMPS". */
static ALWAYS_INLINE bool cmps(struct cpu *cpu, const struct insn *insn,
                               const struct form form)
{
    uint32_t left;
    uint32_t right;

    TRY(element_read(cpu, insn, form, string_source(insn), ESI, &left));
    TRY(element_read(cpu, insn, form, ES, EDI, &right));
    cpu->status = alu_sub((enum width)form.width, left, right, 0).status;
    string_advance(cpu, insn, ESI, form.width / 8u);
    string_advance(cpu, insn, EDI, form.width / 8u);
    return true;
}

/** Elements of a run up to the end of the page and of the address space. */
static uint32_t run_room(const struct cpu *cpu, const struct insn *insn,
                         effective_addr offset, linear_addr linear)
{
    const uint32_t size = insn->width / 8u;
    const unsigned shift = insn->width >> 4u; /* size is 1 << shift */
    const uint32_t in_page = linear & PAGE_OFFSET_MASK;
    const uint32_t last = insn->prefixes & INSN_ADDRESS16 ? 0xffff : 0xffffffff;
    uint32_t before_wrap;
    uint32_t in_this_page;

    if (last - offset < size - 1)
        return 0;
    if (cpu->eflags & FLAG_DF) {
        before_wrap = (offset >> shift) + 1;
        in_this_page = (in_page >> shift) + 1;
    } else {
        before_wrap = ((last - offset - (size - 1)) >> shift) + 1;
        in_this_page = (PAGE_SIZE - in_page) >> shift;
    }
    return before_wrap < in_this_page ? before_wrap : in_this_page;
}

/** Elements one after the other; the first in string order. */
struct run {
    uint8_t *host;
    linear_addr linear;
};

/** The same as fast_read() and fast_write() where accesses are recorded. */
NEVER_INLINE static uint8_t *run_open_recorded(const struct mmu *mmu,
                                               linear_addr linear,
                                               uint32_t size,
                                               enum access access)
{
    return mmu->recording ? fast_probe_tagged(mmu->fast, linear, size, access,
                                              FAST_RECORDED)
                          : NULL;
}

/**
 * The longest run, up to `limit` elements, from an index register on that
 * lies in plain memory of one page and cannot fault. Returns its length, 0 if
 * there is none.
 */
static uint32_t run_open(struct cpu *cpu, const struct insn *insn,
                         unsigned segment_number, unsigned index,
                         enum access access, uint32_t limit, struct run *run)
{
    const struct segment *segment = &cpu->segment[segment_number];
    const effective_addr offset = string_index(cpu, insn, index);
    const linear_addr linear = segment->base + offset;
    const uint32_t size = insn->width / 8u;
    const uint32_t room = run_room(cpu, insn, offset, linear);
    const uint32_t count = room < limit ? room : limit;
    const uint32_t bytes = count * size;

    if (count == 0 || (cpu->mode & MODE_ALIGNED) ||
        !segment_type_allows(segment, access) ||
        !segment_limit_allows(
            segment, cpu->eflags & FLAG_DF ? offset - (bytes - size) : offset,
            bytes))
        return 0;
    run->linear = linear;
    run->host = access == ACCESS_WRITE ? fast_write(&cpu->mmu, linear, size)
                                       : fast_read(&cpu->mmu, linear, size);
    if (UNLIKELY(!run->host))
        run->host = run_open_recorded(&cpu->mmu, linear, size, access);
    return run->host ? count : 0;
}

/** Put the accesses of a run into the trace. False: one by one, please. */
NEVER_INLINE static bool run_put(struct cpu *cpu, const struct insn *insn,
                                 enum trace_repeat_kind kind, uint32_t count,
                                 const struct run *run)
{
    struct trace_record record = {.tick = cpu_now(cpu) + count - 1,
                                  .eip = cpu_current_eip(cpu)};
    struct trace_repeat *repeat = &record.repeat;
    const uint8_t *memory = cpu->mmu.bus->memory;

    *repeat = (struct trace_repeat){.kind = (uint8_t)kind,
                                    .shift = insn->width >> 4u,
                                    .down = cpu->eflags & FLAG_DF,
                                    .count = (uint16_t)count};
    for (unsigned i = 0; i < (kind >= TRACE_REPEAT_COPY ? 2u : 1u); i++) {
        repeat->linear[i] = run[i].linear;
        repeat->physical[i] = (physical_addr)(run[i].host - memory);
    }
    return trace_put_repeat(cpu->trace, &record);
}

/** The same where they are wanted. Comes before anything is changed. */
MUST_CHECK static ALWAYS_INLINE bool run_record(struct cpu *cpu,
                                                const struct insn *insn,
                                                enum trace_repeat_kind kind,
                                                uint32_t count,
                                                const struct run *run)
{
    return LIKELY(!cpu->mmu.recording) || run_put(cpu, insn, kind, count, run);
}

/** The lowest byte of `count` elements, the first of which is at `host`. */
static uint8_t *run_lowest(const struct cpu *cpu, const struct insn *insn,
                           const struct run *run, uint32_t count)
{
    if (cpu->eflags & FLAG_DF)
        return run->host - (count - 1) * (insn->width / 8u);
    return run->host;
}

/** Account for `count` elements with `operands` operands each. */
static void run_count(struct cpu *cpu, uint32_t count, uint32_t operands)
{
    cpu->mmu.counts.data_lookups += (uint64_t)count * operands;
}

static uint32_t movs_run(struct cpu *cpu, const struct insn *insn,
                         uint32_t limit)
{
    const uint32_t size = insn->width / 8u;
    struct run run[2];
    uint32_t count = run_open(cpu, insn, string_source(insn), ESI, ACCESS_READ,
                              limit, &run[0]);

    if (count)
        count = run_open(cpu, insn, ES, EDI, ACCESS_WRITE, count, &run[1]);
    if (count == 0 || !run_record(cpu, insn, TRACE_REPEAT_COPY, count, run))
        return 0;
    string_host_copy(run_lowest(cpu, insn, &run[1], count),
                     run_lowest(cpu, insn, &run[0], count), size, count * size,
                     cpu->eflags & FLAG_DF);
    run_count(cpu, count, 2);
    string_advance(cpu, insn, ESI, count * size);
    string_advance(cpu, insn, EDI, count * size);
    return count;
}

static uint32_t stos_run(struct cpu *cpu, const struct insn *insn,
                         uint32_t limit)
{
    const enum width width = (enum width)insn->width;
    struct run run;
    const uint32_t count =
        run_open(cpu, insn, ES, EDI, ACCESS_WRITE, limit, &run);

    if (count == 0 || !run_record(cpu, insn, TRACE_REPEAT_WRITE, count, &run))
        return 0;
    string_host_fill(run_lowest(cpu, insn, &run, count), width, count,
                     cpu_register(cpu, EAX, width));
    run_count(cpu, count, 1);
    string_advance(cpu, insn, EDI, count * (insn->width / 8u));
    return count;
}

/** Of a repeated LODS only the last element remains. */
static uint32_t lods_run(struct cpu *cpu, const struct insn *insn,
                         uint32_t limit)
{
    const enum width width = (enum width)insn->width;
    const uint32_t size = insn->width / 8u;
    const uint8_t *last;
    struct run run;
    const uint32_t count =
        run_open(cpu, insn, string_source(insn), ESI, ACCESS_READ, limit, &run);

    if (count == 0 || !run_record(cpu, insn, TRACE_REPEAT_READ, count, &run))
        return 0;
    last = cpu->eflags & FLAG_DF ? run.host - (count - 1) * size
                                 : run.host + (count - 1) * size;
    cpu_set_register(cpu, EAX, width, host_read(last, width));
    run_count(cpu, count, 1);
    string_advance(cpu, insn, ESI, count * size);
    return count;
}

static uint32_t scas_run(struct cpu *cpu, const struct insn *insn,
                         uint32_t limit)
{
    const enum width width = (enum width)insn->width;
    const struct string_scan scan = {.width = width,
                                     .down = cpu->eflags & FLAG_DF,
                                     .until_equal =
                                         insn->prefixes & INSN_REPNE};
    const uint32_t value = cpu_register(cpu, EAX, width);
    struct run run;
    uint32_t count = run_open(cpu, insn, ES, EDI, ACCESS_READ, limit, &run);
    uint32_t found = 0;

    if (count == 0)
        return 0;
    count = string_host_find(&scan, run.host, count, value, &found);
    if (!run_record(cpu, insn, TRACE_REPEAT_READ, count, &run))
        return 0;
    cpu->status = alu_sub(width, value, found, 0).status;
    run_count(cpu, count, 1);
    string_advance(cpu, insn, EDI, count * (insn->width / 8u));
    return count;
}

static uint32_t cmps_run(struct cpu *cpu, const struct insn *insn,
                         uint32_t limit)
{
    const struct string_scan scan = {.width = (enum width)insn->width,
                                     .down = cpu->eflags & FLAG_DF,
                                     .until_equal =
                                         insn->prefixes & INSN_REPNE};
    const uint32_t size = insn->width / 8u;
    struct run run[2];
    uint32_t last[2] = {0, 0};
    uint32_t count = run_open(cpu, insn, string_source(insn), ESI, ACCESS_READ,
                              limit, &run[0]);

    if (count)
        count = run_open(cpu, insn, ES, EDI, ACCESS_READ, count, &run[1]);
    if (count == 0)
        return 0;
    count = string_host_compare(&scan, run[0].host, run[1].host, count, last);
    if (!run_record(cpu, insn, TRACE_REPEAT_COMPARE, count, run))
        return 0;
    cpu->status = alu_sub(scan.width, last[0], last[1], 0).status;
    run_count(cpu, count, 2);
    string_advance(cpu, insn, ESI, count * size);
    string_advance(cpu, insn, EDI, count * size);
    return count;
}

/** True if ZF ends REPE or REPNE after a comparison. */
static bool comparison_ends(const struct cpu *cpu, const struct insn *insn)
{
    const bool equal = cpu->status & STATUS_ZF;

    return insn->prefixes & INSN_REPNE ? equal : !equal;
}

static bool movs_element(struct cpu *cpu, const struct insn *insn)
{
    return movs(cpu, insn, form_of(insn));
}

static bool stos_element(struct cpu *cpu, const struct insn *insn)
{
    return stos(cpu, insn, form_of(insn));
}

static bool lods_element(struct cpu *cpu, const struct insn *insn)
{
    return lods(cpu, insn, form_of(insn));
}

static bool scas_element(struct cpu *cpu, const struct insn *insn)
{
    return scas(cpu, insn, form_of(insn));
}

static bool cmps_element(struct cpu *cpu, const struct insn *insn)
{
    return cmps(cpu, insn, form_of(insn));
}

bool op_movs(struct cpu *cpu, const struct insn *insn)
{
    return string_repeat(cpu, insn, movs_element, movs_run, NULL);
}

bool op_stos(struct cpu *cpu, const struct insn *insn)
{
    return string_repeat(cpu, insn, stos_element, stos_run, NULL);
}

bool op_lods(struct cpu *cpu, const struct insn *insn)
{
    return string_repeat(cpu, insn, lods_element, lods_run, NULL);
}

bool op_scas(struct cpu *cpu, const struct insn *insn)
{
    return string_repeat(cpu, insn, scas_element, scas_run, comparison_ends);
}

bool op_cmps(struct cpu *cpu, const struct insn *insn)
{
    return string_repeat(cpu, insn, cmps_element, cmps_run, comparison_ends);
}
