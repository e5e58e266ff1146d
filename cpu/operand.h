/* SPDX-License-Identifier: MIT */
/*
 * Operands: from a decoded record to a place that can be read and written.
 *
 * The body of an instruction is written once over a `struct form`. With a
 * constant form on the fast path the compiler folds it to a few host
 * instructions; with the record's own form on the full path it is the
 * reference. On the fast path "false" means: run the full form instead;
 * on the full path: a fault is waiting. Nothing has changed in either case.
 */
#ifndef CPU_OPERAND_H
#define CPU_OPERAND_H

#include "base/bytes.h"
#include "cpu/cpu.h"
#include "cpu/recorded.h"
#include "mmu/memory.h"

enum path {
    PATH_FAST,    /**< flat segments, 32-bit addresses, fast table hits */
    PATH_FULL,    /**< everything */
    PATH_RECORDED /**< as fast, and each access goes into the trace */
};

struct form {
    uint8_t path;  /**< enum path */
    uint8_t dest;  /**< enum operand_kind */
    uint8_t src;   /**< enum operand_kind */
    uint8_t width; /**< enum width */
    /* A 32-bit register that is constant: FORM_AT() it. 0: the record's. */
    uint8_t dest_at;
    uint8_t src_at;
    uint8_t base_at; /**< GPR_COUNT: there is none */
};

#define FORM_AT(number) ((number)*4 + 1)

/* Byte offsets of the registers in the register file. */
static ALWAYS_INLINE unsigned form_dest(const struct form form,
                                        const struct insn *insn)
{
    return form.dest_at ? form.dest_at - 1u : insn->dest;
}

static ALWAYS_INLINE unsigned form_src(const struct form form,
                                       const struct insn *insn)
{
    return form.src_at ? form.src_at - 1u : insn->src;
}

static ALWAYS_INLINE unsigned form_base(const struct form form,
                                        const struct insn *insn)
{
    return form.base_at ? form.base_at - 1u : insn->base;
}

/** The form of these, with the record's registers. */
static ALWAYS_INLINE struct form form_make(enum path path,
                                           enum operand_kind dest,
                                           enum operand_kind src,
                                           enum width width)
{
    return (struct form){.path = (uint8_t)path,
                         .dest = (uint8_t)dest,
                         .src = (uint8_t)src,
                         .width = (uint8_t)width};
}

/** The record's own form, on the full path. */
static ALWAYS_INLINE struct form form_of(const struct insn *insn)
{
    return form_make(PATH_FULL, (enum operand_kind)(insn->kinds & 15),
                     (enum operand_kind)(insn->kinds >> 4),
                     (enum width)insn->width);
}

/** An opened operand. */
struct place {
    uint8_t *host; /**< register or plain memory; NULL: through `memory` */
    struct memory_place memory; /**< full path only */
    bool in_memory;             /**< recorded path only, as `recorded` */
    bool was_read;              /**< the same: the last event is that */
    struct recorded recorded;
};

/** Read 1, 2 or 4 bytes of host memory as `width` says. */
static ALWAYS_INLINE uint32_t host_read(const uint8_t *host, enum width width)
{
    return bytes_load(host, (unsigned)width / 8);
}

/** Write the low 1, 2 or 4 bytes of `value`. */
static ALWAYS_INLINE void host_write(uint8_t *host, enum width width,
                                     uint32_t value)
{
    bytes_store(host, (unsigned)width / 8, value);
}

/** Offset of the record's memory operand, all forms of addressing. */
static ALWAYS_INLINE effective_addr form_offset(const struct cpu *cpu,
                                                const struct insn *insn,
                                                const struct form form,
                                                enum operand_kind kind)
{
    uint32_t base = 0;
    uint32_t index;

    if (form.base_at != FORM_AT(GPR_COUNT))
        memcpy(&base, cpu->gpr_bytes + form_base(form, insn), sizeof base);
    if (kind != KIND_INDEXED)
        return base + insn->displacement;
    memcpy(&index, cpu->gpr_bytes + insn->index, sizeof index);
    return base + (index << insn->scale) + insn->displacement;
}

