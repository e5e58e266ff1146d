/* SPDX-License-Identifier: MIT */
/*
 * The walker and the marker with PAE paging, over the whole space of entry
 * bits, accesses and control bits, and over each bit of each entry, against
 * SDM 3A, "PAE Paging", restated here. MAXPHYADDR is 36, and there is no PAT.
 */
#include "mmu/paging.h"

#include "tests/unit/mmu/board.h"
#include "tests/unit/run_tests.h"

/* One directory for each quarter of the linear space. The table lies at a
 * multiple of 2 MiB, so that its address is also that of a large page. */
#define DIRECTORIES 0x00010000u
#define TABLE       0x00400000u
#define FRAME       0x00abc000u

/* Where everything beyond 4 GiB stands, see docs/tlb.md. */
#define NOWHERE 0xfec00000u

/* Bits of an entry, from "Formats of CR3 and Paging-Structure Entries with
 * PAE Paging". */
#define E_P   0x001u
#define E_RW  0x002u
#define E_US  0x004u
#define E_A   0x020u
#define E_D   0x040u
#define E_PS  0x080u
#define E_PAT 0x080u
#define E_G   0x100u

/* Bits of the error code, from "Page-Fault Error Code". */
#define ERR_P    1u
#define ERR_WR   2u
#define ERR_US   4u
#define ERR_RSVD 8u

enum { ADDRESS_BITS = 36, ENTRY_BITS = 64, INDEXES = 512, QUARTERS = 4 };
enum { REQUESTS = 6, MODES = 8 };

struct sample {
    uint64_t pde;
    uint64_t pte;
    struct page_request request;
    struct paging_mode mode;
};

/* What the manual says that comes out. */
struct verdict {
    bool ok;
    bool large;
    bool reads_pde;
    bool reads_pte;
    bool global;
    uint32_t error;
    uint32_t rights;
    physical_addr physical;
};

/* Bits `low` to 63. */
static uint64_t bits_from(unsigned low)
{
    return ~0ull << low;
}

/* Bits 35:12 of an entry, in the addresses of this board. */
static physical_addr page_of(uint64_t entry)
{
    const uint64_t address =
        entry % (1ull << ADDRESS_BITS) / PAGE_SIZE * PAGE_SIZE;

    return address < 1ull << 32 ? (physical_addr)address : NOWHERE;
}

static unsigned quarter_of(const struct sample *sample)
{
    return sample->request.linear / 0x40000000u;
}

/* Every cycle of a walk goes through the A20 gate. */
static physical_addr entry_place(const struct sample *sample, uint64_t above,
                                 uint32_t index)
{
    const physical_addr place = page_of(above) + index * 8;

    return sample->mode.a20_shut ? place & ~0x100000u : place;
}

static physical_addr pde_place(const struct sample *sample)
{
    return entry_place(sample, sample->mode.pdpte[quarter_of(sample)],
                       sample->request.linear / 0x200000 % INDEXES);
}

static physical_addr pte_place(const struct sample *sample)
{
    return entry_place(sample, sample->pde,
                       sample->request.linear / PAGE_SIZE % INDEXES);
}

/* What is read where an entry was put: all ones where no memory is. */
static uint64_t as_read(physical_addr place, uint64_t entry)
{
    return place < BOARD_RAM_SIZE ? entry : UINT64_MAX;
}

static uint32_t refusal(const struct sample *sample, uint32_t cause)
{
    if (sample->request.access == ACCESS_WRITE)
        cause |= ERR_WR;
    return sample->request.privilege == PRIVILEGE_USER ? cause | ERR_US : cause;
}

