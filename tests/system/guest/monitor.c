/* SPDX-License-Identifier: MIT */
/*
 * The monitor: makes a case, enters it at its privilege, catches whatever
 * exception or interrupt ends it, and prints one line of what it finds. Then
 * everything is built anew for the next.
 *
 * Command line: SEED FIRST COUNT [v], v: also what was set up.
 */
#include "tests/system/guest/layout.h"

#define EFLAGS_FIXED 2u
#define EFLAGS_RF    0x10000u

struct table {
    uint16_t limit;
    uint32_t base;
} __attribute__((packed));

struct descriptor gdt[GDT_ENTRIES] __attribute__((aligned(4096)));
struct descriptor ldt[LDT_ENTRIES] __attribute__((aligned(4096)));
struct descriptor idt[256] __attribute__((aligned(4096)));
uint32_t page_directory[1024] __attribute__((aligned(4096)));
uint32_t page_table[2][1024] __attribute__((aligned(4096)));

static uint32_t seed, number, left;
static int verbose;
static struct trial trial;
static uint32_t before; /* hash of the tables as they were made */

static void next_trial(void) __attribute__((noreturn));

/* --- What is found --- */

static uint32_t hash(const void *bytes, uint32_t size, uint32_t start)
{
    const uint8_t *at = bytes;
    uint32_t value = start;

    for (uint32_t i = 0; i < size; i++)
        value = (value ^ at[i]) * 0x01000193u;
    return value;
}

static void field(const char *name, uint32_t value, unsigned digits)
{
    out_text(" ");
    out_text(name);
    out_hex(value, digits);
}

static uint32_t read_tr(void)
{
    uint32_t value;

    __asm__ volatile("str %0" : "=r"(value));
    return value & 0xffff;
}

static uint32_t read_ldtr(void)
{
    uint32_t value;

    __asm__ volatile("sldt %0" : "=r"(value));
    return value & 0xffff;
}

static uint32_t read_cr(unsigned which)
{
    uint32_t value;

    switch (which) {
    case 0: __asm__ volatile("mov %%cr0, %0" : "=r"(value)); break;
    case 2: __asm__ volatile("mov %%cr2, %0" : "=r"(value)); break;
    case 3: __asm__ volatile("mov %%cr3, %0" : "=r"(value)); break;
    default: __asm__ volatile("mov %%cr4, %0" : "=r"(value)); break;
    }
    return value;
}

static void write_cr0(uint32_t value)
{
    __asm__ volatile("mov %0, %%cr0" : : "r"(value) : "memory");
}

static void write_cr4(uint32_t value)
{
    __asm__ volatile("mov %0, %%cr4" : : "r"(value) : "memory");
}

static void write_cr3(void)
{
    __asm__ volatile("mov %0, %%cr3" : : "r"(page_directory) : "memory");
}

/* RF is not compared: emulators do without, see the README. */
static void hide_rf_of_tasks(void)
{
    for (unsigned i = 0; i < TASK_COUNT; i++)
        ((struct tss *)(TASKS + i * TASK_SIZE))->word[9] &= ~EFLAGS_RF;
    ((struct tss *)MAIN_TASK)->word[9] &= ~EFLAGS_RF;
}

/* Nor what the stub pushed itself. */
static void hide_stub(struct trap *trap)
{
    for (uint32_t *at = (uint32_t *)trap; at < &trap->eip; at++)
        *at = 0;
}

/* Accessed bits of segments and pages. */
static void hide_accessed(struct descriptor *table, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (table[i].high & 0x1000)
            table[i].high |= 0x100;
    }
}

static void hide_accessed_pages(void)
{
    page_directory[0] |= 0x20;
    page_directory[1] |= 0x20;
    for (unsigned i = 0; i < 1024; i++) {
        page_table[0][i] |= 0x20;
        page_table[1][i] |= 0x20;
    }
}

