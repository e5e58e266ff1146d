/* SPDX-License-Identifier: MIT */
/*
 * Random code on a small machine with paging, segments, interrupts, a device
 * and code that writes itself. Each program runs three times: twice as it
 * always runs, and once with every access through the front door and every
 * instruction in its full form. It must end, and all three must agree on
 * registers, memory, TLBs, counters and time after every slice.
 *
 * Usage: fuzz_run SECONDS [SEED]        a seed is that of the first program
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cpu/control.h"
#include "cpu/descriptor.h"
#include "cpu/exec.h"
#include "cpu/opcodes.h"
#include "tests/unit/random.h"

/* Where things lie, linear and physical. */
#define IDT       0x00001000u
#define GDT       0x00002000u
#define TSS       0x00003000u
#define DIRECTORY 0x00004000u
#define TABLE     0x00005000u
#define PDPT      0x00004800u /* on the directory's page; PAE paging */
#define HANDLER   0x00006000u
#define STACK0    0x00008000u
#define STACK3    0x0000c000u
#define CODE      0x00010000u
#define CODE_SIZE 0x00003000u
#define DATA      0x00100000u
#define DATA_SIZE 0x00040000u
#define RAM_SIZE  0x00200000u
#define DEVICE    0x00800000u

enum {
    CODE0 = 0x08,
    DATA0 = 0x10,
    CODE3 = 0x1b,
    DATA3 = 0x23,
    TASK = 0x28,
    GDT_LIMIT = 0x2f,
    TSS_LIMIT = 0x67,
    SLICES = 80,
    SLICE_MAX = 400,
    MACHINES = 3
};

struct machine {
    struct bus bus;
    struct trace trace;
    struct clock clock;
    struct ports ports;
    uint64_t device; /* hash of its cycles */
    struct cpu cpu;
};

/* What is the same for the machines that run one program. */
struct program {
    uint64_t seed;
    const struct cpu_model *model;
    const char *tlb;
    bool user;
    bool pae;
};

static void die(const char *what)
{
    (void)fprintf(stderr, "fuzz_run: %s\n", what);
    exit(1);
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 29;
}

static uint32_t device_read(void *context, uint32_t offset, unsigned size)
{
    struct machine *machine = context;

    machine->device = mix(machine->device, offset << 3 | size);
    return (uint32_t)machine->device;
}

static void device_write(void *context, uint32_t offset, unsigned size,
                         uint32_t value)
{
    struct machine *machine = context;

    machine->device = mix(machine->device, offset << 3 | size);
    machine->device = mix(machine->device, value);
}

static uint8_t acknowledge(void *context)
{
    struct machine *machine = context;

    cpu_set_intr(&machine->cpu, false);
    return 0x20;
}

static void store(struct machine *machine, uint32_t physical, uint32_t value)
{
    bus_store(&machine->bus, physical, 4, value);
}

static void descriptor(struct machine *machine, uint32_t at, uint32_t high)
{
    store(machine, GDT + at, 0x0000ffff);
    store(machine, GDT + at + 4, high);
}

/* Flat segments of both privileges, a TSS, and every gate to one handler. */
static void build_tables(struct machine *machine)
{
    descriptor(machine, CODE0, 0x00cf9b00);
    descriptor(machine, DATA0, 0x00cf9300);
    descriptor(machine, CODE3 & 0xf8, 0x00cffb00);
    descriptor(machine, DATA3 & 0xf8, 0x00cff300);
    store(machine, GDT + TASK, TSS << 16 | TSS_LIMIT);
    store(machine, GDT + TASK + 4, 0x00008b00);
    store(machine, TSS + 4, STACK0);
    store(machine, TSS + 8, DATA0);
    for (uint32_t vector = 0; vector < 256; vector++) {
        store(machine, IDT + vector * 8, CODE0 << 16 | HANDLER);
        store(machine, IDT + vector * 8 + 4, vector & 1 ? 0xee00 : 0x8e00);
    }
}

/* The handler counts, gives the registers their places in the data, and goes
 * on at a slot of the code that the count picks, at the program's privilege. */
