/* SPDX-License-Identifier: MIT */
/*
 * PAE paging as a program meets it: what loads the four PDPTE registers and
 * what does not, the #GP for reserved bits, and code that runs and faults on
 * pages of both sizes. SDM 3A, "PAE Paging".
 */
#include "cpu/control.h"
#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"

/*
 * PDPT stands for a page directory too, and DIRECTORY for a page table, so
 * that code runs on while the shape of the tables changes.
 */
#define PDPT       0x00006000u
#define OTHER      0x00006fe0u /* another; 32 bytes are all that it takes */
#define DIRECTORY  0x00007000u
#define DIRECTORY1 0x0000a000u
#define DIRECTORY2 0x0000b000u
#define TABLE      0x0000c000u

enum { TSS2 = RIG_TEST };
enum { ENTRIES = 4, RWU = PTE_P | PTE_RW | PTE_US };

/* Quarters 1 and 2: memory once more, in large pages and in small ones. */
#define LARGE 0x40000000u
#define SMALL 0x80000000u

static struct rig rig;

static void put_entry(uint32_t table, unsigned index, uint64_t entry)
{
    rig_raw(&rig, table + index * 8, (uint32_t)entry, (uint32_t)(entry >> 32));
}

static uint64_t entry_at(uint32_t table, unsigned index)
{
    return rig_load(&rig, table + index * 8, 4) |
           (uint64_t)rig_load(&rig, table + index * 8 + 4, 4) << 32;
}

/* Four entries that tell where they stand; the first maps all there is. */
static void put_pdpt(uint32_t table, uint32_t tag)
{
    put_entry(table, 0, DIRECTORY | tag | PTE_P);
    put_entry(table, 1, DIRECTORY1 | tag | PTE_P);
    put_entry(table, 2, DIRECTORY2 | tag | PTE_P);
    put_entry(table, 3, (uint64_t)tag << 24 | tag | PTE_P);
}

/* Bits 9 to 11 of a PDPTE are the program's. */
enum { TAG_OLD = 0x200, TAG_NEW = 0xc00 };

static void build_tables(void)
{
    for (uint32_t at = PDPT; at < DIRECTORY + PAGE_SIZE; at += 4)
        rig_store(&rig, at, 4, 0);
    put_pdpt(PDPT, TAG_OLD);
    put_entry(DIRECTORY, 0, RWU | PTE_PS);
    for (uint32_t page = 2; page < 64; page++)
        rig_store(&rig, DIRECTORY + page * 4, 4, page * PAGE_SIZE | RWU);
}

static bool move_to(unsigned number, uint32_t value)
{
    rig.cpu.gpr[EAX] = value;
    return RIG_RUN(&rig, 0x0f, 0x22, (uint8_t)(0xc0 | number << 3));
}

/* Privilege 0 with these control registers and the tables at PDPT; the code
 * page is in the TLB, so that no later walk marks entries. */
static void start(uint32_t cr0, uint32_t cr4)
{
    rig_enter(&rig, 0);
    build_tables();
    EXPECT(move_to(3, PDPT));
    EXPECT(move_to(4, cr4));
    EXPECT(move_to(0, cr0));
    EXPECT(RIG_RUN(&rig, 0x90));
}

static uint32_t control_register(unsigned number)
{
    if (number == 3)
        return rig.cpu.mmu.mode.cr3;
    return number == 4 ? rig.cpu.cr4 : rig.cpu.cr0;
}

