/* SPDX-License-Identifier: MIT */
/*
 * Long seeded sequences of everything that a guest can do to its MMU, on
 * three of them at once: with the fast table, without it, and on the plain
 * model. After each step all three must agree on values, faults, physical
 * addresses and counters; now and then on every entry, recency word and byte.
 */
#include "mmu/mmu.h"

#include <stdio.h>
#include <string.h>

#include "mmu/code.h"
#include "mmu/memory.h"
#include "tests/unit/mmu/board.h"
#include "tests/unit/mmu/compare.h"
#include "tests/unit/mmu/model_mmu.h"
#include "tests/unit/random.h"
#include "tests/unit/run_tests.h"

/* Directories, and the tables that all point to, of 32-bit and of PAE paging;
 * with the A20 gate shut others are read, A20 below. */
#define DIRECTORIES     0x00109000u
#define TABLES          0x00110000u
#define DIRECTORIES_PAE 0x00118000u
#define TABLES_PAE      0x00120000u
#define A20             0x00100000u
#define FRAMES          0x00200000u

enum { DIRECTORY_COUNT = 2, DIRECTORY_PAE_COUNT = 5, QUARTERS = 4 };
enum { TABLE_COUNT = 8, FRAME_COUNT = 96 };
enum { STEPS = 40000, CHECK_EVERY = 250, REGIONS = 5, HOT_PAGES = 12 };

static const uint32_t region[REGIONS] = {0, 1, 0x155, 0x300, 0x3ff};

struct machine {
    struct board *board;
    struct mmu *mmu;
};

struct world {
    struct machine fast;
    struct machine slow;
    struct model_mmu model;
    struct random random;
    struct model_control control;
    linear_addr hot[HOT_PAGES];
    bool user;
    uint64_t fast_hits;
};

/* Outcome of one access or fetch on one of the three. */
struct outcome {
    bool ok;
    uint32_t value;
    struct fault fault;
};

struct operation {
    linear_addr linear;
    unsigned size;
    enum access access;
    bool update; /* read, then write */
    bool user;
    uint32_t value;
};

static uint8_t beyond_ram(physical_addr physical)
{
    if (physical - BOARD_ROM < BOARD_ROM_SIZE)
        return board_filled(physical);
    if (physical - BOARD_MMIO < BOARD_MMIO_SIZE)
        return (uint8_t)board_device_value(physical - BOARD_MMIO, 1);
    return 0xff;
}

static void machine_init(struct machine *machine, const char *tlb)
{
    machine->board = board_create();
    machine->mmu = board_mmu(machine->board, tlb);
    board_fill(machine->board, BOARD_ROM, BOARD_ROM_SIZE);
    board_fill(machine->board, FRAMES, FRAME_COUNT * PAGE_SIZE);
}

static void machine_release(struct machine *machine)
{
    mmu_release(machine->mmu);
    free(machine->mmu);
    board_destroy(machine->board);
}

static struct world *world_create(const char *tlb, uint64_t seed)
{
    struct world *world = calloc(1, sizeof *world);

    ck_assert_ptr_nonnull(world);
    machine_init(&world->fast, tlb);
    machine_init(&world->slow, tlb);
    world->slow.mmu->use_fast = false;
    model_mmu_init(&world->model, &world->fast.mmu->model, BOARD_RAM_SIZE);
    world->model.beyond = beyond_ram;
    memcpy(world->model.ram, world->fast.board->bus.memory, BOARD_RAM_SIZE);
    world->random = random_seeded(seed);
    return world;
}

static void world_release(struct world *world)
{
    machine_release(&world->fast);
    machine_release(&world->slow);
    model_mmu_release(&world->model);
    free(world);
}

static uint32_t below(struct world *world, uint32_t limit)
{
    return random_below(&world->random, limit);
}

/* The guest writes an entry behind the TLB's back. */
static void write_entry(struct world *world, physical_addr physical,
                        uint32_t entry)
{
    board_poke(world->fast.board, physical, entry);
    board_poke(world->slow.board, physical, entry);
    model_set_word(&world->model, physical, entry);
}

