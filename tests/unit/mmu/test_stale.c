/* SPDX-License-Identifier: MIT */
/*
 * The checker of stale translations, over every change of an entry's bits and
 * every use of it: it speaks where the tables refuse or redirect what the TLB
 * still grants, and nowhere else.
 */
#include "mmu/stale.h"

#include "mmu/memory.h"
#include "tests/unit/mmu/board.h"
#include "tests/unit/run_tests.h"

#define DIRECTORY 0x00001000u
#define TABLE     0x00002000u
#define TABLE_TOO 0x00003000u
#define FRAME     0x00200000u
#define FRAME_TOO 0x00300000u
#define LARGE     0x00800000u
#define LINEAR    0x00400000u

/* The tables, seen through a page that stays mapped. */
#define WINDOW 0x00c00000u

#define E_P  0x001u
#define E_RW 0x002u
#define E_US 0x004u
#define E_A  0x020u
#define E_D  0x040u
#define E_PS 0x080u
#define ALL  (E_P | E_RW | E_US | E_A | E_D)

struct fixture {
    struct board *board;
    struct mmu *mmu;
    struct stale *stale;
    unsigned findings;
    struct stale_finding finding; /* the last */
};

static void take(void *context, const struct stale_finding *finding)
{
    struct fixture *f = context;

    f->findings++;
    f->finding = *finding;
}

static void build_tables(struct fixture *f)
{
    for (uint32_t i = 0; i < 1024; i++) {
        board_poke(f->board, TABLE + i * 4, (FRAME + i * PAGE_SIZE) | ALL);
        board_poke(f->board, TABLE_TOO + i * 4,
                   (FRAME_TOO + i * PAGE_SIZE) | ALL);
    }
    board_poke(f->board, DIRECTORY + (LINEAR >> 22) * 4, TABLE | ALL);
    board_poke(f->board, DIRECTORY + (WINDOW >> 22) * 4, E_PS | ALL);
}

static struct fixture *fixture_with(const char *tlb, bool write_protect)
{
    struct fixture *f = calloc(1, sizeof *f);

    ck_assert_ptr_nonnull(f);
    f->board = board_create();
    f->mmu = board_mmu(f->board, tlb);
    build_tables(f);
    f->stale = stale_create(f->mmu, take, f);
    ck_assert_ptr_nonnull(f->stale);
    mmu_set_control(f->mmu, true,
                    (struct paging_mode){.cr3 = DIRECTORY,
                                         .large_pages = true,
                                         .write_protect = write_protect});
    return f;
}

static void fixture_release(struct fixture *f)
{
    stale_destroy(f->stale);
    mmu_release(f->mmu);
    free(f->mmu);
    board_destroy(f->board);
    free(f);
}

static void use(struct fixture *f, linear_addr linear, enum access access,
                enum privilege privilege)
{
    const struct page_request request = {linear, access, privilege};
    struct memory_place place;
    struct fault fault;

    EXPECT(memory_open(f->mmu, request, 4, &place, &fault));
}

/* As the guest does it, by a linear address; again and again, so that the
 * second time goes through the fast table where it may. */
static void store(struct fixture *f, physical_addr physical, uint32_t value)
{
    const struct page_request request = {WINDOW + physical, ACCESS_WRITE,
                                         PRIVILEGE_SUPERVISOR};
    struct fault fault;

    EXPECT(memory_write(f->mmu, request, 4, value, &fault));
}

enum { QUIET = -1 };

/* What the manual makes of the use, were there no TLB: SDM 3A, "Determination
 * of Access Rights". */
static int verdict(uint32_t pde, uint32_t pte, enum access access,
                   enum privilege privilege, bool write_protect)
{
    const uint32_t both = pde & pte;
    const bool user = privilege == PRIVILEGE_USER;
    const bool write = access == ACCESS_WRITE;

    if (!(both & E_P))
        return STALE_REMOVED;
    if ((pde & PAGE_FRAME_MASK) != TABLE || (pte & PAGE_FRAME_MASK) != FRAME)
        return STALE_MOVED;
    if (user && !(both & E_US))
        return STALE_NARROWED;
    if (write && !(both & E_RW) && (user || write_protect))
        return STALE_NARROWED;
    return write && !(pte & E_D) ? STALE_CLEANED : QUIET;
}

struct change {
    uint32_t pde;
    uint32_t pte;
};

