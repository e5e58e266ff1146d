/* SPDX-License-Identifier: MIT */
#include "cpu/exec.h"

#include "cpu/coverage.h"
#include "cpu/debug.h"
#include "cpu/eflags.h"
#include "cpu/exception.h"
#include "cpu/fetch.h"
#include "cpu/insn/quiet.h"
#include "cpu/interrupt.h"
#include "cpu/opcodes.h"
#include "cpu/specialise.h"
#include "cpu/stand_in.h"
#include "cpu/told.h"
#include "cpu/x87_host.h"
#include "mmu/refill.h"

/* Between records of a block and the world outside it: `eip` becomes that of
 * an instruction, and what was paid for but not run is given back. */
static void leave_before(struct cpu *cpu, const struct insn *insn)
{
    cpu->eip += insn->offset;
    cpu->ticks_left += insn->left;
    cpu->mmu.counts.data_lookups -= insn->look_ups;
    cpu->current = NULL;
}

/* The full form of `insn` faulted; its own fast look-ups are taken back
 * already, see insn_slow(). */
static const struct insn *leave_faulted(struct cpu *cpu,
                                        const struct insn *insn)
{
    cpu->eip += insn->offset;
    cpu->ticks_left += insn->left;
    cpu->mmu.counts.data_lookups -= insn[1].look_ups;
    cpu->current = NULL;
    cpu->debug.pending = 0; /* it will run again, and meet them again */
    exception_deliver(cpu);
    return block_enter(cpu);
}

static const struct insn *leave_after(struct cpu *cpu, const struct insn *insn)
{
    cpu->eip += insn->offset + insn->length;
    cpu->ticks_left += insn->left - 1;
    cpu->mmu.counts.data_lookups -= insn[1].look_ups;
    cpu->current = NULL;
    return NULL;
}

static bool check_rights(struct cpu *cpu, const struct opcode *row)
{
    if (row->attributes & PROTECTED &&
        (!cpu_is_protected(cpu) || cpu_is_v86(cpu)))
        return cpu_fault(cpu, VECTOR_UD);
    if (row->attributes & PRIVILEGED && cpu->cpl != 0)
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    return true;
}

static bool operate(struct cpu *cpu, const struct insn *insn)
{
    const struct opcode *row = opcode_row(insn->row);
    bool done = true;

    cpu->current = insn;
    if (UNLIKELY(row->attributes & (PRIVILEGED | PROTECTED)))
        done = check_rights(cpu, row);
    if (LIKELY(done))
        done = row->operate(cpu, insn);
    coverage_note(insn->row, done, cpu->fault.vector);
    return done;
}

const struct insn *insn_run(struct cpu *cpu, const struct insn *insn)
{
    if (UNLIKELY(!operate(cpu, insn)))
        return leave_faulted(cpu, insn);
    if (UNLIKELY(cpu->attention))
        return leave_after(cpu, insn);
    return insn_next(cpu, insn);
}

const struct insn *insn_run_last(struct cpu *cpu, const struct insn *insn)
{
    cpu->next_eip = insn_next_eip(cpu, insn);
    if (UNLIKELY(!operate(cpu, insn)))
        return leave_faulted(cpu, insn);
    cpu->eip = cpu->next_eip;
    cpu->ticks_left += insn->left - 1;
    cpu->mmu.counts.data_lookups -= insn[1].look_ups;
    cpu->current = NULL;
    return block_enter(cpu);
}

/* A REP that goes on where a run of the processor ended was told before. */
static void trace_exec(struct cpu *cpu, const struct insn *insn)
{
    struct trace_record record = {.event = TRACE_EXEC};

    cpu->current = insn;
    if (cpu_now(cpu) != cpu->repeat_tick)
        trace_emit(cpu->trace, &record);
}

const struct insn *insn_run_traced(struct cpu *cpu, const struct insn *insn)
{
    trace_exec(cpu, insn);
    return insn_run(cpu, insn);
}

const struct insn *insn_run_traced_last(struct cpu *cpu,
                                        const struct insn *insn)
{
    trace_exec(cpu, insn);
    return insn_run_last(cpu, insn);
}

/* Run the full form, which counts its look-ups itself. */
static const struct insn *run_full(struct cpu *cpu, const struct insn *insn)
{
    const struct opcode *row = opcode_row(insn->row);

    cpu->mmu.counts.data_lookups -=
        (uint64_t)(insn[0].look_ups - insn[1].look_ups);
    if (row->attributes & (ENDS_BLOCK | NEAR_BRANCH))
        return insn_run_last(cpu, insn);
    return insn_run(cpu, insn);
}

