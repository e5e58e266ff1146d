/* SPDX-License-Identifier: MIT */
#include "trace/ctf_table.h"

/* A member that a word may be read from: the record goes on behind it. */
#define OFFSET(member_)                                            \
    (offsetof(struct trace_record, member_) +                      \
     0 * sizeof(char[offsetof(struct trace_record, member_) + 8 <= \
                             sizeof(struct trace_record)           \
                         ? 1                                       \
                         : -1]))
#define AT(member_)                                      \
    .member = sizeof((struct trace_record *)0)->member_, \
    .offset = (uint16_t)OFFSET(member_)

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
#define BYTES(name_, count_, member_)                                         \
    {                                                                         \
        .name = name_, .type = CTF_BYTES,                                     \
        .value = (uint32_t)offsetof(struct trace_record, count_), AT(member_) \
    }

#define MODES                                                             \
    "real, protected, protected_paging, protected_pae, v86, v86_paging, " \
    "v86_pae"
#define CAUSES "none, cr3, cr0, cr4, invlpg, fault, reset"

#define ACCESS_OF(name_, write_, size_)                             \
    {                                                               \
        name_, TRACE_MEM,                                           \
        {                                                           \
            FIXED(access.write, write_), FIXED(access.size, size_), \
                HEX("linear", 4, access.linear)                     \
        }                                                           \
    }