static void build_handler(struct machine *machine, bool user)
{
    const uint8_t head[] = {
        0xbc, 0,    0x80,  0,          0,          /* mov esp, STACK0 */
        0x66, 0xb8, DATA3, 0,                      /* mov ax, DATA3 */
        0x8e, 0xd8, 0x8e,  0xc0,                   /* mov ds, ax; mov es, ax */
        0xfc,                                      /* cld */
        0xff, 0x05, 0,     0x60 + 0xf, 0,    0,    /* inc dword [count] */
        0xa1, 0,    0x6f,  0,          0,          /* mov eax, [count] */
        0x69, 0xc0, 0x6d,  0x2b,       0x79, 0x41, /* imul eax, eax, ... */
        0x89, 0xc6, 0xc1,  0xee,       0x0c,       /* mov esi, eax; shr 12 */
        0x8d, 0xbe, 0x5a,  0x5a,       0,    0,    /* lea edi, [esi + ...] */
        0x81, 0xc6, 0,     0,          0x10, 0,    /* add esi, DATA */
        0x81, 0xc7, 0,     0,          0x08, 0,    /* add edi, DATA / 2 */
        0x8d, 0x5e, 0xf9,                          /* lea ebx, [esi - 7] */
        0x8d, 0x6f, 0x1d,                          /* lea ebp, [edi + 29] */
        0xb9, 5,    0,     0,          0,          /* mov ecx, 5 */
        0xc1, 0xe8, 0x13,                          /* shr eax, 19 */
        0x25, 0xfc, 0x1f,  0,          0,          /* and eax, 1ffc */
        0x05, 0,    0,     0x01,       0,          /* add eax, CODE */
    };
    const uint8_t to_user[] = {
        0x6a, DATA3, 0x68, 0,    0xc0, 0, 0, /* push DATA3; push STACK3 */
        0x68, 0x02,  0x02, 0,    0,          /* push eflags, IF set */
        0x6a, CODE3, 0x50, 0xcf,             /* push CODE3; push eax; iret */
    };
    const uint8_t stay[] = {0xfb, 0xff, 0xe0}; /* sti; jmp eax */
    uint8_t *at = machine->bus.memory + HANDLER;

    memcpy(at, head, sizeof head);
    if (user)
        memcpy(at + sizeof head, to_user, sizeof to_user);
    else
        memcpy(at + sizeof head, stay, sizeof stay);
}

/* Identity, but for the data: frames in disorder, some of them absent,
 * read-only, for the supervisor, of the device or beyond all memory. */
static uint32_t random_pte(struct random *random, linear_addr linear)
{
    uint32_t pte = linear | PTE_P | PTE_RW;

    if (linear >= STACK3 - 2 * PAGE_SIZE)
        pte |= PTE_US;
    if (linear - DATA < DATA_SIZE) {
        pte ^= random_below(random, 6) ? 0 : 1u << random_below(random, 3);
        pte ^= random_below(random, DATA_SIZE / PAGE_SIZE) << 12;
        if (random_below(random, 24) == 0)
            pte = DEVICE | (pte & PAGE_OFFSET_MASK);
    }
    return pte;
}

/* With PAE the lower 2 MiB have a table, the next are the same once more, in
 * a large page; now and then an address has bits beyond 4 GiB, or too many. */
static void build_pages(struct machine *machine, struct random *random,
                        bool pae)
{
    const uint32_t all = PTE_P | PTE_RW | PTE_US;

    store(machine, DIRECTORY, TABLE | all);
    for (uint32_t page = 0; page < (pae ? 512u : 1024u); page++) {
        const uint32_t pte = random_pte(random, page * PAGE_SIZE);

        store(machine, TABLE + page * (pae ? 8u : 4u), pte);
        if (pae && page * PAGE_SIZE >= DATA && !random_below(random, 30))
            store(machine, TABLE + page * 8 + 4, 1u << random_below(random, 6));
    }
    if (!pae)
        return;
    store(machine, DIRECTORY + 8, PTE_PS | all);
    store(machine, PDPT, DIRECTORY | PTE_P);
}

/* A ModR/M byte that mostly points into the data. */
static uint8_t random_modrm(struct random *random)
{
    static const uint8_t lively[] = {0x03, 0x06, 0x07, 0x43, 0x45,
                                     0x46, 0x47, 0x86, 0x04, 0x44};
    const uint8_t reg = (uint8_t)(random_below(random, 8) << 3);

    if (random_below(random, 3) == 0)
        return (uint8_t)random_next(random);
    return lively[random_below(random, sizeof lively)] | reg;
}

/* One instruction, more or less: an opcode that exists, behind a prefix now
 * and then; what follows is read as it comes. */