/* What changes one bit, and whether that loads the registers. */
static const struct change {
    uint32_t cr0, cr4; /* before */
    unsigned number;
    uint32_t flip;
    bool loads;
} changes[] = {
#define BASE (CR0_PE | CR0_ET)
#define ON   (BASE | CR0_PG)
    {BASE, CR4_PAE, 0, CR0_PG, true},
    {BASE | CR0_CD, CR4_PAE, 0, CR0_PG | CR0_CD, true},
    {ON, CR4_PAE, 0, CR0_CD, true},
    {ON | CR0_CD, CR4_PAE, 0, CR0_CD, true},
    {ON | CR0_CD, CR4_PAE, 0, CR0_NW, true},
    {ON | CR0_CD | CR0_NW, CR4_PAE, 0, CR0_NW, true},
    {ON, 0, 4, CR4_PAE, true},
    {ON, CR4_PGE, 4, CR4_PAE | CR4_PGE, true},
    {ON, CR4_PAE, 4, CR4_PSE, true},
    {ON, CR4_PAE | CR4_PSE, 4, CR4_PSE, true},
    {ON, CR4_PAE, 4, CR4_PGE, true},
    {ON, CR4_PAE | CR4_PGE, 4, CR4_PGE, true},
    {ON, CR4_PAE, 3, OTHER ^ PDPT, true},
    {ON, CR4_PAE, 3, 0, true},
    {ON, CR4_PAE, 3, 0x1f, true}, /* bits 4:0 are ignored */
    {ON, CR4_PAE, 0, 0, false},
    {ON, CR4_PAE, 0, CR0_PG, false},
    {ON, CR4_PAE, 0, CR0_WP, false},
    {ON, CR4_PAE, 0, CR0_TS, false},
    {ON, CR4_PAE, 0, CR0_AM | CR0_NE | CR0_MP, false},
    {BASE, CR4_PAE, 0, CR0_CD, false},
    {BASE, 0, 0, CR0_PG, false},
    {ON, 0, 0, CR0_CD, false},
    {ON, CR4_PAE, 4, 0, false},
    {ON, CR4_PAE, 4, CR4_PAE, false},
    {ON, CR4_PAE, 4, CR4_TSD, false},
    {ON, CR4_PAE, 4, CR4_VME | CR4_PVI | CR4_DE | CR4_MCE | CR4_PCE, false},
    {ON, 0, 4, CR4_PSE, false},
    {ON, 0, 4, CR4_PGE, false},
    {BASE, 0, 4, CR4_PAE, false},
    {BASE, CR4_PAE, 4, CR4_PGE, false},
    {BASE, CR4_PAE, 3, 0, false},
    {ON, 0, 3, 0, false},
#undef BASE
#undef ON
};

enum { CHANGES = sizeof changes / sizeof changes[0] };

static bool make(const struct change *change)
{
    return move_to(change->number,
                   control_register(change->number) ^ change->flip);
}

/* Where the change loads from. */
static uint32_t source_of(const struct change *change)
{
    return change->number == 3 && change->flip == (OTHER ^ PDPT) ? OTHER : PDPT;
}

START_TEST(pdpte_registers_are_loaded_by_what_the_manual_names_and_no_other)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < CHANGES; i++) {
        const uint32_t source = source_of(&changes[i]);
        uint64_t want[ENTRIES];

        start(changes[i].cr0, changes[i].cr4);
        memcpy(want, rig.cpu.mmu.mode.pdpte, sizeof want);
        put_pdpt(source, TAG_NEW);
        for (unsigned n = 0; changes[i].loads && n < ENTRIES; n++)
            want[n] = entry_at(source, n);
        EXPECT(make(&changes[i]));
        for (unsigned n = 0; n < ENTRIES; n++)
            EXPECT_EQ(rig.cpu.mmu.mode.pdpte[n], want[n]);
        EXPECT(RIG_RUN(&rig, 0x90));
    }
    rig_release(&rig);
}
END_TEST

/* Bits 1, 2, 5 to 8, and from MAXPHYADDR on. */
static bool is_reserved(unsigned bit)
{
    return bit == 1 || bit == 2 || (bit >= 5 && bit <= 8) || bit >= 36;
}

/* All that a change of a control register may touch. */
struct snapshot {
    uint32_t cr[3];
    uint32_t eip;
    uint64_t pdpte[ENTRIES];
    uint64_t flushes[TLB_CAUSE_RESET + 1];
};

static struct snapshot snapshot(void)
{
    struct snapshot now;

    memset(&now, 0, sizeof now);
    now.cr[0] = rig.cpu.cr0;
    now.cr[1] = rig.cpu.mmu.mode.cr3;
    now.cr[2] = rig.cpu.cr4;
    now.eip = rig.cpu.eip;
    memcpy(now.pdpte, rig.cpu.mmu.mode.pdpte, sizeof now.pdpte);
    memcpy(now.flushes, rig.cpu.mmu.counts.flushes, sizeof now.flushes);
    return now;
}

