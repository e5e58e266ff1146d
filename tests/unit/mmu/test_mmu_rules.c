/* SPDX-License-Identifier: MIT */
/*
 * One rule of docs/tlb.md after another, each on the smallest case that shows
 * it: what test_mmu.c finds by chance, said aloud.
 */
#include "mmu/memory.h"
#include "mmu/mmu.h"
#include "tests/unit/mmu/board.h"
#include "tests/unit/run_tests.h"

#define DIRECTORY 0x00001000u
#define TABLE     0x00002000u
#define FRAME     0x00200000u
#define LARGE     0x00800000u
#define OTHER     0x00c00000u

/* The same for PAE paging: LINEAR is mapped by the third PDE of the first
 * directory, and the next 2 MiB by the fourth. */
#define DIRECTORY_PAE 0x00003000u
#define PDE_PAE       2u

/* Region 1: linear 4 MiB, mapped by TABLE. */
#define LINEAR 0x00400000u

struct fixture {
    struct board *board;
    struct mmu *mmu;
    struct paging_mode mode;
    struct fault fault;
};

static void set_pde(struct fixture *f, uint32_t pde)
{
    board_poke(f->board, DIRECTORY + (LINEAR >> 22) * 4, pde);
}

static void set_pte(struct fixture *f, uint32_t index, uint32_t pte)
{
    board_poke(f->board, TABLE + index * 4, pte);
}

static void set_mode(struct fixture *f)
{
    mmu_set_control(f->mmu, true, f->mode);
}

static struct fixture fixture_with(const char *tlb)
{
    struct fixture f = {.board = board_create(),
                        .mode = {.cr3 = DIRECTORY,
                                 .large_pages = true,
                                 .reserved.large = 0x003ff000}};

    f.mmu = board_mmu(f.board, tlb);
    set_pde(&f, TABLE | PTE_P | PTE_RW | PTE_US);
    for (uint32_t i = 0; i < 1024; i++)
        set_pte(&f, i, (FRAME + i * PAGE_SIZE) | PTE_P | PTE_RW | PTE_US);
    set_mode(&f);
    return f;
}

static void set_pde_pae(struct fixture *f, uint32_t index, uint32_t pde)
{
    board_poke(f->board, DIRECTORY_PAE + index * 8, pde);
}

/* From 32-bit to PAE paging: two large pages that lie apart. */
static void set_mode_pae(struct fixture *f)
{
    const uint64_t pdpte[PDPTE_COUNT] = {DIRECTORY_PAE | PTE_P};

    set_pde_pae(f, PDE_PAE, LARGE | PTE_P | PTE_RW | PTE_PS);
    set_pde_pae(f, PDE_PAE + 1, OTHER | PTE_P | PTE_RW | PTE_PS);
    f->mode.pae = true;
    f->mode.reserved.large = 0x001ff000;
    mmu_set_pdptes(f->mmu, pdpte);
    set_mode(f);
}

static void fixture_release(struct fixture *f)
{
    mmu_release(f->mmu);
    free(f->mmu);
    board_destroy(f->board);
}

static bool touch(struct fixture *f, linear_addr linear, enum access access,
                  enum privilege privilege, physical_addr *physical)
{
    const struct page_request request = {linear, access, privilege};
    struct memory_place place;

    if (!memory_open(f->mmu, request, 1, &place, &f->fault))
        return false;
    *physical = place.first;
    return true;
}

/* Physical address that a supervisor's read reaches. */
static physical_addr reads_at(struct fixture *f, linear_addr linear)
{
    physical_addr physical = 0;

    EXPECT(touch(f, linear, ACCESS_READ, PRIVILEGE_SUPERVISOR, &physical));
    return physical;
}

static void writes(struct fixture *f, linear_addr linear,
                   enum privilege privilege)
{
    physical_addr physical;

    EXPECT(touch(f, linear, ACCESS_WRITE, privilege, &physical));
}

static void faults(struct fixture *f, linear_addr linear, enum access access,
                   enum privilege privilege, uint32_t error_code)
{
    physical_addr physical;