static unsigned random_insn(struct random *random, uint8_t *bytes)
{
    static const uint8_t prefix[] = {0x66, 0x66, 0x67, 0xf3, 0xf2, 0xf0, 0x2e};
    unsigned count = 0;

    if (random_below(random, 6) == 0)
        bytes[count++] = prefix[random_below(random, sizeof prefix)];
    if (random_below(random, 5) == 0)
        bytes[count++] = 0x0f;
    bytes[count++] = (uint8_t)random_next(random);
    bytes[count++] = random_modrm(random);
    for (unsigned more = random_below(random, 5); more > 0; more--)
        bytes[count++] =
            (uint8_t)((random_next(random) & 0xff) >> random_below(random, 8));
    return count;
}

static void build_code(struct machine *machine, struct random *random)
{
    uint8_t *memory = machine->bus.memory;
    uint32_t at = CODE;

    while (at < CODE + CODE_SIZE)
        at += random_insn(random, memory + at);
    for (uint32_t i = 0; i < DATA_SIZE; i += 4)
        store(machine, DATA + i,
              (uint32_t)random_next(random) >> random_below(random, 32));
}

static struct segment segment(uint16_t selector, uint32_t rights)
{
    return (struct segment){.selector = selector,
                            .usable = true,
                            .rights = rights & DESC_RIGHTS,
                            .limit = UINT32_MAX};
}

static void enter(struct machine *machine, bool user, bool pae)
{
    struct cpu *cpu = &machine->cpu;

    cpu->cr0 = CR0_PG | CR0_PE | CR0_ET | (cpu->model->has_wp ? CR0_WP : 0);
    cpu->cpl = user ? 3 : 0;
    for (unsigned i = 0; i < SEGMENT_COUNT; i++)
        cpu->segment[i] =
            user ? segment(DATA3, 0x00cff300) : segment(DATA0, 0x00cf9300);
    cpu->segment[CS] =
        user ? segment(CODE3, 0x00cffb00) : segment(CODE0, 0x00cf9b00);
    cpu->gdtr = (struct table_register){GDT, GDT_LIMIT};
    cpu->idtr = (struct table_register){IDT, 0x7ff};
    cpu->tr = segment(TASK, 0x00008b00);
    cpu->tr.base = TSS;
    cpu->tr.limit = TSS_LIMIT;
    cpu->gpr[ESP] = user ? STACK3 : STACK0;
    cpu->gpr[ESI] = cpu->gpr[EBX] = DATA + 0x123;
    cpu->gpr[EDI] = cpu->gpr[EBP] = DATA + DATA_SIZE / 2;
    cpu->eip = CODE;
    cpu_set_eflags(cpu, FLAG_IF);
    cpu->cr4 = pae ? CR4_PAE : 0;
    cpu_update_paging(cpu);
    if (!control_set_cr3(cpu, pae ? PDPT : DIRECTORY))
        die("the PDPTEs are refused");
}

static void add(struct machine *machine, enum bus_kind kind,
                physical_addr first, uint32_t size)
{
    struct error error;
    const struct bus_range range = {.name = "fuzz",
                                    .kind = kind,
                                    .first = first,
                                    .size = size,
                                    .read = device_read,
                                    .write = device_write,
                                    .context = machine};

    if (!bus_add(&machine->bus, &range, &error))
        die(error.text);
}

static struct machine *machine_create(const struct program *program,
                                      bool use_fast)
{
    struct machine *machine = aligned_alloc(64, (sizeof *machine + 63) & ~63ul);
    struct random random = random_seeded(program->seed);
    struct tlb_model tlb;
    struct error error;

    if (!machine)
        die("no memory");
    memset(machine, 0, sizeof *machine);
    clock_init(&machine->clock, 100000000);
    ports_init(&machine->ports, &machine->trace);
    if (!tlb_model_parse(program->tlb, &tlb, &error) ||
        !bus_init(&machine->bus, &machine->trace, &error))
        die(error.text);
    add(machine, BUS_RAM, 0, RAM_SIZE);
    add(machine, BUS_MMIO, DEVICE, PAGE_SIZE);
    if (!cpu_init(&machine->cpu, program->model, &machine->bus, &machine->trace,
                  &tlb, &error))
        die(error.text);
    machine->cpu.clock = &machine->clock;
    machine->cpu.ports = &machine->ports;
    machine->cpu.acknowledge = acknowledge;
    machine->cpu.context = machine;
    machine->cpu.mmu.use_fast = use_fast;
    build_tables(machine);
    build_handler(machine, program->user);
    build_pages(machine, &random, program->pae);
    build_code(machine, &random);
    enter(machine, program->user, program->pae);
    return machine;
}