static void try_entry(const struct change *change, unsigned index,
                      uint64_t entry, bool faults)
{
    const uint32_t source = source_of(change);
    struct snapshot before;
    struct snapshot after;

    start(change->cr0, change->cr4);
    put_pdpt(source, TAG_NEW);
    put_entry(source, index, entry);
    before = snapshot();
    EXPECT_EQ(make(change), !faults);
    if (!faults) {
        EXPECT_EQ(rig.cpu.mmu.mode.pdpte[index], entry);
        return;
    }
    EXPECT_EQ(rig.fault[0].vector, VECTOR_GP);
    EXPECT(rig.fault[0].has_error_code);
    EXPECT_EQ(rig.fault[0].error_code, 0);
    after = snapshot();
    EXPECT(memcmp(&before, &after, sizeof before) == 0);
}

START_TEST(each_reserved_bit_of_each_pdpte_is_refused_with_nothing_changed)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < CHANGES; i++) {
        for (unsigned bit = 1; changes[i].loads && bit < 64; bit++) {
            for (unsigned n = 0; n < ENTRIES; n++)
                try_entry(&changes[i], n, DIRECTORY | PTE_P | 1ull << bit,
                          is_reserved(bit));
        }
    }
    rig_release(&rig);
}
END_TEST

START_TEST(pdpte_that_is_not_present_may_have_any_bits)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < CHANGES; i++) {
        for (unsigned n = 0; changes[i].loads && n < ENTRIES; n++)
            try_entry(&changes[i], n, ~(uint64_t)PTE_P, false);
    }
    rig_release(&rig);
}
END_TEST

/* A task at RIG_TSS2 with these tables, which the running one jumps to. */
static bool jump_to_task(uint32_t cr3)
{
    static const struct {
        unsigned offset;
        uint32_t value;
    } words[] = {{0x20, RIG_CODE + 0x100},
                 {0x24, FLAG_1},
                 {0x48, 0},
                 {0x4c, RIG_CODE0},
                 {0x50, RIG_DATA0},
                 {0x54, 0},
                 {0x58, 0},
                 {0x5c, 0},
                 {0x60, 0}};

    rig_descriptor(&rig, TSS2, RIG_TSS2, RIG_TSS_LIMIT,
                   DESC_P | SYSTEM_TSS32 << DESC_TYPE_SHIFT);
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++)
        rig_store(&rig, RIG_TSS2 + words[i].offset, 4, words[i].value);
    rig_store(&rig, RIG_TSS2 + 0x1c, 4, cr3);
    return RIG_RUN(&rig, 0xea, 0, 0, 0, 0, TSS2, 0);
}

START_TEST(task_switch_loads_the_registers_if_it_changes_cr3)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned same = 0; same < 2; same++) {
        uint64_t flushes;

        start(CR0_PE | CR0_PG, CR4_PAE);
        flushes = rig.cpu.mmu.counts.flushes[TLB_CAUSE_CR3];
        put_pdpt(PDPT, TAG_NEW);
        put_pdpt(OTHER, TAG_NEW);
        EXPECT(jump_to_task(same ? PDPT : OTHER));
        EXPECT_EQ(rig.cpu.eip, RIG_CODE + 0x100);
        EXPECT_EQ(rig.cpu.mmu.mode.cr3, same ? PDPT : OTHER);
        EXPECT_EQ(rig.cpu.mmu.mode.pdpte[0],
                  DIRECTORY | PTE_P | (same ? TAG_OLD : TAG_NEW));
        EXPECT_EQ(rig.cpu.mmu.counts.flushes[TLB_CAUSE_CR3],
                  flushes + (same ? 0 : 1));
    }
    rig_release(&rig);
}
END_TEST

START_TEST(task_with_a_reserved_bit_in_a_pdpte_faults_as_itself)
{
    rig_init(&rig, "pentiumpro");
    start(CR0_PE | CR0_PG, CR4_PAE);
    put_pdpt(OTHER, TAG_NEW);
    put_entry(OTHER, 3, PTE_P | PTE_RW);
    EXPECT(!jump_to_task(OTHER));
    EXPECT_EQ(rig.fault[0].vector, VECTOR_GP);
    EXPECT_EQ(rig.fault[0].error_code, 0);
    EXPECT_EQ(rig.cpu.tr.selector, TSS2);
    EXPECT_EQ(rig.cpu.eip, RIG_CODE + 0x100);
    EXPECT_EQ(rig.cpu.mmu.mode.cr3, PDPT);
    EXPECT_EQ(rig.cpu.mmu.mode.pdpte[0], DIRECTORY | PTE_P | TAG_OLD);
    rig_release(&rig);
}
END_TEST

