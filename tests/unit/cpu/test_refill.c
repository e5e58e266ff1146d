/* SPDX-License-Identifier: MIT */
/*
 * A fast handler whose operand is not in the fast table looks the page up and
 * runs again. That must be what the full form does, count for count: each
 * instruction on each kind of page, from an empty TLB and from one that holds
 * the page, on two machines, one of them without short cuts.
 */
#include "cpu/debug.h"
#include "cpu/exec.h"
#include "tests/unit/cpu/rig.h"
#include "tests/unit/run_tests.h"
#include "trace/line.h"

#define DIRECTORY 0x00100000u
#define TABLE0    0x00101000u /* memory as it lies */
#define TABLE1    0x00102000u /* the window */
#define FRAMES    0x00110000u
#define WINDOW    0x00400000u
#define DEVICE    0x00800000u
#define ROM       0x00900000u
#define NOTHING   0x00a00000u

/* Code stands right behind what can be the table of the window. */
#define CODE (RIG_CODE + 0x38u)

enum { RWU = PTE_P | PTE_RW | PTE_US, DONE = PTE_A | PTE_D };

/* The pages of the window, in their order. */
static const uint32_t pages[] = {
    FRAMES | RWU,
    (FRAMES + 0x1000) | RWU | PTE_A,
    (FRAMES + 0x2000) | RWU | DONE,
    (FRAMES + 0x3000) | PTE_P | PTE_US, /* read-only */
    (FRAMES + 0x4000) | PTE_P | PTE_RW, /* the supervisor's */
    0,
    DEVICE | RWU,
    ROM | RWU,
    RIG_CODE | RWU,
    TABLE1 | RWU,
    NOTHING | RWU,
    FRAMES | RWU, /* the first again */
    (FRAMES + 0x5000) | RWU,
};

enum { PAGES = sizeof pages / sizeof pages[0] };

static const uint32_t offsets[] = {0, 0x3c, 0x801, 0xffd, 0xfff};

enum { OFFSETS = sizeof offsets / sizeof offsets[0] };

/* All with the operand at EBX; ESI and EDI are there too, ECX is 0. */
static const struct {
    unsigned size;
    uint8_t bytes[4];
} insns[] = {
    {2, {0x8b, 0x03}},             /* mov eax, [ebx] */
    {3, {0x8b, 0x04, 0x8b}},       /* mov eax, [ebx + ecx * 4] */
    {2, {0x8a, 0x03}},             /* mov al, [ebx] */
    {3, {0x66, 0x8b, 0x03}},       /* mov ax, [ebx] */
    {2, {0x89, 0x03}},             /* mov [ebx], eax */
    {2, {0x88, 0x03}},             /* mov [ebx], al */
    {3, {0x66, 0x89, 0x03}},       /* mov [ebx], ax */
    {3, {0xc6, 0x03, 0x07}},       /* mov byte [ebx], 7 */
    {3, {0x0f, 0xb6, 0x03}},       /* movzx eax, byte [ebx] */
    {2, {0x03, 0x03}},             /* add eax, [ebx] */
    {2, {0x01, 0x03}},             /* add [ebx], eax */
    {3, {0x01, 0x04, 0x8b}},       /* add [ebx + ecx * 4], eax */
    {3, {0xf0, 0x01, 0x03}},       /* lock add [ebx], eax */
    {3, {0x83, 0x03, 0x01}},       /* add dword [ebx], 1 */
    {2, {0x11, 0x03}},             /* adc [ebx], eax */
    {2, {0xff, 0x03}},             /* inc dword [ebx] */
    {2, {0xf7, 0x13}},             /* not dword [ebx] */
    {2, {0xd1, 0x23}},             /* shl dword [ebx], 1 */
    {3, {0xc0, 0x03, 0x03}},       /* rol byte [ebx], 3 */
    {4, {0x39, 0x03, 0x75, 0x00}}, /* cmp [ebx], eax; jne */
    {4, {0x85, 0x03, 0x74, 0x00}}, /* test [ebx], eax; je */
    {3, {0x80, 0x3b, 0x05}},       /* cmp byte [ebx], 5 */
    {3, {0x0f, 0xaf, 0x03}},       /* imul eax, [ebx] */
    {2, {0xf7, 0x33}},             /* div dword [ebx] */
    {2, {0x87, 0x03}},             /* xchg [ebx], eax */
    {3, {0x0f, 0xc1, 0x03}},       /* xadd [ebx], eax */
    {3, {0x0f, 0xb1, 0x03}},       /* cmpxchg [ebx], eax */
    {3, {0x0f, 0xa3, 0x03}},       /* bt [ebx], eax */
    {3, {0x0f, 0xab, 0x03}},       /* bts [ebx], eax */
    {3, {0x0f, 0x94, 0x03}},       /* sete [ebx] */
    {3, {0x0f, 0x44, 0x03}},       /* cmove eax, [ebx] */
    {2, {0xff, 0x33}},             /* push dword [ebx] */
    {2, {0x8f, 0x03}},             /* pop dword [ebx] */
    {3, {0x8d, 0x63, 0x04}},       /* lea esp, [ebx + 4]; see PUSH */
    {2, {0x8b, 0xe3}},             /* mov esp, ebx; see POP */
    {2, {0xff, 0x23}},             /* jmp [ebx] */
    {1, {0xad}},                   /* lodsd */
    {1, {0xaa}},                   /* stosb */
    {1, {0xa5}},                   /* movsd */
    {2, {0xf3, 0xab}},             /* rep stosd, no times */
    {2, {0xd9, 0x03}},             /* fld dword [ebx] */
    {2, {0xdd, 0x13}},             /* fst qword [ebx] */
    {2, {0xdf, 0x3b}},             /* fistp qword [ebx] */
};