/* "Determination of Access Rights": R/W and U/S of a PDPTE do not exist. */
static struct verdict judge(const struct sample *sample, struct verdict verdict,
                            uint64_t rights, uint64_t leaf)
{
    const bool write = sample->request.access == ACCESS_WRITE;

    verdict.rights = (uint32_t)rights & (E_RW | E_US);
    verdict.ok = true;
    if (sample->request.privilege == PRIVILEGE_USER)
        verdict.ok = (rights & E_US) && (!write || (rights & E_RW));
    else if (write && sample->mode.write_protect)
        verdict.ok = rights & E_RW;
    verdict.error = verdict.ok ? 0 : refusal(sample, ERR_P);
    verdict.global = sample->mode.global_pages && leaf & E_G;
    return verdict;
}

static struct verdict verdict_large(const struct sample *sample,
                                    struct verdict verdict, uint64_t pde)
{
    const uint32_t inside = sample->request.linear % 0x200000;

    verdict.large = true;
    /* Bits 20:13, and 12, the PAT bit of a large page. */
    if (pde & (bits_from(ADDRESS_BITS) | 0x1ff000)) {
        verdict.error = refusal(sample, ERR_P | ERR_RSVD);
        return verdict;
    }
    verdict.physical = page_of(pde) + inside;
    return judge(sample, verdict, pde, pde);
}

static struct verdict verdict_of(const struct sample *sample)
{
    const uint64_t pde = as_read(pde_place(sample), sample->pde);
    const uint64_t pte = as_read(pte_place(sample), sample->pte);
    struct verdict verdict = {.error = refusal(sample, 0)};

    if (!(sample->mode.pdpte[quarter_of(sample)] & E_P))
        return verdict;
    verdict.reads_pde = true;
    if (!(pde & E_P))
        return verdict;
    if (pde & E_PS)
        return verdict_large(sample, verdict, pde);
    if (pde & bits_from(ADDRESS_BITS)) {
        verdict.error = refusal(sample, ERR_P | ERR_RSVD);
        return verdict;
    }
    verdict.reads_pte = true;
    if (!(pte & E_P))
        return verdict;
    if (pte & (bits_from(ADDRESS_BITS) | E_PAT)) {
        verdict.error = refusal(sample, ERR_P | ERR_RSVD);
        return verdict;
    }
    verdict.physical = page_of(pte) + sample->request.linear % PAGE_SIZE;
    return judge(sample, verdict, pde & pte, pte);
}

static void check_walk(const struct sample *sample,
                       const struct page_walk *walk)
{
    const struct verdict want = verdict_of(sample);

    EXPECT(walk->pae);
    EXPECT_EQ(walk->ok, want.ok);
    EXPECT_EQ(walk->error_code, want.error);
    EXPECT_EQ(walk->large, want.large);
    EXPECT_EQ(walk->has_pde, want.reads_pde);
    EXPECT_EQ(walk->has_pte, want.reads_pte);
    EXPECT_EQ(walk->pdpte, sample->mode.pdpte[quarter_of(sample)]);
    if (want.reads_pde) {
        EXPECT_EQ(walk->pde, as_read(pde_place(sample), sample->pde));
        EXPECT_EQ(walk->pde_address, pde_place(sample));
    }
    if (want.reads_pte) {
        EXPECT_EQ(walk->pte, as_read(pte_place(sample), sample->pte));
        EXPECT_EQ(walk->pte_address, pte_place(sample));
    }
    if (!want.ok)
        return;
    EXPECT_EQ(walk->physical, want.physical);
    EXPECT_EQ(walk->global, want.global);
    EXPECT_EQ(walk->rights, want.rights);
}

static uint64_t peek(const struct board *board, physical_addr place)
{
    return board_peek(board, place) | (uint64_t)board_peek(board, place + 4)
                                          << 32;
}

static void poke(struct board *board, physical_addr place, uint64_t entry)
{
    if (place >= BOARD_RAM_SIZE)
        return;
    board_poke(board, place, (uint32_t)entry);
    board_poke(board, place + 4, (uint32_t)(entry >> 32));
}

