/* SPDX-License-Identifier: MIT */
#include "cpu/build.h"

#include "cpu/debug.h"
#include "cpu/decode.h"
#include "cpu/exec.h"
#include "cpu/insn/fused.h"
#include "cpu/opcodes.h"
#include "cpu/specialise.h"

/* True if every event of one instruction must be seen where it happens. */
static bool is_traced(const struct cpu *cpu)
{
    return cpu->trace->enabled & 1u << TRACE_EXEC;
}

/* What is known while a block is being made. */
struct builder {
    struct block *block;
    linear_addr linear;   /* of the block's first byte */
    uint32_t room;        /* bytes that may be fetched: page and limit of CS */
    bool limited;         /* the limit of CS ends before the page */
    const uint8_t *bytes; /* the page's bytes from the block's first on */
    unsigned count;       /* records so far */
};

/* Host address of code, or NULL where fetching needs bus cycles. */
static const uint8_t *code_bytes(const struct cpu *cpu, physical_addr physical)
{
    const struct bus *bus = cpu->mmu.bus;
    const enum bus_kind kind = bus_range_at(bus, physical)->kind;

    if (kind != BUS_RAM && kind != BUS_ROM)
        return NULL;
    return bus->memory + physical;
}

/* Data look-ups that the fast handler makes. */
static uint8_t fast_look_ups(const struct opcode *row, const struct insn *insn)
{
    uint8_t count = 0;

    if (insn_has_memory(insn) && !(row->attributes & NO_ACCESS))
        count++;
    if (row->attributes & USES_STACK)
        count++;
    return count;
}

/* The specialised handler of a record, or NULL: it takes the full form. */
static insn_handler *fast_handler(const struct cpu *cpu,
                                  const struct opcode *row,
                                  const struct insn *insn, bool crosses)
{
    const uint8_t stack = MODE_FLAT_SS | MODE_STACK32;
    const uint8_t branch = MODE_FLAT_CODE | MODE_CODE32;

    if (!row->fast || (insn->prefixes & INSN_LOCK) || is_traced(cpu) ||
        !(cpu->mmu.use_fast || cpu->mmu.recording))
        return NULL;
    if (insn_has_memory(insn) &&
        ((insn->prefixes & INSN_ADDRESS16) ||
         !(cpu_is_flat(cpu, insn->segment) || row->attributes & NO_ACCESS)))
        return NULL;
    if ((cpu->mode & MODE_ALIGNED) &&
        (insn_has_memory(insn) || row->attributes & USES_STACK))
        return NULL;
    if (row->attributes & USES_STACK && (cpu->mode & stack) != stack)
        return NULL;
    if (row->attributes & (NEAR_BRANCH | ENDS_BLOCK) &&
        (crosses || (cpu->mode & branch) != branch ||
         insn->prefixes & INSN_ADDRESS16))
        return NULL;
    if (cpu->mmu.recording && fast_look_ups(row, insn))
        return forms_find_recorded(row->fast, insn);
    return forms_find(row->fast, insn);
}

static bool ends_block(const struct opcode *row, const struct insn *insn,
                       bool fast)
{
    if (row->attributes & ENDS_BLOCK)
        return !(fast && row->attributes & STAYS);
    if (row->attributes & STRING && insn->prefixes & (INSN_REP | INSN_REPNE))
        return true;
    return row->attributes & NEAR_BRANCH && !fast;
}

/* Give the decoded record its handler. Returns true if it ends the block. */
static bool finish_record(const struct cpu *cpu, struct builder *builder,
                          struct insn *insn)
{
    const struct opcode *row = opcode_row(insn->row);
    insn_handler *fast = fast_handler(cpu, row, insn, builder->block->crosses);
    const bool ends = ends_block(row, insn, fast != NULL);

    if (row->attributes & NEAR_BRANCH)
        insn->immediate += (uint32_t)insn->offset + insn->length;
    if (fast) {
        insn->execute = fast;
        insn->look_ups = fast_look_ups(row, insn);
        if (row->attributes & NEAR_BRANCH)
            insn->link = NULL;
    } else {
        insn->execute = ends ? insn_run_last : insn_run;
    }
    if (is_traced(cpu))
        insn->execute = ends ? insn_run_traced_last : insn_run_traced;
    return ends;
}

/* Code is decoded once for every linear address of its page, so only offsets
 * are compared here; the handlers look at the whole address. */
static insn_handler *breakpoint_handler(const struct cpu *cpu,
                                        linear_addr linear)
{
    if (breakpoints_may_have(&cpu->breakpoints, linear))
        return insn_break;
    return debug_instruction(cpu, linear, true) ? insn_debug : NULL;
}

/* Decode the record at `bytes`. Returns false if the block ends before it. */
static bool add_record(struct cpu *cpu, struct builder *builder,
                       unsigned available, bool *ends)
{
    struct block *block = builder->block;
    struct insn *insn = &block->insn[builder->count];
    insn_handler *breakpoint;
    const enum decode_status status = decode_insn(
        builder->bytes + block->bytes, available, cpu->mode, cpu->model, insn);

    if (status == DECODE_MORE)
        return false;
    insn->offset = block->bytes;
    breakpoint = breakpoint_handler(cpu, builder->linear + insn->offset);
    if (status == DECODE_OK) {
        *ends = finish_record(cpu, builder, insn);
    } else {
        insn->execute =
            status == DECODE_UNDEFINED ? insn_undefined : insn_too_long;
        *ends = true;
    }
    if (breakpoint && status == DECODE_OK) {
        insn->execute = breakpoint;
        insn->look_ups = 0;
        *ends = true;
    }
    block->bytes = (uint16_t)(block->bytes + insn->length);
    builder->count++;
    return true;
}

