/* SPDX-License-Identifier: MIT */
/*
 * The processor's state, whole, in one struct; and the few operations on it
 * that every room of cpu/ needs. cpu/exec.h runs it.
 *
 * Between blocks `eip` is the address of the next instruction. Inside a block
 * it is the address of the block's first instruction, and an instruction's
 * own is `eip + insn->offset`.
 */
#ifndef CPU_CPU_H
#define CPU_CPU_H

#include <string.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "bus/clock.h"
#include "bus/ports.h"
#include "cpu/breakpoints.h"
#include "cpu/flags.h"
#include "cpu/insn.h"
#include "cpu/model.h"
#include "cpu/x87.h"
#include "mmu/mmu.h"
#include "mmu/segment.h"
#include "trace/trace.h"

struct block_cache;
struct block_index;
struct row_forms;

/** GDTR and IDTR. */
struct table_register {
    linear_addr base;
    uint32_t limit; /**< up to 0xffff */
};

/**
 * How code is decoded and which short cuts hold: part of a block's key.
 * MODE_FLAT_ bits say that a segment has base 0, no limit, and allows all.
 */
enum {
    MODE_CODE32 = 1 << 0,  /**< CS.D: 32-bit operands and addresses */
    MODE_STACK32 = 1 << 1, /**< SS.B: ESP, not SP */
    MODE_FLAT_CODE = 1 << 2,
    MODE_FLAT_ES = 1 << 3,
    MODE_FLAT_SS = 1 << 4,
    MODE_FLAT_DS = 1 << 5,
    MODE_PAGING = 1 << 6, /**< look-ups are counted */
    MODE_ALIGNED = 1 << 7 /**< #AC: misaligned data accesses fault */
};

/** A fault that was delivered or tried, for the autopsy of a shutdown. */
struct fault_report {
    struct fault fault;
    uint16_t cs;
    uint32_t eip; /**< of the instruction that faulted */
    uint32_t cr2;
};

enum { FAULT_CHAIN_MAX = 3, TRAIL_COUNT = 8, DEBUG_ADDRESSES = 4 };

/** Debug registers. */
struct debug_registers {
    uint32_t address[DEBUG_ADDRESSES];
    uint32_t dr6;
    uint32_t dr7;
    uint32_t pending; /**< DR6 bits of a trap to come, see debug.h */
    uint32_t raised;  /**< DR6 bits of the last #DB */
};

/**
 * A segment that was judged fit: a descriptor that still reads the same gives
 * it again for this selector at this CPL. See descriptor_known().
 */
struct fit_segment {
    uint64_t descriptor;         /**< accessed */
    struct table_register table; /**< GDTR as it was */
    uint32_t key;                /**< descriptor_key(); 0: nothing is known */
    linear_addr linear;          /**< of the descriptor, all on one page */
    linear_addr page;            /**< that page */
    uint16_t place;              /**< fast_place() of it */
    uint8_t mode;                /**< all ones if it is flat data, else 0 */
    struct segment segment;
} __attribute__((aligned(64)));

enum { FIT_SEGMENTS = 8 };

/** An operand whose page the fast table did not know. */
struct missed {
    linear_addr linear;
    uint8_t size; /**< 0: none */
    uint8_t access;
    /** By access: the page that no fast entry could be made for. */
    linear_addr not_plain[ACCESS_WRITE + 1];
    bool is_device[ACCESS_WRITE + 1]; /**< that page is a device's */
};