#define UPDATE_OF(name_, size_)                                        \
    {                                                                  \
        name_, TRACE_EVENT_COUNT,                                      \
        {                                                              \
            FIXED(fold, TRACE_FOLD_UPDATE), FIXED(access.size, size_), \
                HEX("linear", 4, access.linear)                        \
        }                                                              \
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

/* A run of code; `next_`: on the page behind that of EIP. */
#define FETCH(name_, next_)                                              \
    {                                                                    \
        name_, TRACE_FETCH,                                              \
        {                                                                \
            FIXED(fetch.next, next_), HEX("physical", 4, fetch.physical) \
        }                                                                \
    }
#define FETCH_CODE(name_, next_)                                            \
    {                                                                       \
        name_, TRACE_FETCH,                                                 \
        {                                                                   \
            FIXED(fetch.next, next_), HEX("physical", 4, fetch.physical),   \
                COUNT("bits", 1, fetch.bits), COUNT("size", 2, fetch.size), \
                BYTES("code", fetch.size, fetch.code)                       \
        }                                                                   \
    }

/* A master's cycle; channel 255: it is none of the 8237s'. */
#define DMA(name_, write_)                                                     \
    {                                                                          \
        name_, TRACE_DMA,                                                      \
        {                                                                      \
            FIXED(cycle.write, write_), COUNT("size", 4, cycle.size),          \
                HEX("bus_address", 4, cycle.bus),                              \
                HEX("physical", 4, cycle.where), HEX("value", 4, cycle.value), \
                COUNT("channel", 1, cycle.channel), TEXT("master", cycle.name) \
        }                                                                      \
    }
#define IRQ_LINE(name_, action_)                                       \
    {                                                                  \
        name_, TRACE_LINE,                                             \
        {                                                              \
            FIXED(line.action, action_), COUNT("irq", 1, line.number), \
                TEXT("controller", line.controller)                    \
        }                                                              \
    }
#define IRQ_ANSWER(name_, action_)                                     \
    {                                                                  \
        name_, TRACE_LINE,                                             \
        {                                                              \
            FIXED(line.action, action_), COUNT("irq", 1, line.number), \
                HEX("vector", 1, line.vector),                         \
                TEXT("controller", line.controller)                    \
        }                                                              \
    }
#define DMA_LINE(name_, action_, dack_)                           \
    {                                                             \
        name_, TRACE_DREQ,                                        \
        {                                                         \
            FIXED(line.action, action_), FIXED(line.dack, dack_), \
                COUNT("channel", 1, line.number),                 \
                TEXT("controller", line.controller)               \
        }                                                         \
    }

/* A miss, its walk and the fill that follows: `unused` makes a byte whole. */
#define REFILL(name_, evicts_, ...)                                          \
    {                                                                        \
        name_, TRACE_EVENT_COUNT,                                            \
        {                                                                    \
            FIXED(fold, TRACE_FOLD_REFILL),                                  \
                FIXED(refill.steps, TRACE_REFILL_FILLED),                    \
                FIXED(refill.evicts, evicts_),                               \
                BITS("access", "read, write, execute", 0, 2, refill.access), \
                BITS("privilege", "super, user", 0, 1, refill.privilege),    \
                BITS("marked_pde_a", NULL, 21, 1, refill.marked),            \
                BITS("marked_a", NULL, 5, 1, refill.marked),                 \
                BITS("marked_d", NULL, 6, 1, refill.marked),                 \
                BITS("code", NULL, 0, 1, refill.code),                       \
                BITS("unused", NULL, 7, 1, refill.marked),                   \
                COUNT("way", 1, refill.way), COUNT("set", 2, refill.set),    \
                HEX("linear", 4, refill.linear), HEX("pde", 4, refill.pde),  \
                HEX("pte", 4, refill.pte), __VA_ARGS__                       \
        }                                                                    \
    }
#define REPEAT(name_, kind_, ...)                                              \
    {                                                                          \
        name_, TRACE_EVENT_COUNT,                                              \
        {                                                                      \
            FIXED(fold, TRACE_FOLD_REPEAT), FIXED(repeat.kind, kind_),         \
                BITS("size", "bytes, words, doublewords", 0, 2, repeat.shift), \
                BITS("down", NULL, 0, 1, repeat.down),                         \
                BITS("unused", NULL, 3, 5, repeat.shift),                      \
                COUNT("count", 2, repeat.count), __VA_ARGS__                   \
        }                                                                      \
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
                    HEX("code_base", 4, code_base), COUNT("cpl", 1, cpl)}},
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
    [CTF_UPDATE_1] = UPDATE_OF("mem_update_1", 1),
    [CTF_UPDATE_2] = UPDATE_OF("mem_update_2", 2),
    [CTF_UPDATE_4] = UPDATE_OF("mem_update_4", 4),
    [CTF_FETCH] = FETCH("fetch", false),
    [CTF_FETCH_NEXT] = FETCH("fetch_next", true),
    [CTF_FETCH_CODE] = FETCH_CODE("fetch_code", false),
    [CTF_FETCH_NEXT_CODE] = FETCH_CODE("fetch_next_code", true),
    [CTF_EXEC] = {"exec", TRACE_EXEC, {{0}}},
    [CTF_PORT_READ] = CYCLE("port_read", TRACE_PORT, false, 1, "port", 2),
    [CTF_PORT_WRITE] = CYCLE("port_write", TRACE_PORT, true, 1, "port", 2),
    [CTF_MMIO_READ] = CYCLE("mmio_read", TRACE_MMIO, false, 1, "physical", 4),
    [CTF_MMIO_WRITE] = CYCLE("mmio_write", TRACE_MMIO, true, 1, "physical", 4),
    [CTF_DMA_READ] = DMA("dma_read", false),
    [CTF_DMA_WRITE] = DMA("dma_write", true),
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
    [CTF_IRQ_RAISE] = IRQ_LINE("irq_raise", LINE_RAISE),
    [CTF_IRQ_LOWER] = IRQ_LINE("irq_lower", LINE_LOWER),
    [CTF_IRQ_ACKNOWLEDGE] = IRQ_ANSWER("irq_acknowledge", LINE_ACKNOWLEDGE),
    [CTF_IRQ_SPURIOUS] = IRQ_ANSWER("irq_spurious", LINE_SPURIOUS),
    [CTF_IRQ_POLL] = IRQ_LINE("irq_poll", LINE_POLL),
    [CTF_DREQ_RAISE] = DMA_LINE("dreq_raise", LINE_RAISE, false),
    [CTF_DREQ_LOWER] = DMA_LINE("dreq_lower", LINE_LOWER, false),
    [CTF_DACK_RAISE] = DMA_LINE("dack_raise", LINE_RAISE, true),
    [CTF_DACK_LOWER] = DMA_LINE("dack_lower", LINE_LOWER, true),
    [CTF_MODE] = {"mode",
                  TRACE_MODE,
                  {LABEL("before", MODES, mode.before),
                   LABEL("after", MODES, mode.after)}},
    [CTF_TASK_SWITCH] = {"task_switch",
                         TRACE_TASK,
                         {LABEL("cause", "jump, call, interrupt, return",
                                task.cause),
                          HEX("old_tr", 2, task.before),
                          HEX("new_tr", 2, task.after),
                          HEX("tss", 4, task.tss)}},
    [CTF_REFILL] = REFILL("tlb_refill", false, {0}),
    [CTF_REFILL_EVICT] =
        REFILL("tlb_refill_evict", true, HEX("evicted", 4, refill.evicted)),
    [CTF_REPEAT_READ] = REPEAT("repeat_read", TRACE_REPEAT_READ,
                               HEX("linear", 4, repeat.linear[0])),
    [CTF_REPEAT_WRITE] = REPEAT("repeat_write", TRACE_REPEAT_WRITE,
                                HEX("linear", 4, repeat.linear[0])),
    [CTF_REPEAT_COPY] = REPEAT("repeat_copy", TRACE_REPEAT_COPY,
                               HEX("source", 4, repeat.linear[0]),
                               HEX("linear", 4, repeat.linear[1])),
    [CTF_REPEAT_COMPARE] = REPEAT("repeat_compare", TRACE_REPEAT_COMPARE,
                                  HEX("left", 4, repeat.linear[0]),
                                  HEX("right", 4, repeat.linear[1])),
};

const struct ctf_class *ctf_class_at(unsigned id)
{
    return id < CTF_ID_COUNT && classes[id].name ? &classes[id] : NULL;
}