static uint32_t host_value(const uint8_t *host, unsigned size)
{
    uint32_t value = 0;

    memcpy(&value, host, size);
    return value;
}

/* As the processor's full path does it. */
static void access_door(struct mmu *mmu, const struct operation *operation,
                        struct outcome *outcome)
{
    const unsigned size = operation->size;
    const struct page_request request = {
        operation->linear, operation->access,
        operation->user ? PRIVILEGE_USER : PRIVILEGE_SUPERVISOR};
    struct memory_place place;

    outcome->ok = memory_open(mmu, request, size, &place, &outcome->fault);
    if (!outcome->ok)
        return;
    if (place.host && operation->access == ACCESS_READ)
        outcome->value = host_value(place.host, size);
    else if (operation->access == ACCESS_READ || operation->update)
        outcome->value = memory_place_read(mmu, &place, size);
    if (operation->access != ACCESS_WRITE)
        return;
    if (place.host)
        memcpy(place.host, &operation->value, size);
    else
        memory_place_write(mmu, &place, size, operation->value);
}

/* As its fast path does it; the block counts the look-up. */
static bool access_fast(struct mmu *mmu, const struct operation *operation,
                        struct outcome *outcome)
{
    const unsigned size = operation->size;
    const bool write = operation->access == ACCESS_WRITE;
    uint8_t *host = write ? fast_write(mmu, operation->linear, size)
                          : fast_read(mmu, operation->linear, size);

    if (!host)
        return false;
    mmu->counts.data_lookups++;
    outcome->ok = true;
    if (!write || operation->update)
        outcome->value = host_value(host, size);
    if (write)
        memcpy(host, &operation->value, size);
    return true;
}

static struct outcome access_machine(struct machine *machine,
                                     const struct operation *operation,
                                     uint64_t *fast_hits)
{
    struct outcome outcome = {.ok = false};

    mmu_set_privilege(machine->mmu,
                      operation->user ? PRIVILEGE_USER : PRIVILEGE_SUPERVISOR);
    if (access_fast(machine->mmu, operation, &outcome))
        ++*fast_hits;
    else
        access_door(machine->mmu, operation, &outcome);
    return outcome;
}

/* Physical addresses of all bytes first, then the bytes. */
static struct outcome access_model(struct model_mmu *model,
                                   const struct operation *operation)
{
    const unsigned rest = PAGE_SIZE - operation->linear % PAGE_SIZE;
    struct model_access access = {operation->linear, operation->access,
                                  operation->user};
    struct outcome outcome = {.ok = true};
    physical_addr byte[4];

    for (unsigned i = 0; i < operation->size && outcome.ok; i++) {
        access.linear = operation->linear + i;
        if (i == 0 || i == rest)
            outcome.ok = model_translate(model, access, &byte[i],
                                         &outcome.fault.error_code);
        else
            byte[i] = byte[i - 1] + 1;
    }
    outcome.fault.linear = access.linear;
    if (!outcome.ok)
        return outcome;
    for (unsigned i = 0; i < operation->size; i++) {
        if (operation->access == ACCESS_READ || operation->update)
            outcome.value |= (uint32_t)model_byte(model, byte[i]) << 8 * i;
        if (operation->access == ACCESS_WRITE)
            model_set_byte(model, byte[i],
                           (uint8_t)(operation->value >> 8 * i));
    }
    return outcome;
}

static void compare_outcomes(const struct outcome *real,
                             const struct outcome *model)
{
    EXPECT_EQ(real->ok, model->ok);
    if (real->ok) {
        EXPECT_EQ(real->value, model->value);
        return;
    }
    EXPECT_EQ(real->fault.vector, 14);
    EXPECT(real->fault.has_error_code);
    EXPECT_EQ(real->fault.error_code, model->fault.error_code);
    EXPECT_EQ(real->fault.linear, model->fault.linear);
}

static linear_addr any_page(struct world *world)
{
    static const uint32_t first[] = {0, 0x200, 0x3f8};
    const uint32_t page = first[below(world, 3)] + below(world, 8);

    return region[below(world, REGIONS)] << 22 | page << 12;
}