static void print_system(uint32_t cr0)
{
    hide_rf_of_tasks();
    hide_accessed(gdt, GDT_ENTRIES);
    hide_accessed(ldt, LDT_ENTRIES);
    hide_accessed_pages();
    field("tr=", read_tr(), 4);
    field("ldtr=", read_ldtr(), 4);
    field("cr0=", cr0, 8);
    field("cr2=", read_cr(2), 8);
    field("cr4=", read_cr(4), 8);
    field("gdt=", hash(gdt, sizeof gdt, 1), 8);
    field("ldt=", hash(ldt, sizeof ldt, 1), 8);
    field("pages=",
          hash(page_table, sizeof page_table,
               hash(page_directory, sizeof page_directory, 1)),
          8);
    field("tasks=", hash(memory_at(TASKS), TASK_SIZE * TASK_COUNT, 1), 8);
    field("main=", hash(memory_at(MAIN_TASK), 0x68, 1), 8);
    field("data=", hash(memory_at(DATA), 0x1000, 1), 8);
    for (unsigned i = 0; i < 5; i++)
        field("s", hash(memory_at(STACKS + i * 0x1000), 0x1000, 1), 8);
}

static void print_changed(void)
{
    if (!verbose)
        return;
    out_flush();
    for (unsigned i = 0; i < GDT_ENTRIES; i++) {
        out_text("\n    gdt ");
        out_hex(i * 8, 4);
        field("", gdt[i].high, 8);
        field("", gdt[i].low, 8);
        out_flush();
    }
    for (unsigned i = 0; i < LDT_ENTRIES; i++) {
        out_text("\n    ldt ");
        out_hex(i * 8 + 4, 4);
        field("", ldt[i].high, 8);
        field("", ldt[i].low, 8);
        out_flush();
    }
    out_flush();
    for (unsigned i = 0; i < TRIAL_GATES; i++) {
        out_text("\n    idt ");
        out_hex(TRIAL_VECTOR + i, 2);
        field("", idt[TRIAL_VECTOR + i].high, 8);
        field("", idt[TRIAL_VECTOR + i].low, 8);
    }
    out_flush();
    for (unsigned i = 0; i <= TASK_COUNT; i++) {
        const uint32_t at = i < TASK_COUNT ? TASKS + i * TASK_SIZE : MAIN_TASK;

        out_text("\n    task ");
        out_hex(at, 4);
        for (unsigned j = 0; j < 26; j++)
            field("", *(uint32_t *)(at + j * 4), 8);
        out_flush();
    }
    for (unsigned s = 0; s < 5; s++) {
        for (uint32_t at = STACKS + s * 0x1000;
             at < STACKS + s * 0x1000 + 0x1000; at += 4) {
            if (*(uint32_t *)at == 0xa5a5a5a5u)
                continue;
            out_text("\n    stack ");
            out_hex(at, 4);
            field("", *(uint32_t *)at, 8);
            out_flush();
        }
    }
    for (unsigned i = 0; i < WINDOW_PAGES; i++) {
        out_text("\n    page ");
        out_hex(i, 1);
        field("pde ", page_directory[1], 8);
        field("pte ", page_table[1][i], 8);
    }
    out_flush();
}

static void print_head(void)
{
    out_number(number);
    out_text(" ");
    out_text(trial.name);
    out_text(trial.v86 ? " v86" : " cpl");
    if (!trial.v86)
        out_number(trial.cpl);
    out_text(" ");
    for (unsigned i = 0; i < trial.length; i++)
        out_hex(trial.code[i], 2);
    field("eax=", trial.launch.eax, 8);
    field("fl=", trial.launch.eflags, 8);
    out_text(" :");
}

void monitor_trap(struct trap *trap)
{
    const uint32_t cr0 = read_cr(0);
    const int v86 = trap->eflags >> 17 & 1;
    const int outer = v86 || trap->cs & 3;

    __asm__ volatile("clts");
    trap->eflags &= ~EFLAGS_RF;
    print_head();
    field("v=", trap->vector, 2);
    field("e=", trap->error_code, 4);
    field("at=", trap->cs & 0xffff, 4);
    field("", trap->eip, 8);
    field("fl=", trap->eflags, 8);
    if (outer) {
        field("ss=", trap->outer_ss & 0xffff, 4);
        field("", trap->esp, 8);
    } else {
        field("ss=", trap->ss & 0xffff, 4);
        field("", (uint32_t)&trap->esp & 0xffff, 8);
    }
    if (v86) {
        field("ds=", trap->v86_ds & 0xffff, 4);
        field("es=", trap->v86_es & 0xffff, 4);
        field("fs=", trap->v86_fs & 0xffff, 4);
        field("gs=", trap->v86_gs & 0xffff, 4);
    } else {
        field("ds=", trap->ds & 0xffff, 4);
        field("es=", trap->es & 0xffff, 4);
        field("fs=", trap->fs & 0xffff, 4);
        field("gs=", trap->gs & 0xffff, 4);
    }
    field("eax=", trap->eax & 0xffff, 4);
    field("ecx=", trap->ecx & 0xffff, 4);
    hide_stub(trap);
    print_system(cr0);
    print_changed();
    next_trial();
}