enum { INSNS = sizeof insns / sizeof insns[0], TICKS = 7, VECTORS = 32 };

/* Behind the instruction that is tried, which runs twice. */
static const uint8_t tail[] = {0x50, 0x59, 0xeb, 0xfe}; /* push, pop, jmp $ */

struct machine {
    struct rig rig;
    struct segment segment[SEGMENT_COUNT];
    uint64_t device; /* hash of its cycles */
    uint64_t told;   /* hash of what a recorder was told */
};

static struct machine fast;
static struct machine full;

static uint32_t device_read(void *context, uint32_t offset, unsigned size)
{
    struct machine *machine = context;

    machine->device = machine->device * 31 + (offset << 3 | size);
    return offset * 3 + 1;
}

static void device_write(void *context, uint32_t offset, unsigned size,
                         uint32_t value)
{
    struct machine *machine = context;

    machine->device = machine->device * 31 + (offset << 3 | size);
    machine->device = machine->device * 31 + value;
}

static void add(struct machine *machine, enum bus_kind kind,
                physical_addr first)
{
    const struct bus_range range = {.name = "test",
                                    .kind = kind,
                                    .first = first,
                                    .size = PAGE_SIZE,
                                    .read = device_read,
                                    .write = device_write,
                                    .context = machine};
    struct error error;

    EXPECT(bus_add(&machine->rig.bus, &range, &error));
}

/* Where a case starts from, and what stays for all of them. */
struct scene {
    const char *tlb;
    uint32_t table; /* of the window */
    uint8_t cpl;
    bool watched; /* a data breakpoint on the first page */
    bool told;    /* misses and walks go to a recorder */
};

/* Somebody listens, who keeps a hash of what he is told. */
static void tell(void *context, const struct trace_record *record)
{
    struct machine *machine = context;
    char what[LINE_MAX_SIZE];
    const size_t length = line_write_what(what, record);

    for (size_t i = 0; i < length; i++)
        machine->told = machine->told * 31 + (uint8_t)what[i];
}

static void machine_init(struct machine *machine, const struct scene *scene,
                         bool use_fast)
{
    struct rig *rig = &machine->rig;

    machine->device = 0;
    rig_init_tlb(rig, "pentiumpro", scene->tlb);
    add(machine, BUS_MMIO, DEVICE);
    add(machine, BUS_ROM, ROM);
    rig_enter(rig, scene->cpl);
    rig->trace.enabled = scene->told ? 1u << TRACE_TLB | 1u << TRACE_WALK : 0;
    rig->trace.record = tell;
    rig->trace.record_context = machine;
    machine->told = 0;
    rig->cpu.mmu.use_fast = use_fast;
    memcpy(machine->segment, rig->cpu.segment, sizeof machine->segment);
    for (uint8_t vector = 0; vector < VECTORS; vector++) {
        rig_handle(rig, vector, RIG_CODE0, SYSTEM_INTERRUPT_GATE32, 0);
        rig_store(rig, rig_handler(vector), 2, 0xfeeb); /* jmp $ */
    }
    rig_store(rig, DIRECTORY, 4, TABLE0 | RWU);
    rig_store(rig, DIRECTORY + 4, 4, scene->table | RWU);
    for (uint32_t page = 0; page < RIG_RAM / PAGE_SIZE; page++)
        rig_store(rig, TABLE0 + page * 4, 4, page * PAGE_SIZE | RWU);
    rig->cpu.cr0 |= CR0_PG | CR0_WP;
    cpu_update_paging(&rig->cpu);
    if (!scene->watched)
        return;
    rig->cpu.debug.address[0] = WINDOW + 0x3c;
    rig->cpu.debug.dr7 = 0x000f0001; /* four bytes, read or written */
    debug_update(&rig->cpu);
}