static linear_addr some_page(struct world *world)
{
    return below(world, 8) ? world->hot[below(world, HOT_PAGES)]
                           : any_page(world);
}

static void step_access(struct world *world)
{
    static const uint32_t place[] = {0, 0x123, 0xff8, 0xffd};
    const uint32_t how = below(world, 8);
    const struct operation operation = {
        .linear = some_page(world) + place[below(world, 4)] + below(world, 8),
        .size = 1u << below(world, 3),
        .access = how < 5 ? ACCESS_READ : ACCESS_WRITE,
        .update = how == 7,
        .user = world->user,
        .value = (uint32_t)random_next(&world->random)};
    uint64_t none = 0;
    const struct outcome model = access_model(&world->model, &operation);
    const struct outcome fast =
        access_machine(&world->fast, &operation, &world->fast_hits);
    const struct outcome slow = access_machine(&world->slow, &operation, &none);

    compare_outcomes(&fast, &model);
    compare_outcomes(&slow, &model);
    EXPECT_EQ(none, 0);
}

static struct outcome fetch_machine(struct machine *machine,
                                    const struct model_access *access)
{
    const enum privilege privilege =
        access->user ? PRIVILEGE_USER : PRIVILEGE_SUPERVISOR;
    struct outcome outcome;

    outcome.ok =
        (machine->mmu->use_fast &&
         mmu_fetch_known(machine->mmu, access->linear, privilege)) ||
        mmu_fetch(machine->mmu, access->linear, privilege, &outcome.fault);
    outcome.value = machine->mmu->code.physical;
    return outcome;
}

static void step_fetch(struct world *world)
{
    const struct model_access access = {some_page(world) + below(world, 4096),
                                        ACCESS_EXECUTE, world->user};
    const struct outcome fast = fetch_machine(&world->fast, &access);
    const struct outcome slow = fetch_machine(&world->slow, &access);
    struct outcome model = {.fault.linear = access.linear};

    model.ok = model_fetch(&world->model, access, &model.value,
                           &model.fault.error_code);
    model.value &= ~0xfffu;
    compare_outcomes(&fast, &model);
    compare_outcomes(&slow, &model);
}

/* What branch_take() does for a transfer inside the held page. */
static void transfer_machine(struct machine *machine)
{
    machine->mmu->counts.code_lookups++;
    if (machine->mmu->unified)
        mmu_touch_code(machine->mmu);
}

static void step_transfer(struct world *world)
{
    if (!world->model.code_live)
        return;
    transfer_machine(&world->fast);
    transfer_machine(&world->slow);
    model_transfer(&world->model);
}

static uint32_t random_bits(struct world *world)
{
    uint32_t bits = (uint32_t)random_next(&world->random) & 0x166u;

    if (below(world, 24))
        bits |= 1;
    return bits | (below(world, 12) ? 6 : 0);
}

/* Some tables are those that a shut A20 gate shows. */
static physical_addr some_table(struct world *world, uint32_t first,
                                uint32_t count)
{
    const physical_addr table = first + below(world, count) * PAGE_SIZE;

    return below(world, 6) ? table : table - A20;
}

/* An entry of eight bytes, with nothing in the upper half but now and then an
 * address beyond 4 GiB or a reserved bit. */
static void write_long(struct world *world, physical_addr physical,
                       uint32_t entry)
{
    const unsigned bit = below(world, below(world, 2) ? 4 : 32);

    write_entry(world, physical, entry);
    write_entry(world, physical + 4, below(world, 16) ? 0 : 1u << bit);
}

/* Of either paging; bit 7 is reserved now and then. */
static void step_pte(struct world *world)
{
    static const uint32_t odd[] = {BOARD_ROM, BOARD_MMIO, BOARD_OPEN,
                                   0xfffff000u};
    const uint32_t page = some_page(world) >> 12;
    uint32_t pte = FRAMES + below(world, FRAME_COUNT) * PAGE_SIZE;

    if (!below(world, 6))
        pte = odd[below(world, 4)];
    pte |= random_bits(world) | (below(world, 40) ? 0 : 0x80);
    if (below(world, 2))
        write_entry(world,
                    some_table(world, TABLES, TABLE_COUNT) + page % 1024 * 4,
                    pte);
    else
        write_long(world,
                   some_table(world, TABLES_PAE, TABLE_COUNT) + page % 512 * 8,
                   pte);
}

