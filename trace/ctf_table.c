/* SPDX-License-Identifier: MIT */
#include "trace/ctf_table.h"

#include <string.h>

#define AT(member_)                                      \
    .member = sizeof((struct trace_record *)0)->member_, \
    .offset = (uint16_t)offsetof(struct trace_record, member_)

#define HEX(name_, bytes_, member_)                                  \
    {                                                                \
        .name = name_, .type = CTF_HEX, .bytes = bytes_, AT(member_) \
    }
#define COUNT(name_, bytes_, member_)                                  \
    {                                                                  \
        .name = name_, .type = CTF_COUNT, .bytes = bytes_, AT(member_) \
    }
#define LABEL(name_, labels_, member_)                                   \
    {                                                                    \
        .name = name_, .labels = labels_, .type = CTF_COUNT, .bytes = 1, \
        AT(member_)                                                      \
    }
#define BITS(name_, labels_, from_, width_, member_)                       \
    {                                                                      \
        .name = name_, .labels = labels_, .type = CTF_BITS, .from = from_, \
        .width = width_, AT(member_)                                       \
    }
#define FIXED(member_, value_)                          \
    {                                                   \
        .type = CTF_FIXED, .value = value_, AT(member_) \
    }
#define TEXT(name_, member_)                         \
    {                                                \
        .name = name_, .type = CTF_TEXT, AT(member_) \
    }

#define CAUSES "none, cr3, cr0, cr4, invlpg, fault, reset"

#define ACCESS_OF(name_, write_, size_)                             \
    {                                                               \
        name_, TRACE_MEM,                                           \
        {                                                           \
            FIXED(access.write, write_), FIXED(access.size, size_), \
                HEX("linear", 4, access.linear)                     \
        }                                                           \
    }
#define ACCESS(name_, write_)                                           \
    {                                                                   \
        name_, TRACE_MEM,                                               \
        {                                                               \
            FIXED(access.write, write_), COUNT("size", 1, access.size), \
                HEX("linear", 4, access.linear)                         \
        }                                                               \
    }
#define VALUE_OF(name_, write_, size_, bytes_)                      \
    {                                                               \
        name_, TRACE_MEM,                                           \
        {                                                           \
            FIXED(access.write, write_), FIXED(access.size, size_), \
                FIXED(access.has_value, true),                      \
                HEX("linear", 4, access.linear),                    \
                HEX("value", bytes_, access.value)                  \
        }                                                           \
    }
#define VALUE(name_, write_)                                                   \
    {                                                                          \
        name_, TRACE_MEM,                                                      \
        {                                                                      \
            FIXED(access.write, write_), FIXED(access.has_value, true),        \
                COUNT("size", 1, access.size),                                 \
                HEX("linear", 4, access.linear), HEX("value", 4, access.value) \
        }                                                                      \
    }
#define SLOT(name_, event_, action_, code_)                                 \
    {                                                                       \
        name_, event_,                                                      \
        {                                                                   \
            FIXED(tlb.action, action_), FIXED(tlb.code, code_),             \
                HEX("linear", 4, tlb.linear),                               \
                HEX("physical", 4, tlb.physical), COUNT("set", 2, tlb.set), \
                COUNT("way", 1, tlb.way)                                    \
        }                                                                   \
    }
/* A byte of bits, then the entries: of four bytes, or of eight. */
#define WALK(name_, ok_, has_pte_, pae_, ...)                              \
    {                                                                      \
        name_, TRACE_WALK,                                                 \
        {                                                                  \
            FIXED(walk.ok, ok_), FIXED(walk.has_pde, true),                \
                FIXED(walk.has_pte, has_pte_), FIXED(walk.pae, pae_),      \
                BITS("access", "read, write, execute", 0, 2, walk.access), \
                BITS("privilege", "super, user", 0, 1, walk.privilege),    \
                BITS("marked_pde_a", NULL, 21, 1, walk.marked),            \
                BITS("marked_a", NULL, 5, 1, walk.marked),                 \
                BITS("marked_d", NULL, 6, 1, walk.marked),                 \
                BITS("unused", NULL, 7, 2, walk.marked),                   \
                HEX("linear", 4, walk.linear), __VA_ARGS__                 \
        }                                                                  \
    }
