/* SPDX-License-Identifier: MIT */
#include "cpu/build.h"

#include "cpu/debug.h"
#include "cpu/decode_body.h"
#include "cpu/exec.h"
#include "cpu/fetched.h"
#include "cpu/insn/fused.h"
#include "cpu/opcodes.h"
#include "cpu/specialise.h"

/* Host address of code, or NULL where fetching needs bus cycles. */
static const uint8_t *code_bytes(const struct cpu *cpu, physical_addr physical)
{
    const struct bus *bus = cpu->mmu.bus;
    const enum bus_kind kind = bus_range_at(bus, physical)->kind;

    if (kind != BUS_RAM && kind != BUS_ROM)
        return NULL;
    return bus->memory + physical;
}

/* What is known while a block is being made. */
struct builder {
    struct block *block;
    linear_addr linear;   /* of the block's first byte */
    uint32_t room;        /* bytes that may be fetched: page and limit of CS */
    const uint8_t *bytes; /* the page's bytes from the block's first on */
    unsigned count;       /* records so far */
    unsigned lacks;       /* NEEDS_ bits that are not granted here */
    unsigned flat;        /* a bit for each segment register that is flat */
    bool recording;       /* fast handlers are those that record */
    bool traced;          /* every event must be seen where it happens */
    bool watched;         /* there are breakpoints somewhere */
    const struct fused *fused; /* row_form.fused of the last record, if that
                                  has its fast handler */
    struct insn *unseen;       /* from here on nobody has seen flags */
};

/* What keeps records of this mode from their fast handlers. */
static unsigned what_lacks(const struct cpu *cpu, bool traced)
{
    const uint8_t stack = MODE_FLAT_SS | MODE_STACK32;
    const uint8_t branch = MODE_FLAT_CODE | MODE_CODE32;
    unsigned lacks = 0;

    if (traced || !(cpu->mmu.use_fast || cpu->mmu.recording))
        lacks |= NEEDS_SHORT_CUTS;
    if ((cpu->mode & stack) != stack)
        lacks |= NEEDS_STACK;
    if ((cpu->mode & branch) != branch)
        lacks |= NEEDS_BRANCH;
    if (cpu->mode & MODE_ALIGNED)
        lacks |= NEEDS_UNALIGNED;
    return lacks;
}

static unsigned flat_segments(const struct cpu *cpu)
{
    unsigned flat = 0;

    for (unsigned segment = 0; segment < SEGMENT_COUNT; segment++)
        flat |= (unsigned)cpu_is_flat(cpu, segment) << segment;
    return flat;
}

static struct builder builder_for(struct cpu *cpu, linear_addr linear,
                                  physical_addr physical)
{
    const bool traced = cpu->trace->enabled & 1u << TRACE_EXEC;
    const uint32_t in_page = PAGE_SIZE - (linear & PAGE_OFFSET_MASK);
    const uint32_t limit = cpu->segment[CS].limit - cpu->eip;
    struct block *block = block_begin(cpu->blocks);

    block->physical = physical;
    block->mode = cpu->mode;
    block->apart = breakpoints_may_await(&cpu->breakpoints, linear);
    return (struct builder){.block = block,
                            .unseen = block->insn,
                            .linear = linear,
                            .room = limit < in_page ? limit + 1 : in_page,
                            .bytes = code_bytes(cpu, physical),
                            .lacks = what_lacks(cpu, traced),
                            .flat = flat_segments(cpu),
                            .recording = cpu->mmu.recording,
                            .traced = traced,
                            .watched = cpu->breakpoints.count ||
                                       cpu->debug.dr7 & DR7_ENABLES};
}

/* True if prefixes or the segment keep a record from its fast handler. */
static ALWAYS_INLINE bool is_barred(const struct builder *builder,
                                    const struct row_form *form,
                                    const struct insn *insn)
{
    if (UNLIKELY(insn->prefixes & INSN_LOCK) ||
        (UNLIKELY(insn->prefixes & INSN_ADDRESS16) &&
         form->needs & NEEDS_ADDRESS32))
        return true;
    return form->needs & NEEDS_SEGMENT && !(builder->flat >> insn->segment & 1);
}