static void set_scene(const struct scene *scene)
{
    machine_init(&fast, scene, true);
    machine_init(&full, scene, false);
}

static void release(void)
{
    rig_release(&fast.rig);
    rig_release(&full.rig);
}

/* Fresh page tables, registers and code; the TLB is empty. */
static void prepare(struct machine *machine, const struct scene *scene,
                    unsigned insn, linear_addr linear)
{
    struct rig *rig = &machine->rig;
    struct cpu *cpu = &rig->cpu;
    const uint32_t size = insns[insn].size;

    for (uint32_t i = 0; i < PAGES; i++)
        rig_store(rig, scene->table + i * 4, 4, pages[i]);
    for (unsigned times = 0; times < 2; times++)
        bus_write_block(&rig->bus, BUS_DEBUGGER, CODE + times * size,
                        insns[insn].bytes, size);
    bus_write_block(&rig->bus, BUS_DEBUGGER, CODE + 2 * size, tail,
                    sizeof tail);
    memcpy(cpu->segment, machine->segment, sizeof cpu->segment);
    for (unsigned i = 0; i < GPR_COUNT; i++)
        cpu->gpr[i] = 0;
    cpu->gpr[EAX] = 5;
    cpu->gpr[EBX] = cpu->gpr[ESI] = cpu->gpr[EDI] = linear;
    cpu->gpr[ESP] = RIG_STACKS + scene->cpl * 0x10000u - 0x40;
    cpu->eip = CODE;
    cpu->shutdown = false;
    cpu->cpl = scene->cpl;
    cpu_set_eflags(cpu, FLAG_1);
    cpu_update_mode(cpu);
    mmu_set_cr3(&cpu->mmu, DIRECTORY);
}

static void compare_bank(const struct tlb_bank *a, const struct tlb_bank *b)
{
    for (uint32_t i = 0; i < a->geometry.entries; i++) {
        EXPECT_EQ(a->entry[i].flags, b->entry[i].flags);
        EXPECT_EQ(a->entry[i].page, b->entry[i].page);
        if (a->entry[i].flags)
            EXPECT_EQ(a->entry[i].frame, b->entry[i].frame);
        EXPECT_EQ(a->recency[i / a->geometry.ways],
                  b->recency[i / b->geometry.ways]);
    }
    EXPECT_EQ(a->random, b->random);
}

static void compare(void)
{
    const struct cpu *a = &fast.rig.cpu;
    const struct cpu *b = &full.rig.cpu;
    const struct mmu_counts of_a = mmu_counts(&a->mmu);
    const struct mmu_counts of_b = mmu_counts(&b->mmu);

    EXPECT_EQ(of_a.data_lookups, of_b.data_lookups);
    EXPECT_EQ(of_a.code_lookups, of_b.code_lookups);
    EXPECT_EQ(of_a.data_misses, of_b.data_misses);
    EXPECT_EQ(of_a.code_misses, of_b.code_misses);
    EXPECT_EQ(of_a.walks, of_b.walks);
    EXPECT_EQ(of_a.page_faults, of_b.page_faults);
    EXPECT_EQ(of_a.evictions, of_b.evictions);
    EXPECT(memcmp(of_a.flushes, of_b.flushes, sizeof of_a.flushes) == 0);
    for (unsigned i = 0; i < GPR_COUNT; i++)
        EXPECT_EQ(a->gpr[i], b->gpr[i]);
    EXPECT_EQ(a->eip, b->eip);
    EXPECT_EQ(cpu_eflags(a), cpu_eflags(b));
    EXPECT_EQ(a->cr2, b->cr2);
    EXPECT_EQ(a->cpl, b->cpl);
    EXPECT_EQ(a->debug.dr6, b->debug.dr6);
    EXPECT(memcmp(a->exceptions, b->exceptions, sizeof a->exceptions) == 0);
    EXPECT_EQ(fast.rig.clock.now, full.rig.clock.now);
    EXPECT_EQ(fast.device, full.device);
    EXPECT_EQ(fast.told, full.told);
    compare_bank(&a->mmu.data, &b->mmu.data);
    compare_bank(&a->mmu.code_small, &b->mmu.code_small);
}