#define CYCLE(name_, event_, write_, size_, where_, where_size_)          \
    {                                                                     \
        name_, event_,                                                    \
        {                                                                 \
            FIXED(cycle.write, write_), COUNT("size", size_, cycle.size), \
                HEX(where_, where_size_, cycle.where),                    \
                HEX("value", 4, cycle.value), TEXT("name", cycle.name)    \
        }                                                                 \
    }

#define PROBE_FIELDS                                                    \
    TEXT("function", probe.function), TEXT("names", probe.names),       \
        COUNT("depth", 1, probe.depth), COUNT("count", 1, probe.count), \
        HEX("argument_0", 4, probe.argument[0]),                        \
        HEX("argument_1", 4, probe.argument[1]),                        \
        HEX("argument_2", 4, probe.argument[2]),                        \
        HEX("argument_3", 4, probe.argument[3])

static const struct ctf_class classes[CTF_ID_COUNT] = {
    [CTF_STATE] = {"state", TRACE_EVENT_COUNT, {{0}}},
    [CTF_PLACE] = {"place",
                   TRACE_EVENT_COUNT,
                   {HEX("eip_now", 4, eip), HEX("cr3", 4, cr3),
                    COUNT("cpl", 1, cpl)}},
    [CTF_MAP] = {"map",
                 TRACE_EVENT_COUNT,
                 {HEX("linear", 4, access.linear),
                  HEX("physical", 4, access.physical)}},
    [CTF_END] = {"end", TRACE_EVENT_COUNT, {{0}}},
    [CTF_READ_1] = ACCESS_OF("mem_read_1", false, 1),
    [CTF_READ_2] = ACCESS_OF("mem_read_2", false, 2),
    [CTF_READ_4] = ACCESS_OF("mem_read_4", false, 4),
    [CTF_READ_8] = ACCESS_OF("mem_read_8", false, 8),
    [CTF_WRITE_1] = ACCESS_OF("mem_write_1", true, 1),
    [CTF_WRITE_2] = ACCESS_OF("mem_write_2", true, 2),
    [CTF_WRITE_4] = ACCESS_OF("mem_write_4", true, 4),
    [CTF_WRITE_8] = ACCESS_OF("mem_write_8", true, 8),
    [CTF_READ] = ACCESS("mem_read", false),
    [CTF_WRITE] = ACCESS("mem_write", true),
    [CTF_READ_1_VALUE] = VALUE_OF("mem_read_1_value", false, 1, 1),
    [CTF_READ_2_VALUE] = VALUE_OF("mem_read_2_value", false, 2, 2),
    [CTF_READ_4_VALUE] = VALUE_OF("mem_read_4_value", false, 4, 4),
    [CTF_READ_8_VALUE] = VALUE_OF("mem_read_8_value", false, 8, 4),
    [CTF_WRITE_1_VALUE] = VALUE_OF("mem_write_1_value", true, 1, 1),
    [CTF_WRITE_2_VALUE] = VALUE_OF("mem_write_2_value", true, 2, 2),
    [CTF_WRITE_4_VALUE] = VALUE_OF("mem_write_4_value", true, 4, 4),
    [CTF_WRITE_8_VALUE] = VALUE_OF("mem_write_8_value", true, 8, 4),
    [CTF_READ_VALUE] = VALUE("mem_read_value", false),
    [CTF_WRITE_VALUE] = VALUE("mem_write_value", true),
    [CTF_TLB_MISS] = {"tlb_miss",
                      TRACE_TLB,
                      {FIXED(tlb.action, TLB_MISS),
                       HEX("linear", 4, tlb.linear)}},
    [CTF_TLB_MISS_CODE] = {"tlb_miss_code",
                           TRACE_TLB,
                           {FIXED(tlb.action, TLB_MISS), FIXED(tlb.code, true),
                            HEX("linear", 4, tlb.linear)}},
    [CTF_TLB_FILL] = SLOT("tlb_fill", TRACE_TLB, TLB_FILL, false),
    [CTF_TLB_FILL_CODE] = SLOT("tlb_fill_code", TRACE_TLB, TLB_FILL, true),
    [CTF_TLB_EVICT] = SLOT("tlb_evict", TRACE_TLB, TLB_EVICT, false),
    [CTF_TLB_EVICT_CODE] = SLOT("tlb_evict_code", TRACE_TLB, TLB_EVICT, true),
    [CTF_TLB_HIT] = SLOT("tlb_hit", TRACE_HIT, TLB_HIT, false),
    [CTF_TLB_HIT_CODE] = SLOT("tlb_hit_code", TRACE_HIT, TLB_HIT, true),
    [CTF_TLB_FLUSH] = {"tlb_flush",
                       TRACE_TLB,
                       {FIXED(tlb.action, TLB_FLUSH),
                        LABEL("cause", CAUSES, tlb.cause),
                        COUNT("entries", 4, tlb.entries)}},
    [CTF_TLB_FLUSH_PAGE] = {"tlb_flush_page",
                            TRACE_TLB,
                            {FIXED(tlb.action, TLB_FLUSH),
                             LABEL("cause", CAUSES, tlb.cause),
                             HEX("linear", 4, tlb.linear),
                             COUNT("entries", 4, tlb.entries)}},
    [CTF_WALK] = WALK("walk", true, true, false, HEX("pde", 4, walk.pde),
                      HEX("pte", 4, walk.pte)),
    [CTF_WALK_LARGE] =
        WALK("walk_large", true, false, false, HEX("pde", 4, walk.pde)),
    [CTF_WALK_FAULT] =
        WALK("walk_fault", false, true, false, HEX("pde", 4, walk.pde),
             HEX("pte", 4, walk.pte), HEX("error_code", 1, walk.error_code)),
    [CTF_WALK_FAULT_PDE] =
        WALK("walk_fault_pde", false, false, false, HEX("pde", 4, walk.pde),
             HEX("error_code", 1, walk.error_code)),
    [CTF_WALK_PAE] =
        WALK("walk_pae", true, true, true, HEX("pdpte", 8, walk.pdpte),
             HEX("pde", 8, walk.pde), HEX("pte", 8, walk.pte)),
    [CTF_WALK_PAE_LARGE] =
        WALK("walk_pae_large", true, false, true, HEX("pdpte", 8, walk.pdpte),
             HEX("pde", 8, walk.pde)),
    [CTF_WALK_ODD] =
        {"walk_odd",
         TRACE_WALK,
         {COUNT("marked", 1, walk.marked),
          BITS("access", "read, write, execute", 0, 2, walk.access),
          BITS("privilege", "super, user", 0, 1, walk.privilege),
          BITS("pae", NULL, 0, 1, walk.pae),
          BITS("has_pde", NULL, 0, 1, walk.has_pde),
          BITS("has_pte", NULL, 0, 1, walk.has_pte),
          BITS("ok", NULL, 0, 1, walk.ok),
          BITS("marked_pde_a", NULL, 21, 1, walk.marked),
          HEX("linear", 4, walk.linear), HEX("pdpte", 8, walk.pdpte),
          HEX("pde_address", 4, walk.pde_address), HEX("pde", 8, walk.pde),
          HEX("pte_address", 4, walk.pte_address), HEX("pte", 8, walk.pte),
          HEX("error_code", 4, walk.error_code),
          HEX("physical", 4, walk.physical)}},
    [CTF_FAULT] = {"fault", TRACE_FAULT, {HEX("vector", 1, fault.vector)}},
    [CTF_FAULT_ERROR_CODE] = {"fault_error_code",
                              TRACE_FAULT,
                              {FIXED(fault.has_error_code, true),
                               HEX("vector", 1, fault.vector),
                               HEX("error_code", 4, fault.error_code)}},
    [CTF_PAGE_FAULT] = {"page_fault",
                        TRACE_FAULT,
                        {FIXED(fault.has_error_code, true),
                         FIXED(fault.vector, VECTOR_PF),
                         HEX("error_code", 4, fault.error_code),
                         HEX("linear", 4, fault.linear)}},
    [CTF_FETCH] = {"fetch", TRACE_FETCH, {HEX("physical", 4, fetch)}},
    [CTF_EXEC] = {"exec", TRACE_EXEC, {{0}}},
    [CTF_PORT_READ] = CYCLE("port_read", TRACE_PORT, false, 1, "port", 2),
    [CTF_PORT_WRITE] = CYCLE("port_write", TRACE_PORT, true, 1, "port", 2),
    [CTF_MMIO_READ] = CYCLE("mmio_read", TRACE_MMIO, false, 1, "physical", 4),
    [CTF_MMIO_WRITE] = CYCLE("mmio_write", TRACE_MMIO, true, 1, "physical", 4),
    [CTF_DMA_READ] = CYCLE("dma_read", TRACE_DMA, false, 4, "physical", 4),
    [CTF_DMA_WRITE] = CYCLE("dma_write", TRACE_DMA, true, 4, "physical", 4),
    [CTF_INTERRUPT] = {"interrupt",
                       TRACE_IRQ,
                       {HEX("vector", 1, interrupt.vector)}},
    [CTF_INTERRUPT_EXTERNAL] = {"interrupt_external",
                                TRACE_IRQ,
                                {FIXED(interrupt.external, true),
                                 HEX("vector", 1, interrupt.vector)}},
    [CTF_IRET] = {"iret", TRACE_IRQ, {FIXED(interrupt.iret, true)}},
    [CTF_CONTROL] = {"control",
                     TRACE_CR,
                     {COUNT("number", 1, control.number),
                      HEX("old_value", 4, control.old_value),
                      HEX("new_value", 4, control.new_value)}},
    [CTF_MARKER] = {"marker", TRACE_MARKER, {HEX("value", 4, marker)}},
    [CTF_PROBE_CALL] = {"probe_call", TRACE_PROBE, {PROBE_FIELDS}},
    [CTF_PROBE_RETURN] = {"probe_return",
                          TRACE_PROBE,
                          {FIXED(probe.leave, true), PROBE_FIELDS,
                           COUNT("has_result", 1, probe.has_result),
                           HEX("result", 4, probe.result),
                           COUNT("called", 8, probe.called)}},
};