START_TEST(only_the_pentiumpro_has_pae_and_its_cpuid_says_so)
{
    static const char *const models[] = {"386", "486", "pentium", "pentiumpro"};

    for (unsigned i = 0; i < 4; i++) {
        rig_init(&rig, models[i]);
        EXPECT_EQ(move_to(4, 1u << 5), i == 3);
        EXPECT_EQ(rig.cpu.cr4, i == 3 ? 1u << 5 : 0);
        if (i < 3)
            EXPECT_EQ(rig.fault[0].vector, i == 2 ? VECTOR_GP : VECTOR_UD);
        rig_enter(&rig, 0);
        rig.cpu.gpr[EAX] = 1;
        if (RIG_RUN(&rig, 0x0f, 0xa2))
            EXPECT_EQ(rig.cpu.gpr[EDX] >> 6 & 1, i == 3);
        else
            EXPECT_EQ(i, 0);
        rig_release(&rig);
    }
}
END_TEST

/* Quarter 1 sees memory in a large page, quarter 2 page by page. */
static void start_paged(uint8_t cpl)
{
    rig_enter(&rig, cpl);
    build_tables();
    for (uint32_t at = DIRECTORY1; at < TABLE + PAGE_SIZE; at += 4)
        rig_store(&rig, at, 4, 0);
    put_entry(PDPT, 3, 0);
    put_entry(DIRECTORY1, 0, RWU | PTE_PS);
    put_entry(DIRECTORY2, 0, TABLE | RWU);
    for (uint32_t page = 0; page < 512; page++)
        put_entry(TABLE, page, page * PAGE_SIZE | RWU);
    rig_handle(&rig, VECTOR_PF, RIG_CODE0, SYSTEM_INTERRUPT_GATE32, 0);
    EXPECT(control_set_cr3(&rig.cpu, PDPT));
    EXPECT(control_set_cr4(&rig.cpu, CR4_PAE));
    EXPECT(control_set_cr0(&rig.cpu, CR0_PE | CR0_PG | CR0_WP));
}

static bool load_from(linear_addr linear)
{
    rig.cpu.gpr[EBX] = linear;
    return RIG_RUN(&rig, 0x8b, 0x03); /* mov eax, [ebx] */
}

static bool store_to(linear_addr linear)
{
    rig.cpu.gpr[EBX] = linear;
    return RIG_RUN(&rig, 0x89, 0x03); /* mov [ebx], eax */
}

START_TEST(code_runs_and_reads_and_writes_on_pages_of_both_sizes)
{
    rig_init(&rig, "pentiumpro");
    start_paged(0);
    rig_store(&rig, RIG_DATA + 4, 4, 0x12345678);
    EXPECT(load_from(LARGE + RIG_DATA + 4));
    EXPECT_EQ(rig.cpu.gpr[EAX], 0x12345678);
    EXPECT(load_from(SMALL + RIG_DATA + 4));
    EXPECT_EQ(rig.cpu.gpr[EAX], 0x12345678);
    EXPECT_EQ(entry_at(DIRECTORY1, 0), RWU | PTE_PS | PTE_A);
    EXPECT_EQ(entry_at(TABLE, RIG_DATA >> 12), RIG_DATA | RWU | PTE_A);
    rig.cpu.gpr[EAX] = 0x55aa;
    EXPECT(store_to(LARGE + RIG_DATA));
    EXPECT(store_to(SMALL + RIG_DATA + 8));
    EXPECT_EQ(rig_load(&rig, RIG_DATA, 4), 0x55aa);
    EXPECT_EQ(rig_load(&rig, RIG_DATA + 8, 4), 0x55aa);
    EXPECT_EQ(entry_at(DIRECTORY1, 0), RWU | PTE_PS | PTE_A | PTE_D);
    EXPECT_EQ(entry_at(TABLE, RIG_DATA >> 12), RIG_DATA | RWU | PTE_A | PTE_D);
    EXPECT_EQ(entry_at(PDPT, 1), DIRECTORY1 | TAG_OLD | PTE_P);
    /* The last bytes of a 2-MByte page are those of memory. */
    EXPECT(load_from(LARGE + RIG_RAM - 4));
    for (unsigned i = 0; i < 3; i++) {
        static const linear_addr alias[] = {LARGE, SMALL, 0};

        rig.cpu.gpr[EBX] = alias[i] + RIG_CODE;
        rig_store(&rig, rig.cpu.eip % LARGE, 2, 0xe3ff); /* jmp ebx */
        EXPECT(rig_step(&rig));
        EXPECT_EQ(rig.cpu.eip, alias[i] + RIG_CODE);
    }
    rig_release(&rig);
}
END_TEST

