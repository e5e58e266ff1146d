/* SPDX-License-Identifier: MIT */
#include "tests/unit/mmu/board.h"

#include "tests/unit/run_tests.h"

static void remember(struct board *board, uint32_t word)
{
    board->device_hash = (board->device_hash ^ word) * 16777619u;
}

uint32_t board_device_value(uint32_t offset, unsigned size)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < size; i++)
        value |= (((offset + i) * 11 + 5) & 0xff) << 8 * i;
    return value;
}

static uint32_t device_read(void *context, uint32_t offset, unsigned size)
{
    struct board *board = context;

    board->device_reads++;
    remember(board, offset << 3 | size);
    return board_device_value(offset, size);
}

static void device_write(void *context, uint32_t offset, unsigned size,
                         uint32_t value)
{
    struct board *board = context;

    board->device_writes++;
    remember(board, 1u << 31 | offset << 3 | size);
    remember(board, value);
}

static void take_record(void *context, const struct trace_record *record)
{
    struct board *board = context;

    if (board->records < BOARD_RECORDS_MAX)
        board->record[board->records] = *record;
    board->records++;
}

static void announced(void *context, enum bus_master master,
                      physical_addr physical, uint32_t size)
{
    struct board *board = context;

    (void)master;

    board->announced++;
    board->physical = physical;
    board->size = size;
    board->byte = board->bus.memory[physical];
}

static void add(struct board *board, enum bus_kind kind, physical_addr first,
                uint32_t size)
{
    struct error error;
    const struct bus_range range = {.name = "test",
                                    .kind = kind,
                                    .first = first,
                                    .size = size,
                                    .read = device_read,
                                    .write = device_write,
                                    .context = board};

    EXPECT(bus_add(&board->bus, &range, &error));
}

struct board *board_create(void)
{
    struct board *board = calloc(1, sizeof *board);
    struct error error;

    ck_assert_ptr_nonnull(board);
    board->trace.record = take_record;
    board->trace.record_context = board;
    EXPECT(bus_init(&board->bus, &board->trace, &error));
    board->bus.code = (struct bus_watch){announced, board};
    add(board, BUS_RAM, 0, BOARD_RAM_SIZE);
    add(board, BUS_ROM, BOARD_ROM, BOARD_ROM_SIZE);
    add(board, BUS_MMIO, BOARD_MMIO, BOARD_MMIO_SIZE);
    return board;
}

void board_destroy(struct board *board)
{
    bus_release(&board->bus);
    free(board);
}

void board_watch(struct board *board, physical_addr physical)
{
    bus_watch(&board->bus, physical, BUS_WATCH_CODE);
}

void board_toggle_watch(struct board *board, physical_addr physical)
{
    if (board->bus.watchers[physical >> 12])
        bus_unwatch(&board->bus, physical, BUS_WATCH_CODE);
    else
        bus_watch(&board->bus, physical, BUS_WATCH_CODE);
}

uint32_t board_peek(const struct board *board, physical_addr physical)
{
    return bus_load(&board->bus, physical, 4);
}

void board_poke(struct board *board, physical_addr physical, uint32_t value)
{
    bus_store(&board->bus, physical, 4, value);
}

uint8_t board_filled(physical_addr physical)
{
    return (uint8_t)(physical * 7 ^ physical >> 8 ^ physical >> 16);
}

void board_fill(struct board *board, physical_addr physical, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++)
        board->bus.memory[physical + i] = board_filled(physical + i);
}

struct mmu *board_mmu(struct board *board, const char *tlb)
{
    struct mmu *mmu = aligned_alloc(64, sizeof *mmu);
    struct tlb_model model;
    struct error error = {{0}};

    ck_assert_ptr_nonnull(mmu);
    ck_assert_msg(tlb_model_parse(tlb, &model, &error), "%s", error.text);
    EXPECT(mmu_init(mmu, &board->bus, &board->trace, &model, &error));
    return mmu;
}