    EXPECT(!touch(f, linear, access, privilege, &physical));
    EXPECT_EQ(f->fault.vector, VECTOR_PF);
    EXPECT_EQ(f->fault.error_code, error_code);
    EXPECT_EQ(f->fault.linear, linear);
}

START_TEST(stale_entry_serves_until_invlpg)
{
    struct fixture f = fixture_with("386");

    EXPECT_EQ(reads_at(&f, LINEAR), FRAME);
    set_pte(&f, 0, 0);
    EXPECT_EQ(reads_at(&f, LINEAR + 8), FRAME + 8);
    mmu_invalidate_page(f.mmu, LINEAR + PAGE_SIZE);
    EXPECT_EQ(reads_at(&f, LINEAR), FRAME);
    mmu_invalidate_page(f.mmu, LINEAR + 0xabc);
    faults(&f, LINEAR, ACCESS_READ, PRIVILEGE_SUPERVISOR, 0);
    fixture_release(&f);
}
END_TEST

START_TEST(stale_entry_lives_only_as_long_as_the_chip_has_room)
{
    struct fixture f = fixture_with("486");

    EXPECT_EQ(reads_at(&f, LINEAR), FRAME);
    set_pte(&f, 0, 0);
    /* Three more pages of the set of four ways, then one that evicts. */
    for (uint32_t i = 1; i < 4; i++)
        (void)reads_at(&f, LINEAR + i * 8 * PAGE_SIZE);
    EXPECT_EQ(reads_at(&f, LINEAR), FRAME);
    EXPECT_EQ(f.mmu->counts.evictions, 0);
    for (uint32_t i = 4; i < 8; i++)
        (void)reads_at(&f, LINEAR + i * 8 * PAGE_SIZE);
    EXPECT_EQ(f.mmu->counts.evictions, 4);
    faults(&f, LINEAR, ACCESS_READ, PRIVILEGE_SUPERVISOR, 0);
    fixture_release(&f);
}
END_TEST

START_TEST(cr3_load_keeps_global_pages_only_with_pge)
{
    for (unsigned pge = 0; pge < 2; pge++) {
        struct fixture f = fixture_with("pentiumpro");

        f.mode.global_pages = pge;
        set_mode(&f);
        set_pte(&f, 0, FRAME | PTE_P | PTE_G);
        EXPECT_EQ(reads_at(&f, LINEAR), FRAME);
        EXPECT_EQ(reads_at(&f, LINEAR + PAGE_SIZE), FRAME + PAGE_SIZE);
        mmu_set_cr3(f.mmu, DIRECTORY);
        EXPECT_EQ(reads_at(&f, LINEAR), FRAME);
        EXPECT_EQ(reads_at(&f, LINEAR + PAGE_SIZE), FRAME + PAGE_SIZE);
        EXPECT_EQ(f.mmu->counts.data_misses, pge ? 3 : 4);
        EXPECT_EQ(f.mmu->counts.flushes[TLB_CAUSE_CR3], 1);
        /* INVLPG takes global pages too, and so does a change of PGE. */
        mmu_invalidate_page(f.mmu, LINEAR);
        (void)reads_at(&f, LINEAR);
        EXPECT_EQ(f.mmu->counts.data_misses, pge ? 4 : 5);
        f.mode.global_pages = !pge;
        set_mode(&f);
        EXPECT_EQ(f.mmu->data.valid, 0);
        fixture_release(&f);
    }
}
END_TEST

START_TEST(invlpg_of_a_piece_removes_every_piece_of_the_large_page)
{
    /* The 486 has no bank for large pages, so it holds pieces. */
    struct fixture f = fixture_with("486");

    set_pde(&f, LARGE | PTE_P | PTE_RW | PTE_PS);
    for (uint32_t i = 0; i < 8; i++)
        EXPECT_EQ(reads_at(&f, LINEAR + i * PAGE_SIZE), LARGE + i * PAGE_SIZE);
    EXPECT_EQ(f.mmu->counts.data_misses, 8);
    EXPECT_EQ(f.mmu->data.valid, 8);
    set_pde(&f, OTHER | PTE_P | PTE_RW | PTE_PS);
    EXPECT_EQ(reads_at(&f, LINEAR + PAGE_SIZE), LARGE + PAGE_SIZE);
    mmu_invalidate_page(f.mmu, LINEAR + 100 * PAGE_SIZE);
    EXPECT_EQ(f.mmu->data.valid, 0);
    EXPECT_EQ(reads_at(&f, LINEAR + PAGE_SIZE), OTHER + PAGE_SIZE);
    fixture_release(&f);
}
END_TEST