/* True if what was missed lies on one page, and needs the only look-up of the
 * instruction. */
static ALWAYS_INLINE bool missed_one_page(const struct cpu *cpu,
                                          const struct insn *insn)
{
    return cpu->missed.size && insn[0].look_ups - insn[1].look_ups == 1 &&
           !page_crosses(cpu->missed.linear, cpu->missed.size);
}

/* The fast entry that was missed is there. */
static bool has_fast_entry(const struct cpu *cpu, linear_addr linear,
                           enum access access)
{
    return fast_probe_tagged(cpu->mmu.fast, linear, 1, access,
                             cpu->mmu.recording ? FAST_RECORDED : 0);
}

/* True if a look-up of the TLB can make the fast entry that was missed. A
 * handler that records also gives up where it is the trace that refuses. */
static bool can_refill(const struct cpu *cpu)
{
    const struct mmu *mmu = &cpu->mmu;

    if (mmu->recording && has_fast_entry(cpu, cpu->missed.linear,
                                         (enum access)cpu->missed.access))
        return false;
    return (mmu->use_fast || mmu->recording) &&
           (mmu->data.geometry.entries || !mmu->paging) && !mmu->stale &&
           (cpu->missed.linear & PAGE_FRAME_MASK) !=
               cpu->missed.not_plain[cpu->missed.access];
}

/*
 * Look the page up, which makes the fast entry; the fast form, run again, has
 * paid for that look-up. Apart from insn_slow(), so that no address of a local
 * keeps that one from ending in a jump.
 */
__attribute__((noinline)) static enum refill refill(struct cpu *cpu,
                                                    const struct insn *insn)
{
    const struct page_request request = {cpu->missed.linear,
                                         (enum access)cpu->missed.access,
                                         cpu_privilege(cpu)};
    physical_addr physical;
    bool ok;

    cpu->current = insn;
    ok = mmu_translate(&cpu->mmu, request, &physical, &cpu->fault);
    cpu->mmu.counts.data_lookups--;
    if (UNLIKELY(!ok))
        return REFILL_FAULT;
    if (LIKELY(has_fast_entry(cpu, request.linear, request.access)))
        return REFILL_DONE;
    cpu->missed.not_plain[request.access] = request.linear & PAGE_FRAME_MASK;
    cpu->missed.is_device[request.access] =
        bus_range_at(cpu->mmu.bus, physical)->kind == BUS_MMIO;
    return REFILL_NONE;
}

/* The record will meet a device again: what that saves is the fast form's vain
 * attempt, and the way from here to the full one. */
NEVER_INLINE static void expect_device(struct cpu *cpu, const struct insn *insn)
{
    const struct forms *forms = opcode_row(insn->row)->fast;
    insn_handler *const device = forms_find_device(forms, insn);

    if (device && !cpu->mmu.recording &&
        insn->execute == forms_find(forms, insn))
        block_record(cpu->blocks, insn)->execute = device;
}

NEVER_INLINE static void expect_memory(struct cpu *cpu, const struct insn *insn)
{
    const struct forms *forms = opcode_row(insn->row)->fast;

    if (insn->execute == forms_find_device(forms, insn))
        block_record(cpu->blocks, insn)->execute = forms_find(forms, insn);
}

const struct insn *insn_run_device(struct cpu *cpu, const struct insn *insn,
                                   bool (*full)(struct cpu *cpu,
                                                const struct insn *insn))
{
    const uint64_t before = cpu->mmu.bus->mmio_cycles;

    cpu->mmu.counts.data_lookups -=
        (uint64_t)(insn[0].look_ups - insn[1].look_ups);
    cpu->current = insn;
    if (UNLIKELY(!full(cpu, insn)))
        return leave_faulted(cpu, insn);
    if (UNLIKELY(cpu->mmu.bus->mmio_cycles == before))
        expect_memory(cpu, insn);
    if (UNLIKELY(cpu->attention))
        return leave_after(cpu, insn);
    return insn_next(cpu, insn);
}

/* The full form behind a refill looks up once more, which changes nothing in
 * the TLB and counts once. It also runs the record as it was fetched, where
 * the walk has marked an entry that is code of its block. */
__attribute__((noinline)) static const struct insn *run_refilled(
    struct cpu *cpu, const struct insn *insn)
{
    insn_handler *const own = insn->execute;
    enum refill answer = REFILL_NONE;

