/* SPDX-License-Identifier: MIT */
/*
 * What the tests of mmu/ put below it: a bus with memory, ROM, a device and
 * nothing, which counts and remembers what reached it.
 */
#ifndef TESTS_UNIT_MMU_BOARD_H
#define TESTS_UNIT_MMU_BOARD_H

#include "bus/bus.h"
#include "mmu/mmu.h"
#include "trace/trace.h"

/* ROM, the device and the open bus share one large page. */
#define BOARD_RAM_SIZE  0x01000000u
#define BOARD_ROM       0x02000000u
#define BOARD_ROM_SIZE  0x00010000u
#define BOARD_MMIO      0x02010000u
#define BOARD_MMIO_SIZE 0x00010000u
#define BOARD_OPEN      0x02020000u

enum { BOARD_RECORDS_MAX = 64 };

struct board {
    struct bus bus;
    struct trace trace;
    unsigned device_reads;
    unsigned device_writes;
    uint32_t device_hash;   /**< of every device cycle in its order */
    unsigned announced;     /**< writes announced on watched pages */
    physical_addr physical; /**< of the last of them */
    uint32_t size;
    uint8_t byte; /**< that was there when it was announced */
    unsigned records;
    struct trace_record record[BOARD_RECORDS_MAX];
};

struct board *board_create(void);
void board_destroy(struct board *board);

/** What the device answers. */
uint32_t board_device_value(uint32_t offset, unsigned size);

/** Have every write to the page of `physical` announced from now on. */
void board_watch(struct board *board, physical_addr physical);

/** The same, or no longer if it was so. */
void board_toggle_watch(struct board *board, physical_addr physical);

/** Doubleword of memory, past the bus. */
uint32_t board_peek(const struct board *board, physical_addr physical);
void board_poke(struct board *board, physical_addr physical, uint32_t value);

/** Fill `size` bytes so that every byte tells where it lies. */
void board_fill(struct board *board, physical_addr physical, uint32_t size);
uint8_t board_filled(physical_addr physical);

/** An MMU with the TLB that `tlb` names, over the board. */
struct mmu *board_mmu(struct board *board, const char *tlb);

#endif