static void run(struct machine *machine, unsigned ticks)
{
    struct rig *rig = &machine->rig;
    const uint64_t deadline = rig->clock.now + ticks;

    while (rig->clock.now < deadline && !rig->cpu.shutdown)
        (void)cpu_run(&rig->cpu, deadline);
}

/* As a whole, and cut behind each tick. */
static void try_case(const struct scene *scene, unsigned insn,
                     linear_addr linear)
{
    for (unsigned slice = 1; slice <= TICKS; slice += TICKS - 1) {
        prepare(&fast, scene, insn, linear);
        prepare(&full, scene, insn, linear);
        for (unsigned ticks = 0; ticks < TICKS; ticks += slice) {
            run(&fast, slice);
            run(&full, slice);
            compare();
        }
    }
}

static void try_all(const struct scene *scene)
{
    set_scene(scene);
    for (unsigned insn = 0; insn < INSNS; insn++) {
        for (uint32_t page = 0; page < PAGES; page++) {
            for (unsigned i = 0; i < OFFSETS; i++)
                try_case(scene, insn, WINDOW + page * PAGE_SIZE + offsets[i]);
        }
    }
    EXPECT(memcmp(fast.rig.bus.memory, full.rig.bus.memory, RIG_RAM) == 0);
    EXPECT(mmu_counts(&fast.rig.cpu.mmu).walks > 1000);
    release();
}

static const char *const tlbs[] = {"386",      "486",  "pentiumpro",
                                   "1x1",      "8x1",  "4x4:lru",
                                   "8x2:fifo", "none", "16x2:random"};

enum { TLBS = sizeof tlbs / sizeof tlbs[0] };

START_TEST(short_cut_behind_a_miss_counts_as_the_full_form)
{
    for (unsigned i = 0; i < TLBS; i++) {
        for (uint8_t cpl = 0; cpl <= 3; cpl += 3)
            try_all(&(struct scene){tlbs[i], TABLE1, cpl, false, false});
    }
}
END_TEST

START_TEST(page_tables_beside_the_running_code_make_no_difference)
{
    for (unsigned i = 0; i < TLBS; i++)
        try_all(&(struct scene){tlbs[i], RIG_CODE, 0, false, false});
}
END_TEST

START_TEST(short_way_tells_a_recorder_what_the_long_one_does)
{
    for (unsigned i = 0; i < TLBS; i++) {
        for (uint8_t cpl = 0; cpl <= 3; cpl += 3)
            try_all(&(struct scene){
                .tlb = tlbs[i], .table = TABLE1, .cpl = cpl, .told = true});
    }
}
END_TEST

START_TEST(watched_pages_make_no_difference)
{
    for (unsigned i = 0; i < TLBS; i++)
        try_all(&(struct scene){tlbs[i], TABLE1, 0, true, false});
}
END_TEST

/* Instructions whose bytes, with those behind, are also the entry of the page
 * that they touch: its walk sets A, or A and D, in the first byte. */
static const uint8_t own_entry[][8] = {
    {0x8b, 0x03, 0x11, 0x00, 0xeb, 0xfe},       /* mov eax, [ebx]; then stosd */
    {0x83, 0x03, 0x11, 0x00, 0xc0, 0xeb, 0xfe}, /* add [ebx], 17; jecxz */
};