START_TEST(large_page_is_one_entry_where_the_chip_has_room_for_it)
{
    struct fixture f = fixture_with("pentium");

    set_pde(&f, LARGE | PTE_P | PTE_RW | PTE_PS);
    for (uint32_t i = 0; i < 1024; i++)
        EXPECT_EQ(reads_at(&f, LINEAR + i * PAGE_SIZE), LARGE + i * PAGE_SIZE);
    EXPECT_EQ(f.mmu->counts.data_misses, 1);
    EXPECT_EQ(f.mmu->data_large.valid, 1);
    mmu_invalidate_page(f.mmu, LINEAR + 0x3ff000);
    EXPECT_EQ(f.mmu->data_large.valid, 0);
    fixture_release(&f);
}
END_TEST

START_TEST(two_megabytes_are_one_entry_where_the_chip_has_room_for_it)
{
    struct fixture f = fixture_with("pentiumpro");

    set_mode_pae(&f);
    for (uint32_t i = 0; i < 512; i++)
        EXPECT_EQ(reads_at(&f, LINEAR + i * PAGE_SIZE), LARGE + i * PAGE_SIZE);
    EXPECT_EQ(f.mmu->counts.data_misses, 1);
    for (uint32_t i = 512; i < 1024; i++)
        EXPECT_EQ(reads_at(&f, LINEAR + i * PAGE_SIZE),
                  OTHER + (i - 512) * PAGE_SIZE);
    EXPECT_EQ(f.mmu->counts.data_misses, 2);
    EXPECT_EQ(f.mmu->data.valid, 0);
    EXPECT_EQ(f.mmu->data_large.valid, 2);
    mmu_invalidate_page(f.mmu, LINEAR + 0x1ff000);
    EXPECT_EQ(f.mmu->data_large.valid, 1);
    set_pde_pae(&f, PDE_PAE + 1, 0);
    EXPECT_EQ(reads_at(&f, LINEAR + 0x200000), OTHER);
    fixture_release(&f);
}
END_TEST

START_TEST(invlpg_of_a_piece_of_two_megabytes_leaves_the_neighbours_pieces)
{
    struct fixture f = fixture_with("64x64");

    set_mode_pae(&f);
    for (uint32_t i = 0; i < 8; i++) {
        EXPECT_EQ(reads_at(&f, LINEAR + i * PAGE_SIZE), LARGE + i * PAGE_SIZE);
        EXPECT_EQ(reads_at(&f, LINEAR + 0x200000 + i * PAGE_SIZE),
                  OTHER + i * PAGE_SIZE);
    }
    EXPECT_EQ(f.mmu->counts.data_misses, 16);
    EXPECT_EQ(f.mmu->data.valid, 16);
    mmu_invalidate_page(f.mmu, LINEAR + 0x1ff000);
    EXPECT_EQ(f.mmu->data.valid, 8);
    (void)reads_at(&f, LINEAR + 0x200000);
    EXPECT_EQ(f.mmu->counts.data_misses, 16);
    (void)reads_at(&f, LINEAR);
    EXPECT_EQ(f.mmu->counts.data_misses, 17);
    fixture_release(&f);
}
END_TEST

