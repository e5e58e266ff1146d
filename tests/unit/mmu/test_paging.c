/* SPDX-License-Identifier: MIT */
/*
 * The walker and the marker, over the whole space of entry bits, accesses and
 * control bits, against the tables of the manuals restated here.
 */
#include "mmu/paging.h"

#include "tests/unit/mmu/board.h"
#include "tests/unit/run_tests.h"

/* The table lies at a multiple of 4 MiB, so that its address, read as that of
 * a large page, has no reserved bit set. */
#define DIRECTORY 0x00001000u
#define TABLE     0x00400000u
#define FRAME     0x00abc000u
#define LARGE_ALL 0x003ff000u

/* Bits of an entry, from the manual's figure "Format of Page-Directory and
 * Page-Table Entries". */
#define E_P  0x001u
#define E_RW 0x002u
#define E_US 0x004u
#define E_A  0x020u
#define E_D  0x040u
#define E_PS 0x080u
#define E_G  0x100u

/* In a PTE the same bit as PS; reserved where there is no PAT, with CR4.PSE. */
#define E_PAT E_PS

/* Bits of the error code, from "Page-Fault Error Code". */
#define ERR_P    1u
#define ERR_WR   2u
#define ERR_US   4u
#define ERR_RSVD 8u

/* "Combined Page-Directory and Page-Table Protection": privilege and type of
 * access; the star is "if CR0.WP is set, the R/W flags of both decide". */
enum combined { USER_READ, USER_WRITE, SUPER_WRITE, SUPER_STAR };

/* Rows by R/W and U/S (bits 0 and 1) of the PDE, columns by those of the PTE:
 * supervisor read-only, supervisor writable, user read-only, user writable. */
static const uint8_t protection[4][4] = {
    {SUPER_STAR, SUPER_STAR, SUPER_STAR, SUPER_STAR},
    {SUPER_STAR, SUPER_WRITE, SUPER_STAR, SUPER_WRITE},
    {SUPER_STAR, SUPER_STAR, USER_READ, USER_READ},
    {SUPER_STAR, SUPER_WRITE, USER_READ, USER_WRITE},
};

struct sample {
    uint32_t pde;
    uint32_t pte;
    struct page_request request;
    struct paging_mode mode;
};

/* What the manual says that comes out. */
struct verdict {
    bool ok;
    bool large;
    bool reads_pte;
    bool global;
    uint32_t error;
    physical_addr physical;
};

static bool protection_allows(const struct sample *sample, uint32_t pde,
                              uint32_t pte)
{
    const uint8_t entry = protection[pde >> 1 & 3][pte >> 1 & 3];

    if (sample->request.privilege == PRIVILEGE_USER) {
        if (sample->request.access == ACCESS_WRITE)
            return entry == USER_WRITE;
        return entry == USER_READ || entry == USER_WRITE;
    }
    if (sample->request.access != ACCESS_WRITE || !sample->mode.write_protect)
        return true;
    return entry == USER_WRITE || entry == SUPER_WRITE;
}

static uint32_t refusal(const struct sample *sample, uint32_t cause)
{
    if (sample->request.access == ACCESS_WRITE)
        cause |= ERR_WR;
    return sample->request.privilege == PRIVILEGE_USER ? cause | ERR_US : cause;
}

static struct verdict verdict_large(const struct sample *sample)
{
    const uint32_t pde = sample->pde;
    struct verdict verdict = {.large = true};

    if (pde & sample->mode.reserved.large) {
        verdict.error = refusal(sample, ERR_P | ERR_RSVD);
        return verdict;
    }
    verdict.ok = protection_allows(sample, pde, pde);
    verdict.error = verdict.ok ? 0 : refusal(sample, ERR_P);
    verdict.physical = (pde >> 22 << 22) + sample->request.linear % 0x400000;
    verdict.global = sample->mode.global_pages && pde & E_G;
    return verdict;
}

static struct verdict verdict_of(const struct sample *sample)
{
    struct verdict verdict = {.error = refusal(sample, 0)};