void monitor_fault_task(void)
{
    const uint32_t cr0 = read_cr(0);

    __asm__ volatile("clts");
    print_head();
    field("v=", 8, 2);
    field("from=", *(uint16_t *)FAULT_TASK, 4);
    print_system(cr0);
    print_changed();
    next_trial();
}

/* --- Building --- */

static void set_descriptor(unsigned index, uint32_t base, uint32_t limit,
                           uint32_t rights)
{
    gdt[index].low = base << 16 | (limit & 0xffff);
    gdt[index].high =
        (base & 0xff000000) | (base >> 16 & 0xff) | (limit & 0xf0000) | rights;
}

static void set_gate(unsigned vector, uint32_t selector, uint32_t offset,
                     uint32_t rights)
{
    idt[vector].low = selector << 16 | (offset & 0xffff);
    idt[vector].high = (offset & 0xffff0000) | rights;
}

static void build_tables(void)
{
    for (unsigned i = 0; i < GDT_ENTRIES; i++)
        gdt[i] = (struct descriptor){0, 0};
    set_descriptor(1, 0, 0xfffff, 0xc09b00);
    set_descriptor(2, 0, 0xfffff, 0xc09300);
    set_descriptor(3, 0, 0xffff, 0x009300);
    for (unsigned cpl = 1; cpl <= 3; cpl++) {
        set_descriptor(3 + cpl, 0, 0xfffff, 0xc09b00 | cpl << 13);
        set_descriptor(7 + cpl, 0, 0xfffff, 0xc09300 | cpl << 13);
    }
    set_descriptor(MAIN_SELECTOR / 8, MAIN_TASK, 0x67, 0x8900);
    set_descriptor(FAULT_SELECTOR / 8, FAULT_TASK, 0x67, 0x8900);
    set_descriptor(LDT_SELECTOR / 8, (uint32_t)ldt, sizeof ldt - 1, 0x8200);
    for (unsigned i = 0; i < 256; i++)
        idt[i] = (struct descriptor){0, 0};
    for (unsigned i = 0; i < 64; i++)
        set_gate(i, MONITOR_CODE, stubs[i], 0x8e00);
    set_gate(3, MONITOR_CODE, stubs[3], 0xee00);
    set_gate(4, MONITOR_CODE, stubs[4], 0xee00);
    set_gate(DONE_VECTOR, MONITOR_CODE, stubs[DONE_VECTOR], 0xee00);
    set_gate(8, FAULT_SELECTOR, 0, 0x8500);
}

static void build_pages(void)
{
    for (unsigned i = 0; i < 1024; i++) {
        page_directory[i] = 0;
        page_table[0][i] = i << 12 | 3;
        page_table[1][i] = 0;
    }
    for (unsigned i = ARENA >> 12; i < ARENA_END >> 12; i++)
        page_table[0][i] |= 4;
    page_directory[0] = (uint32_t)page_table[0] | 7;
    page_directory[1] = (uint32_t)page_table[1] | 7;
}

static void build_task(uint32_t at, uint32_t eip, uint32_t esp)
{
    struct tss *tss = (struct tss *)at;

    for (unsigned i = 0; i < 26; i++)
        tss->word[i] = 0;
    for (unsigned i = 0; i < 3; i++) {
        tss->word[1 + 2 * i] = STACKS + i * 0x1000 + STACK_TOP;
        tss->word[2 + 2 * i] = i ? DATA_SELECTOR(i) : MONITOR_DATA;
    }
    tss->word[7] = (uint32_t)page_directory;
    tss->word[8] = eip;
    tss->word[9] = EFLAGS_FIXED;
    tss->word[14] = esp;
    tss->word[18] = MONITOR_DATA;
    tss->word[19] = MONITOR_CODE;
    tss->word[20] = MONITOR_DATA;
    tss->word[21] = MONITOR_DATA;
    tss->word[22] = MONITOR_DATA;
    tss->word[23] = MONITOR_DATA;
    tss->word[25] = 0x68 << 16;
}