START_TEST(change_of_pae_drops_all_and_resizes_large_pages)
{
    struct fixture f = fixture_with("pentiumpro");

    f.mode.global_pages = true;
    set_pde(&f, LARGE | PTE_P | PTE_PS | PTE_G);
    set_mode(&f);
    for (uint64_t times = 1; times < 4; times++) {
        const uint64_t misses = f.mmu->counts.data_misses;

        EXPECT_EQ(reads_at(&f, LINEAR), LARGE);
        EXPECT_EQ(reads_at(&f, LINEAR + 0x3ff000), LARGE + 0x3ff000);
        EXPECT(mmu_fetch(f.mmu, LINEAR, PRIVILEGE_SUPERVISOR, &f.fault));
        EXPECT_EQ(f.mmu->counts.data_misses, misses + 1);
        set_mode_pae(&f);
        EXPECT_EQ(f.mmu->data_large.valid + f.mmu->code_large.valid, 0);
        EXPECT(!f.mmu->code.held);
        EXPECT_EQ(reads_at(&f, LINEAR), LARGE);
        EXPECT_EQ(reads_at(&f, LINEAR + 0x3ff000), OTHER + 0x1ff000);
        EXPECT(mmu_fetch(f.mmu, LINEAR + 0x3ff000, PRIVILEGE_SUPERVISOR,
                         &f.fault));
        EXPECT_EQ(f.mmu->code.physical, OTHER + 0x1ff000);
        EXPECT_EQ(f.mmu->counts.data_misses, misses + 3);
        f.mode.pae = false;
        f.mode.reserved.large = 0x003ff000;
        set_mode(&f);
        EXPECT_EQ(f.mmu->data_large.valid + f.mmu->code_large.valid, 0);
        EXPECT_EQ(f.mmu->counts.flushes[TLB_CAUSE_CR4], 1 + 2 * times);
    }
    fixture_release(&f);
}
END_TEST

START_TEST(page_found_again_as_a_large_one_takes_its_old_place)
{
    struct fixture f = fixture_with("pentium");

    set_pte(&f, 0, FRAME | PTE_P | PTE_RW);
    EXPECT_EQ(reads_at(&f, LINEAR), FRAME);
    /* The rest of the region becomes a large page, the first page is stale. */
    set_pde(&f, LARGE | PTE_P | PTE_RW | PTE_PS);
    EXPECT_EQ(reads_at(&f, LINEAR + PAGE_SIZE), LARGE + PAGE_SIZE);
    EXPECT_EQ(reads_at(&f, LINEAR), FRAME);
    /* D is to be set: the stale page is walked, and is the large one now. */
    writes(&f, LINEAR, PRIVILEGE_SUPERVISOR);
    EXPECT_EQ(reads_at(&f, LINEAR), LARGE);
    EXPECT_EQ(f.mmu->data.valid, 0);
    EXPECT_EQ(f.mmu->data_large.valid, 1);
    EXPECT_EQ(f.mmu->counts.evictions, 0);
    fixture_release(&f);
}
END_TEST

START_TEST(first_write_walks_to_set_dirty_and_is_no_miss)
{
    struct fixture f = fixture_with("386");

    (void)reads_at(&f, LINEAR);
    EXPECT_EQ(board_peek(f.board, TABLE) & (PTE_A | PTE_D), PTE_A);
    for (unsigned i = 0; i < 5; i++)
        writes(&f, LINEAR, PRIVILEGE_SUPERVISOR);
    EXPECT_EQ(board_peek(f.board, TABLE) & (PTE_A | PTE_D), PTE_A | PTE_D);
    EXPECT_EQ(f.mmu->counts.data_lookups, 6);
    EXPECT_EQ(f.mmu->counts.data_misses, 1);
    EXPECT_EQ(f.mmu->counts.walks, 2);
    /* D is written at the first store and not again. */
    set_pte(&f, 0, FRAME | PTE_P | PTE_RW | PTE_US);
    writes(&f, LINEAR, PRIVILEGE_SUPERVISOR);
    EXPECT_EQ(board_peek(f.board, TABLE) & (PTE_A | PTE_D), 0);
    fixture_release(&f);
}
END_TEST

START_TEST(page_made_writable_needs_no_invlpg)
{
    struct fixture f = fixture_with("386");

    set_pte(&f, 0, FRAME | PTE_P | PTE_US);
    (void)reads_at(&f, LINEAR);
    set_pte(&f, 0, FRAME | PTE_P | PTE_US | PTE_RW);
    writes(&f, LINEAR, PRIVILEGE_USER);
    EXPECT_EQ(f.mmu->counts.data_misses, 1);
    EXPECT_EQ(f.mmu->counts.page_faults, 0);
    fixture_release(&f);
}
END_TEST

