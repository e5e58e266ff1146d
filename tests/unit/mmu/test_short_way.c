/* SPDX-License-Identifier: MIT */
/* What must not take mmu_refill(), the short way to a fast entry. What it does
 * is compared with the long way in test_mmu.c and tests/unit/cpu. */
#include "mmu/memory.h"
#include "mmu/refill.h"
#include "tests/unit/mmu/board.h"
#include "tests/unit/run_tests.h"

#define DIRECTORY 0x00001000u
#define TABLE     0x00002000u
#define FRAME     0x00200000u
#define LINEAR    0x00400000u

#define RIGHTS (PTE_P | PTE_RW | PTE_US | PTE_A)

struct fixture {
    struct board *board;
    struct mmu *mmu;
};

static struct fixture fixture(void)
{
    const struct paging_mode mode = {.cr3 = DIRECTORY};
    struct fixture f = {.board = board_create()};

    f.mmu = board_mmu(f.board, "pentiumpro");
    board_poke(f.board, DIRECTORY + (LINEAR >> 22) * 4, TABLE | RIGHTS);
    for (uint32_t i = 0; i < 1024; i++)
        board_poke(f.board, TABLE + i * 4, (FRAME + i * PAGE_SIZE) | RIGHTS);
    mmu_set_control(f.mmu, true, mode);
    return f;
}

static void fixture_release(struct fixture *f)
{
    mmu_release(f->mmu);
    free(f->mmu);
    board_destroy(f->board);
}

/* A load by the program, whether it comes out or not. */
static void load(struct fixture *f, linear_addr linear)
{
    const struct page_request request = {linear, ACCESS_READ, PRIVILEGE_USER};
    struct fault fault;
    uint32_t value;

    (void)!memory_read(f->mmu, request, 4, &value, &fault);
}

/* The short way alone, for a load by the program. */
static enum refill refill(struct fixture *f, linear_addr linear)
{
    struct fault fault;

    return mmu_refill(f->mmu, linear, ACCESS_READ, PRIVILEGE_USER, &fault);
}

START_TEST(plain_misses_take_it_and_are_counted)
{
    struct fixture f = fixture();

    EXPECT_EQ(refill(&f, LINEAR), REFILL_DONE);
    EXPECT_EQ(f.mmu->counts.data_misses, 1);
    EXPECT_EQ(f.mmu->counts.walks, 1);
    mmu_set_privilege(f.mmu, PRIVILEGE_USER);
    EXPECT(fast_read(f.mmu, LINEAR + 4, 4) == f.board->bus.memory + FRAME + 4);
    EXPECT_EQ(refill(&f, LINEAR), REFILL_NONE);
    EXPECT_EQ(f.mmu->counts.walks, 1);
    fixture_release(&f);
}
END_TEST

/* Absent, not the program's, read-only: each fault with its error code, and
 * the page table left as it was. */
START_TEST(walks_that_do_not_pass_fault_and_are_counted)
{
    static const struct {
        uint32_t pte;
        enum access access;
        uint32_t error_code;
    } cases[] = {{FRAME, ACCESS_READ, PF_US},
                 {FRAME, ACCESS_WRITE, PF_US | PF_WR},
                 {FRAME | PTE_P | PTE_RW, ACCESS_READ, PF_US | PF_P},
                 {FRAME | PTE_P | PTE_US, ACCESS_WRITE, PF_US | PF_WR | PF_P}};
    struct fixture f = fixture();
    struct fault fault;

    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        board_poke(f.board, TABLE, cases[i].pte);
        EXPECT_EQ(mmu_refill(f.mmu, LINEAR + 8, cases[i].access, PRIVILEGE_USER,
                             &fault),
                  REFILL_FAULT);
        EXPECT_EQ(fault.vector, VECTOR_PF);
        EXPECT(fault.has_error_code);
        EXPECT_EQ(fault.error_code, cases[i].error_code);
        EXPECT_EQ(fault.linear, LINEAR + 8);
        EXPECT_EQ(f.mmu->counts.data_misses, i + 1);
        EXPECT_EQ(f.mmu->counts.walks, i + 1);
        EXPECT_EQ(f.mmu->counts.page_faults, i + 1);
        EXPECT_EQ(board_peek(f.board, TABLE), cases[i].pte);
    }
    board_poke(f.board, DIRECTORY + (LINEAR >> 22) * 4, 0);
    EXPECT_EQ(refill(&f, LINEAR), REFILL_FAULT);
    fixture_release(&f);
}
END_TEST

/* A fault drops the entry that the TLB has of the page: a flush. */
START_TEST(faults_on_pages_that_the_tlb_has_do_not_take_it)
{
    struct fixture f = fixture();
    struct fault fault;

    board_poke(f.board, TABLE, FRAME | PTE_P | PTE_US);
    load(&f, LINEAR);
    EXPECT_EQ(mmu_refill(f.mmu, LINEAR, ACCESS_WRITE, PRIVILEGE_USER, &fault),
              REFILL_NONE);
    EXPECT_EQ(f.mmu->counts.page_faults, 0);
    fixture_release(&f);
}
END_TEST