struct cpu {
    union {
        uint32_t gpr[GPR_COUNT + 1]; /**< the last is zero, see insn.h */
        uint8_t gpr_bytes[(GPR_COUNT + 1) * 4];
    };
    uint32_t status; /**< status flags, see flags.h */
    uint32_t eip;
    uint32_t eflags;    /**< all but the status flags; FLAG_1 set */
    int64_t ticks_left; /**< to the deadline, the whole block paid */
    uint64_t deadline;  /**< tick at which the run ends */
    bool running;       /**< inside cpu_run() */
    bool break_hit;     /**< insn_break stopped the run */
    bool attention;     /**< leave for the run loop after this instruction */
    bool transfer;      /**< a taken transfer not yet counted as a look-up */
    bool intr;          /**< the interrupt controller's INTR pin */
    bool nmi_pending;
    bool nmi_blocked; /**< until IRET */
    bool halted;
    bool shutdown;     /**< third fault: only RESET goes on */
    bool shadow;       /**< STI or MOV SS: no interrupt for one instruction */
    bool holds_debug;  /**< MOV SS: no #DB either */
    uint8_t cpl;       /**< 0 to 3; always that of CS, 0 in real mode */
    uint8_t mode;      /**< MODE_ bits */
    uint32_t next_eip; /**< set by instructions that end a block */
    const struct insn *current; /**< at work in its full form, else NULL */
    struct missed missed;       /**< by the fast form that just gave up */
    struct segment segment[SEGMENT_COUNT];
    struct fit_segment fit_data[FIT_SEGMENTS]; /**< by selector */
    struct fit_segment fit_stack[4];           /**< by CPL of the stack */
    struct fit_segment fit_inward[4];          /**< CS through a gate, by CPL */
    struct fit_segment fit_outward[4];         /**< CS of a return, by CPL */
    struct segment ldtr;
    struct segment tr;
    struct table_register gdtr;
    struct table_register idtr;
    uint32_t cr0;
    uint32_t cr2;
    uint32_t cr4;
    struct debug_registers debug;
    struct x87 x87;
    struct fault fault; /**< valid while a MUST_CHECK function returned false */
    uint64_t resume_tick; /**< EFLAGS.RF counts at this tick, then is clear */
    uint64_t repeat_tick; /**< at this tick an unfinished REP would go on */
    uint64_t tsc_offset;
    struct breakpoints breakpoints;
    const struct cpu_model *model;
    struct row_forms *row_forms; /**< what the model makes of the opcodes */
    struct clock *clock;
    struct ports *ports;
    struct trace *trace;
    enum processor_mode traced_mode; /**< the last that a trace was told */
    struct block_cache *blocks;
    const struct block_index *block_index; /**< that of `blocks` */
    /** INTA cycle: gives the vector. Set by the machine. */
    uint8_t (*acknowledge)(void *context);
    /** The FERR# pin: an x87 error with CR0.NE = 0. May be NULL. */
    void (*ferr)(void *context, bool level);
    void *context;
    struct fault_report chain[FAULT_CHAIN_MAX]; /**< of the last delivery */
    unsigned chain_count;
    uint32_t trail[TRAIL_COUNT]; /**< EIPs of the last blocks looked up */
    unsigned trail_next;
    uint64_t exceptions[32]; /**< delivered, by vector */
    uint64_t interrupts;     /**< external ones delivered */
    uint64_t handlers;       /**< entered, by whatever event */
    uint64_t unimplemented;  /**< things met that are not modelled */
    struct mmu mmu;
};

/**
 * Leave the function if a fault is waiting. The one macro in this tree that
 * changes the flow of control; use it in cpu/ only.
 */
#define TRY(call)         \
    do {                  \
        if (!(call))      \
            return false; \
    } while (0)

/** Build the processor; `model` and the rooms below outlive it. */
bool cpu_init(struct cpu *cpu, const struct cpu_model *model, struct bus *bus,
              struct trace *trace, const struct tlb_model *tlb,
              struct error *error);
void cpu_release(struct cpu *cpu);

/** The RESET pin. SDM 3A, "Processor State After Reset". */
void cpu_reset(struct cpu *cpu);

/** Put a fault without error code on its way. Always false. */
static inline bool cpu_fault(struct cpu *cpu, enum vector vector)
{
    cpu->fault = (struct fault){.vector = (uint8_t)vector};
    return false;
}

/** Put a fault with an error code on its way. Always false. */
static inline bool cpu_fault_code(struct cpu *cpu, enum vector vector,
                                  uint32_t error_code)
{
    cpu->fault = (struct fault){.vector = (uint8_t)vector,
                                .has_error_code = true,
                                .error_code = error_code};
    return false;
}

/** EFLAGS, whole. */
static inline uint32_t cpu_eflags(const struct cpu *cpu)
{
    return cpu->eflags | flags_of_status(cpu->status);
}

/** Set EFLAGS, whole; reserved bits are put right. */
static inline void cpu_set_eflags(struct cpu *cpu, uint32_t eflags)
{
    cpu->status = status_of_flags(eflags);
    cpu->eflags = (eflags & 0x003f7700u) | FLAG_1;
}

/** True in protected mode, virtual-8086 mode included. */
static inline bool cpu_is_protected(const struct cpu *cpu)
{
    return cpu->cr0 & CR0_PE;
}

static inline bool cpu_is_v86(const struct cpu *cpu)
{
    return cpu->eflags & FLAG_VM;
}

/** Privilege of data accesses made by the running program. */
static inline enum privilege cpu_privilege(const struct cpu *cpu)
{
    return cpu->cpl == 3 ? PRIVILEGE_USER : PRIVILEGE_SUPERVISOR;
}

/** The MODE_FLAT_ bit of a data segment register; FS and GS have none. */
static ALWAYS_INLINE unsigned segment_flat_bit(unsigned segment)
{
    static const uint8_t flat[SEGMENT_COUNT] = {
        [ES] = MODE_FLAT_ES, [SS] = MODE_FLAT_SS, [DS] = MODE_FLAT_DS};

    return flat[segment];
}

/** True if the segment is flat, and its accesses need no alignment. */
static inline bool cpu_is_flat(const struct cpu *cpu, unsigned segment)
{
    const unsigned flat = segment_flat_bit(segment);

    return (cpu->mode & (flat | MODE_ALIGNED)) == flat && flat;
}