/** The same, whatever the form. */
static ALWAYS_INLINE effective_addr operand_offset(const struct cpu *cpu,
                                                   const struct insn *insn,
                                                   enum operand_kind kind)
{
    return form_offset(cpu, insn, (struct form){.path = PATH_FULL}, kind);
}

/** The same, cut to 16 bits where the address size says so. */
static inline effective_addr operand_effective(const struct cpu *cpu,
                                               const struct insn *insn)
{
    const effective_addr offset = operand_offset(cpu, insn, KIND_INDEXED);

    return insn->prefixes & INSN_ADDRESS16 ? offset & 0xffff : offset;
}

/**
 * Open `size` (1 to 16) bytes of memory at `offset` of a segment register for
 * the running program. Raises #GP(0), #SS(0), #PF, or #AC where the linear
 * address is not a multiple of `alignment`, a power of two. SDM 3A,
 * "Interrupt 17—Alignment Check Exception".
 */
MUST_CHECK bool cpu_open_aligned(struct cpu *cpu, unsigned segment,
                                 effective_addr offset, uint32_t size,
                                 uint32_t alignment, enum access access,
                                 struct place *place);

/** The same for 1, 2, 4 or 8 bytes, which #AC wants at a multiple of that. */
MUST_CHECK bool cpu_open(struct cpu *cpu, unsigned segment,
                         effective_addr offset, uint32_t size,
                         enum access access, struct place *place);

/**
 * Host address of `count` words of `size` bytes that lie upwards from `offset`
 * of the stack, where one look at segment and page does for all of them; they
 * are then counted as so many look-ups. NULL: nothing is done, and they are to
 * be opened one by one.
 */
static ALWAYS_INLINE uint8_t *stack_words(struct cpu *cpu, uint32_t offset,
                                          unsigned size, unsigned count,
                                          enum access access)
{
    const uint32_t bytes = size * count;
    const uint8_t flat = MODE_FLAT_SS | MODE_STACK32;
    linear_addr linear = offset;
    uint8_t *host;

    if (UNLIKELY((cpu->mode & (flat | MODE_ALIGNED)) != flat)) {
        if (cpu->mode & MODE_ALIGNED ||
            !segment_span(&cpu->segment[SS], offset, bytes, access, &linear))
            return NULL;
    }
    host = fast_probe(cpu->mmu.fast, linear, bytes, access);
    if (LIKELY(host))
        cpu->mmu.counts.data_lookups += count;
    return host;
}

/** The same where accesses are recorded, from the highest word down: they are
 * appended, and not refused later. */
static ALWAYS_INLINE uint8_t *stack_words_recorded(
    struct cpu *cpu, const struct insn *insn, uint32_t offset, unsigned size,
    unsigned count, enum access access)
{
    const uint8_t flat = MODE_FLAT_SS | MODE_STACK32;
    struct recorded recorded;
    uint8_t *host;

    if (UNLIKELY((cpu->mode & (flat | MODE_ALIGNED)) != flat))
        return NULL;
    host = recorded_open(cpu, insn, offset, size * count, access, &recorded);
    if (UNLIKELY(!host))
        return NULL;
    cpu->mmu.counts.data_lookups += count;
    recorded_append_down(cpu, recorded, access == ACCESS_WRITE, size, count);
    return host;
}

/** Open the record's memory operand: `size` bytes, full path. */
MUST_CHECK static inline bool operand_open_memory(struct cpu *cpu,
                                                  const struct insn *insn,
                                                  uint32_t size,
                                                  enum access access,
                                                  struct place *place)
{
    return cpu_open(cpu, insn->segment, operand_effective(cpu, insn), size,
                    access, place);
}

/**
 * Open the form's width at `linear` of a flat segment, on a path that is not
 * the full one.
 */