const struct ctf_class *ctf_class_at(unsigned id)
{
    return id < CTF_ID_COUNT && classes[id].name ? &classes[id] : NULL;
}

/* --- Which row --- */

/* How page tables of one kind are laid out. */
struct layout {
    uint8_t entry_size;
    uint8_t index_bits;
};

static struct layout layout_of(const struct trace_walk *walk)
{
    return walk->pae ? (struct layout){8, 9} : (struct layout){4, 10};
}

static physical_addr entry_address(uint64_t base, const struct layout *layout,
                                   uint32_t page)
{
    const uint32_t index = page & ((1u << layout->index_bits) - 1);

    return ((uint32_t)base & PAGE_FRAME_MASK) | index * layout->entry_size;
}

/* What of a walk follows from CR3 and the entries. */
static void derive_walk(struct trace_walk *walk, uint32_t cr3)
{
    const struct layout layout = layout_of(walk);
    const unsigned large = 12u + layout.index_bits;
    const uint32_t offset =
        walk->has_pte ? PAGE_OFFSET_MASK : (1u << large) - 1;
    const uint64_t leaf = walk->has_pte ? walk->pte : walk->pde;

    walk->cr3 = cr3;
    walk->pde_address = entry_address(walk->pae ? walk->pdpte : cr3, &layout,
                                      walk->linear >> large);
    if (walk->has_pte)
        walk->pte_address =
            entry_address(walk->pde, &layout, walk->linear >> 12);
    if (walk->ok)
        walk->physical = ((uint32_t)leaf & ~offset) | (walk->linear & offset);
}

