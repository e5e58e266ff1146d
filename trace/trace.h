/* SPDX-License-Identifier: MIT */
/*
 * Trace points: one line each at the door where a room has its answer. Off,
 * a point costs one test of a bit. On, it hands a typed record to the
 * recorder. A point never formats, and never changes the machine.
 *
 *   in    typed records from bus, mmu, cpu and devices
 *   out   the recorder's callback, with the tick and the processor's place
 */
#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

#include "base/fault.h"
#include "base/types.h"

/** What can be recorded, as `--events` names it. Also the bit number. */
enum trace_event {
    TRACE_TLB,    /**< misses, fills, evictions and flushes */
    TRACE_HIT,    /**< TLB hits */
    TRACE_WALK,   /**< page walks */
    TRACE_FAULT,  /**< exceptions on their way to the guest */
    TRACE_MEM,    /**< data reads and writes */
    TRACE_FETCH,  /**< runs of code that are entered, with their bytes */
    TRACE_EXEC,   /**< every instruction */
    TRACE_PORT,   /**< I/O port cycles */
    TRACE_MMIO,   /**< memory-mapped I/O cycles */
    TRACE_DMA,    /**< cycles of other bus masters */
    TRACE_DREQ,   /**< DREQ and DACK lines of DMA channels */
    TRACE_IRQ,    /**< interrupt delivery and IRET */
    TRACE_LINE,   /**< interrupt request lines, and their acknowledgement */
    TRACE_CR,     /**< writes to control registers */
    TRACE_MODE,   /**< real, protected, virtual-8086; paging on and off */
    TRACE_TASK,   /**< task switches by hardware */
    TRACE_MARKER, /**< writes to the marker port */
    TRACE_PROBE,  /**< calls of a guest's functions, and their returns */
    TRACE_EVENT_COUNT
};

/** What happened to a TLB. */
enum tlb_action { TLB_HIT, TLB_MISS, TLB_FILL, TLB_EVICT, TLB_FLUSH };

/** Why TLB entries were flushed. */
enum tlb_cause {
    TLB_CAUSE_NONE,
    TLB_CAUSE_CR3,        /**< MOV to CR3 or a task switch */
    TLB_CAUSE_CR0,        /**< a paging bit of CR0 changed */
    TLB_CAUSE_CR4,        /**< a paging bit of CR4 changed */
    TLB_CAUSE_INVLPG,     /**< one page */
    TLB_CAUSE_PAGE_FAULT, /**< the entry of the address that faulted */
    TLB_CAUSE_RESET
};

struct trace_tlb {
    enum tlb_action action;
    enum tlb_cause cause;   /**< of a flush */
    bool code;              /**< the TLB for code, where there are two */
    linear_addr linear;     /**< page; unused for a whole flush */
    physical_addr physical; /**< frame of a fill, eviction or hit */
    uint16_t set;
    uint16_t way;
    uint32_t entries; /**< how many a flush removed */
};

struct trace_walk {
    linear_addr linear;
    uint32_t cr3;
    enum access access;
    enum privilege privilege;
    bool pae;     /**< three levels, entries of eight bytes; `pdpte` is valid */
    bool has_pde; /**< false: PDPTE absent */
    bool has_pte; /**< false: PDE absent, or it maps a large page */
    bool ok;
    physical_addr pde_address; /**< valid if `has_pde` */
    physical_addr pte_address; /**< valid if `has_pte` */
    uint64_t pdpte;            /**< the register that CR3 loaded */
    uint64_t pde;              /**< valid if `has_pde` */
    uint64_t pte;              /**< valid if `has_pte` */
    uint32_t error_code;       /**< valid if not `ok` */
    physical_addr physical;    /**< valid if `ok` */
    uint32_t marked; /**< bits newly set: A or D of the last entry read, and
                          PDE A in bit 16 */
};

struct trace_access {
    linear_addr linear;
    physical_addr physical;
    uint8_t size;
    bool write;
    bool has_value; /**< false: it was not recorded */
    uint32_t value; /**< low four bytes */
};

/** Lines of a board, and the channel of a master that is none of the 8237s. */
enum { TRACE_IRQS = 16, TRACE_CHANNELS = 8, TRACE_NO_CHANNEL = 255 };

/**
 * A run of code that is entered: from here to the first instruction that
 * never goes on behind itself, at most to the end of the page.
 */
struct trace_fetch {
    linear_addr linear;
    physical_addr physical;
    bool cut;            /**< it may go on where the limit of CS or the page
                            before are others; only the recorder knows */
    bool next;           /**< of an instruction that ends there: the page behind
                            that of EIP, from its first byte on */
    uint8_t bits;        /**< 16 or 32: how it was decoded */
    uint16_t size;       /**< bytes; 0: they are no memory's */
    const uint8_t *code; /**< `size` bytes */
};