/* True if fast handlers of that form are here those that record. */
static ALWAYS_INLINE bool is_recorded(const struct builder *builder,
                                      const struct row_form *form)
{
    return UNLIKELY(builder->recording) && form->recorded != form->fast;
}

/* The specialised handler of a record, or NULL: it takes the full form. */
static ALWAYS_INLINE insn_handler *fast_handler(const struct builder *builder,
                                                const struct row_form *form,
                                                const struct insn *insn)
{
    if (UNLIKELY(form->needs & builder->lacks) ||
        is_barred(builder, form, insn))
        return NULL;
    if (is_recorded(builder, form))
        return form->recorded;
    return form->fixed ? form->fixed[forms_registers(insn)] : form->fast;
}

/* True if the block ends behind a record, whose handler may be a fast one. */
static ALWAYS_INLINE bool ends_block(const struct row_form *form,
                                     const struct insn *insn, bool fast)
{
    const unsigned attributes = form->attributes;

    if (LIKELY(!(attributes & (ENDS_BLOCK | STRING | NEAR_BRANCH))))
        return false;
    if (attributes & ENDS_BLOCK)
        return !(fast && attributes & STAYS);
    if (attributes & STRING)
        return insn->prefixes & (INSN_REP | INSN_REPNE);
    return !fast;
}