    if (can_refill(cpu))
        answer = refill(cpu, insn);
    if (answer == REFILL_DONE && insn->execute == own)
        return own(cpu, insn);
    if (answer == REFILL_FAULT)
        return leave_faulted(cpu, insn);
    if (UNLIKELY(cpu->missed.is_device[cpu->missed.access]))
        expect_device(cpu, insn);
    return run_full(cpu, insn);
}

/* A store that somebody watches, by the fast form. */
static const struct insn *run_told(struct cpu *cpu, const struct insn *insn,
                                   linear_addr linear, uint32_t size)
{
    told_store(cpu, insn, linear, size);
    if (UNLIKELY(cpu->attention))
        return leave_after(cpu, insn);
    return insn_next(cpu, insn);
}

const struct insn *insn_slow(struct cpu *cpu, const struct insn *insn)
{
    const linear_addr linear = cpu->missed.linear;
    const uint32_t size = cpu->missed.size;
    const enum access access = (enum access)cpu->missed.access;
    const bool one_page = missed_one_page(cpu, insn);

    cpu->missed.size = 0;
    if (UNLIKELY(!one_page))
        return run_full(cpu, insn);
    if (access == ACCESS_WRITE && fast_told(cpu->mmu.fast, linear, size))
        return run_told(cpu, insn, linear, size);
    switch (mmu_refill(&cpu->mmu, linear, access, cpu_privilege(cpu),
                       &cpu->fault)) {
    case REFILL_DONE: return insn->execute(cpu, insn);
    case REFILL_FAULT: cpu->current = insn; return leave_faulted(cpu, insn);
    case REFILL_NONE:
    default: return run_refilled(cpu, insn);
    }
}

const struct insn *insn_undefined(struct cpu *cpu, const struct insn *insn)
{
    cpu->current = insn;
    (void)cpu_fault(cpu, VECTOR_UD);
    return leave_faulted(cpu, insn);
}

const struct insn *insn_too_long(struct cpu *cpu, const struct insn *insn)
{
    cpu->current = insn;
    (void)cpu_fault_code(cpu, VECTOR_GP, 0);
    return leave_faulted(cpu, insn);
}

const struct insn *insn_block_end(struct cpu *cpu, const struct insn *insn)
{
    leave_before(cpu, insn);
    return block_enter(cpu);
}

const struct insn *insn_stale(struct cpu *cpu, const struct insn *insn)
{
    return insn_block_end(cpu, insn);
}

/* Handler: the instruction budget ends before this record. */
static const struct insn *insn_stop(struct cpu *cpu, const struct insn *insn)
{
    leave_before(cpu, insn);
    return NULL;
}

/* Linear address of a record of the block at work. */
static linear_addr insn_linear(const struct cpu *cpu, const struct insn *insn)
{
    return cpu->segment[CS].base + cpu->eip + insn->offset;
}

const struct insn *insn_break(struct cpu *cpu, const struct insn *insn)
{
    const struct breakpoints *breakpoints = &cpu->breakpoints;
    const linear_addr linear = insn_linear(cpu, insn);

    cpu->current = insn;
    if (!breakpoints_has(breakpoints, linear) ||
        (breakpoints->reached &&
         !breakpoints->reached(breakpoints->context, linear)))
        return insn_debug(cpu, insn);
    leave_before(cpu, insn);
    cpu->break_hit = true;
    return NULL;
}

/* #DB as a fault before the instruction, unless RF says that it was taken
 * already. SDM 3B, "Instruction-Breakpoint Exception Condition". */
const struct insn *insn_debug(struct cpu *cpu, const struct insn *insn)
{
    const uint32_t hits = debug_instruction(cpu, insn_linear(cpu, insn), false);

    cpu->current = insn;
    if (!hits || eflags_at(cpu, cpu_now(cpu)) & FLAG_RF)
        return trace_wants(cpu->trace, TRACE_EXEC)
                   ? insn_run_traced_last(cpu, insn)
                   : insn_run_last(cpu, insn);
    (void)debug_fault(cpu, hits);
    return leave_faulted(cpu, insn);
}

static void run_chain(struct cpu *cpu, const struct insn *insn)
{
    while (insn)
        insn = insn->execute(cpu, insn);
    cpu->current = NULL;
}

/* Fewer ticks are left than the block takes: a stop stands in for the record
 * behind the last one that may run, which must not run two. Flags that would
 * be replaced behind the stop are seen there. */