/** A port, MMIO or DMA cycle. */
struct trace_cycle {
    /** Of the range, or NULL: nobody answered. Of a DMA cycle the master's. */
    const char *name;
    uint32_t where; /**< port number or physical address */
    uint32_t size;  /**< bytes; of DMA also a block within a page */
    bool write;
    uint32_t value;  /**< low four bytes */
    uint32_t bus;    /**< of DMA: the address that the master gave */
    uint8_t channel; /**< of DMA: of the 8237s, or TRACE_NO_CHANNEL */
};

struct trace_interrupt {
    uint8_t vector;
    bool external; /**< from the interrupt controller */
    bool iret;     /**< the return instead */
};

/** What happened to a request line. */
enum line_action {
    LINE_RAISE,
    LINE_LOWER,
    LINE_ACKNOWLEDGE, /**< by the processor: `vector` is the answer */
    LINE_SPURIOUS,    /**< the same, but the request had gone */
    LINE_POLL         /**< by a program that reads the controller */
};

/** An interrupt request line, or DREQ or DACK of a DMA channel. */
struct trace_line {
    enum line_action action;
    bool dack;              /**< of DMA: DACK, not DREQ */
    uint8_t number;         /**< as the board counts, 0 to 15 */
    uint8_t vector;         /**< of an acknowledgement */
    const char *controller; /**< whose line it is */
};

struct trace_control {
    uint8_t number; /**< 0, 2, 3 or 4 */
    uint32_t old_value;
    uint32_t new_value;
};

/** How the processor takes segments and pages. */
enum processor_mode {
    PROCESSOR_REAL,
    PROCESSOR_PROTECTED,
    PROCESSOR_PROTECTED_PAGING, /**< two levels */
    PROCESSOR_PROTECTED_PAE,    /**< three */
    PROCESSOR_V86,
    PROCESSOR_V86_PAGING,
    PROCESSOR_V86_PAE
};

struct trace_mode {
    enum processor_mode before;
    enum processor_mode after;
};

/** What switched tasks. */
enum task_source {
    TASK_JUMP,
    TASK_CALL,      /**< nests, as an interrupt does */
    TASK_INTERRUPT, /**< through a task gate in the IDT */
    TASK_RETURN     /**< IRET with EFLAGS.NT */
};

struct trace_task {
    enum task_source cause;
    uint16_t before; /**< selectors: what TR held, and what it will hold */
    uint16_t after;
    linear_addr tss; /**< where the new task's state lies */
};

enum { PROBE_ARGUMENTS_MAX = 4 };

/** A call of a guest's function, or the return from one. */
struct trace_probe {
    const char *function;
    const char *names; /**< of the arguments, with commas between; or NULL */
    bool leave;        /**< the return */
    uint8_t count;     /**< of arguments */
    uint8_t depth;     /**< of calls within calls, 0 for the outermost */
    uint32_t argument[PROBE_ARGUMENTS_MAX];
    uint32_t result;    /**< of a return, where `has_result` */
    uint8_t has_result; /**< not 0: the return gives a value */
    uint64_t called;    /**< tick of the call that a return belongs to */
};

/** What stands for several records, see trace/fold.h. */
enum trace_fold {
    TRACE_FOLD_NONE,
    TRACE_FOLD_REFILL,
    TRACE_FOLD_REPEAT,
    TRACE_FOLD_UPDATE /**< a read and a write of `access` */
};

/** How far a miss has come, or was told. */
enum trace_refill_step {
    TRACE_REFILL_MISSED,
    TRACE_REFILL_WALKED,
    TRACE_REFILL_EVICTED,
    TRACE_REFILL_FILLED
};

/** A miss, the walk through a PDE and a PTE that passed, an eviction, the
 * fill. */
struct trace_refill {
    uint8_t steps; /**< enum trace_refill_step: what is valid */
    bool evicts;
    bool code; /**< the TLB for code, where there are two */
    uint8_t way;
    uint16_t set;
    linear_addr linear;
    enum access access;
    enum privilege privilege;
    uint32_t pde;
    uint32_t pte;
    uint32_t marked;     /**< as in struct trace_walk */
    linear_addr evicted; /**< page */
    physical_addr evicted_physical;
};

/** What each iteration of a repeated string instruction does, in order. */
enum trace_repeat_kind {
    TRACE_REPEAT_READ,
    TRACE_REPEAT_WRITE,
    TRACE_REPEAT_COPY,   /**< a read of the first, a write of the second */
    TRACE_REPEAT_COMPARE /**< a read of each */
};