static void step_pde(struct world *world)
{
    static const uint32_t large[] = {0x00400000, 0x00800000, 0x00c00000,
                                     0x02000000, 0xffc00000};
    const bool pae = below(world, 2);
    const linear_addr linear = some_page(world);
    const physical_addr directory =
        pae ? some_table(world, DIRECTORIES_PAE, DIRECTORY_PAE_COUNT)
            : some_table(world, DIRECTORIES, DIRECTORY_COUNT);
    uint32_t pde = (pae ? TABLES_PAE : TABLES) +
                   below(world, TABLE_COUNT) * PAGE_SIZE + random_bits(world);

    if (!below(world, 3))
        pde = large[below(world, 5)] | 0x80 | random_bits(world);
    if (!below(world, 60))
        pde |= 0x1000u << below(world, 10);
    if (pae)
        write_long(world, directory + (linear >> 21) % 512 * 8, pde);
    else
        write_entry(world, directory + (linear >> 22) * 4, pde);
}

static void step_invalidate(struct world *world)
{
    const linear_addr linear = some_page(world) + below(world, 4096);

    mmu_invalidate_page(world->fast.mmu, linear);
    mmu_invalidate_page(world->slow.mmu, linear);
    model_invalidate(&world->model, linear);
}

static void step_cr3(struct world *world)
{
    const uint32_t cr3 = DIRECTORIES +
                         below(world, DIRECTORY_COUNT) * PAGE_SIZE +
                         (below(world, 4) ? 0 : 0x18);
    uint64_t pdpte[QUARTERS];

    for (unsigned i = 0; i < QUARTERS; i++) {
        pdpte[i] = DIRECTORIES_PAE +
                   below(world, DIRECTORY_PAE_COUNT) * PAGE_SIZE +
                   (below(world, 10) ? 1 : 0);
        if (!below(world, 40))
            pdpte[i] |= 1ull << 35;
    }
    mmu_set_pdptes(world->fast.mmu, pdpte);
    mmu_set_pdptes(world->slow.mmu, pdpte);
    mmu_set_cr3(world->fast.mmu, cr3);
    mmu_set_cr3(world->slow.mmu, cr3);
    model_load_cr3(&world->model, cr3, pdpte);
}

static void set_control(struct world *world)
{
    const uint64_t beyond = ~0ull << 36;
    struct paging_mode mode = {
        .cr3 = world->fast.mmu->mode.cr3,
        .write_protect = world->control.write_protect,
        .large_pages = world->control.large_pages,
        .global_pages = world->control.global_pages,
        .pae = world->control.pae,
        .reserved = {0, 0x3ff000, world->control.large_pages ? 0x80 : 0}};

    if (mode.pae)
        mode.reserved =
            (struct paging_reserved){beyond, beyond | 0x1ff000, beyond | 0x80};
    mmu_set_control(world->fast.mmu, world->control.paging, mode);
    mmu_set_control(world->slow.mmu, world->control.paging, mode);
    model_set_control(&world->model, world->control);
}

static void step_control(struct world *world)
{
    switch (below(world, 8)) {
    case 0: world->control.large_pages = below(world, 6); break;
    case 1: world->control.global_pages ^= 1; break;
    case 2: world->control.paging = below(world, 6); break;
    case 3: world->control.pae ^= 1; break;
    default: world->control.write_protect ^= 1; break;
    }
    set_control(world);
}

static void step_a20(struct world *world)
{
    const bool open = below(world, 8);

    mmu_set_a20(world->fast.mmu, open);
    mmu_set_a20(world->slow.mmu, open);
    model_set_a20(&world->model, open);
}

/* Code is found on a page, or the last code on it is gone. */
static void step_code_page(struct world *world)
{
    const physical_addr physical =
        FRAMES + below(world, FRAME_COUNT) * PAGE_SIZE;

    board_toggle_watch(world->fast.board, physical);
    board_toggle_watch(world->slow.board, physical);
    mmu_clear_fast(world->fast.mmu);
}

