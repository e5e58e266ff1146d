/* SPDX-License-Identifier: MIT */
/*
 * A processor, its memory and nothing else, set to any state and run for a
 * few ticks. System tables lie out of the way of what the vectors touch:
 *
 *   linear SYSTEM_LINEAR = physical SYSTEM_PHYSICAL, supervisor only:
 *   page directory, three page tables, GDT, LDT, IDT, TSS, a handler for each
 *   vector (a HLT), and the stack of ring 0.
 *
 *   in    a state      out   the state after, and which handler was entered
 */
#ifndef TESTS_VECTORS_HARNESS_H
#define TESTS_VECTORS_HARNESS_H

#include "bus/bus.h"
#include "bus/clock.h"
#include "bus/ports.h"
#include "cpu/cpu.h"
#include "cpu/exec.h"
#include "trace/trace.h"

#define SYSTEM_LINEAR   0x5f400000u
#define SYSTEM_PHYSICAL 0x01800000u

/** Offsets from both. */
enum {
    SYSTEM_DIRECTORY = 0x0000,
    SYSTEM_TABLE_LOW = 0x1000,  /**< of linear 0 to 3fffff */
    SYSTEM_TABLE_HIGH = 0x2000, /**< of linear 400000 to 7fffff */
    SYSTEM_TABLE_OWN = 0x3000,
    SYSTEM_GDT = 0x4000,
    SYSTEM_LDT = 0x5000,
    SYSTEM_IDT = 0x6000,
    SYSTEM_TSS = 0x7000,
    SYSTEM_HANDLERS = 0x8000,
    SYSTEM_STACK_TOP = 0xb000,
    SYSTEM_SIZE = 0xb000
};

/** Rights of descriptors, as DESC_ bits: present, accessed, by kind. */
enum {
    RIGHTS_CODE32 =
        DESC_DB | DESC_P | DESC_S | DESC_CODE | DESC_READABLE | DESC_ACCESSED,
    RIGHTS_DATA32 = DESC_DB | DESC_P | DESC_S | DESC_WRITABLE | DESC_ACCESSED,
    RIGHTS_DATA16 = DESC_P | DESC_S | DESC_WRITABLE | DESC_ACCESSED,
    RIGHTS_TSS32_BUSY = DESC_P | 11 << DESC_TYPE_SHIFT,
    RIGHTS_LDT = DESC_P | 2 << DESC_TYPE_SHIFT,
    RIGHTS_FLAT = DESC_G,
    RIGHTS_RING3 = DESC_DPL
};

struct harness {
    struct trace trace;
    struct bus bus;
    struct clock clock;
    struct ports ports;
    struct cpu cpu;
};

/** How a handler was entered. */
struct trap {
    uint8_t vector;
    uint32_t error_code; /**< 0 for a vector without */
    uint16_t cs;         /**< from the frame, as all below */
    uint32_t eip;
    uint32_t eflags;
    bool has_stack; /**< the frame has SS:ESP, from an outer ring */
    uint16_t ss;
    uint32_t esp;
};

bool harness_init(struct harness *harness, const struct cpu_model *model,
                  struct error *error);
void harness_release(struct harness *harness);

/** Change memory; decoded instructions take notice. */
void harness_store(struct harness *harness, physical_addr physical,
                   const void *bytes, uint32_t size);
void harness_store32(struct harness *harness, physical_addr physical,
                     uint32_t value);
uint32_t harness_load32(const struct harness *harness, physical_addr physical);

/** Write descriptor `index` of the table at SYSTEM_GDT or SYSTEM_LDT. */
void harness_set_descriptor(struct harness *harness, unsigned table,
                            unsigned index, uint32_t base, uint32_t limit,
                            uint32_t rights);

/** A processor that has just been reset, in protected mode with paging. */
void harness_start_protected(struct harness *harness, uint32_t gdt_limit,
                             uint32_t ldt_limit);

/** Nothing pending, nothing halted, nothing remembered of the last case. */
void harness_clear(struct harness *harness);

/** Load a segment register, unchecked, from the tables; in real mode too. */
void harness_load_segment(struct harness *harness, unsigned number,
                          uint16_t selector);

/** Run up to `ticks` ticks from the state that the processor is in. */
void harness_run(struct harness *harness, uint64_t ticks);

/** True if the processor stands in a handler; reads the frame. */
bool harness_trapped(const struct harness *harness, struct trap *trap);

#endif