/** Iterations of one a tick, the last at the record's. */
struct trace_repeat {
    uint8_t kind;  /**< enum trace_repeat_kind */
    uint8_t shift; /**< elements of 1 << shift bytes */
    bool down;
    uint16_t count;
    linear_addr linear[2]; /**< of the first iteration */
    physical_addr physical[2];
};

/** One event. `event` says which member of the union is meant. */
struct trace_record {
    enum trace_event event;
    uint8_t fold; /**< enum trace_fold; else `event` is that of none */
    uint64_t tick;
    uint32_t eip; /**< of the instruction at work */
    uint32_t cr3;
    uint32_t code_base; /**< of CS: EIP lies that much further up */
    uint8_t cpl;
    union {
        struct trace_tlb tlb;
        struct trace_walk walk;
        struct fault fault;
        struct trace_access access;
        struct trace_cycle cycle;
        struct trace_interrupt interrupt;
        struct trace_line line;
        struct trace_control control;
        struct trace_mode mode;
        struct trace_task task;
        struct trace_probe probe;
        struct trace_refill refill;
        struct trace_repeat repeat;
        struct trace_fetch fetch;
        uint32_t marker;
    };
};

/** Linear address of the code at work. */
static inline linear_addr trace_code(const struct trace_record *record)
{
    return record->code_base + record->eip;
}

/**
 * In a mask of events: the values of memory accesses are wanted too, by a
 * recorder that can leave them out.
 */
#define TRACE_VALUES (1u << 31)

struct trace_codes;

/** Where a recorder of packets is writing; see trace/append.h. */
struct trace_stream {
    uint8_t *at;    /**< behind the last event */
    uint8_t *limit; /**< no event is appended at it or behind */
    uint8_t *end;   /**< where `limit` is while events are where they were */
    uint64_t tick;  /**< of the last event */
    uint32_t eip;   /**< of the last event; its upper half counts */
    uint32_t cr3;   /**< as the packet says so far, as the two below */
    uint32_t code_base;
    uint8_t cpl;
    /**
     * By linear page: where the recorder has said that its accesses go, as
     * packet << 32 | frame. What was said in another packet does not count.
     */
    uint64_t *told;
    uint64_t packet;           /**< number of the present packet, from 1 on */
    struct trace_codes *codes; /**< what it holds of code; trace/codes.h */
};

/** True if the packet says that accesses to `linear` go to `physical`. */
static inline bool trace_is_told(const struct trace_stream *stream,
                                 linear_addr linear, physical_addr physical)
{
    return stream->told[linear >> 12] ==
           (stream->packet << 32 | (physical & PAGE_FRAME_MASK));
}

struct trace_state;

struct trace {
    uint32_t enabled; /**< one bit per enum trace_event, and TRACE_VALUES */
    bool takes_all;   /**< the recorder is one of packets, with no filter */
    /** Fill in tick, eip, cr3, code_base and cpl. Set by the machine. */
    void (*locate)(void *context, struct trace_record *record);
    void *locate_context;
    /** Take a complete record. Set by whoever records. */
    void (*record)(void *context, const struct trace_record *record);
    void *record_context;
    /**
     * Write down the machine's state, with `locate_context`, and forget every
     * translation that need not come by the doors. Set by the machine.
     */
    void (*snapshot)(void *context, struct trace_state *state);
    struct trace_stream stream;
    struct trace_record held; /**< a refill that is not yet complete */
    bool holds;
};

/** True if `event` is wanted. */
static inline bool trace_wants(const struct trace *trace,
                               enum trace_event event)
{
    return UNLIKELY(trace->enabled & (1u << event));
}

/**
 * True if accesses can be appended to the packet by those who make them, see
 * trace/append.h: nothing else is wanted of each than that it was made.
 */
static inline bool trace_wants_accesses_only(const struct trace *trace)
{
    const uint32_t of_each = 1u << TRACE_HIT | TRACE_VALUES;

    return trace->takes_all && (trace->enabled & 1u << TRACE_MEM) &&
           !(trace->enabled & of_each);
}

/** What the recorder knows of CR3 and CPL has changed. */
static inline void trace_place_changed(struct trace *trace)
{
    trace->stream.limit = trace->stream.at;
}

/**
 * Append an access of the instruction at work, while single accesses are
 * appended. False: it takes a record, and trace_emit().
 */
MUST_CHECK bool trace_put_access(struct trace *trace, linear_addr linear,
                                 physical_addr physical, bool write,
                                 unsigned size);

/** Complete the record with its place and hand it to the recorder. */
NEVER_INLINE void trace_emit(struct trace *trace, struct trace_record *record);

#endif