START_TEST(right_refused_by_memory_too_faults_and_drops_the_entry)
{
    struct fixture f = fixture_with("386");

    set_pte(&f, 0, FRAME | PTE_P | PTE_US);
    (void)reads_at(&f, LINEAR);
    faults(&f, LINEAR, ACCESS_WRITE, PRIVILEGE_USER, PF_P | PF_WR | PF_US);
    EXPECT_EQ(f.mmu->counts.walks, 2);
    EXPECT_EQ(f.mmu->counts.flushes[TLB_CAUSE_PAGE_FAULT], 1);
    EXPECT_EQ(f.mmu->data.valid, 0);
    /* The walk sees memory as it is: the page may be gone by now. */
    (void)reads_at(&f, LINEAR);
    set_pte(&f, 0, 0);
    faults(&f, LINEAR, ACCESS_WRITE, PRIVILEGE_USER, PF_WR | PF_US);
    /* A miss that faults drops nothing. */
    faults(&f, LINEAR, ACCESS_READ, PRIVILEGE_SUPERVISOR, 0);
    EXPECT_EQ(f.mmu->counts.flushes[TLB_CAUSE_PAGE_FAULT], 2);
    fixture_release(&f);
}
END_TEST

START_TEST(write_protect_holds_for_supervisors_at_once_and_flushes_nothing)
{
    struct fixture f = fixture_with("486");

    set_pte(&f, 0, FRAME | PTE_P);
    writes(&f, LINEAR, PRIVILEGE_SUPERVISOR);
    EXPECT(fast_write(f.mmu, LINEAR, 4));
    f.mode.write_protect = true;
    set_mode(&f);
    EXPECT(!fast_write(f.mmu, LINEAR, 4));
    EXPECT_EQ(f.mmu->data.valid, 1);
    faults(&f, LINEAR, ACCESS_WRITE, PRIVILEGE_SUPERVISOR, PF_P | PF_WR);
    f.mode.write_protect = false;
    set_mode(&f);
    writes(&f, LINEAR, PRIVILEGE_SUPERVISOR);
    fixture_release(&f);
}
END_TEST

START_TEST(code_and_data_share_the_tlb_of_the_486_and_not_of_the_pentium)
{
    static const char *const tlb[] = {"486", "pentium"};

    for (unsigned split = 0; split < 2; split++) {
        struct fixture f = fixture_with(tlb[split]);

        EXPECT(mmu_fetch(f.mmu, LINEAR, PRIVILEGE_USER, &f.fault));
        EXPECT_EQ(f.mmu->code.physical, FRAME);
        (void)reads_at(&f, LINEAR);
        EXPECT_EQ(f.mmu->counts.code_misses, 1);
        EXPECT_EQ(f.mmu->counts.data_misses, split);
        EXPECT_EQ(f.mmu->counts.code_lookups, 1);
        EXPECT_EQ(f.mmu->counts.data_lookups, 1);
        fixture_release(&f);
    }
}
END_TEST

START_TEST(flushes_let_go_of_the_code_page_and_evictions_do_not)
{
    struct fixture f = fixture_with("486");

    EXPECT(mmu_fetch(f.mmu, LINEAR, PRIVILEGE_USER, &f.fault));
    EXPECT(f.mmu->code.held && f.mmu->code.live);
    mmu_invalidate_page(f.mmu, LINEAR + PAGE_SIZE);
    EXPECT(!f.mmu->code.held && !f.mmu->code.live);
    EXPECT(mmu_fetch(f.mmu, LINEAR, PRIVILEGE_USER, &f.fault));
    mmu_set_cr3(f.mmu, DIRECTORY);
    EXPECT(!f.mmu->code.held);
    /* Data that needs the slot takes it from code, which runs on. */
    EXPECT(mmu_fetch(f.mmu, LINEAR, PRIVILEGE_USER, &f.fault));
    for (uint32_t i = 1; i < 5; i++)
        (void)reads_at(&f, LINEAR + i * 8 * PAGE_SIZE);
    EXPECT(f.mmu->code.held && !f.mmu->code.live);
    fixture_release(&f);
}
END_TEST