static void check_change(struct change change, enum access access,
                         enum privilege privilege, bool write_protect)
{
    struct fixture *f = fixture_with("pentiumpro", write_protect);
    const bool by_pde = change.pde != (TABLE | ALL);
    const physical_addr entry = by_pde ? DIRECTORY + (LINEAR >> 22) * 4 : TABLE;
    int want =
        verdict(change.pde, change.pte, access, privilege, write_protect);

    use(f, LINEAR, ACCESS_WRITE, PRIVILEGE_USER);
    store(f, entry, by_pde ? change.pde : change.pte);
    EXPECT_EQ(f->findings, 0);
    use(f, LINEAR + 8, access, privilege);
    EXPECT_EQ(f->findings, want != QUIET);
    if (want != QUIET) {
        EXPECT_EQ(f->finding.kind, (unsigned)want);
        EXPECT_EQ(f->finding.request.linear, LINEAR + 8);
        EXPECT_EQ(f->finding.entry, entry);
        EXPECT_EQ(f->finding.old_entry, (by_pde ? TABLE : FRAME) | ALL);
        EXPECT_EQ(f->finding.old_frame, FRAME);
        EXPECT_EQ(f->finding.writer, BUS_CPU);
    }
    fixture_release(f);
}

/* Bits of a counter as P, R/W, U/S, A and D. */
static uint32_t bits_of(unsigned i)
{
    return (i & 7) | (i >> 3 & 3) << 5;
}

START_TEST(every_change_of_an_entry_is_judged_at_every_use)
{
    unsigned count = 0;

    for (unsigned i = 0; i < 32 * 2 * 2 * 2 * 2 * 2; i++) {
        const uint32_t bits = bits_of(i);
        const bool other = i >> 5 & 1;
        const enum access access = i >> 6 & 1 ? ACCESS_WRITE : ACCESS_READ;
        const enum privilege privilege =
            i >> 7 & 1 ? PRIVILEGE_USER : PRIVILEGE_SUPERVISOR;
        const struct change of_pte = {TABLE | ALL,
                                      (other ? FRAME_TOO : FRAME) | bits};
        const struct change of_pde = {(other ? TABLE_TOO : TABLE) | bits,
                                      FRAME | ALL};

        check_change(i >> 9 ? of_pte : of_pde, access, privilege, i >> 8 & 1);
        count++;
    }
    EXPECT_EQ(count, 1024);
}
END_TEST

/* A PTE removed, and then what stands between the change and the use. */
START_TEST(a_flush_or_the_old_value_makes_it_right)
{
    for (unsigned way = 0; way < 6; way++) {
        struct fixture *f = fixture_with("pentiumpro", false);

        use(f, LINEAR, ACCESS_WRITE, PRIVILEGE_SUPERVISOR);
        store(f, TABLE, FRAME_TOO | ALL);
        switch (way) {
        case 0: break;
        case 1: mmu_invalidate_page(f->mmu, LINEAR + 0xfff); break;
        case 2: mmu_set_cr3(f->mmu, DIRECTORY); break;
        case 3: store(f, TABLE, FRAME | ALL); break;
        case 4: mmu_invalidate_page(f->mmu, LINEAR + PAGE_SIZE); break;
        default: store(f, TABLE + 4, 0); break;
        }
        use(f, LINEAR, ACCESS_READ, PRIVILEGE_SUPERVISOR);
        EXPECT_EQ(f->findings, way == 0 || way >= 4);
        fixture_release(f);
    }
}
END_TEST

START_TEST(each_use_is_found_and_the_first_store_is_to_blame)
{
    struct fixture *f = fixture_with("486", false);

    use(f, LINEAR, ACCESS_READ, PRIVILEGE_SUPERVISOR);
    for (unsigned i = 0; i < 3; i++)
        store(f, TABLE, FRAME | ALL | 0x200u << i);
    store(f, TABLE, FRAME_TOO | ALL);
    store(f, TABLE, 0);
    for (unsigned i = 1; i < 9; i++) {
        use(f, LINEAR, ACCESS_READ, PRIVILEGE_SUPERVISOR);
        EXPECT_EQ(f->findings, i);
        EXPECT_EQ(f->finding.kind, STALE_REMOVED);
        EXPECT_EQ(f->finding.old_entry, FRAME | ALL | 0x800);
    }
    fixture_release(f);
}
END_TEST