static void expect_page_fault(linear_addr linear, uint32_t error_code)
{
    EXPECT_EQ(rig.faults, 1);
    EXPECT_EQ(rig.fault[0].vector, VECTOR_PF);
    EXPECT_EQ(rig.cpu.cr2, linear);
    EXPECT_EQ(rig.cpu.eip, rig_handler(VECTOR_PF));
    EXPECT_EQ(rig_stacked(&rig, 4, 0), error_code);
}

/* An entry that is at fault, what is then done, and what is told. */
static const struct {
    uint32_t table;
    unsigned index;
    uint64_t entry;
    linear_addr linear;
    bool write;
    uint8_t cpl;
    uint32_t error_code;
} bad[] = {
    {PDPT, 1, 0, LARGE + RIG_DATA, false, 0, 0},
    {PDPT, 1, 0, LARGE + RIG_DATA, true, 3, PF_WR | PF_US},
    {PDPT, 3, 0, 0xfffffff0u, false, 3, PF_US},
    {DIRECTORY1, 0, PTE_PS, LARGE + RIG_DATA, false, 0, 0},
    {DIRECTORY1, 1, 0, LARGE + RIG_RAM, false, 0, 0},
    {DIRECTORY1, 0, PTE_P | PTE_PS | PTE_RW, LARGE + 4, false, 3, PF_P | PF_US},
    {DIRECTORY1, 0, PTE_P | PTE_PS | PTE_US, LARGE + 4, true, 3,
     PF_P | PF_WR | PF_US},
    {DIRECTORY1, 0, PTE_P | PTE_PS, LARGE + 4, true, 0, PF_P | PF_WR},
    {DIRECTORY1, 0, RWU | PTE_PS | 1 << 12, LARGE + 4, false, 0,
     PF_P | PF_RSVD},
    {DIRECTORY1, 0, RWU | PTE_PS | 1 << 20, LARGE + 4, true, 3,
     PF_P | PF_RSVD | PF_WR | PF_US},
    {DIRECTORY1, 0, RWU | PTE_PS | 1ull << 36, LARGE + 4, false, 0,
     PF_P | PF_RSVD},
    {DIRECTORY2, 0, TABLE | RWU | 1ull << 63, SMALL + 4, false, 0,
     PF_P | PF_RSVD},
    {DIRECTORY2, 0, TABLE | PTE_P | PTE_US, SMALL + 4, true, 0, PF_P | PF_WR},
    {TABLE, 0, RWU | PTE_PAT, SMALL + 4, false, 0, PF_P | PF_RSVD},
    {TABLE, 0, RWU | 1ull << 63, SMALL + 4, true, 0, PF_P | PF_RSVD | PF_WR},
    {TABLE, 0, PTE_RW | PTE_US, SMALL + 4, false, 3, PF_US},
    {TABLE, 5, PTE_P | PTE_RW, SMALL + 0x5004, false, 3, PF_P | PF_US},
};

START_TEST(page_faults_tell_the_address_and_the_cause)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        start_paged(bad[i].cpl);
        put_entry(bad[i].table, bad[i].index, bad[i].entry);
        EXPECT(control_set_cr3(&rig.cpu, PDPT));
        EXPECT(!(bad[i].write ? store_to : load_from)(bad[i].linear));
        expect_page_fault(bad[i].linear, bad[i].error_code);
        /* An access that faults marks nothing. */
        EXPECT_EQ(entry_at(bad[i].table, bad[i].index), bad[i].entry);
    }
    rig_release(&rig);
}
END_TEST

START_TEST(fetch_from_an_absent_quarter_faults_at_its_address)
{
    rig_init(&rig, "pentiumpro");
    start_paged(0);
    rig.cpu.gpr[EBX] = 0xc0001234u;
    EXPECT(RIG_RUN(&rig, 0xff, 0xe3)); /* jmp ebx */
    EXPECT(!rig_step(&rig));
    expect_page_fault(0xc0001234u, 0);
    EXPECT_EQ(rig_stacked(&rig, 4, 1), 0xc0001234u);
    rig_release(&rig);
}
END_TEST

