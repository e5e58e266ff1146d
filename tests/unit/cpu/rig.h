/* SPDX-License-Identifier: MIT */
/*
 * A test rig for the protected-mode half of the processor: a CPU with 2 MiB
 * of RAM, flat segments for each privilege, a TSS with inner stacks, and
 * tables that a test fills. Paging is off, so linear addresses are physical.
 *
 * The IDT's limit is 0 at the start: a fault then ends in shutdown before it
 * has changed anything, and `fault[0]` is the one that the instruction raised.
 */
#ifndef TESTS_UNIT_CPU_RIG_H
#define TESTS_UNIT_CPU_RIG_H

#include "bus/bus.h"
#include "bus/clock.h"
#include "bus/ports.h"
#include "cpu/cpu.h"
#include "cpu/descriptor.h"
#include "trace/trace.h"

/* Where things lie. */
enum {
    RIG_GDT = 0x1000,
    RIG_IDT = 0x2000,
    RIG_LDT = 0x3000,
    RIG_TSS = 0x4000, /**< of the running task */
    RIG_TSS2 = 0x5000,
    RIG_CODE = 0x10000,
    RIG_HANDLERS = 0x9000,
    RIG_DATA = 0x18000,
    RIG_STACKS = 0x20000, /**< top of CPL 0's; the next ones 64 KiB above */
    RIG_TABLE_LIMIT = 0x7ff,
    RIG_TSS_LIMIT = 0x6b
};

/* Selectors in the GDT. Those of privilege n come with RPL n. */
enum {
    RIG_CODE0 = 0x08,
    RIG_DATA0 = 0x10,
    RIG_PER_CPL = 0x10,
    RIG_TSS_SELECTOR = 0x48,
    RIG_TEST = 0x50, /**< free for a test, with the rest up to 0x7f8 */
    RIG_LDT_SELECTOR = 0x100
};

/* Rights for rig_descriptor(), without DPL. */
enum {
    RIG_CODE32 = DESC_P | DESC_S | DESC_CODE | DESC_READABLE | DESC_ACCESSED |
                 DESC_DB | DESC_G,
    RIG_DATA32 =
        DESC_P | DESC_S | DESC_WRITABLE | DESC_ACCESSED | DESC_DB | DESC_G
};

enum { RIG_FAULTS_MAX = 8, RIG_RAM = 2 << 20 };

struct rig {
    struct bus bus;
    struct clock clock;
    struct ports ports;
    struct trace trace;
    struct cpu cpu;
    struct fault fault[RIG_FAULTS_MAX]; /**< raised in the last run */
    unsigned faults;
    unsigned entries; /**< of handlers, in the last run */
    unsigned returns; /**< IRETs in the last run */
};

/** Build it in protected mode at CPL 0. `model` is a name. */
void rig_init(struct rig *rig, const char *model);

/** The same with another TLB than the model's, as `--tlb` names it. */
void rig_init_tlb(struct rig *rig, const char *model, const char *tlb_name);
void rig_release(struct rig *rig);

/** RESET, then protected mode at `cpl` with flat 32-bit segments. */
void rig_enter(struct rig *rig, uint8_t cpl);

/** RESET, then real mode with all segments at 0. */
void rig_enter_real(struct rig *rig);

/** rig_enter, then virtual-8086 mode with the given IOPL; segments at 0. */
void rig_enter_v86(struct rig *rig, unsigned iopl);

/** Selector of the flat code or data segment of a privilege. */
uint16_t rig_code(uint8_t cpl);
uint16_t rig_data(uint8_t cpl);

void rig_store(struct rig *rig, uint32_t linear, unsigned size, uint32_t value);
uint32_t rig_load(const struct rig *rig, uint32_t linear, unsigned size);

/** Two halves of a descriptor at `linear`. */
void rig_raw(struct rig *rig, uint32_t linear, uint32_t low, uint32_t high);

/** A descriptor in the GDT; `rights` are bits of the high half. */
void rig_descriptor(struct rig *rig, uint16_t selector, uint32_t base,
                    uint32_t limit, uint32_t rights);

/** A gate at `linear`; `rights` are type, DPL and P; `count` of parameters. */
void rig_gate(struct rig *rig, uint32_t linear, uint16_t selector,
              uint32_t offset, uint32_t rights, unsigned count);

/** Turn on the IDT: gate `vector` of `type` leads to rig_handler(vector). */
void rig_handle(struct rig *rig, uint8_t vector, uint16_t selector,
                unsigned type, uint8_t dpl);
uint32_t rig_handler(uint8_t vector);

/** Put code at CS:EIP and run it for one tick. True if nothing faulted. */
bool rig_run(struct rig *rig, const void *bytes, size_t size);

/** The same for bytes written out. */
#define RIG_RUN(rig, ...)                          \
    rig_run((rig), (const uint8_t[]){__VA_ARGS__}, \
            sizeof(const uint8_t[]){__VA_ARGS__})

/** Run for one tick what stands at CS:EIP. */
bool rig_step(struct rig *rig);

/** Doubleword or word `index` from the top of the present stack. */
uint32_t rig_stacked(const struct rig *rig, unsigned size, unsigned index);

/** Push below the present stack pointer, as the guest's own program. */
void rig_push(struct rig *rig, unsigned size, uint32_t value);

#endif