static bool walk_follows(const struct trace_walk *walk, uint32_t cr3)
{
    struct trace_walk derived = *walk;

    derive_walk(&derived, cr3);
    return walk->has_pde && derived.cr3 == walk->cr3 &&
           derived.pde_address == walk->pde_address &&
           (!walk->has_pte || derived.pte_address == walk->pte_address) &&
           (walk->ok ? derived.physical == walk->physical
                     : !walk->pae && walk->error_code <= UINT8_MAX);
}

static enum ctf_id walk_class(const struct trace_record *record)
{
    const struct trace_walk *walk = &record->walk;

    if (!walk_follows(walk, record->cr3))
        return CTF_WALK_ODD;
    if (walk->ok && walk->pae)
        return walk->has_pte ? CTF_WALK_PAE : CTF_WALK_PAE_LARGE;
    if (walk->ok)
        return walk->has_pte ? CTF_WALK : CTF_WALK_LARGE;
    return walk->has_pte ? CTF_WALK_FAULT : CTF_WALK_FAULT_PDE;
}

static enum ctf_id tlb_class(const struct trace_tlb *tlb)
{
    const bool code = tlb->code;

    switch (tlb->action) {
    case TLB_HIT: return code ? CTF_TLB_HIT_CODE : CTF_TLB_HIT;
    case TLB_MISS: return code ? CTF_TLB_MISS_CODE : CTF_TLB_MISS;
    case TLB_FILL: return code ? CTF_TLB_FILL_CODE : CTF_TLB_FILL;
    case TLB_EVICT: return code ? CTF_TLB_EVICT_CODE : CTF_TLB_EVICT;
    case TLB_FLUSH:
    default:
        return tlb->cause == TLB_CAUSE_INVLPG ||
                       tlb->cause == TLB_CAUSE_PAGE_FAULT
                   ? CTF_TLB_FLUSH_PAGE
                   : CTF_TLB_FLUSH;
    }
}