static insn_handler *full_handler(const struct builder *builder, bool ends)
{
    if (builder->traced)
        return ends ? insn_run_traced_last : insn_run_traced;
    return ends ? insn_run_last : insn_run;
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

/* The record has its fast handler: with that of the one before it, it may be
 * one. Both stay as they are; see cpu/insn/fused.h. */
static ALWAYS_INLINE void fuse(struct builder *builder,
                               const struct row_form *form, struct insn *insn)
{
    struct insn *first = insn - 1;

    if (form->is_jcc && builder->fused) {
        first->execute =
            fused_handler(builder->fused, first, insn->row >> 3 & 15);
        first->prefixes |= INSN_FUSED;
    }
    builder->fused = is_recorded(builder, form) ? NULL : form->fused;
}

/* The record has its fast handler: if it replaces all flags, those before it
 * that nobody has seen need not be computed. See cpu/insn/quiet.h. */
static ALWAYS_INLINE void quieten(struct builder *builder,
                                  const struct row_form *form,
                                  struct insn *insn)
{
    if (form->flags == FORMS_READ_STATUS) {
        builder->unseen = insn + 1;
        return;
    }
    if (form->flags == FORMS_REPLACE_STATUS) {
        for (; builder->unseen < insn; builder->unseen++) {
            if (builder->unseen->prefixes & INSN_MAY_BE_QUIET) {
                builder->unseen->execute = builder->unseen->quiet;
                builder->unseen->prefixes |= INSN_QUIET;
            }
        }
    }
    if (form->quiet) {
        insn->quiet = form->quiet[forms_registers(insn)];
        insn->prefixes |= INSN_MAY_BE_QUIET;
    }
}

/* Give the decoded record its handler. Returns true if it ends the block. */
static ALWAYS_INLINE bool finish_record(const struct cpu *cpu,
                                        struct builder *builder,
                                        const struct row_form *form,
                                        struct insn *insn)
{
    insn_handler *fast = fast_handler(builder, form, insn);
    insn_handler *breakpoint = NULL;
    const bool ends = ends_block(form, insn, fast != NULL);

    if (form->attributes & NEAR_BRANCH)
        insn_set_target(insn);
    if (UNLIKELY(builder->watched))
        breakpoint = breakpoint_handler(cpu, builder->linear + insn->offset);
    if (UNLIKELY(!fast || breakpoint)) {
        insn->execute = breakpoint ? breakpoint : full_handler(builder, ends);
        builder->fused = NULL;
        builder->unseen = insn + 1;
        return ends || breakpoint;
    }
    insn->execute = fast;
    insn->look_ups = form->look_ups;
    fuse(builder, form, insn);
    quieten(builder, form, insn);
    return ends;
}

/* The record of bytes that are no instruction, as `status` says. It has no
 * operand, so it never follows a change of them. */
static struct insn refusal(const struct insn *insn, unsigned status)
{
    insn_handler *const handler =
        status == DECODE_UNDEFINED ? insn_undefined : insn_too_long;

    return (struct insn){
        .execute = handler, .offset = insn->offset, .length = insn->length};
}

/* Decode the record behind the others, of which `available` bytes may be
 * fetched. Returns false if the block ends before it. */
static ALWAYS_INLINE bool add_record(const struct cpu *cpu,
                                     struct builder *builder,
                                     unsigned available, bool *ends)
{
    struct block *block = builder->block;
    struct insn *insn = &block->insn[builder->count];
    const struct row_form *form =
        decode_body(cpu->row_forms, builder->bytes + block->bytes, available,
                    cpu->mode & MODE_CODE32, insn);

    if (UNLIKELY(form->status == DECODE_MORE))
        return false;
    insn->offset = block->bytes;
    if (LIKELY(form->status == DECODE_OK)) {
        *ends = finish_record(cpu, builder, form, insn);
    } else {
        *insn = refusal(insn, form->status);
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
    for (struct insn *insn = end; insn-- > block->insn;) {
        look_ups = (uint8_t)(look_ups + insn->look_ups);
        insn->look_ups = look_ups;
        insn->left = ++ticks;
    }
    block->ticks = ticks;
    block->look_ups = look_ups;
}

static void fill_block(const struct cpu *cpu, struct builder *builder)
{
    bool ends = false;

    while (!ends && builder->count < BLOCK_INSNS_MAX &&
           builder->block->bytes < builder->room) {
        if (!add_record(cpu, builder, builder->room - builder->block->bytes,
                        &ends))
            break;
    }
    if (builder->count)
        close_block(builder);
}

/* A block of one record. False if the bytes do not suffice. */
static NEVER_INLINE bool add_only_record(const struct cpu *cpu,
                                         struct builder *builder,
                                         unsigned available)
{
    bool ends;

    if (!add_record(cpu, builder, available, &ends))
        return false;
    close_block(builder);
    return true;
}

/* Bytes one by one over the bus, for code outside memory and across pages. */
static void gather(struct cpu *cpu, physical_addr physical, unsigned count,
                   uint8_t *bytes)
{
    for (unsigned i = 0; i < count; i++)
        bytes[i] = (uint8_t)bus_read(cpu->mmu.bus, BUS_CPU, physical + i, 1);
}

/* Fetching goes on to the page behind the one that is held. */
static bool enter_next_page(struct cpu *cpu, linear_addr page,
                            physical_addr physical)
{
    if (cpu->mmu.code.held && cpu->mmu.code.linear == page)
        return true;
    return fetched_next(cpu, page, physical);
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

    room = room < INSN_LENGTH_MAX ? room + 1 : sizeof bytes;
    first = room < in_page ? room : in_page;
    gather(cpu, builder->block->physical, first, bytes);
    builder->bytes = bytes;
    if (add_only_record(cpu, builder, first))
        return builder->block;
    if (room <= in_page) { /* the limit of CS cuts it off */
        (void)cpu_fault_code(cpu, VECTOR_GP, 0);
        return NULL;
    }
    if (!enter_next_page(cpu, builder->linear + first,
                         builder->block->physical))
        return NULL;
    builder->block->crosses = true;
    builder->block->apart = true;
    builder->lacks |= NEEDS_BRANCH;
    builder->block->second_page = cpu->mmu.code.physical;
    gather(cpu, cpu->mmu.code.physical, room - first, bytes + first);
    if (!add_only_record(cpu, builder, room)) {
        (void)cpu_fault_code(cpu, VECTOR_GP, 0);
        return NULL;
    }
    if (in_memory && code_bytes(cpu, cpu->mmu.code.physical) &&
        block_commit(cpu->blocks, builder->block))
        mmu_clear_fast(&cpu->mmu);
    return builder->block;
}

struct block *block_make(struct cpu *cpu, linear_addr linear,
                         physical_addr physical)
{
    struct builder builder = builder_for(cpu, linear, physical);

    if (!builder.bytes)
        return single_block(cpu, &builder, false);
    fill_block(cpu, &builder);
    if (!builder.count)
        return single_block(cpu, &builder, true);
    if (block_commit(cpu->blocks, builder.block))
        mmu_clear_fast(&cpu->mmu);
    return builder.block;
}