static void step_mood(struct world *world)
{
    world->user = below(world, 2);
    world->hot[below(world, HOT_PAGES)] = any_page(world);
}

/* What happens, and how often in a thousand steps. */
static const struct {
    unsigned weight;
    void (*step)(struct world *world);
} steps[] = {
    {760, step_access},  {60, step_fetch},   {40, step_transfer},
    {50, step_pte},      {10, step_pde},     {20, step_invalidate},
    {8, step_cr3},       {10, step_control}, {8, step_a20},
    {4, step_code_page}, {30, step_mood},
};

static void random_step(struct world *world)
{
    uint32_t what = below(world, 1000);
    unsigned i = 0;

    while (what >= steps[i].weight)
        what -= steps[i++].weight;
    steps[i].step(world);
}

static void compare_all(struct world *world)
{
    const struct machine *fast = &world->fast;
    const struct machine *slow = &world->slow;

    compare_banks(fast->mmu, slow->mmu, &world->model);
    check_fast_table(fast->mmu);
    EXPECT_EQ(fast->board->device_hash, slow->board->device_hash);
    EXPECT_EQ(fast->board->announced, slow->board->announced);
}

static void compare_memory(struct world *world)
{
    EXPECT(memcmp(world->fast.board->bus.memory, world->model.ram,
                  BOARD_RAM_SIZE) == 0);
    EXPECT(memcmp(world->slow.board->bus.memory, world->model.ram,
                  BOARD_RAM_SIZE) == 0);
}

static void prepare(struct world *world)
{
    for (unsigned i = 0; i < HOT_PAGES; i++)
        world->hot[i] = any_page(world);
    for (unsigned i = 0; i < 5000; i++)
        step_pte(world);
    for (unsigned i = 0; i < 240; i++)
        step_pde(world);
    world->control.paging = true;
    world->control.large_pages = true;
    set_control(world);
    step_cr3(world);
}

static void run_world(const char *tlb, uint64_t seed, unsigned step_count)
{
    struct world *world = world_create(tlb, seed);

    prepare(world);
    for (unsigned i = 1; i <= step_count; i++) {
        random_step(world);
        compare_counts(world->fast.mmu, &world->model);
        compare_counts(world->slow.mmu, &world->model);
        if (i % CHECK_EVERY == 0 &&
            world->fast.mmu->data.geometry.entries < 4096)
            compare_all(world);
    }
    compare_all(world);
    compare_memory(world);
    printf("%s, seed %u: %u look-ups, %u fast, %u misses, %u faults\n", tlb,
           (unsigned)seed, (unsigned)world->model.counts.data_lookups,
           (unsigned)world->fast_hits,
           (unsigned)world->model.counts.data_misses,
           (unsigned)world->model.counts.page_faults);
    world_release(world);
}

START_TEST(chips_agree_with_the_model_step_by_step)
{
    static const char *const chips[] = {"386", "486", "pentium", "pentiumpro"};

    for (uint64_t seed = 1; seed <= 8; seed++)
        for (unsigned i = 0; i < 4; i++)
            run_world(chips[i], seed, STEPS);
}
END_TEST

START_TEST(given_geometries_agree_with_the_model_step_by_step)
{
    static const char *const given[] = {
        "1x1",      "2x2:lru",   "16x1",        "8x8:lru",        "32x4:lru",
        "64x64",    "64x2:fifo", "16x4:random", "128x8:random:5", "512x4",
        "4x4:fifo", "random:77"};

    for (unsigned i = 0; i < sizeof given / sizeof given[0]; i++)
        run_world(given[i], 100 + i, STEPS);
}
END_TEST

START_TEST(no_tlb_and_an_endless_one_agree_with_the_model)
{
    run_world("none", 7, STEPS);
    run_world("infinite", 8, STEPS / 10);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        chips_agree_with_the_model_step_by_step,
        given_geometries_agree_with_the_model_step_by_step,
        no_tlb_and_an_endless_one_agree_with_the_model,
    };

    return run_tests("mmu", tests, sizeof tests / sizeof tests[0]);
}