static void machine_destroy(struct machine *machine)
{
    cpu_release(&machine->cpu);
    bus_release(&machine->bus);
    free(machine);
}

static uint64_t hash_bytes(uint64_t hash, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    uint64_t word;

    for (size_t i = 0; i + sizeof word <= size; i += sizeof word) {
        memcpy(&word, bytes + i, sizeof word);
        hash = mix(hash, word);
    }
    return hash;
}

static uint64_t hash_bank(uint64_t hash, const struct tlb_bank *bank)
{
    for (uint32_t i = 0; i < bank->geometry.entries; i++) {
        const struct tlb_entry *entry = &bank->entry[i];

        if (!(entry->flags & TLB_VALID))
            continue;
        hash = mix(hash, (uint64_t)i << 32 | entry->page);
        hash = mix(hash, (uint64_t)entry->flags << 32 | entry->frame);
        hash = mix(hash, bank->recency[i / bank->geometry.ways]);
    }
    return hash;
}

static uint64_t hash_x87(uint64_t hash, const struct x87 *x87)
{
    for (unsigned i = 0; i < X87_REGISTERS; i++) {
        hash = mix(hash, x87->reg[i].significand);
        hash = mix(hash, x87->reg[i].exponent);
    }
    hash = mix(hash, (uint64_t)x87->control << 32 | x87->status);
    hash = mix(hash, (uint64_t)x87->top << 32 | x87->full);
    hash = mix(hash, (uint64_t)x87->instruction << 32 | x87->data);
    return mix(hash, (uint64_t)x87->code_selector << 32 | x87->data_selector);
}

/* Everything of the processor that the guest, or the user, can see. */
static uint64_t hash_state(const struct machine *machine)
{
    const struct cpu *cpu = &machine->cpu;
    const struct mmu_counts counts = mmu_counts(&cpu->mmu);
    uint64_t hash = mix(machine->device, machine->clock.now);

    for (unsigned i = 0; i < GPR_COUNT; i++)
        hash = mix(hash, cpu->gpr[i]);
    hash = mix(hash, (uint64_t)cpu->eip << 32 | cpu_eflags(cpu));
    hash = mix(hash, (uint64_t)cpu->cr0 << 32 | cpu->cr2);
    hash = mix(hash, (uint64_t)cpu->cr4 << 32 | cpu->mmu.mode.cr3);
    for (unsigned i = 0; i < PDPTE_COUNT; i++)
        hash = mix(hash, cpu->mmu.mode.pdpte[i]);
    for (unsigned i = 0; i < SEGMENT_COUNT; i++) {
        hash = mix(hash, (uint64_t)cpu->segment[i].selector << 32 |
                             cpu->segment[i].base);
        hash = mix(hash, (uint64_t)cpu->segment[i].rights << 32 |
                             cpu->segment[i].limit);
    }
    hash = hash_x87(hash, &cpu->x87);
    hash = hash_bytes(hash, &counts, sizeof counts);
    hash = hash_bytes(hash, cpu->exceptions, sizeof cpu->exceptions);
    hash = hash_bank(hash, &cpu->mmu.data);
    hash = hash_bank(hash, &cpu->mmu.data_large);
    hash = hash_bank(hash, &cpu->mmu.code_small);
    return hash_bank(hash, &cpu->mmu.code_large);
}

/* Run up to a tick, with an interrupt at it now and then. */
static void run_slice(struct machine *machine, struct random *random)
{
    const uint64_t deadline =
        machine->clock.now + 1 + random_below(random, SLICE_MAX);
    const bool interrupt = random_below(random, 4) == 0;
    enum run_end end = RUN_DEADLINE;

    while (machine->clock.now < deadline && end == RUN_DEADLINE)
        end = cpu_run(&machine->cpu, deadline);
    if (machine->clock.now < deadline)
        machine->clock.now = deadline;
    if (interrupt || end == RUN_HALTED)
        cpu_set_intr(&machine->cpu, true);
}