START_TEST(instruction_that_its_own_walk_changes_runs_as_it_was_fetched)
{
    const linear_addr linear = WINDOW + (CODE & PAGE_OFFSET_MASK) * 0x400;

    for (unsigned i = 0; i < 2 * TLBS; i++) {
        const struct scene scene = {tlbs[i / 2], RIG_CODE, 0, false, false};
        struct machine *const machines[] = {&fast, &full};

        set_scene(&scene);
        for (unsigned k = 0; k < 2; k++) {
            struct rig *rig = &machines[k]->rig;

            prepare(machines[k], &scene, 0, linear);
            bus_write_block(&rig->bus, BUS_DEBUGGER, CODE, own_entry[i & 1],
                            sizeof own_entry[0]);
            rig_store(rig, FRAMES, 4, 0x150000);
            rig_store(rig, DIRECTORY + 4, 4, RIG_CODE | RWU | PTE_A);
            run(machines[k], 1);
            EXPECT_EQ(rig->cpu.gpr[EAX], i & 1 ? 5 : 0x150000);
            EXPECT_EQ(rig_load(rig, FRAMES, 4), i & 1 ? 0x150011 : 0x150000);
            EXPECT_EQ(rig_load(rig, CODE, 1),
                      own_entry[i & 1][0] | (i & 1 ? DONE : PTE_A));
            run(machines[k], 3);
        }
        compare();
        release();
    }
}
END_TEST

/* Accesses at EBX, which goes between two pages, or stays on the first, of the
 * device. */
static const uint8_t turns[] = {
    0x89, 0x03,             /* mov [ebx], eax */
    0x8b, 0x13,             /* mov edx, [ebx] */
    0xc6, 0x04, 0x33, 0x07, /* mov byte [ebx + esi], 7 */
    0x66, 0x8b, 0x0c, 0x33, /* mov cx, [ebx + esi] */
    0x01, 0xd0,             /* add eax, edx */
    0x31, 0xf3,             /* xor ebx, esi */
    0xeb, 0xee,             /* jmp to the first */
};

static void take_turns(const struct scene *scene, uint32_t between,
                       unsigned slice, unsigned cycles)
{
    struct machine *const machines[] = {&fast, &full};

    set_scene(scene);
    for (unsigned k = 0; k < 2; k++) {
        prepare(machines[k], scene, 0, WINDOW + 6 * PAGE_SIZE + 0x3c);
        bus_write_block(&machines[k]->rig.bus, BUS_DEBUGGER, CODE, turns,
                        sizeof turns);
        machines[k]->rig.cpu.gpr[ESI] = between;
    }
    for (unsigned ticks = 0; ticks < 100; ticks += slice) {
        run(&fast, slice);
        run(&full, slice);
        compare();
    }
    EXPECT_EQ(fast.rig.bus.mmio_cycles, full.rig.bus.mmio_cycles);
    EXPECT(fast.rig.bus.mmio_cycles >= cycles);
    EXPECT_EQ(fast.rig.cpu.mmu.counts.page_faults,
              full.rig.cpu.mmu.counts.page_faults);
    EXPECT((fast.rig.cpu.mmu.counts.page_faults > 0) == (cycles < 20));
    EXPECT(memcmp(fast.rig.bus.memory, full.rig.bus.memory, RIG_RAM) == 0);
    release();
}

/* A record that has met a device expects one again, until it meets none. */
START_TEST(record_that_expects_a_device_finds_memory_too)
{
    static const uint32_t between[] = {0, 6 * PAGE_SIZE};
    static const unsigned slices[] = {1, 10, 100};

    for (unsigned i = 0; i < TLBS; i++) {
        const struct scene scene = {tlbs[i], TABLE1, 0, false, false};

        for (unsigned k = 0; k < 6; k++)
            take_turns(&scene, between[k & 1], slices[k / 2], 20);
    }
}
END_TEST

/* The second page is not there, and its fault is the device's record's. */
START_TEST(record_that_expects_a_device_can_fault)
{
    for (unsigned i = 0; i < TLBS; i++) {
        const struct scene scene = {tlbs[i], TABLE1, 0, false, false};

        for (unsigned slice = 1; slice <= 100; slice *= 10)
            take_turns(&scene, 3 * PAGE_SIZE, slice, 2);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        short_cut_behind_a_miss_counts_as_the_full_form,
        page_tables_beside_the_running_code_make_no_difference,
        short_way_tells_a_recorder_what_the_long_one_does,
        watched_pages_make_no_difference,
        instruction_that_its_own_walk_changes_runs_as_it_was_fetched,
        record_that_expects_a_device_finds_memory_too,
        record_that_expects_a_device_can_fault,
    };

    return run_tests("refill", tests, sizeof tests / sizeof tests[0]);
}