/* Nothing but the low words of what the walk used is written. */
static void check_mark(struct board *board, const struct sample *sample,
                       const struct page_walk *walk)
{
    const bool write = sample->request.access == ACCESS_WRITE;
    const uint32_t leaf_bits = E_A | (write ? E_D : 0);
    const uint64_t pde = sample->pde | (walk->large ? leaf_bits : E_A);
    const uint64_t pte = walk->large ? sample->pte : sample->pte | leaf_bits;
    const unsigned writes =
        (pde != sample->pde ? 1u : 0u) + (pte != sample->pte ? 1u : 0u);
    uint32_t marked = (uint32_t)(pde ^ sample->pde);

    if (!walk->large)
        marked = marked << 16 | (uint32_t)(pte ^ sample->pte);
    EXPECT_EQ(paging_mark(&board->bus, walk), marked);
    EXPECT_EQ(peek(board, pde_place(sample)), pde);
    if (pte_place(sample) < BOARD_RAM_SIZE)
        EXPECT_EQ(peek(board, pte_place(sample)), pte);
    EXPECT_EQ(board->announced, writes);
    if (!writes)
        return;
    EXPECT_EQ(board->size, 4);
    EXPECT_EQ(board->physical,
              pte != sample->pte ? pte_place(sample) : pde_place(sample));
}

static void check_sample(struct board *board, const struct sample *sample)
{
    struct page_walk walk;

    poke(board, pde_place(sample), sample->pde);
    poke(board, pte_place(sample), sample->pte);
    board->announced = 0;
    walk = paging_walk(&board->bus, &sample->mode, sample->request);
    check_walk(sample, &walk);
    EXPECT_EQ(board->announced, 0);
    if (walk.ok)
        check_mark(board, sample, &walk);
    poke(board, pde_place(sample), 0);
    poke(board, pte_place(sample), 0);
}

/* Every table that a test puts into memory is watched. */
static struct board *watched_board(void)
{
    struct board *board = board_create();

    for (uint32_t page = 0; page < BOARD_RAM_SIZE / PAGE_SIZE; page++)
        board_watch(board, page * PAGE_SIZE);
    return board;
}

/* A page that all may write, at `linear`. */
static struct sample plain_sample(linear_addr linear)
{
    struct sample sample = {.pde = TABLE | E_P | E_RW | E_US,
                            .pte = FRAME | E_P | E_RW | E_US,
                            .request = {.linear = linear},
                            .mode = {.pae = true}};