    if (!(sample->pde & E_P))
        return verdict;
    if (sample->mode.large_pages && sample->pde & E_PS)
        return verdict_large(sample);
    verdict.reads_pte = true;
    if (!(sample->pte & E_P))
        return verdict;
    if (sample->pte & sample->mode.reserved.page) {
        verdict.error = refusal(sample, ERR_P | ERR_RSVD);
        return verdict;
    }
    verdict.ok = protection_allows(sample, sample->pde, sample->pte);
    verdict.error = verdict.ok ? 0 : refusal(sample, ERR_P);
    verdict.physical =
        (sample->pte >> 12 << 12) + sample->request.linear % 0x1000;
    verdict.global = sample->mode.global_pages && sample->pte & E_G;
    return verdict;
}

static physical_addr pde_place(const struct sample *sample)
{
    return (sample->mode.cr3 >> 12 << 12) + 4 * (sample->request.linear >> 22);
}

static physical_addr pte_place(const struct sample *sample)
{
    return (sample->pde >> 12 << 12) +
           4 * (sample->request.linear % 0x400000 / 0x1000);
}

static void check_walk(const struct sample *sample,
                       const struct page_walk *walk)
{
    const struct verdict want = verdict_of(sample);

    EXPECT_EQ(walk->ok, want.ok);
    EXPECT_EQ(walk->error_code, want.error);
    EXPECT_EQ(walk->large, want.large);
    EXPECT_EQ(walk->has_pte, want.reads_pte);
    EXPECT_EQ(walk->pde, sample->pde);
    EXPECT_EQ(walk->pde_address, pde_place(sample));
    if (want.reads_pte) {
        EXPECT_EQ(walk->pte, sample->pte);
        EXPECT_EQ(walk->pte_address, pte_place(sample));
    }
    if (!want.ok)
        return;
    EXPECT_EQ(walk->physical, want.physical);
    EXPECT_EQ(walk->global, want.global);
    EXPECT_EQ(walk->rights, sample->pde &
                                (want.large ? sample->pde : sample->pte) &
                                (E_RW | E_US));
}

/* Set A of every entry used and D of the last, and write no other word. */
static void check_mark(struct board *board, const struct sample *sample,
                       const struct page_walk *walk)
{
    const bool write = sample->request.access == ACCESS_WRITE;
    const uint32_t leaf_bits = E_A | (write ? E_D : 0);
    const uint32_t pde = sample->pde | (walk->large ? leaf_bits : E_A);
    const uint32_t pte = walk->large ? sample->pte : sample->pte | leaf_bits;
    const unsigned writes =
        (pde != sample->pde ? 1u : 0u) + (pte != sample->pte ? 1u : 0u);
    uint32_t marked = pde ^ sample->pde;

    if (!walk->large)
        marked = marked << 16 | (pte ^ sample->pte);
    EXPECT_EQ(paging_mark(&board->bus, walk), marked);
    EXPECT_EQ(board_peek(board, pde_place(sample)), pde);
    EXPECT_EQ(board_peek(board, pte_place(sample)), pte);
    EXPECT_EQ(board->announced, writes);
}

static void check_sample(struct board *board, const struct sample *sample)
{
    struct page_walk walk;

    board_poke(board, pde_place(sample), sample->pde);
    board_poke(board, pte_place(sample), sample->pte);
    board->announced = 0;
    walk = paging_walk(&board->bus, &sample->mode, sample->request);
    check_walk(sample, &walk);
    EXPECT_EQ(board->announced, 0);
    EXPECT_EQ(board_peek(board, pde_place(sample)), sample->pde);
    EXPECT_EQ(board_peek(board, pte_place(sample)), sample->pte);
    if (walk.ok)
        check_mark(board, sample, &walk);
    board_poke(board, pde_place(sample), 0);
    board_poke(board, pte_place(sample), 0);
}

static struct board *watched_board(void)
{
    struct board *board = board_create();

    board_watch(board, DIRECTORY);
    for (uint32_t page = 0; page < 0x400; page++)
        board_watch(board, TABLE + page * PAGE_SIZE);
    return board;
}

/* Spread the bits of a counter over the places in `mask`. */
static uint32_t spread(unsigned count, uint32_t mask)
{
    uint32_t bits = 0;

    for (uint32_t bit = 1; bit <= mask; bit <<= 1) {
        if (!(mask & bit))
            continue;
        bits |= count & 1 ? bit : 0;
        count >>= 1;
    }
    return bits;
}

enum { REQUESTS = 6, MODES = 8 };

/* All accesses at both privileges; all of WP, PSE and PGE. */
static void set_request(struct sample *sample, unsigned request)
{
    sample->request.access = (enum access)(request / 2);
    sample->request.privilege = (enum privilege)(request % 2);
}