START_TEST(a20_gate_masks_data_code_and_page_tables)
{
    struct fixture f = fixture_with("486");
    const uint32_t bit = 1u << 20;

    f.mode.cr3 = DIRECTORY | bit;
    board_poke(f.board, (DIRECTORY | bit) + 4, (TABLE | bit) | PTE_P);
    board_poke(f.board, TABLE | bit, (FRAME | bit) | PTE_P);
    set_pte(&f, 1, (FRAME + PAGE_SIZE + bit) | PTE_P);
    set_mode(&f);
    EXPECT_EQ(reads_at(&f, LINEAR), FRAME | bit);
    mmu_set_a20(f.mmu, false);
    EXPECT_EQ(reads_at(&f, LINEAR), FRAME);
    EXPECT_EQ(reads_at(&f, LINEAR + PAGE_SIZE), FRAME + PAGE_SIZE);
    EXPECT(mmu_fetch(f.mmu, LINEAR, PRIVILEGE_SUPERVISOR, &f.fault));
    EXPECT_EQ(f.mmu->code.physical, FRAME);
    /* The gate is on the way out: what the TLB holds is whole. */
    mmu_set_a20(f.mmu, true);
    EXPECT_EQ(reads_at(&f, LINEAR), FRAME | bit);
    EXPECT_EQ(reads_at(&f, LINEAR + PAGE_SIZE), FRAME + PAGE_SIZE + bit);
    mmu_set_control(f.mmu, false, f.mode);
    mmu_set_a20(f.mmu, false);
    EXPECT_EQ(reads_at(&f, 0xfff00123u), 0xffe00123u);
    fixture_release(&f);
}
END_TEST

START_TEST(look_ups_do_not_count_while_paging_is_off)
{
    struct fixture f = fixture_with("486");

    (void)reads_at(&f, LINEAR);
    mmu_set_control(f.mmu, false, f.mode);
    for (unsigned i = 0; i < 10; i++) {
        EXPECT_EQ(reads_at(&f, LINEAR), LINEAR);
        EXPECT(mmu_fetch(f.mmu, LINEAR, PRIVILEGE_SUPERVISOR, &f.fault));
    }
    EXPECT_EQ(mmu_counts(f.mmu).data_lookups, 1);
    EXPECT_EQ(mmu_counts(f.mmu).code_lookups, 0);
    set_mode(&f);
    (void)reads_at(&f, LINEAR);
    EXPECT_EQ(mmu_counts(f.mmu).data_lookups, 2);
    EXPECT_EQ(mmu_counts(f.mmu).data_misses, 2);
    fixture_release(&f);
}
END_TEST

START_TEST(reset_empties_the_tlb_and_opens_the_gate)
{
    struct fixture f = fixture_with("pentiumpro");

    set_pte(&f, 0, FRAME | PTE_P | PTE_G);
    f.mode.global_pages = true;
    set_mode(&f);
    (void)reads_at(&f, LINEAR);
    mmu_set_a20(f.mmu, false);
    mmu_set_privilege(f.mmu, PRIVILEGE_USER);
    mmu_reset(f.mmu);
    EXPECT_EQ(f.mmu->data.valid, 0);
    EXPECT_EQ(reads_at(&f, 0x00300000), 0x00300000);
    EXPECT(!f.mmu->paging && !f.mmu->mode.global_pages);
    EXPECT(f.mmu->fast == f.mmu->table[PRIVILEGE_SUPERVISOR]);
    EXPECT_EQ(f.mmu->counts.flushes[TLB_CAUSE_RESET], 1);
    fixture_release(&f);
}
END_TEST

START_TEST(neighbours_never_share_a_place_in_the_fast_table)
{
    /* fast_probe() compares the page of the last byte alone. */
    for (uint32_t page = 0; page < 1u << 20; page++)
        EXPECT(fast_place(page << 12) != fast_place((page + 1) << 12));
}
END_TEST

/* A trace record's event and, of the TLB's, what happened. */
static void check_record(const struct fixture *f, unsigned index,
                         enum trace_event event, enum tlb_action action)
{
    const struct trace_record *record = &f->board->record[index];