    sample.mode.cr3 = 0xfffff000u; /* PDPTEs are registers: it is not asked */
    sample.mode.reserved.table = bits_from(ADDRESS_BITS);
    sample.mode.reserved.large = bits_from(ADDRESS_BITS) | 0x1ff000;
    sample.mode.reserved.page = bits_from(ADDRESS_BITS) | E_PAT;
    for (uint32_t i = 0; i < QUARTERS; i++)
        sample.mode.pdpte[i] = (DIRECTORIES + i * PAGE_SIZE) | E_P;
    return sample;
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

/* All accesses at both privileges. */
static void set_request(struct sample *sample, unsigned request)
{
    sample->request.access = (enum access)(request / 2);
    sample->request.privilege = (enum privilege)(request % 2);
}

/* A sample for every request, with all of WP, PGE and PSE; PSE has no say. */
static unsigned check_all_ways(struct board *board, struct sample *sample)
{
    for (unsigned request = 0; request < REQUESTS; request++) {
        set_request(sample, request);
        for (unsigned mode = 0; mode < MODES; mode++) {
            sample->mode.write_protect = mode & 1;
            sample->mode.global_pages = mode & 2;
            sample->mode.large_pages = mode & 4;
            check_sample(board, sample);
        }
    }
    return REQUESTS * MODES;
}

START_TEST(every_pair_of_entries_gives_what_the_manual_says)
{
    const uint32_t mask = E_P | E_RW | E_US | E_A | E_D | E_PS | E_G;
    struct board *board = watched_board();
    struct sample sample = plain_sample(0xd5667789u);
    unsigned count = 0;

    for (unsigned pde = 0; pde < 128; pde++) {
        sample.pde = TABLE | spread(pde, mask);
        for (unsigned pte = 0; pte < 128; pte++) {
            sample.pte = FRAME | spread(pte, mask);
            count += check_all_ways(board, &sample);
        }
    }
    EXPECT_EQ(count, 786432);
    board_destroy(board);
}
END_TEST

START_TEST(each_bit_of_a_pde_that_points_to_a_table_is_reserved_or_not)
{
    struct board *board = watched_board();

    for (unsigned bit = 0; bit < ENTRY_BITS; bit++) {
        struct sample sample = plain_sample(0x12345678);

        sample.pde ^= 1ull << bit;
        check_all_ways(board, &sample);
        sample.pde &= ~(uint64_t)E_P; /* then nothing is reserved */
        check_all_ways(board, &sample);
    }
    board_destroy(board);
}
END_TEST

START_TEST(each_bit_of_a_pde_that_maps_two_megabytes_is_reserved_or_not)
{
    struct board *board = watched_board();

    for (unsigned bit = 0; bit < ENTRY_BITS; bit++) {
        struct sample sample = plain_sample(0x12345678);

        sample.pde = (sample.pde | E_PS) ^ 1ull << bit;
        check_all_ways(board, &sample);
        sample.pde &= ~(uint64_t)E_P;
        check_all_ways(board, &sample);
    }
    board_destroy(board);
}
END_TEST

START_TEST(each_bit_of_a_pte_is_reserved_or_not)
{
    struct board *board = watched_board();

    for (unsigned bit = 0; bit < ENTRY_BITS; bit++) {
        struct sample sample = plain_sample(0x12345678);

        sample.pte ^= 1ull << bit;
        check_all_ways(board, &sample);
        sample.pte &= ~(uint64_t)E_P;
        check_all_ways(board, &sample);
    }
    board_destroy(board);
}
END_TEST

START_TEST(absent_pdpte_hides_its_quarter_and_no_other)
{
    struct board *board = watched_board();

    for (unsigned present = 0; present < 1u << QUARTERS; present++) {
        for (uint32_t quarter = 0; quarter < QUARTERS; quarter++) {
            struct sample sample = plain_sample(quarter << 30 | 0x00345678);

            for (unsigned i = 0; i < QUARTERS; i++) {
                /* Absent ones may hold anything. */
                if (!(present >> i & 1))
                    sample.mode.pdpte[i] = ~(uint64_t)E_P;
            }
            EXPECT_EQ(verdict_of(&sample).ok, present >> quarter & 1);
            check_all_ways(board, &sample);
        }
    }
    board_destroy(board);
}
END_TEST

START_TEST(every_index_of_directory_and_table_picks_its_entry)
{
    struct board *board = watched_board();

    for (uint32_t i = 0; i < INDEXES; i++) {
        for (uint32_t k = 0; k < INDEXES; k++) {
            struct sample sample =
                plain_sample((i + k) << 30 | i << 21 | k << 12 | (i ^ k));

            check_sample(board, &sample);
        }
    }
    board_destroy(board);
}
END_TEST

START_TEST(large_page_spans_two_megabytes)
{
    struct board *board = watched_board();
    struct sample sample = plain_sample(0);
    const uint32_t step = 0x935;

    sample.pde = 0xc0200000u | E_P | E_RW | E_PS;
    for (uint32_t offset = 0; offset < 0x200000; offset += step) {
        struct page_walk walk;

        sample.request.linear = 0x80600000u + offset;
        poke(board, pde_place(&sample), sample.pde);
        walk = paging_walk(&board->bus, &sample.mode, sample.request);
        check_walk(&sample, &walk);
        EXPECT_EQ(walk.physical, 0xc0200000u + offset);
    }
    board_destroy(board);
}
END_TEST

START_TEST(frames_and_tables_beyond_four_gigabytes_are_open_bus)
{
    struct board *board = watched_board();
    struct page_walk walk;

    for (uint64_t high = 1; high < 16; high++) {
        struct sample sample = plain_sample(0x40234567);

        EXPECT_EQ(bus_read32(&board->bus, BUS_CPU, NOWHERE), UINT32_MAX);
        sample.pte |= high << 32;
        check_all_ways(board, &sample);
        sample.pde = TABLE | high << 32 | E_P | E_PS;
        check_all_ways(board, &sample);
        /* A table there reads as ones, which have reserved bits. */
        sample.pde = TABLE | high << 32 | E_P;
        check_all_ways(board, &sample);
        EXPECT_EQ(verdict_of(&sample).error & ~(ERR_WR | ERR_US),
                  ERR_P | ERR_RSVD);
        sample.mode.pdpte[1] |= high << 32;
        walk = paging_walk(&board->bus, &sample.mode, sample.request);
        check_walk(&sample, &walk);
        EXPECT_EQ(walk.error_code & ~(ERR_WR | ERR_US), ERR_P | ERR_RSVD);
    }
    board_destroy(board);
}
END_TEST

START_TEST(tables_are_read_and_marked_through_the_a20_gate)
{
    struct board *board = watched_board();
    struct sample sample = plain_sample(0x40234567);

    for (unsigned shut = 0; shut < 2; shut++) {
        sample.mode.a20_shut = shut;
        sample.mode.pdpte[1] = 0x00110000 | E_P;
        sample.pde = 0x00520000 | E_P | E_RW | E_US;
        EXPECT_EQ(pde_place(&sample), shut ? 0x10008 : 0x110008);
        EXPECT_EQ(pte_place(&sample), shut ? 0x4201a0 : 0x5201a0);
        check_all_ways(board, &sample);
        /* What a page maps to, the gate masks later: see mmu/mmu.h. */
        sample.pte |= 0x00100000;
        check_all_ways(board, &sample);
    }
    board_destroy(board);
}
END_TEST

START_TEST(walk_reads_both_words_of_an_entry_and_marks_the_lower)
{
    /* With no bit reserved, all that the device reads as is an entry. */
    struct board *board = board_create();
    struct sample sample = plain_sample(0);
    struct page_walk walk;

    sample.mode.reserved = (struct paging_reserved){0};
    sample.request.access = ACCESS_WRITE;
    board_poke(board, DIRECTORIES, BOARD_MMIO | E_P | E_RW | E_A);
    walk = paging_walk(&board->bus, &sample.mode, sample.request);
    EXPECT_EQ(board->device_reads, 2);
    EXPECT_EQ(walk.pte, board_device_value(0, 4) |
                            (uint64_t)board_device_value(4, 4) << 32);
    EXPECT(walk.ok);
    EXPECT_EQ(board->device_writes, 0);
    EXPECT_EQ(paging_mark(&board->bus, &walk), E_A | E_D);
    EXPECT_EQ(board->device_writes, 1);
    board_destroy(board);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_pair_of_entries_gives_what_the_manual_says,
        each_bit_of_a_pde_that_points_to_a_table_is_reserved_or_not,
        each_bit_of_a_pde_that_maps_two_megabytes_is_reserved_or_not,
        each_bit_of_a_pte_is_reserved_or_not,
        absent_pdpte_hides_its_quarter_and_no_other,
        every_index_of_directory_and_table_picks_its_entry,
        large_page_spans_two_megabytes,
        frames_and_tables_beyond_four_gigabytes_are_open_bus,
        tables_are_read_and_marked_through_the_a20_gate,
        walk_reads_both_words_of_an_entry_and_marks_the_lower,
    };

    return run_tests("PAE paging", tests, sizeof tests / sizeof tests[0]);
}
