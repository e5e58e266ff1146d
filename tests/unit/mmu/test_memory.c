/* SPDX-License-Identifier: MIT */
/*
 * The front door: every offset and size around the end of a page, on every
 * kind of memory, through the fast table and without it.
 */
#include "mmu/memory.h"

#include "tests/unit/mmu/board.h"
#include "tests/unit/run_tests.h"

#define DIRECTORY 0x00001000u
#define TABLE     0x00002000u

/* Frames of two linear pages that touch, apart and in the other order. */
#define FIRST_FRAME  0x00208000u
#define SECOND_FRAME 0x00205000u

/* The two pages, and where the loops begin. */
#define LINEAR 0x00402000u
#define SECOND (LINEAR + PAGE_SIZE)

enum { MARGIN = 40, SIZE_MAX_TESTED = 16 };

struct fixture {
    struct board *board;
    struct mmu *mmu;
    struct fault fault;
};

static void map(struct fixture *f, linear_addr linear, uint32_t pte)
{
    board_poke(f->board, TABLE + (linear >> 12 & 0x3ff) * 4, pte);
    mmu_invalidate_page(f->mmu, linear);
}

static struct fixture fixture_with(bool use_fast)
{
    struct fixture f = {.board = board_create()};

    f.mmu = board_mmu(f.board, "pentiumpro");
    f.mmu->use_fast = use_fast;
    board_poke(f.board, DIRECTORY + 4, TABLE | PTE_P | PTE_RW | PTE_US);
    board_poke(f.board, DIRECTORY, TABLE | PTE_P | PTE_RW | PTE_US);
    board_poke(f.board, DIRECTORY + 0xffc, TABLE | PTE_P | PTE_RW | PTE_US);
    map(&f, LINEAR, FIRST_FRAME | PTE_P | PTE_RW | PTE_US);
    map(&f, SECOND, SECOND_FRAME | PTE_P | PTE_RW | PTE_US);
    board_fill(f.board, SECOND_FRAME, 4 * PAGE_SIZE);
    board_fill(f.board, BOARD_ROM, BOARD_ROM_SIZE);
    mmu_set_control(
        f.mmu, true,
        (struct paging_mode){.cr3 = DIRECTORY, .write_protect = true});
    return f;
}

static void fixture_release(struct fixture *f)
{
    mmu_release(f->mmu);
    free(f->mmu);
    board_destroy(f->board);
}

static struct page_request request_for(linear_addr linear, enum access access)
{
    return (struct page_request){linear, access, PRIVILEGE_USER};
}

/* Where the byte at `linear` of the two pages lies. */
static physical_addr byte_at(linear_addr linear)
{
    return linear < SECOND ? FIRST_FRAME + (linear - LINEAR)
                           : SECOND_FRAME + (linear - SECOND);
}

/* Runs `check` for every start around the end of the first page and every
 * size, with and without the fast table. */
static void for_each_place(void (*check)(struct fixture *f, linear_addr linear,
                                         unsigned size))
{
    for (unsigned use_fast = 0; use_fast < 2; use_fast++) {
        struct fixture f = fixture_with(use_fast);

        for (unsigned i = 0; i < 2 * MARGIN; i++)
            for (unsigned size = 1; size <= SIZE_MAX_TESTED; size++)
                check(&f, SECOND - MARGIN + i, size);
        fixture_release(&f);
    }
}

static void check_read(struct fixture *f, linear_addr linear, unsigned size)
{
    const uint64_t look_ups = f->mmu->counts.data_lookups;
    const unsigned pages = linear < SECOND && linear + size > SECOND ? 2 : 1;
    struct memory_place place;
    uint8_t bytes[SIZE_MAX_TESTED];
    uint32_t value;

    EXPECT(memory_open(f->mmu, request_for(linear, ACCESS_READ), size, &place,
                       &f->fault));
    EXPECT_EQ(f->mmu->counts.data_lookups - look_ups, pages);
    memory_place_read_bytes(f->mmu, &place, bytes);
    for (unsigned i = 0; i < size; i++)
        EXPECT_EQ(bytes[i], board_filled(byte_at(linear + i)));
    if (size != 1 && size != 2 && size != 4)
        return;
    EXPECT(memory_read(f->mmu, request_for(linear, ACCESS_READ), size, &value,
                       &f->fault));
    for (unsigned i = 0; i < size; i++)
        EXPECT_EQ(value >> 8 * i & 0xff, bytes[i]);
    EXPECT_EQ((uint64_t)value >> 8 * size, 0);
}