START_TEST(each_byte_of_an_entry_counts_and_none_beside_it)
{
    for (unsigned at = 0; at < 12; at++) {
        struct fixture *f = fixture_with("pentiumpro", false);
        const uint8_t zero = 0;
        const bool inside = at >= 4 && at < 8;
        /* The third byte of the frame is 20h, the rest but flags is zero. */
        const bool matters = at == 4 || at == 6;

        use(f, LINEAR + PAGE_SIZE, ACCESS_READ, PRIVILEGE_SUPERVISOR);
        bus_write_block(&f->board->bus, BUS_DMA, TABLE + at, &zero, 1);
        use(f, LINEAR + PAGE_SIZE, ACCESS_READ, PRIVILEGE_SUPERVISOR);
        EXPECT_EQ(f->findings, inside && (matters || at == 5));
        if (f->findings)
            EXPECT_EQ(f->finding.writer, BUS_DMA);
        fixture_release(f);
    }
}
END_TEST

START_TEST(large_pages_have_one_entry_and_may_change_their_size)
{
    struct fixture *f = fixture_with("pentiumpro", false);
    const physical_addr pde = DIRECTORY + (LINEAR >> 22) * 4;

    store(f, pde, LARGE | E_PS | ALL);
    mmu_set_cr3(f->mmu, DIRECTORY);
    use(f, LINEAR + 0x123456, ACCESS_WRITE, PRIVILEGE_SUPERVISOR);
    store(f, pde, (LARGE + 0x400000) | E_PS | ALL);
    use(f, LINEAR, ACCESS_READ, PRIVILEGE_SUPERVISOR);
    EXPECT_EQ(f->findings, 1);
    EXPECT_EQ(f->finding.kind, STALE_MOVED);
    EXPECT_EQ(f->finding.entry, pde);
    store(f, pde, LARGE | E_PS | ALL);
    use(f, LINEAR, ACCESS_READ, PRIVILEGE_SUPERVISOR);
    EXPECT_EQ(f->findings, 1);
    /* Now a table that maps the same frames, and then one of them not. */
    for (uint32_t i = 0; i < 1024; i++)
        store(f, TABLE + i * 4, (LARGE + i * PAGE_SIZE) | ALL);
    store(f, pde, TABLE | ALL);
    use(f, LINEAR + 0x5000, ACCESS_READ, PRIVILEGE_SUPERVISOR);
    EXPECT_EQ(f->findings, 1);
    store(f, TABLE + 5 * 4, FRAME | ALL);
    use(f, LINEAR + 0x4000, ACCESS_READ, PRIVILEGE_SUPERVISOR);
    EXPECT_EQ(f->findings, 1);
    use(f, LINEAR + 0x5000, ACCESS_READ, PRIVILEGE_SUPERVISOR);
    EXPECT_EQ(f->findings, 2);
    fixture_release(f);
}
END_TEST

START_TEST(the_checker_leaves_counters_and_tlb_as_they_would_be)
{
    struct mmu_counts counts[2];

    for (unsigned checked = 0; checked < 2; checked++) {
        struct fixture *f = fixture_with("pentiumpro", false);

        if (!checked)
            stale_destroy(f->stale);
        for (uint32_t i = 0; i < 4000; i++) {
            const linear_addr linear = LINEAR + i * 7919 % 48 * PAGE_SIZE;

            use(f, linear, i % 3 ? ACCESS_READ : ACCESS_WRITE,
                PRIVILEGE_SUPERVISOR);
            if (i % 5 == 0)
                store(f, TABLE + i % 48 * 4, (FRAME + i * PAGE_SIZE) | ALL);
            if (i % 11 == 0)
                mmu_invalidate_page(f->mmu, LINEAR + i % 48 * PAGE_SIZE);
        }
        counts[checked] = mmu_counts(f->mmu);
        EXPECT_EQ(f->findings > 0, checked);
        if (!checked)
            f->stale = NULL;
        fixture_release(f);
    }
    EXPECT(memcmp(&counts[0], &counts[1], sizeof counts[0]) == 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_change_of_an_entry_is_judged_at_every_use,
        a_flush_or_the_old_value_makes_it_right,
        each_use_is_found_and_the_first_store_is_to_blame,
        each_byte_of_an_entry_counts_and_none_beside_it,
        large_pages_have_one_entry_and_may_change_their_size,
        the_checker_leaves_counters_and_tlb_as_they_would_be,
    };

    return run_tests("stale", tests, sizeof tests / sizeof tests[0]);
}