/* Add the end record and sum up ticks and look-ups from the end. */
static void close_block(struct builder *builder)
{
    struct block *block = builder->block;
    struct insn *end = &block->insn[builder->count];
    uint8_t ticks = 0;
    uint8_t look_ups = 0;

    *end = (struct insn){.execute = insn_block_end, .offset = block->bytes};
    block->records = (uint8_t)(builder->count + 1);
    for (unsigned i = builder->count; i-- > 0;) {
        struct insn *insn = &block->insn[i];

        look_ups = (uint8_t)(look_ups + insn->look_ups);
        insn->look_ups = look_ups;
        insn->left = ++ticks;
    }
    block->ticks = ticks;
    block->look_ups = look_ups;
}

static void fuse_pairs(struct builder *builder)
{
    struct insn *insn = builder->block->insn;

    for (unsigned i = 0; i + 1 < builder->count; i++) {
        insn_handler *handler = fused_handler(&insn[i], &insn[i + 1]);

        if (handler) {
            insn[i].execute = handler;
            insn[i].prefixes |= INSN_FUSED;
        }
    }
}

static void fill_block(struct cpu *cpu, struct builder *builder)
{
    bool ends = false;

    while (!ends && builder->count < BLOCK_INSNS_MAX &&
           builder->block->bytes < builder->room) {
        if (!add_record(cpu, builder, builder->room - builder->block->bytes,
                        &ends))
            break;
    }
    if (!builder->count)
        return;
    fuse_pairs(builder);
    close_block(builder);
}

/* Bytes one by one over the bus, for code outside memory and across pages. */
static void gather(struct cpu *cpu, physical_addr physical, unsigned count,
                   uint8_t *bytes)
{
    for (unsigned i = 0; i < count; i++)
        bytes[i] = (uint8_t)bus_read(cpu->mmu.bus, BUS_CPU, physical + i, 1);
}

/* Fetching goes on to the page behind the one that is held. */
static bool enter_next_page(struct cpu *cpu, linear_addr page)
{
    if (cpu->mmu.code.held && cpu->mmu.code.linear == page)
        return true;
    return mmu_fetch(&cpu->mmu, page, cpu_privilege(cpu), &cpu->fault);
}

/*
 * The instruction at CS:EIP ends on the next page, or lies outside memory, or
 * beyond the limit of CS: a block of one, from bytes gathered here.
 */
static struct block *single_block(struct cpu *cpu, struct builder *builder,
                                  bool in_memory)
{
    uint8_t bytes[INSN_LENGTH_MAX + 1];
    const uint32_t in_page = PAGE_SIZE - (builder->linear & PAGE_OFFSET_MASK);
    uint32_t room = cpu->segment[CS].limit - cpu->eip;
    unsigned first;
    bool ends;

    room = room < INSN_LENGTH_MAX ? room + 1 : sizeof bytes;
    first = room < in_page ? room : in_page;
    gather(cpu, builder->block->physical, first, bytes);
    builder->bytes = bytes;
    if (add_record(cpu, builder, first, &ends)) {
        close_block(builder);
        return builder->block;
    }
    if (room <= in_page) { /* the limit of CS cuts it off */
        (void)cpu_fault_code(cpu, VECTOR_GP, 0);
        return NULL;
    }
    if (!enter_next_page(cpu, builder->linear + first))
        return NULL;
    builder->block->crosses = true;
    builder->block->apart = true;
    builder->block->second_page = cpu->mmu.code.physical;
    gather(cpu, cpu->mmu.code.physical, room - first, bytes + first);
    if (!add_record(cpu, builder, room, &ends)) {
        (void)cpu_fault_code(cpu, VECTOR_GP, 0);
        return NULL;
    }
    close_block(builder);
    if (in_memory && code_bytes(cpu, cpu->mmu.code.physical) &&
        block_commit(cpu->blocks, builder->block))
        mmu_clear_fast(&cpu->mmu);
    return builder->block;
}

struct block *block_make(struct cpu *cpu, linear_addr linear,
                         physical_addr physical)
{
    const uint32_t in_page = PAGE_SIZE - (linear & PAGE_OFFSET_MASK);
    const uint32_t limit = cpu->segment[CS].limit - cpu->eip;
    struct builder builder = {.block = block_begin(cpu->blocks),
                              .linear = linear,
                              .bytes = code_bytes(cpu, physical)};

    builder.room = limit < in_page ? limit + 1 : in_page;
    builder.block->physical = physical;
    builder.block->mode = cpu->mode;
    builder.block->apart = breakpoints_may_await(&cpu->breakpoints, linear);
    if (!builder.bytes)
        return single_block(cpu, &builder, false);
    fill_block(cpu, &builder);
    if (!builder.count)
        return single_block(cpu, &builder, true);
    if (block_commit(cpu->blocks, builder.block))
        mmu_clear_fast(&cpu->mmu);
    return builder.block;
}