static void report(const struct program *program, unsigned slice,
                   struct machine *const *machines)
{
    (void)fprintf(stderr,
                  "fuzz_run: seed %#llx (%s, TLB %s, %s%s): differs in "
                  "slice %u\n",
                  (unsigned long long)program->seed, program->model->name,
                  program->tlb, program->user ? "user" : "supervisor",
                  program->pae ? ", PAE" : "", slice);
    for (unsigned i = 0; i < MACHINES; i++) {
        const struct cpu *cpu = &machines[i]->cpu;
        const struct mmu_counts counts = mmu_counts(&cpu->mmu);

        (void)fprintf(stderr,
                      "  %u: tick %llu eip %08x eflags %08x esp %08x cr2 %08x "
                      "look-ups %llu %llu misses %llu %llu walks %llu\n",
                      i, (unsigned long long)machines[i]->clock.now, cpu->eip,
                      cpu_eflags(cpu), cpu->gpr[ESP], cpu->cr2,
                      (unsigned long long)counts.data_lookups,
                      (unsigned long long)counts.code_lookups,
                      (unsigned long long)counts.data_misses,
                      (unsigned long long)counts.code_misses,
                      (unsigned long long)counts.walks);
    }
    abort();
}

static void compare(const struct program *program, unsigned slice,
                    struct machine *const *machines, bool memory)
{
    for (unsigned i = 1; i < MACHINES; i++) {
        if (hash_state(machines[i]) != hash_state(machines[0]) ||
            (memory && memcmp(machines[i]->bus.memory, machines[0]->bus.memory,
                              RAM_SIZE) != 0))
            report(program, slice, machines);
    }
}

struct totals {
    uint64_t programs;
    uint64_t shutdowns;
    uint64_t ticks;
    uint64_t exceptions;
    uint64_t interrupts;
};

static void add_up(struct totals *totals, const struct machine *machine)
{
    totals->programs++;
    totals->shutdowns += machine->cpu.shutdown;
    totals->ticks += machine->clock.now;
    for (unsigned i = 0; i < 32; i++)
        totals->exceptions += machine->cpu.exceptions[i];
    totals->interrupts += machine->cpu.interrupts;
}

static void run_program(const struct program *program, struct totals *totals)
{
    struct random random[MACHINES];
    struct machine *machines[MACHINES];
    unsigned slice = 0;

    for (unsigned i = 0; i < MACHINES; i++) {
        machines[i] = machine_create(program, i < 2);
        random[i] = random_seeded(~program->seed);
    }
    for (; slice < SLICES && !machines[0]->cpu.shutdown; slice++) {
        for (unsigned i = 0; i < MACHINES; i++)
            run_slice(machines[i], &random[i]);
        compare(program, slice, machines, false);
    }
    compare(program, slice, machines, true);
    add_up(totals, machines[0]);
    for (unsigned i = 0; i < MACHINES; i++)
        machine_destroy(machines[i]);
}

static struct program program_of(uint64_t seed)
{
    static const char *const models[] = {"386", "486", "pentium", "pentiumpro"};
    static const char *const tlbs[] = {"",     "",          "4x4:lru", "8x1",
                                       "none", "16x2:fifo", "random:3"};
    struct random random = random_seeded(seed ^ 0x5eed);
    struct program program = {
        .seed = seed,
        .model = cpu_model_find(models[random_below(&random, 4)]),
        .tlb = tlbs[random_below(&random, 7)],
        .user = random_below(&random, 2)};

    program.pae =
        (program.model->cr4_bits & CR4_PAE) && random_below(&random, 2);
    if (program.tlb[0] == '\0')
        program.tlb = program.model->tlb;
    return program;
}

int main(int argc, char **argv)
{
    const int seconds = argc > 1 ? atoi(argv[1]) : 10;
    const time_t start = time(NULL);
    uint64_t seed =
        argc > 2 ? strtoull(argv[2], NULL, 0) : (uint64_t)start << 24;
    struct totals totals = {0};

    printf("fuzz_run: first seed %#llx\n", (unsigned long long)seed);
    (void)fflush(stdout);
    do {
        const struct program program = program_of(seed++);

        run_program(&program, &totals);
    } while (time(NULL) - start < seconds);
    printf("fuzz_run: %llu programs, %llu shut down; %llu ticks, %llu "
           "exceptions, %llu interrupts\n",
           (unsigned long long)totals.programs,
           (unsigned long long)totals.shutdowns,
           (unsigned long long)totals.ticks,
           (unsigned long long)totals.exceptions,
           (unsigned long long)totals.interrupts);
    return 0;
}