static void run_part(struct cpu *cpu, const struct block *block)
{
    const uint64_t generation = block_cache_generation(cpu->blocks);
    const unsigned count = (unsigned)cpu->ticks_left;
    struct insn *const first = block_record(cpu->blocks, block->insn);
    const struct insn *behind = &block->insn[count];
    const struct insn *last = behind - 1;
    const struct stand_in stop = stand_in(cpu->blocks, behind, insn_stop);
    const bool fused = last->prefixes & INSN_FUSED;
    const struct stand_in single =
        stand_in(cpu->blocks, last, fused ? insn_slow : last->execute);

    quiet_end(first, count);
    cpu->ticks_left -= block->ticks;
    cpu->mmu.counts.data_lookups += block->look_ups;
    run_chain(cpu, block->insn);
    stand_in_end(&single);
    stand_in_end(&stop);
    if (generation == block_cache_generation(cpu->blocks))
        quiet_resume(first, count);
}

static void run_block(struct cpu *cpu)
{
    const struct block *block = fetch_block(cpu);

    if (UNLIKELY(!block)) {
        exception_deliver(cpu);
        return;
    }
    if (cpu->ticks_left < block->ticks) {
        run_part(cpu, block);
        return;
    }
    cpu->ticks_left -= block->ticks;
    cpu->mmu.counts.data_lookups += block->look_ups;
    run_chain(cpu, block->insn);
}

/* NMI before INTR. True if an interrupt was taken (or tried: a fault of its
 * delivery is then under way). SDM 3A, table "Priority Among Simultaneous
 * Exceptions and Interrupts". */
static bool take_interrupt(struct cpu *cpu)
{
    struct interrupt interrupt = {.source = INTERRUPT_EXTERNAL,
                                  .return_eip = cpu->eip};

    if (cpu->nmi_pending && !cpu->nmi_blocked) {
        cpu->nmi_pending = false;
        cpu->nmi_blocked = true;
        interrupt.vector = VECTOR_NMI;
    } else if (cpu->intr && cpu->eflags & FLAG_IF) {
        interrupt.vector = cpu->acknowledge(cpu->context);
    } else {
        return false;
    }
    cpu->halted = false;
    cpu->interrupts++;
    cpu->ticks_left--;
    if (!interrupt_enter(cpu, &interrupt))
        exception_deliver(cpu);
    return true;
}

/* Run one tick, and only one, whatever the deadline. */
static void run_one(struct cpu *cpu)
{
    const uint64_t deadline = cpu->deadline;
    const uint64_t now = deadline - (uint64_t)cpu->ticks_left;
    uint64_t after;

    cpu->deadline = now + 1;
    cpu->ticks_left = 1;
    run_block(cpu);
    after = cpu->deadline - (uint64_t)cpu->ticks_left;
    cpu->deadline = deadline;
    cpu->ticks_left = (int64_t)(deadline - after);
}

/* One instruction with TF set, then #DB as a trap. SDM 3A, "Single-Step
 * Exception". */
static void run_single_step(struct cpu *cpu)
{
    const uint64_t before = cpu->handlers;

    run_one(cpu);
    if (cpu->handlers != before || cpu->shutdown)
        return;
    debug_pend(cpu, DR6_BS);
}

static void run_some(struct cpu *cpu)
{
    const bool shadow = cpu->shadow;

    cpu->shadow = false;
    cpu->holds_debug = false;
    if (cpu->eflags & FLAG_TF)
        run_single_step(cpu);
    else if (shadow)
        run_one(cpu);
    else
        run_block(cpu);
}

static enum run_end run_until_end(struct cpu *cpu)
{
    while (cpu->ticks_left > 0) {
        if (cpu->shutdown)
            return RUN_SHUTDOWN;
        if (cpu->break_hit)
            return RUN_BREAK;
        if (cpu->debug.pending && !cpu->holds_debug) {
            debug_deliver(cpu);
            continue;
        }
        if (cpu->attention)
            return RUN_DEADLINE;
        if (!cpu->shadow && take_interrupt(cpu))
            continue;
        if (cpu->halted)
            return RUN_HALTED;
        run_some(cpu);
    }
    return cpu->shutdown ? RUN_SHUTDOWN : RUN_DEADLINE;
}

enum run_end cpu_run(struct cpu *cpu, uint64_t deadline)
{
    enum run_end end;

    cpu->deadline = deadline;
    cpu->ticks_left = (int64_t)(deadline - cpu->clock->now);
    cpu->attention = false;
    cpu->break_hit = false;
    cpu->running = true;
    end = run_until_end(cpu);
    x87_from_host(&cpu->x87);
    cpu->clock->now = cpu_now(cpu);
    cpu->running = false;
    return end;
}