START_TEST(pdptes_are_read_through_the_a20_gate)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned open = 0; open < 2; open++) {
        start_paged(0);
        put_pdpt(PDPT, TAG_OLD);
        put_pdpt(PDPT + 0x100000, TAG_NEW);
        mmu_set_a20(&rig.cpu.mmu, open);
        EXPECT(move_to(3, PDPT + 0x100000));
        EXPECT_EQ(rig.cpu.mmu.mode.pdpte[0],
                  DIRECTORY | PTE_P | (open ? TAG_NEW : TAG_OLD));
    }
    rig_release(&rig);
}
END_TEST

START_TEST(walker_is_told_the_reserved_bits_of_each_mode)
{
    const uint64_t beyond = ~0ull << 36;

    rig_init(&rig, "pentiumpro");
    for (unsigned i = 0; i < 4; i++) {
        const bool pae = i & 1;
        const bool pse = i & 2;
        const struct paging_reserved *told = &rig.cpu.mmu.mode.reserved;

        rig_enter(&rig, 0);
        EXPECT(move_to(4, (pae ? CR4_PAE : 0) | (pse ? CR4_PSE : 0)));
        EXPECT_EQ(told->table, pae ? beyond : 0);
        EXPECT_EQ(told->page, (pae ? beyond : 0) | (pae || pse ? 0x80 : 0));
        if (pae)
            EXPECT_EQ(told->large, beyond | 0x001ff000);
        else if (pse)
            EXPECT_EQ(told->large, 0x003ff000);
    }
    rig_release(&rig);
}
END_TEST

START_TEST(bit_7_of_a_pte_is_reserved_with_pse_alone)
{
    rig_init(&rig, "pentiumpro");
    for (unsigned pse = 0; pse < 2; pse++) {
        start(CR0_PE | CR0_PG, pse ? CR4_PSE : 0);
        rig_store(&rig, DIRECTORY + (RIG_DATA >> 12) * 4, 4,
                  RIG_DATA | PTE_P | PTE_PAT);
        EXPECT_EQ(load_from(RIG_DATA), !pse);
        if (!pse)
            continue;
        EXPECT_EQ(rig.fault[0].vector, VECTOR_PF);
        EXPECT_EQ(rig.fault[0].error_code, PF_P | PF_RSVD);
        EXPECT_EQ(rig.fault[0].linear, RIG_DATA);
    }
    rig_release(&rig);
}
END_TEST

START_TEST(pdpte_changed_in_memory_counts_from_the_next_load_on)
{
    rig_init(&rig, "pentiumpro");
    start_paged(0);
    put_entry(PDPT, 1, 0);
    put_entry(PDPT, 3, DIRECTORY1 | PTE_P);
    rig.cpu.gpr[EBX] = LARGE;
    EXPECT(RIG_RUN(&rig, 0x0f, 0x01, 0x3b)); /* invlpg [ebx] */
    EXPECT(load_from(LARGE + RIG_DATA));
    EXPECT(move_to(3, PDPT));
    EXPECT(load_from(3 * LARGE + RIG_DATA));
    EXPECT(!load_from(LARGE + RIG_DATA));
    expect_page_fault(LARGE + RIG_DATA, 0);
    rig_release(&rig);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        pdpte_registers_are_loaded_by_what_the_manual_names_and_no_other,
        each_reserved_bit_of_each_pdpte_is_refused_with_nothing_changed,
        pdpte_that_is_not_present_may_have_any_bits,
        task_switch_loads_the_registers_if_it_changes_cr3,
        task_with_a_reserved_bit_in_a_pdpte_faults_as_itself,
        only_the_pentiumpro_has_pae_and_its_cpuid_says_so,
        code_runs_and_reads_and_writes_on_pages_of_both_sizes,
        page_faults_tell_the_address_and_the_cause,
        fetch_from_an_absent_quarter_faults_at_its_address,
        pdptes_are_read_through_the_a20_gate,
        walker_is_told_the_reserved_bits_of_each_mode,
        bit_7_of_a_pte_is_reserved_with_pse_alone,
        pdpte_changed_in_memory_counts_from_the_next_load_on,
    };

    return run_tests("PAE in the processor", tests,
                     sizeof tests / sizeof tests[0]);
}