static void build_arena(void)
{
    for (uint32_t at = ARENA; at < ARENA_END; at += 4)
        store32(at, 0xa5a5a5a5u);
    store32(LANDING, 0xf4f4f400u | DONE_VECTOR << 8 | 0xcd);
    for (unsigned i = 0; i < TASK_COUNT; i++)
        build_task(TASKS + i * TASK_SIZE, LANDING, TRIAL_STACK);
    build_task(MAIN_TASK, 0, 0);
    build_task(FAULT_TASK, (uint32_t)fault_task_entry,
               STACKS + 0x800); /* of the monitor's privilege */
}

/* Everything that a case may have changed. */
static void build(void)
{
    const struct table gdtr = {sizeof gdt - 1, (uint32_t)gdt};
    const struct table idtr = {sizeof idt - 1, (uint32_t)idt};
    __asm__ volatile("pushl $2; popfl" : : : "memory", "cc");
    build_tables();
    build_pages();
    build_arena();
    __asm__ volatile("lgdt %0; lidt %1; lldt %w2"
                     :
                     : "m"(gdtr), "m"(idtr), "r"(LDT_SELECTOR)
                     : "memory");
    __asm__ volatile("ltr %w0" : : "r"(MAIN_SELECTOR) : "memory");
    __asm__ volatile("ljmp %0, $1f; 1:" : : "i"(MONITOR_CODE));
    __asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%ss; mov %0, %%fs;"
                     "mov %0, %%gs"
                     :
                     : "r"(MONITOR_DATA));
}

static void end(void)
{
    out_text("end\n");
    out_flush();
    for (;;)
        __asm__ volatile("outw %0, %1; hlt"
                         :
                         : "a"((uint16_t)0x2000), "d"((uint16_t)0x604));
}

static void enter(void)
{
    struct launch *launch = &trial.launch;

    for (unsigned i = 0; i < trial.length; i++)
        memory_at(CODE)[i] = trial.code[i];
    memory_at(CODE)[trial.length] = 0xcd;
    memory_at(CODE)[trial.length + 1] = DONE_VECTOR;
    if (trial.cpl == 0 && !trial.v86) {
        /* The frame has no SS:ESP: it lies on the case's own stack. */
        struct launch *own = (struct launch *)(launch->esp - 11 * 4);

        own->edi = launch->edi;
        own->esi = launch->esi;
        own->ebp = launch->ebp;
        own->ebx = launch->ebx;
        own->edx = launch->edx;
        own->ecx = launch->ecx;
        own->eax = launch->eax;
        own->eip = launch->eip;
        own->cs = launch->cs;
        own->eflags = launch->eflags;
        launch = own;
    }
    write_cr3();
    __asm__ volatile("mov %0, %%cr2" : : "r"(0));
    write_cr4(trial.cr4);
    write_cr0(trial.cr0);
    before = 0;
    go(launch, trial.data_selector);
}

static void next_trial(void)
{
    out_text("\n");
    out_flush();
    write_cr0(0x00010033);
    write_cr4(0);
    build();
    number++;
    if (left-- == 0)
        end();
    make_trial(seed, number, &trial);
    enter();
    __builtin_unreachable();
}

static uint32_t take_number(const char **text)
{
    uint32_t value = 0;

    while (**text == ' ')
        (*text)++;
    while (**text >= '0' && **text <= '9')
        value = value * 10 + (uint32_t)(*(*text)++ - '0');
    return value;
}

/* The loader's first word of the command line is the image's name. */
static void take_command_line(const uint32_t *information)
{
    const char *text = (const char *)information[4];

    if (!(information[0] & 4))
        end();
    while (*text && *text != ' ')
        text++;
    seed = take_number(&text);
    number = take_number(&text) - 1;
    left = take_number(&text);
    while (*text == ' ')
        text++;
    verbose = *text == 'v';
}

void monitor_main(const uint32_t *information)
{
    const struct table gdtr = {sizeof gdt - 1, (uint32_t)gdt};

    take_command_line(information);
    build_tables();
    build_pages();
    __asm__ volatile("lgdt %0; ljmp %1, $1f; 1:"
                     :
                     : "m"(gdtr), "i"(MONITOR_CODE));
    __asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%ss"
                     :
                     : "r"(MONITOR_DATA));
    /* No interrupts. */
    __asm__ volatile("outb %%al, $0x21; outb %%al, $0xa1" : : "a"(0xff));
    write_cr3();
    write_cr0(0x80010033);
    next_trial();
}