    EXPECT(index < f->board->records);
    EXPECT_EQ(record->event, event);
    if (event == TRACE_WALK)
        return;
    EXPECT_EQ(record->tlb.action, action);
    EXPECT(!record->tlb.code);
}

START_TEST(trace_tells_miss_walk_fill_hit_evict_and_flush_in_their_order)
{
    struct fixture f = fixture_with("1x1");
    const struct trace_record *record = f.board->record;

    f.mmu->use_fast = false; /* hits behind the fast table are not recorded */
    f.board->trace.enabled =
        1u << TRACE_TLB | 1u << TRACE_HIT | 1u << TRACE_WALK;
    (void)reads_at(&f, LINEAR + 4);
    (void)reads_at(&f, LINEAR + 8);
    (void)reads_at(&f, LINEAR + PAGE_SIZE);
    mmu_set_cr3(f.mmu, DIRECTORY);
    check_record(&f, 0, TRACE_TLB, TLB_MISS);
    EXPECT_EQ(record[0].tlb.linear, LINEAR);
    check_record(&f, 1, TRACE_WALK, 0);
    EXPECT_EQ(record[1].walk.linear, LINEAR + 4);
    EXPECT_EQ(record[1].walk.cr3, DIRECTORY);
    EXPECT_EQ(record[1].walk.physical, FRAME + 4);
    EXPECT_EQ(record[1].walk.marked, PTE_A << 16 | PTE_A);
    check_record(&f, 2, TRACE_TLB, TLB_FILL);
    EXPECT_EQ(record[2].tlb.physical, FRAME);
    check_record(&f, 3, TRACE_HIT, TLB_HIT);
    EXPECT_EQ(record[3].tlb.linear, LINEAR);
    check_record(&f, 4, TRACE_TLB, TLB_MISS);
    check_record(&f, 5, TRACE_WALK, 0);
    EXPECT_EQ(record[5].walk.marked, PTE_A);
    check_record(&f, 6, TRACE_TLB, TLB_EVICT);
    EXPECT_EQ(record[6].tlb.linear, LINEAR);
    check_record(&f, 7, TRACE_TLB, TLB_FILL);
    EXPECT_EQ(record[7].tlb.linear, LINEAR + PAGE_SIZE);
    check_record(&f, 8, TRACE_TLB, TLB_FLUSH);
    EXPECT_EQ(record[8].tlb.cause, TLB_CAUSE_CR3);
    EXPECT_EQ(record[8].tlb.entries, 1);
    EXPECT_EQ(f.board->records, 9);
    fixture_release(&f);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        stale_entry_serves_until_invlpg,
        stale_entry_lives_only_as_long_as_the_chip_has_room,
        cr3_load_keeps_global_pages_only_with_pge,
        invlpg_of_a_piece_removes_every_piece_of_the_large_page,
        large_page_is_one_entry_where_the_chip_has_room_for_it,
        two_megabytes_are_one_entry_where_the_chip_has_room_for_it,
        invlpg_of_a_piece_of_two_megabytes_leaves_the_neighbours_pieces,
        change_of_pae_drops_all_and_resizes_large_pages,
        page_found_again_as_a_large_one_takes_its_old_place,
        first_write_walks_to_set_dirty_and_is_no_miss,
        page_made_writable_needs_no_invlpg,
        right_refused_by_memory_too_faults_and_drops_the_entry,
        write_protect_holds_for_supervisors_at_once_and_flushes_nothing,
        code_and_data_share_the_tlb_of_the_486_and_not_of_the_pentium,
        flushes_let_go_of_the_code_page_and_evictions_do_not,
        a20_gate_masks_data_code_and_page_tables,
        look_ups_do_not_count_while_paging_is_off,
        reset_empties_the_tlb_and_opens_the_gate,
        neighbours_never_share_a_place_in_the_fast_table,
        trace_tells_miss_walk_fill_hit_evict_and_flush_in_their_order,
    };

    return run_tests("mmu rules", tests, sizeof tests / sizeof tests[0]);
}