START_TEST(misses_that_are_wanted_are_recorded)
{
    struct fixture f = fixture();

    f.board->trace.enabled = 1u << TRACE_TLB;
    load(&f, LINEAR);
    EXPECT_EQ(f.board->records, 2);
    EXPECT_EQ(f.board->record[0].tlb.action, TLB_MISS);
    EXPECT_EQ(f.board->record[1].tlb.action, TLB_FILL);
    f.board->trace.enabled = 1u << TRACE_WALK;
    load(&f, LINEAR + PAGE_SIZE);
    EXPECT_EQ(f.board->records, 3);
    EXPECT_EQ(f.board->record[2].walk.linear, LINEAR + PAGE_SIZE);
    fixture_release(&f);
}
END_TEST

/* What lies in memory behind a device is nothing that a walk may see. */
START_TEST(tables_in_a_device_are_read_from_the_device)
{
    struct fixture f = fixture();

    board_poke(f.board, BOARD_MMIO, FRAME | RIGHTS);
    board_poke(f.board, BOARD_MMIO + (LINEAR >> 22) * 4, TABLE | RIGHTS);
    board_poke(f.board, DIRECTORY + (LINEAR >> 22) * 4, BOARD_MMIO | RIGHTS);
    EXPECT_EQ(refill(&f, LINEAR), REFILL_NONE);
    load(&f, LINEAR);
    EXPECT_EQ(f.board->device_reads, 1);
    mmu_set_cr3(f.mmu, BOARD_MMIO);
    EXPECT_EQ(refill(&f, LINEAR), REFILL_NONE);
    f.board->device_reads = 0;
    load(&f, LINEAR);
    EXPECT(f.board->device_reads > 0);
    fixture_release(&f);
}
END_TEST

/* Behind the gate the short way would find the frame that A20 tells apart. */
START_TEST(pages_behind_the_a20_gate_are_found_with_a20_low)
{
    const uint32_t odd = FRAME | 1u << 20;
    const struct page_request request = {LINEAR, ACCESS_READ, PRIVILEGE_USER};
    struct fixture f = fixture();
    struct fault fault;
    uint32_t value;

    board_poke(f.board, TABLE, odd | RIGHTS);
    board_poke(f.board, FRAME, 0x11111111);
    board_poke(f.board, odd, 0x22222222);
    mmu_set_a20(f.mmu, false);
    EXPECT_EQ(refill(&f, LINEAR), REFILL_NONE);
    EXPECT(memory_read(f.mmu, request, 4, &value, &fault));
    EXPECT_EQ(value, 0x11111111);
    mmu_set_a20(f.mmu, true);
    EXPECT(memory_read(f.mmu, request, 4, &value, &fault));
    EXPECT_EQ(value, 0x22222222);
    fixture_release(&f);
}
END_TEST

/* A page with a data breakpoint has no fast entry, so nothing is to be made. */
START_TEST(pages_with_data_breakpoints_do_not_take_it)
{
    struct fixture f = fixture();

    f.mmu->watched[0] = LINEAR;
    f.mmu->watched_count = 1;
    mmu_choose_way(f.mmu);
    EXPECT_EQ(refill(&f, LINEAR), REFILL_NONE);
    EXPECT_EQ(f.mmu->counts.walks, 0);
    f.mmu->watched_count = 0;
    mmu_choose_way(f.mmu);
    EXPECT_EQ(refill(&f, LINEAR), REFILL_DONE);
    fixture_release(&f);
}
END_TEST

/* The page of a table is watched: of the A that is set, somebody is told. */
START_TEST(marks_in_watched_tables_are_announced)
{
    struct fixture f = fixture();

    board_poke(f.board, TABLE, FRAME | PTE_P | PTE_US);
    board_watch(f.board, TABLE);
    load(&f, LINEAR);
    EXPECT_EQ(f.board->announced, 1);
    EXPECT_EQ(f.board->physical, TABLE);
    EXPECT_EQ(board_peek(f.board, TABLE), FRAME | PTE_P | PTE_US | PTE_A);
    fixture_release(&f);
}
END_TEST

/* A store to a watched page is announced each time, also where the TLB and
 * the fast table know the page. */
START_TEST(stores_to_watched_pages_are_announced_each_time)
{
    const struct page_request request = {LINEAR + 8, ACCESS_WRITE,
                                         PRIVILEGE_USER};
    struct fixture f = fixture();
    struct fault fault;

    board_watch(f.board, FRAME);
    for (uint32_t i = 1; i <= 3; i++) {
        EXPECT(memory_write(f.mmu, request, 4, i, &fault));
        EXPECT_EQ(f.board->announced, i);
        EXPECT_EQ(f.board->physical, FRAME + 8);
        EXPECT_EQ(board_peek(f.board, FRAME + 8), i);
        EXPECT_EQ(mmu_counts(f.mmu).data_lookups, i);
    }
    EXPECT_EQ(f.mmu->counts.data_misses, 1);
    EXPECT_EQ(f.mmu->counts.walks, 1);
    fixture_release(&f);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        plain_misses_take_it_and_are_counted,
        walks_that_do_not_pass_fault_and_are_counted,
        faults_on_pages_that_the_tlb_has_do_not_take_it,
        misses_that_are_wanted_are_recorded,
        tables_in_a_device_are_read_from_the_device,
        pages_behind_the_a20_gate_are_found_with_a20_low,
        pages_with_data_breakpoints_do_not_take_it,
        marks_in_watched_tables_are_announced,
        stores_to_watched_pages_are_announced_each_time,
    };

    return run_tests("short way", tests, sizeof tests / sizeof tests[0]);
}