static enum ctf_id access_class(const struct trace_access *access,
                                bool with_value)
{
    const unsigned step =
        with_value && access->has_value ? CTF_READ_1_VALUE - CTF_READ_1 : 0;
    unsigned id = access->write ? CTF_WRITE : CTF_READ;

    switch (access->size) {
    case 1: id = access->write ? CTF_WRITE_1 : CTF_READ_1; break;
    case 2: id = access->write ? CTF_WRITE_2 : CTF_READ_2; break;
    case 4: id = access->write ? CTF_WRITE_4 : CTF_READ_4; break;
    case 8: id = access->write ? CTF_WRITE_8 : CTF_READ_8; break;
    default: break;
    }
    return (enum ctf_id)(id + step);
}

static enum ctf_id fault_class(const struct fault *fault)
{
    if (!fault->has_error_code)
        return CTF_FAULT;
    return fault->vector == VECTOR_PF ? CTF_PAGE_FAULT : CTF_FAULT_ERROR_CODE;
}

static enum ctf_id interrupt_class(const struct trace_interrupt *interrupt)
{
    if (interrupt->iret)
        return CTF_IRET;
    return interrupt->external ? CTF_INTERRUPT_EXTERNAL : CTF_INTERRUPT;
}

enum ctf_id ctf_class_of(const struct trace_record *record, bool with_value)
{
    const bool write = record->cycle.write;

    switch (record->event) {
    case TRACE_TLB:
    case TRACE_HIT: return tlb_class(&record->tlb);
    case TRACE_WALK: return walk_class(record);
    case TRACE_FAULT: return fault_class(&record->fault);
    case TRACE_MEM: return access_class(&record->access, with_value);
    case TRACE_FETCH: return CTF_FETCH;
    case TRACE_PORT: return write ? CTF_PORT_WRITE : CTF_PORT_READ;
    case TRACE_MMIO: return write ? CTF_MMIO_WRITE : CTF_MMIO_READ;
    case TRACE_DMA: return write ? CTF_DMA_WRITE : CTF_DMA_READ;
    case TRACE_IRQ: return interrupt_class(&record->interrupt);
    case TRACE_CR: return CTF_CONTROL;
    case TRACE_MARKER: return CTF_MARKER;
    case TRACE_PROBE:
        return record->probe.leave ? CTF_PROBE_RETURN : CTF_PROBE_CALL;
    case TRACE_EXEC:
    case TRACE_EVENT_COUNT:
    default: return CTF_EXEC;
    }
}

/* --- Bytes --- */

/* The lowest bytes of a value: of a number of bytes that the compiler does not
 * know, so that it would call memcpy() for each. */
static inline void copy_bytes(void *to, const void *from, unsigned bytes)
{
    switch (bytes) {
    case 1: memcpy(to, from, 1); break;
    case 2: memcpy(to, from, 2); break;
    case 4: memcpy(to, from, 4); break;
    case 8: memcpy(to, from, 8); break;
    default: memcpy(to, from, bytes); break;
    }
}

static uint64_t member_load(const struct trace_record *record,
                            const struct ctf_field *field)
{
    uint64_t value = 0;

    copy_bytes(&value, (const uint8_t *)record + field->offset, field->member);
    return value;
}

static void member_store(struct trace_record *record,
                         const struct ctf_field *field, uint64_t value)
{
    copy_bytes((uint8_t *)record + field->offset, &value, field->member);
}

static uint8_t *put_text(uint8_t *at, const struct trace_record *record,
                         const struct ctf_field *field)
{
    const char *text;
    size_t length;

    memcpy(&text, (const uint8_t *)record + field->offset, sizeof text);
    length = text ? strnlen(text, CTF_TEXT_MAX - 1) : 0;
    if (length)
        memcpy(at, text, length);
    at[length] = '\0';
    return at + length + 1;
}