START_TEST(every_size_is_read_at_every_offset_across_a_page_end)
{
    for_each_place(check_read);
}
END_TEST

/* Exactly the bytes at `linear` differ from what board_fill() left; then they
 * are put back. */
static void check_only_written(struct fixture *f, linear_addr linear,
                               unsigned size, const uint8_t *bytes)
{
    uint8_t *memory = f->board->bus.memory;

    for (linear_addr at = LINEAR; at < SECOND + PAGE_SIZE; at++) {
        const bool inside = at >= linear && at - linear < size;

        EXPECT_EQ(memory[byte_at(at)],
                  inside ? bytes[at - linear] : board_filled(byte_at(at)));
        memory[byte_at(at)] = board_filled(byte_at(at));
    }
}

static void check_write(struct fixture *f, linear_addr linear, unsigned size)
{
    const uint32_t value = 0xa1b2c3d4u + linear * 3 + size;
    struct memory_place place;
    uint8_t bytes[SIZE_MAX_TESTED];

    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(0xc0 + i * 3 + size);
    EXPECT(memory_open(f->mmu, request_for(linear, ACCESS_WRITE), size, &place,
                       &f->fault));
    memory_place_write_bytes(f->mmu, &place, bytes);
    check_only_written(f, linear, size, bytes);
    if (size != 1 && size != 2 && size != 4)
        return;
    EXPECT(memory_write(f->mmu, request_for(linear, ACCESS_WRITE), size, value,
                        &f->fault));
    for (unsigned i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
    check_only_written(f, linear, size, bytes);
}

START_TEST(every_size_is_written_at_every_offset_and_nothing_beside_it)
{
    for_each_place(check_write);
}
END_TEST

/* An operation's fields wider than a part: both ways of the first bytes. */
static void check_first_bytes(struct fixture *f, linear_addr linear,
                              unsigned size)
{
    struct memory_place place;
    uint8_t bytes[4];

    EXPECT(memory_open(f->mmu, request_for(linear, ACCESS_WRITE), size, &place,
                       &f->fault));
    for (unsigned part = 1; part <= 4 && part <= size; part *= 2) {
        const uint32_t value = memory_place_read(f->mmu, &place, part);

        for (unsigned i = 0; i < part; i++) {
            EXPECT_EQ(value >> 8 * i & 0xff, board_filled(byte_at(linear + i)));
            bytes[i] = (uint8_t) ~(value >> 8 * i);
        }
        memory_place_write(f->mmu, &place, part, ~value);
        check_only_written(f, linear, part, bytes);
    }
}

START_TEST(first_bytes_of_an_opened_place_can_be_moved_alone)
{
    for_each_place(check_first_bytes);
}
END_TEST

static void check_absent_second(struct fixture *f, linear_addr linear,
                                unsigned size)
{
    const bool reaches = linear + size > SECOND;
    struct memory_place place;
    bool ok;

    map(f, SECOND, SECOND_FRAME);
    for (unsigned access = ACCESS_READ; access <= ACCESS_WRITE; access++) {
        ok = memory_open(f->mmu, request_for(linear, (enum access)access), size,
                         &place, &f->fault);
        EXPECT_EQ(ok, !reaches);
        check_only_written(f, linear, 0, NULL);
        if (ok)
            continue;
        EXPECT_EQ(f->fault.vector, VECTOR_PF);
        EXPECT_EQ(f->fault.linear, linear < SECOND ? SECOND : linear);
        EXPECT_EQ(f->fault.error_code,
                  PF_US | (access == ACCESS_WRITE ? PF_WR : 0u));
        if (size == 4 && access == ACCESS_WRITE)
            EXPECT(!memory_write(f->mmu, request_for(linear, ACCESS_WRITE), 4,
                                 0x55aa55aa, &f->fault));
        check_only_written(f, linear, 0, NULL);
    }
}

START_TEST(absent_second_page_faults_at_its_start_with_nothing_written)
{
    for_each_place(check_absent_second);
}
END_TEST

static void check_read_only_second(struct fixture *f, linear_addr linear,
                                   unsigned size)
{
    const bool reaches = linear + size > SECOND;
    struct memory_place place;

    map(f, SECOND, SECOND_FRAME | PTE_P | PTE_US);
    EXPECT(memory_open(f->mmu, request_for(linear, ACCESS_READ), size, &place,
                       &f->fault));
    EXPECT_EQ(memory_open(f->mmu, request_for(linear, ACCESS_WRITE), size,
                          &place, &f->fault),
              !reaches);
    if (reaches)
        EXPECT_EQ(f->fault.error_code, PF_P | PF_WR | PF_US);
    check_only_written(f, linear, 0, NULL);
}

START_TEST(read_only_second_page_refuses_the_write_and_not_the_read)
{
    for_each_place(check_read_only_second);
}
END_TEST

static void check_absent_first(struct fixture *f, linear_addr linear,
                               unsigned size)
{
    const uint64_t walks = f->mmu->counts.walks;
    struct memory_place place;

    if (linear >= SECOND)
        return;
    map(f, LINEAR, FIRST_FRAME);
    map(f, SECOND, SECOND_FRAME);
    EXPECT(!memory_open(f->mmu, request_for(linear, ACCESS_WRITE), size, &place,
                        &f->fault));
    EXPECT_EQ(f->fault.linear, linear);
    EXPECT_EQ(f->mmu->counts.walks - walks, 1);
    EXPECT_EQ(board_peek(f->board, TABLE + (SECOND >> 12 & 0x3ff) * 4),
              SECOND_FRAME);
}

START_TEST(absent_first_page_faults_at_the_operand_and_ends_there)
{
    for_each_place(check_absent_first);
}
END_TEST

START_TEST(access_goes_on_at_zero_behind_the_last_page)
{
    struct fixture f = fixture_with(true);
    uint32_t value = 0;

    map(&f, 0xfffff000u, FIRST_FRAME | PTE_P | PTE_RW | PTE_US);
    map(&f, 0, SECOND_FRAME | PTE_P | PTE_RW | PTE_US);
    for (unsigned again = 0; again < 2; again++) {
        EXPECT(memory_read(f.mmu, request_for(0xfffffffeu, ACCESS_READ), 4,
                           &value, &f.fault));
        for (unsigned i = 0; i < 2; i++) {
            EXPECT_EQ(value >> 8 * i & 0xff,
                      board_filled(FIRST_FRAME + 0xffe + i));
            EXPECT_EQ(value >> (16 + 8 * i) & 0xff,
                      board_filled(SECOND_FRAME + i));
        }
    }
    map(&f, 0, 0);
    EXPECT(!memory_read(f.mmu, request_for(0xfffffffeu, ACCESS_READ), 4, &value,
                        &f.fault));
    EXPECT_EQ(f.fault.linear, 0);
    fixture_release(&f);
}
END_TEST

START_TEST(device_gets_one_cycle_of_the_operand_size)
{
    struct fixture f = fixture_with(true);
    struct memory_place place;
    uint32_t value;

    map(&f, LINEAR, BOARD_MMIO | PTE_P | PTE_RW | PTE_US | PTE_PCD);
    for (unsigned size = 1; size <= 4; size *= 2) {
        f.board->device_reads = f.board->device_writes = 0;
        EXPECT(memory_open(f.mmu, request_for(LINEAR + 8, ACCESS_WRITE), size,
                           &place, &f.fault));
        EXPECT(!place.host);
        value = memory_place_read(f.mmu, &place, size);
        EXPECT_EQ(value, board_device_value(8, size));
        memory_place_write(f.mmu, &place, size, value);
        EXPECT_EQ(f.board->device_reads, 1);
        EXPECT_EQ(f.board->device_writes, 1);
    }
    EXPECT(!fast_read(f.mmu, LINEAR + 8, 1));
    fixture_release(&f);
}
END_TEST

START_TEST(operand_may_lie_half_in_memory_and_half_in_a_device)
{
    struct fixture f = fixture_with(true);
    uint32_t value;

    map(&f, SECOND, BOARD_MMIO | PTE_P | PTE_RW | PTE_US);
    EXPECT(memory_read(f.mmu, request_for(SECOND - 1, ACCESS_READ), 4, &value,
                       &f.fault));
    EXPECT_EQ(value & 0xff, board_filled(FIRST_FRAME + 0xfff));
    EXPECT_EQ(value >> 8, board_device_value(0, 1) |
                              board_device_value(1, 1) << 8 |
                              board_device_value(2, 1) << 16);
    EXPECT_EQ(f.board->device_reads, 3);
    EXPECT(memory_write(f.mmu, request_for(SECOND - 1, ACCESS_WRITE), 4,
                        0x11223344, &f.fault));
    EXPECT_EQ(f.board->bus.memory[FIRST_FRAME + 0xfff], 0x44);
    EXPECT_EQ(f.board->device_writes, 3);
    fixture_release(&f);
}
END_TEST

START_TEST(rom_is_read_and_absorbs_writes_through_the_front_door)
{
    for (unsigned use_fast = 0; use_fast < 2; use_fast++) {
        struct fixture f = fixture_with(use_fast);
        uint32_t value;

        map(&f, LINEAR, BOARD_ROM | PTE_P | PTE_RW | PTE_US);
        for (unsigned i = 0; i < 3; i++) {
            EXPECT(memory_write(f.mmu, request_for(LINEAR + i, ACCESS_WRITE), 4,
                                0, &f.fault));
            EXPECT(memory_read(f.mmu, request_for(LINEAR + i, ACCESS_READ), 1,
                               &value, &f.fault));
            EXPECT_EQ(value, board_filled(BOARD_ROM + i));
        }
        EXPECT_EQ(fast_read(f.mmu, LINEAR, 4) != NULL, false);
        mmu_set_privilege(f.mmu, PRIVILEGE_USER);
        EXPECT_EQ(fast_read(f.mmu, LINEAR, 4) != NULL, use_fast);
        EXPECT(!fast_write(f.mmu, LINEAR, 4));
        fixture_release(&f);
    }
}
END_TEST

START_TEST(open_bus_reads_as_ones_through_the_front_door)
{
    struct fixture f = fixture_with(true);
    uint32_t value;

    map(&f, LINEAR, BOARD_OPEN | PTE_P | PTE_RW | PTE_US);
    for (unsigned size = 1; size <= 4; size *= 2) {
        EXPECT(memory_write(f.mmu, request_for(LINEAR + 3, ACCESS_WRITE), size,
                            0, &f.fault));
        EXPECT(memory_read(f.mmu, request_for(LINEAR + 3, ACCESS_READ), size,
                           &value, &f.fault));
        EXPECT_EQ(value, UINT32_MAX >> (32 - 8 * size));
    }
    fixture_release(&f);
}
END_TEST

/* As the block cache does it when code is found on a page. */
static void code_found(struct fixture *f, physical_addr physical)
{
    board_watch(f->board, physical);
    mmu_clear_fast(f->mmu);
}

START_TEST(write_to_a_page_of_code_is_announced_when_its_bytes_have_changed)
{
    struct fixture f = fixture_with(true);
    uint32_t value;

    code_found(&f, FIRST_FRAME);
    for (unsigned i = 0; i < 3; i++) {
        const linear_addr linear = LINEAR + 0x100 + 4 * i;

        EXPECT(memory_write(f.mmu, request_for(linear, ACCESS_WRITE), 4,
                            0xdeadbeef, &f.fault));
        EXPECT_EQ(f.board->announced, i + 1);
        EXPECT_EQ(f.board->physical, FIRST_FRAME + 0x100 + 4 * i);
        EXPECT_EQ(f.board->size, 4);
        EXPECT_EQ(f.board->byte, 0xef);
        EXPECT(memory_read(f.mmu, request_for(linear, ACCESS_READ), 4, &value,
                           &f.fault));
        EXPECT_EQ(value, 0xdeadbeef);
    }
    mmu_set_privilege(f.mmu, PRIVILEGE_USER);
    EXPECT(fast_read(f.mmu, LINEAR, 4));
    EXPECT(!fast_write(f.mmu, LINEAR, 4));
    fixture_release(&f);
}
END_TEST

START_TEST(write_across_pages_announces_the_bytes_on_the_page_of_code)
{
    struct fixture f = fixture_with(true);

    code_found(&f, SECOND_FRAME);
    EXPECT(memory_write(f.mmu, request_for(SECOND - 1, ACCESS_WRITE), 4,
                        0x11223344, &f.fault));
    EXPECT_EQ(f.board->announced, 3);
    EXPECT_EQ(f.board->physical, SECOND_FRAME + 2);
    EXPECT_EQ(board_peek(f.board, SECOND_FRAME) & 0xffffff, 0x112233);
    fixture_release(&f);
}
END_TEST

static void count_operand(void *context, const struct page_request *request,
                          uint32_t size)
{
    unsigned *told = context;

    *told += request->linear == LINEAR + 4 && size == 2 ? 1 : 0;
}

START_TEST(operands_on_a_watched_page_are_told_each_time)
{
    struct fixture f = fixture_with(true);
    unsigned told = 0;
    uint32_t value;

    f.mmu->watch = count_operand;
    f.mmu->watch_context = &told;
    f.mmu->watched[0] = LINEAR;
    f.mmu->watched_count = 1;
    mmu_choose_way(f.mmu);
    for (unsigned i = 1; i <= 3; i++) {
        EXPECT(memory_read(f.mmu, request_for(LINEAR + 4, ACCESS_READ), 2,
                           &value, &f.fault));
        EXPECT_EQ(told, i);
        EXPECT(memory_read(f.mmu, request_for(SECOND, ACCESS_READ), 2, &value,
                           &f.fault));
    }
    mmu_set_privilege(f.mmu, PRIVILEGE_USER);
    EXPECT(!fast_read(f.mmu, LINEAR, 2));
    EXPECT(fast_read(f.mmu, SECOND, 2));
    fixture_release(&f);
}
END_TEST

START_TEST(memory_events_carry_both_addresses_size_and_value)
{
    struct fixture f = fixture_with(false);
    const struct trace_record *record = f.board->record;
    uint32_t value;

    f.board->trace.enabled = 1u << TRACE_MEM;
    EXPECT(memory_read(f.mmu, request_for(LINEAR + 6, ACCESS_READ), 2, &value,
                       &f.fault));
    EXPECT(memory_write(f.mmu, request_for(SECOND - 2, ACCESS_WRITE), 4,
                        0x01020304, &f.fault));
    EXPECT_EQ(f.board->records, 2);
    EXPECT_EQ(record[0].access.linear, LINEAR + 6);
    EXPECT_EQ(record[0].access.physical, FIRST_FRAME + 6);
    EXPECT_EQ(record[0].access.size, 2);
    EXPECT_EQ(record[0].access.value, value);
    EXPECT(!record[0].access.write);
    EXPECT_EQ(record[1].access.linear, SECOND - 2);
    EXPECT_EQ(record[1].access.size, 4);
    EXPECT_EQ(record[1].access.value, 0x01020304);
    EXPECT(record[1].access.write);
    fixture_release(&f);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_size_is_read_at_every_offset_across_a_page_end,
        every_size_is_written_at_every_offset_and_nothing_beside_it,
        first_bytes_of_an_opened_place_can_be_moved_alone,
        absent_second_page_faults_at_its_start_with_nothing_written,
        read_only_second_page_refuses_the_write_and_not_the_read,
        absent_first_page_faults_at_the_operand_and_ends_there,
        access_goes_on_at_zero_behind_the_last_page,
        device_gets_one_cycle_of_the_operand_size,
        operand_may_lie_half_in_memory_and_half_in_a_device,
        rom_is_read_and_absorbs_writes_through_the_front_door,
        open_bus_reads_as_ones_through_the_front_door,
        write_to_a_page_of_code_is_announced_when_its_bytes_have_changed,
        write_across_pages_announces_the_bytes_on_the_page_of_code,
        operands_on_a_watched_page_are_told_each_time,
        memory_events_carry_both_addresses_size_and_value,
    };

    return run_tests("memory", tests, sizeof tests / sizeof tests[0]);
}