MUST_CHECK static ALWAYS_INLINE bool linear_open(
    struct cpu *cpu, const struct insn *insn, const struct form form,
    linear_addr linear, enum access access, struct place *place)
{
    const uint32_t size = form.width / 8u;

    if (form.path == PATH_RECORDED) {
        place->in_memory = true;
        place->was_read = false;
        place->host =
            recorded_open(cpu, insn, linear, size, access, &place->recorded);
    } else {
        place->host = access == ACCESS_WRITE
                          ? fast_write(&cpu->mmu, linear, size)
                          : fast_read(&cpu->mmu, linear, size);
    }
    return place->host != NULL;
}

/**
 * Open an operand of kind `kind`: a general register (`reg`: its byte offset)
 * or the record's memory operand. Ask ACCESS_WRITE for a read-modify-write.
 */
MUST_CHECK static ALWAYS_INLINE bool operand_open(
    struct cpu *cpu, const struct insn *insn, const struct form form,
    enum operand_kind kind, unsigned reg, enum access access,
    struct place *place)
{
    linear_addr linear;

    if (kind == KIND_REGISTER) {
        place->host = cpu->gpr_bytes + reg;
        if (!place->host) /* spares the fast path a test for it */
            __builtin_unreachable();
        if (form.path == PATH_RECORDED)
            place->in_memory = false;
        return true;
    }
    if (form.path == PATH_FULL)
        return operand_open_memory(cpu, insn, form.width / 8u, access, place);
    linear = form_offset(cpu, insn, form, kind);
    if (UNLIKELY(!linear_open(cpu, insn, form, linear, access, place))) {
        cpu->missed.linear = linear;
        cpu->missed.size = form.width / 8u;
        cpu->missed.access = access;
        return false;
    }
    return true;
}

/** Read an opened operand at the form's width. Cannot fail. */
static ALWAYS_INLINE uint32_t place_read(struct cpu *cpu,
                                         const struct form form,
                                         struct place *place)
{
    if (form.path == PATH_RECORDED && place->in_memory) {
        recorded_append(cpu, &place->recorded, false, form.width / 8u);
        place->was_read = true;
    }
    if (form.path != PATH_FULL || place->host)
        return host_read(place->host, (enum width)form.width);
    return memory_place_read_bus(&cpu->mmu, &place->memory, form.width / 8u);
}

/** Write an operand opened for writing at the form's width. Cannot fail. What
 * is read and written is so without another access between. */
static ALWAYS_INLINE void place_write(struct cpu *cpu, const struct form form,
                                      const struct place *place, uint32_t value)
{
    if (form.path == PATH_RECORDED && place->in_memory) {
        if (place->was_read)
            recorded_update(cpu, form.width / 8u);
        else
            recorded_append(cpu, &place->recorded, true, form.width / 8u);
    }
    if (form.path != PATH_FULL || place->host)
        host_write(place->host, (enum width)form.width, value);
    else
        memory_place_write_bus(&cpu->mmu, &place->memory, form.width / 8u,
                               value);
}

/** Open the destination. */
MUST_CHECK static ALWAYS_INLINE bool dest_open(struct cpu *cpu,
                                               const struct insn *insn,
                                               const struct form form,
                                               enum access access,
                                               struct place *place)
{
    return operand_open(cpu, insn, form, (enum operand_kind)form.dest,
                        form_dest(form, insn), access, place);
}

/** Read the source: register, memory or immediate. */
MUST_CHECK static ALWAYS_INLINE bool src_read(struct cpu *cpu,
                                              const struct insn *insn,
                                              const struct form form,
                                              uint32_t *value)
{
    struct place place;

    if (form.src == KIND_IMMEDIATE) {
        *value = insn->immediate;
        return true;
    }
    if (!operand_open(cpu, insn, form, (enum operand_kind)form.src,
                      form_src(form, insn), ACCESS_READ, &place))
        return false;
    *value = place_read(cpu, form, &place);
    return true;
}

/** Read the destination operand, which is not written. */
MUST_CHECK static ALWAYS_INLINE bool dest_read(struct cpu *cpu,
                                               const struct insn *insn,
                                               const struct form form,
                                               uint32_t *value)
{
    struct place place;

    if (!dest_open(cpu, insn, form, ACCESS_READ, &place))
        return false;
    *value = place_read(cpu, form, &place);
    return true;
}

#endif
