/* SPDX-License-Identifier: MIT */
/*
 * The machine: owns processor, memory, ports, clock and devices, loads an
 * image, and runs until something ends the run. All of its state lies in
 * this struct, the memory behind its bus and the block cache (derived).
 *
 *   in    struct machine_options, an image
 *   out   why the run ended, counters, the state to look at
 *   next  tools/ prints and decides the exit status
 */
#ifndef MACHINE_MACHINE_H
#define MACHINE_MACHINE_H

#include "bus/bus.h"
#include "bus/clock.h"
#include "bus/ports.h"
#include "cpu/cpu.h"
#include "cpu/exec.h"
#include "machine/wiring.h"
#include "trace/trace.h"

/** Why a run ended. */
enum machine_end {
    MACHINE_RUNNING,       /**< it did not: the slice is over */
    MACHINE_IDLE,          /**< it did not: HLT with interrupts on and no event
                                due, so that only input can wake the guest */
    MACHINE_POWER_OFF,     /**< word 0x2000 to port 0x604 */
    MACHINE_GUEST_EXIT,    /**< the exit port was written: `exit_value` */
    MACHINE_SHUTDOWN,      /**< triple fault */
    MACHINE_RESET,         /**< the guest pulled the reset line */
    MACHINE_HALTED_DEAD,   /**< HLT with interrupts off, nothing can wake it */
    MACHINE_STOP_AFTER,    /**< --stop-after's tick was reached */
    MACHINE_STOP_ON,       /**< --stop-on's text was printed */
    MACHINE_STOP_AT,       /**< before the instruction of --stop-at */
    MACHINE_UNIMPLEMENTED, /**< --strict met something not modelled */
    MACHINE_FINDING        /**< --on-finding stop: a checker found something */
};

struct machine_options {
    uint64_t memory_bytes; /**< multiple of 4 KiB, 1 MiB to 3 GiB */
    const struct cpu_model *cpu;
    struct tlb_model tlb;
    uint64_t ticks_per_second;
    uint32_t dma_offset;      /**< of bus addresses above physical ones */
    struct firmware firmware; /**< to start from, or none */
    int64_t clock_start;      /**< what the clock chip shows, since 1970, UTC */
    struct board_media media; /**< what lies in the drives */
    /** Bytes that the guest prints on COM1 and on port 0xE9; may be NULL. */
    void (*serial_out)(void *context, uint8_t byte);
    void (*debug_out)(void *context, uint8_t byte);
    void *context;
    bool strict; /**< end at the first thing that is not modelled */
};

struct machine {
    struct cpu cpu;
    struct bus bus;
    struct ports ports;
    struct clock clock;
    struct trace trace;
    struct board board;
    struct machine_options options;
    enum machine_end end; /**< set by devices and callbacks, ends the run */
    uint32_t exit_value;  /**< valid for MACHINE_GUEST_EXIT */
    uint64_t stop_tick;   /**< CLOCK_NEVER: none */
    uint64_t idle_ticks;  /**< skipped in HLT: ticks without an instruction */
};

/**
 * Build a machine in RESET; no image yet. It is large: keep it on the heap,
 * and do not move it. After a failure there is nothing to release.
 */
bool machine_init(struct machine *machine,
                  const struct machine_options *options, struct error *error);
void machine_release(struct machine *machine);

/** Pull the reset line of everything but memory. An image goes in next. */
void machine_reset(struct machine *machine);

/** End the run after the present instruction. For callbacks and signals. */
void machine_stop(struct machine *machine, enum machine_end end);

/** Ticks that were instructions, REP iterations or deliveries. */
uint64_t machine_instructions(struct machine *machine);

/** Let `ticks` pass for a machine that is idle: it waits for input alone. */
void machine_pass(struct machine *machine, uint64_t ticks);

/**
 * Run until the machine ends, or until `slice` ticks are over, whichever is
 * first, so that the caller can look at the host's clock and input. May be
 * called again after any end; a triple fault or a dead halt ends it again.
 */
enum machine_end machine_run(struct machine *machine, uint64_t slice);

#endif