static void set_mode(struct sample *sample, unsigned mode)
{
    sample->mode.write_protect = mode & 1;
    sample->mode.large_pages = mode & 2;
    sample->mode.global_pages = mode & 4;
}

/* A sample in every mode for every request; returns how many there were. */
static unsigned check_all_ways(struct board *board, struct sample *sample)
{
    for (unsigned request = 0; request < REQUESTS; request++) {
        set_request(sample, request);
        for (unsigned mode = 0; mode < MODES; mode++) {
            set_mode(sample, mode);
            check_sample(board, sample);
        }
    }
    return REQUESTS * MODES;
}

START_TEST(every_pair_of_entries_gives_what_the_protection_table_says)
{
    const uint32_t pde_mask = E_P | E_RW | E_US | E_A | E_D | E_PS | E_G;
    const uint32_t pte_mask = pde_mask & ~E_PS;
    struct board *board = watched_board();
    struct sample sample = {
        .request = {.linear = 0x55667789},
        .mode = {.cr3 = DIRECTORY, .reserved.large = LARGE_ALL}};
    unsigned count = 0;

    for (unsigned pde = 0; pde < 128; pde++) {
        sample.pde = TABLE | spread(pde, pde_mask);
        for (unsigned pte = 0; pte < 64; pte++) {
            sample.pte = FRAME | spread(pte, pte_mask);
            count += check_all_ways(board, &sample);
        }
    }
    EXPECT_EQ(count, 393216);
    board_destroy(board);
}
END_TEST

START_TEST(every_table_index_picks_its_entry_whatever_the_low_bits_of_cr3)
{
    static const uint32_t index[] = {0,     1,     2,     0x155, 0x1ff,
                                     0x200, 0x2aa, 0x3fe, 0x3ff};
    static const uint32_t cr3_low[] = {0, 0x008, 0x010, 0x018, 0xfff};
    struct board *board = watched_board();
    struct sample sample = {.pde = TABLE | E_P | E_US,
                            .pte = FRAME | E_P | E_RW | E_US};

    for (unsigned i = 0; i < 9 * 9 * 5; i++) {
        sample.mode.cr3 = DIRECTORY | cr3_low[i % 5];
        sample.request.linear =
            index[i / 5 % 9] << 22 | index[i / 45] << 12 | (i * 0x9d & 0xfff);
        check_all_ways(board, &sample);
    }
    board_destroy(board);
}
END_TEST

START_TEST(each_reserved_bit_of_a_large_page_faults_where_the_model_has_it)
{
    static const uint32_t reserved[] = {0, LARGE_ALL, 0x003fe000, 0x00200000};
    struct board *board = watched_board();
    struct sample sample = {.pte = FRAME | E_P | E_US,
                            .request = {.linear = 0x00000123},
                            .mode = {.cr3 = DIRECTORY}};

    for (unsigned i = 0; i < 4 * 1024; i++) {
        sample.mode.reserved.large = reserved[i / 1024];
        /* Every frame field; at this index no table is the directory. */
        sample.pde = TABLE | (i & 0x3ff) << 12 | E_P | E_RW;
        check_all_ways(board, &sample);
        sample.pde |= E_PS | E_US;
        check_all_ways(board, &sample);
        sample.pde &= ~E_P;
        check_all_ways(board, &sample);
    }
    board_destroy(board);
}
END_TEST

START_TEST(bit_7_of_a_page_table_entry_faults_where_it_is_reserved)
{
    struct board *board = watched_board();
    struct sample sample = {.pde = TABLE | E_P | E_RW | E_US,
                            .request = {.linear = 0x55667789},
                            .mode = {.cr3 = DIRECTORY}};

    for (unsigned reserved = 0; reserved < 2; reserved++) {
        sample.mode.reserved.page = reserved ? E_PAT : 0;
        for (unsigned bits = 0; bits < 1u << 9; bits++) {
            sample.pte = FRAME | bits;
            check_all_ways(board, &sample);
        }
    }
    board_destroy(board);
}
END_TEST