/* Bits are collected from the lowest on until they make a byte. */
struct bits {
    uint8_t byte;
    uint8_t count;
};

static uint8_t *put_bits(uint8_t *at, struct bits *bits,
                         const struct ctf_field *field, uint64_t value)
{
    const unsigned mask = (1u << field->width) - 1;

    bits->byte =
        (uint8_t)(bits->byte | (value >> field->from & mask) << bits->count);
    bits->count = (uint8_t)(bits->count + field->width);
    if (bits->count == 8) {
        *at++ = bits->byte;
        *bits = (struct bits){0, 0};
    }
    return at;
}

uint8_t *ctf_put_fields(uint8_t *at, const struct ctf_class *row,
                        const struct trace_record *record)
{
    struct bits bits = {0, 0};

    for (const struct ctf_field *field = row->field; field->member; field++) {
        uint64_t value;

        if (field->type == CTF_FIXED)
            continue;
        if (field->type == CTF_TEXT) {
            at = put_text(at, record, field);
            continue;
        }
        value = member_load(record, field);
        if (field->type == CTF_BITS) {
            at = put_bits(at, &bits, field, value);
            continue;
        }
        copy_bytes(at, &value, field->bytes);
        at += field->bytes;
    }
    return at;
}

static const uint8_t *get_text(const uint8_t *at, const uint8_t *end,
                               const struct ctf_field *field,
                               struct trace_record *record)
{
    const char *text = *at ? (const char *)at : NULL;
    const size_t length = strnlen((const char *)at, (size_t)(end - at));

    if (length >= CTF_TEXT_MAX || at + length == end)
        return NULL;
    memcpy((uint8_t *)record + field->offset, &text, sizeof text);
    return at + length + 1;
}

/* A field of bits adds to what others have put into its member. */
static const uint8_t *get_bits(const uint8_t *at, struct bits *bits,
                               const struct ctf_field *field,
                               struct trace_record *record)
{
    const unsigned mask = (1u << field->width) - 1;

    member_store(record, field,
                 member_load(record, field) |
                     (uint64_t)(*at >> bits->count & mask) << field->from);
    bits->count = (uint8_t)(bits->count + field->width);
    if (bits->count < 8)
        return at;
    bits->count = 0;
    return at + 1;
}

/* Enumerations that later code takes as an index. */
static bool is_sound(const struct trace_record *record)
{
    switch (record->event) {
    case TRACE_TLB: return record->tlb.cause <= TLB_CAUSE_RESET;
    case TRACE_WALK: return record->walk.access <= ACCESS_EXECUTE;
    case TRACE_CR: return record->control.number <= 8;
    case TRACE_PROBE:
        return record->probe.function &&
               record->probe.count <= PROBE_ARGUMENTS_MAX;
    case TRACE_HIT:
    case TRACE_FAULT:
    case TRACE_MEM:
    case TRACE_FETCH:
    case TRACE_EXEC:
    case TRACE_PORT:
    case TRACE_MMIO:
    case TRACE_DMA:
    case TRACE_IRQ:
    case TRACE_MARKER:
    case TRACE_EVENT_COUNT:
    default: return true;
    }
}

const uint8_t *ctf_get_fields(const uint8_t *at, const uint8_t *end,
                              const struct ctf_class *row,
                              struct trace_record *record)
{
    struct bits bits = {0, 0};

    record->event = (enum trace_event)row->event;
    for (const struct ctf_field *field = row->field; field->member; field++) {
        uint64_t value = 0;

        if (field->type == CTF_FIXED) {
            member_store(record, field, field->value);
            continue;
        }
        if (at >= end || (size_t)(end - at) < field->bytes)
            return NULL;
        if (field->type == CTF_TEXT) {
            at = get_text(at, end, field, record);
            if (!at)
                return NULL;
            continue;
        }
        if (field->type == CTF_BITS) {
            at = get_bits(at, &bits, field, record);
            continue;
        }
        copy_bytes(&value, at, field->bytes);
        member_store(record, field, value);
        at += field->bytes;
    }
    if (row->event == TRACE_WALK && row != &classes[CTF_WALK_ODD])
        derive_walk(&record->walk, record->cr3);
    if (row == &classes[CTF_WALK_ODD])
        record->walk.cr3 = record->cr3;
    return is_sound(record) ? at : NULL;
}