/** Read or write a general register at `width`. */
static inline uint32_t cpu_register(const struct cpu *cpu, unsigned number,
                                    enum width width)
{
    const uint32_t value = cpu->gpr[width == WIDTH_8 ? number & 3 : number];

    if (width == WIDTH_8)
        return (number & 4 ? value >> 8 : value) & 0xff;
    return width == WIDTH_16 ? value & 0xffff : value;
}

static inline void cpu_set_register(struct cpu *cpu, unsigned number,
                                    enum width width, uint32_t value)
{
    bytes_store(cpu->gpr_bytes + register_offset(number, width),
                (unsigned)width / 8, value);
}

/**
 * Work out `mode`, CPL-dependent short cuts and the MMU's privilege anew.
 * Call it after CS, SS, DS, ES, CPL, CR0.PE, CR0.AM, EFLAGS.VM or EFLAGS.AC
 * changed.
 */
void cpu_update_mode(struct cpu *cpu);

/** The same after CS, SS, CPL or EFLAGS changed, and nothing else. See also
 * cpu/mode.h. */
void cpu_update_program(struct cpu *cpu);

/** The same after one segment register, not CS, was loaded. */
void cpu_update_segment(struct cpu *cpu, unsigned number);

/** Push CR0, CR4 and the model's features down to the MMU. */
void cpu_update_paging(struct cpu *cpu);

/**
 * The set of wanted trace events changed: where single accesses or
 * instructions are wanted, the short cuts that skip their doors are given up.
 */
void cpu_update_tracing(struct cpu *cpu);

/** The same for the rest of the instruction at work; let the other follow. */
void cpu_follow_tracing(struct cpu *cpu);

/**
 * Call `breakpoints.reached` before each run of the instruction at `linear`,
 * and stop the run (RUN_BREAK) if it says so. False for want of memory.
 */
MUST_CHECK bool cpu_add_breakpoint(struct cpu *cpu, linear_addr linear);

/** Let the x87's fast handlers run or not, as CR0.EM and CR0.TS say. */
void cpu_update_x87(struct cpu *cpu);

/**
 * The board has seen FERR#: drop it, and drive IGNNE# until the error is
 * cleared, so that a handler can use the x87. SDM 1, "MS-DOS* Compatibility
 * Sub-mode".
 */
void cpu_ignore_x87_error(struct cpu *cpu);

/** The interrupt controller drives INTR. */
void cpu_set_intr(struct cpu *cpu, bool level);

/** Present tick, exact inside a block too. */
uint64_t cpu_now(const struct cpu *cpu);

/** EIP of the instruction at work. */
uint32_t cpu_current_eip(const struct cpu *cpu);

/**
 * Go to `eip` when this instruction, which ends its block, is over. The
 * caller has checked the limit of CS.
 */
static inline void cpu_jump(struct cpu *cpu, uint32_t eip)
{
    cpu->next_eip = eip;
    cpu->transfer = true;
}

/** #GP(0) if `eip` lies outside CS's limit. */
MUST_CHECK static inline bool cpu_check_target(struct cpu *cpu, uint32_t eip)
{
    if (eip > cpu->segment[CS].limit)
        return cpu_fault_code(cpu, VECTOR_GP, 0);
    return true;
}

/* Memory through a segment register, with the program's privilege. A refused
 * access raises #GP(0), or #SS(0) through SS. `size` is 1, 2 or 4. */
MUST_CHECK bool cpu_read(struct cpu *cpu, unsigned segment,
                         effective_addr offset, uint32_t size, uint32_t *value);
MUST_CHECK bool cpu_write(struct cpu *cpu, unsigned segment,
                          effective_addr offset, uint32_t size, uint32_t value);

/**
 * Read `count` words of `size` bytes that lie upwards from `distance` bytes
 * above the top of the stack, nearest first.
 */
MUST_CHECK bool cpu_read_stack(struct cpu *cpu, uint32_t distance,
                               unsigned size, unsigned count, uint32_t *value);

/* Memory at a linear address as implicit supervisor: descriptor tables, TSS,
 * IDT. `size` is 1, 2 or 4. */
MUST_CHECK bool cpu_read_system(struct cpu *cpu, linear_addr linear,
                                uint32_t size, uint32_t *value);
MUST_CHECK bool cpu_write_system(struct cpu *cpu, linear_addr linear,
                                 uint32_t size, uint32_t value);

/** Stack pointer at the stack's width, and how to set it. */
static inline uint32_t cpu_stack_pointer(const struct cpu *cpu)
{
    return cpu->mode & MODE_STACK32 ? cpu->gpr[ESP] : cpu->gpr[ESP] & 0xffff;
}

static inline void cpu_set_stack_pointer(struct cpu *cpu, uint32_t value)
{
    cpu_set_register(cpu, ESP, cpu->mode & MODE_STACK32 ? WIDTH_32 : WIDTH_16,
                     value);
}

#endif