START_TEST(large_page_spans_four_megabytes)
{
    struct board *board = watched_board();
    struct sample sample = {.pde = 0xc0000000u | E_P | E_RW | E_PS,
                            .mode = {.cr3 = DIRECTORY,
                                     .large_pages = true,
                                     .reserved.large = LARGE_ALL}};
    const uint32_t step = 0x1235;

    for (uint32_t offset = 0; offset < 0x400000; offset += step) {
        struct page_walk walk;

        sample.request.linear = 0x80400000u + offset;
        board_poke(board, pde_place(&sample), sample.pde);
        walk = paging_walk(&board->bus, &sample.mode, sample.request);
        check_walk(&sample, &walk);
        EXPECT_EQ(walk.physical, 0xc0000000u + offset);
    }
    board_destroy(board);
}
END_TEST

START_TEST(tables_on_the_open_bus_read_as_ones)
{
    struct board *board = board_create();
    struct sample sample = {.pde = UINT32_MAX,
                            .pte = UINT32_MAX,
                            .request = {.linear = 0x12345678},
                            .mode = {.cr3 = BOARD_OPEN}};

    for (unsigned request = 0; request < REQUESTS; request++) {
        struct page_walk walk;

        set_request(&sample, request);
        walk = paging_walk(&board->bus, &sample.mode, sample.request);
        check_walk(&sample, &walk);
        EXPECT_EQ(walk.physical, 0xfffff678u);
        EXPECT_EQ(paging_mark(&board->bus, &walk), 0);
        /* As a large page all ones have reserved bits set. */
        sample.mode.large_pages = true;
        sample.mode.reserved.large = LARGE_ALL;
        walk = paging_walk(&board->bus, &sample.mode, sample.request);
        check_walk(&sample, &walk);
        EXPECT(!walk.ok);
        sample.mode.large_pages = false;
    }
    board_destroy(board);
}
END_TEST

START_TEST(tables_in_rom_serve_and_keep_their_bits)
{
    struct board *board = board_create();
    const struct sample sample = {
        .pde = (BOARD_ROM + PAGE_SIZE) | E_P | E_RW | E_US,
        .pte = FRAME | E_P | E_RW | E_US,
        .request = {0x12345678, ACCESS_WRITE, PRIVILEGE_USER},
        .mode = {.cr3 = BOARD_ROM}};

    board_poke(board, pde_place(&sample), sample.pde);
    board_poke(board, pte_place(&sample), sample.pte);
    for (unsigned i = 0; i < 2; i++) {
        struct page_walk walk =
            paging_walk(&board->bus, &sample.mode, sample.request);

        check_walk(&sample, &walk);
        EXPECT_EQ(paging_mark(&board->bus, &walk), E_A << 16 | E_A | E_D);
    }
    board_destroy(board);
}
END_TEST

START_TEST(walk_reads_each_entry_once_and_marks_on_the_bus)
{
    /* The device's word at this offset is an entry with P, R/W and U/S. */
    struct board *board = board_create();
    const struct paging_mode mode = {.cr3 = BOARD_MMIO};
    struct page_request request = {0, ACCESS_WRITE, PRIVILEGE_SUPERVISOR};
    struct page_walk walk;

    walk = paging_walk(&board->bus, &mode, request);
    EXPECT_EQ(board->device_reads, 1);
    EXPECT_EQ(walk.pde, board_device_value(0, 4));
    EXPECT_EQ(walk.pde_address, BOARD_MMIO);
    EXPECT(walk.has_pte);
    board_poke(board, DIRECTORY, BOARD_MMIO | E_P | E_RW | E_A);
    walk = paging_walk(&board->bus, &(struct paging_mode){.cr3 = DIRECTORY},
                       request);
    EXPECT_EQ(board->device_reads, 2);
    EXPECT(walk.ok);
    EXPECT_EQ(board->device_writes, 0);
    (void)paging_mark(&board->bus, &walk);
    EXPECT_EQ(board->device_writes, 1);
    board_destroy(board);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_pair_of_entries_gives_what_the_protection_table_says,
        every_table_index_picks_its_entry_whatever_the_low_bits_of_cr3,
        each_reserved_bit_of_a_large_page_faults_where_the_model_has_it,
        bit_7_of_a_page_table_entry_faults_where_it_is_reserved,
        large_page_spans_four_megabytes,
        tables_on_the_open_bus_read_as_ones,
        tables_in_rom_serve_and_keep_their_bits,
        walk_reads_each_entry_once_and_marks_on_the_bus,
    };

    return run_tests("paging", tests, sizeof tests / sizeof tests[0]);
}
