/* SPDX-License-Identifier: MIT */
/*
 * The cases: random descriptors, gates, task states, frames and page-table
 * entries, and an instruction that meets them. What it would need to go
 * through is likelier than chance has it.
 */
#include "tests/system/guest/layout.h"

enum {
    DESC_TYPE_SHIFT = 8,
    RIGHTS_P = 1 << 15,
    RIGHTS_S = 1 << 12,
    RIGHTS_DB = 1 << 22,
    RIGHTS_G = 1 << 23,
    FLAGS_ANY = 0x00277ed5, /* all but TF, VIF, VIP and the fixed ones */
    FLAG_TF = 1 << 8,
    FLAG_VM = 1 << 17
};

static uint32_t state;

static uint32_t any(void)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

static uint32_t below(uint32_t limit)
{
    return (any() >> 8) % limit;
}

static int one_in(uint32_t count)
{
    return below(count) == 0;
}

/* --- Descriptors --- */

static uint32_t any_limit(void)
{
    static const uint32_t limits[] = {0,      0x2b,   0x2c,    0x66,
                                      0x67,   0xfff,  0x7000,  0x77ff,
                                      0x7801, 0xffff, 0xfffff, 0xfffff};

    return one_in(3) ? limits[below(12)] : 0xfffff;
}

/* Where a transfer leads; or, with 32 bits, to a page that is not there. */
static uint32_t any_offset(void)
{
    return one_in(8) ? LANDING + 0x700000 : LANDING;
}

static uint32_t any_selector(void)
{
    const uint32_t rpl = below(4);

    switch (below(12)) {
    case 0: return rpl;
    case 1: return below(GDT_ENTRIES + 2) << 3 | rpl;
    case 2:
    case 3: return below(LDT_ENTRIES + 1) << 3 | 4 | rpl;
    default: return (FIRST_TRIAL + below(GDT_ENTRIES - FIRST_TRIAL)) << 3 | rpl;
    }
}

static uint32_t usual(uint32_t bit, uint32_t odds)
{
    return one_in(odds) ? 0 : bit;
}

/* Code or data: they begin at 0, for who goes there or pushes there. */
static void make_segment(struct descriptor *descriptor)
{
    uint32_t type = below(16);
    uint32_t limit = one_in(4) ? 0xffff : 0xfffff;

    /* Not where somebody may push: QEMU does not check limits there. */
    if (type < 8 && !(type & 2))
        limit = any_limit();
    else if (type < 8)
        type &= ~4u;
    descriptor->low = limit & 0xffff;
    descriptor->high = (limit & 0xf0000) | type << DESC_TYPE_SHIFT | RIGHTS_S |
                       below(4) << 13 | usual(RIGHTS_P, 8) |
                       usual(RIGHTS_DB, 4) | usual(RIGHTS_G, 4);
}

static void make_gate(struct descriptor *descriptor, uint32_t type)
{
    /* The upper half is reserved in the gates of a 286. */
    const uint32_t offset = type & 8 ? any_offset() : LANDING;

    descriptor->low = any_selector() << 16 | (offset & 0xffff);
    descriptor->high = (offset & 0xffff0000) | type << DESC_TYPE_SHIFT |
                       below(4) << 13 | usual(RIGHTS_P, 8) |
                       (one_in(2) ? below(32) : 0);
}

/* LDT and TSS. */
static void make_table(struct descriptor *descriptor, uint32_t type)
{
    /* Half of the areas are 32-bit tasks, the others those of a 286. */
    const unsigned task =
        below(TASK_COUNT / 2) + (type & 8 ? 0 : TASK_COUNT / 2);
    const uint32_t base = type == 2 ? (uint32_t)ldt : TASKS + task * TASK_SIZE;
    const uint32_t limit = type == 2   ? sizeof ldt - 1
                           : one_in(6) ? any_limit()
                                       : 0x67;

    descriptor->low = base << 16 | (limit & 0xffff);
    descriptor->high = (base & 0xff000000) | (base >> 16 & 0xff) |
                       (limit & 0xf0000) | type << DESC_TYPE_SHIFT |
                       below(4) << 13 | usual(RIGHTS_P, 8);
}

static void make_system(struct descriptor *descriptor)
{
    static const uint8_t types[] = {1, 2, 3, 9, 9, 9, 11, 11, 4, 5, 12, 12};
    const uint32_t type = one_in(6) ? below(16) : types[below(12)];

    switch (type) {
    case 1:
    case 2:
    case 3:
    case 9:
    case 11: make_table(descriptor, type); break;
    default: make_gate(descriptor, type); break;
    }
}

static void make_descriptor(struct descriptor *descriptor)
{
    if (one_in(3))
        make_system(descriptor);
    else
        make_segment(descriptor);
}

static void make_interrupt_gate(struct descriptor *descriptor)
{
    static const uint8_t types[] = {5, 6, 7, 14, 14, 15};

    make_gate(descriptor, one_in(8) ? below(16) : types[below(6)]);
}

/* A selector of a random descriptor that fits, if chance made one. */
static uint32_t fitting(uint32_t mask, uint32_t value)
{
    const unsigned first = below(GDT_ENTRIES);

    for (unsigned i = 0; i < GDT_ENTRIES; i++) {
        const unsigned at = (first + i) % GDT_ENTRIES;

        if (at >= FIRST_TRIAL && (gdt[at].high & mask) == value)
            return at << 3 | (one_in(2) ? gdt[at].high >> 13 & 3 : below(4));
    }
    return any_selector();
}

static uint32_t code_selector(const struct trial *trial)
{
    if (trial->v86)
        return 0;
    return one_in(5) ? any_selector() : fitting(0x1800, 0x1800);
}

static uint32_t stack_selector(void)
{
    return one_in(5) ? any_selector() : fitting(0x1a00, 0x1200);
}

static uint32_t task_selector(void)
{
    return one_in(6) ? any_selector() : fitting(0x1500, 0x0100);
}

static uint32_t gate_selector(void)
{
    return one_in(6) ? any_selector() : fitting(0x1400, 0x0400);
}

/* --- Task states --- */

static uint32_t any_flags(void)
{
    uint32_t flags = any() & FLAGS_ANY;

    if (!one_in(4))
        flags &= ~(uint32_t)FLAG_VM;
    return flags | 2;
}

static void make_task32(struct tss *tss)
{
    tss->word[0] = any_selector();
    for (unsigned i = 0; i < 3; i++) {
        if (one_in(6))
            tss->word[2 + 2 * i] = stack_selector();
    }
    if (one_in(2))
        tss->word[9] = any_flags();
    for (unsigned i = 18; i < 24; i++) {
        if (one_in(4))
            tss->word[i] = any_selector();
    }
    if (one_in(2))
        tss->word[19] = fitting(0x1800, 0x1800);
    if (one_in(2))
        tss->word[20] = stack_selector();
    tss->word[24] = one_in(3) ? any_selector() : one_in(2) ? LDT_SELECTOR : 0;
    if (one_in(8))
        tss->word[25] |= 1;
}

/* The layout of a 286: words, and other places. */
static void make_task16(uint32_t at)
{
    store16(at, any_selector());
    for (unsigned i = 0; i < 3; i++) {
        store16(at + 2 + 4 * i, STACKS + i * 0x1000 + STACK_TOP);
        store16(at + 4 + 4 * i, i ? DATA_SELECTOR(i) : MONITOR_DATA);
    }
    store16(at + 14, LANDING);
    store16(at + 16, any_flags());
    store16(at + 26, TRIAL_STACK);
    store16(at + 34, one_in(3) ? any_selector() : MONITOR_DATA);
    store16(at + 36, one_in(3) ? fitting(0x1800, 0x1800) : MONITOR_CODE);
    store16(at + 38, one_in(3) ? stack_selector() : MONITOR_STACK16);
    store16(at + 40, one_in(3) ? any_selector() : MONITOR_DATA);
    store16(at + 42, one_in(4) ? any_selector() : 0);
}

static void make_tasks(void)
{
    for (unsigned i = 0; i < TASK_COUNT; i++) {
        const uint32_t base = TASKS + i * TASK_SIZE;

        if (i < TASK_COUNT / 2)
            make_task32((struct tss *)base);
        else
            make_task16(base);
    }
    /* Where an IRET with NT goes back to, and inner stacks. */
    store16(MAIN_TASK, task_selector());
    for (unsigned i = 0; i < 3; i++) {
        if (one_in(8))
            store16(MAIN_TASK + 8 + 8 * i, stack_selector());
    }
}

/* --- Instructions --- */

static void code(struct trial *trial, uint32_t bytes, unsigned count)
{
    while (count-- > 0) {
        trial->code[trial->length++] = (uint8_t)bytes;
        bytes >>= 8;
    }
}

static void push(struct trial *trial, uint32_t value, unsigned size)
{
    trial->launch.esp -= size;
    if (size == 4)
        store32(trial->launch.esp, value);
    else
        store16(trial->launch.esp, value);
}

static unsigned operand_size(struct trial *trial)
{
    if (!one_in(4))
        return trial->v86 ? 2 : 4;
    code(trial, 0x66, 1);
    return trial->v86 ? 4 : 2;
}

static void load_segment(struct trial *trial)
{
    static const uint8_t registers[] = {0xc0, 0xd0, 0xd8, 0xe0, 0xe8};
    static const uint8_t pops[] = {0x07, 0x17, 0x1f};

    trial->name = "load";
    trial->launch.eax = one_in(3) ? stack_selector() : any_selector();
    if (one_in(3)) {
        push(trial, trial->launch.eax, 4);
        code(trial, pops[below(3)], 1);
    } else {
        code(trial, 0x8e, 1);
        code(trial, registers[below(5)], 1);
    }
}

static void load_pointer(struct trial *trial)
{
    static const uint8_t opcodes[] = {0xb2, 0xb4, 0xb5};

    trial->name = "pointer";
    store32(DATA, any());
    store16(DATA + 4, any_selector());
    trial->launch.ebx = DATA;
    if (one_in(2)) {
        code(trial, 0xc4 + below(2), 1);
    } else {
        code(trial, 0x0f, 1);
        code(trial, opcodes[below(3)], 1);
    }
    code(trial, 0x0b, 1); /* ecx, [ebx] */
}

static void ask(struct trial *trial)
{
    static const uint8_t opcodes[][3] = {{0x0f, 0x02, 0xc8},
                                         {0x0f, 0x03, 0xc8},
                                         {0x0f, 0x00, 0xe0},
                                         {0x0f, 0x00, 0xe8}};
    const uint8_t *chosen = opcodes[below(4)];

    trial->name = "ask";
    trial->launch.eax = any_selector();
    for (unsigned i = 0; i < 3; i++)
        code(trial, chosen[i], 1);
}

static void load_table(struct trial *trial)
{
    trial->name = "table";
    trial->launch.eax = one_in(2) ? task_selector() : any_selector();
    if (one_in(2))
        trial->launch.eax = fitting(0x1f00, 0x0200);
    code(trial, 0x0f, 1);
    code(trial, 0x00, 1);
    code(trial, 0xd0 + below(2) * 8, 1);
}

static void go_far(struct trial *trial)
{
    const uint32_t offset = trial->v86 ? LANDING : any_offset();
    uint32_t selector = code_selector(trial);
    unsigned size;

    trial->name = "far";
    if (one_in(3) && !trial->v86)
        selector = gate_selector();
    else if (one_in(3) && !trial->v86)
        selector = task_selector();
    size = operand_size(trial);
    code(trial, one_in(2) ? 0xea : 0x9a, 1);
    code(trial, offset, size);
    code(trial, selector, 2);
}

static void return_far(struct trial *trial)
{
    const unsigned size = operand_size(trial);
    const uint32_t selector = code_selector(trial);

    trial->name = "retf";
    push(trial, stack_selector(), size);
    push(trial, STACKS + 0xc00 + below(4) * 0x1000, size);
    if (one_in(2)) {
        code(trial, 0xca, 1);
        code(trial, 8, 2);
        push(trial, 0, 4);
        push(trial, 0, 4);
    } else {
        code(trial, 0xcb, 1);
    }
    push(trial, selector, size);
    push(trial, LANDING, size);
}

static void return_interrupt(struct trial *trial)
{
    const unsigned size = operand_size(trial);
    uint32_t flags = any_flags();

    if (trial->cpl != 0)
        flags &= ~(uint32_t)FLAG_VM;
    trial->name = "iret";
    if (flags & FLAG_VM && size == 4) {
        for (unsigned i = 0; i < 4; i++)
            push(trial, any() & 0xfff, 4);
        push(trial, 0x900 + below(16), 4);
        push(trial, below(0x1000), 4);
        push(trial, flags, 4);
        push(trial, 0, 4);
    } else {
        push(trial, stack_selector(), size);
        push(trial, STACKS + 0xc00 + below(4) * 0x1000, size);
        push(trial, flags, size);
        push(trial, code_selector(trial), size);
    }
    push(trial, LANDING, size);
    if (one_in(6))
        trial->launch.eflags |= 1 << 14;
    code(trial, 0xcf, 1);
}

static void interrupt(struct trial *trial)
{
    trial->name = "int";
    code(trial, 0xcd, 1);
    code(trial, TRIAL_VECTOR + below(TRIAL_GATES), 1);
}

static void flags(struct trial *trial)
{
    static const uint8_t opcodes[] = {0xfa, 0xfb, 0x9c, 0x9d, 0xee, 0xec};

    trial->name = "flags";
    (void)operand_size(trial);
    push(trial, any_flags(), 4);
    trial->launch.edx = 0xe0 + below(8);
    code(trial, opcodes[below(6)], 1);
    if (one_in(2))
        code(trial, 0x9c58, 2); /* pop eax; pushf */
}

static void touch_page(struct trial *trial)
{
    static const uint8_t opcodes[][2] = {
        {0x8b, 0x0b}, {0x89, 0x0b}, {0xff, 0xe3}, {0xff, 0x33}};
    const uint8_t *chosen = opcodes[below(4)];

    trial->name = "page";
    page_directory[1] = (uint32_t)page_table[1] | (any() & 0x67) | usual(1, 8) |
                        usual(4, 4) | usual(2, 4);
    for (unsigned i = 0; i < WINDOW_PAGES; i++)
        page_table[1][i] =
            (one_in(2) ? DATA : CODE) | (any() & 0x67) | usual(1, 8);
    trial->launch.ebx = WINDOW + below(WINDOW_PAGES) * 0x1000;
    trial->launch.ebx += one_in(4) ? 0xffe : 0x800;
    if (one_in(2))
        trial->cr0 &= ~0x10000u;
    code(trial, chosen[0], 1);
    code(trial, chosen[1], 1);
}

static void set_control(struct trial *trial)
{
    trial->name = "control";
    trial->launch.eax = (any() & 0xc005003e) | 0x80000001;
    if (trial->launch.eax & 0x40000000)
        trial->launch.eax |= any() & 0x20000000;
    switch (below(4)) {
    case 0: code(trial, 0xc0220f, 3); break;
    case 1: code(trial, 0xf0010f, 3); break; /* lmsw ax */
    case 2:
        trial->launch.eax = any() & 0x9f;
        code(trial, 0xe0220f, 3);
        break;
    default: code(trial, 0xc1200f | below(5) << 19, 3); break;
    }
}

static void start(struct trial *trial)
{
    const uint32_t iopl = below(4);

    *trial = (struct trial){.name = ""};
    trial->cpl = below(4);
    trial->v86 = one_in(12);
    trial->cr0 = 0x80010033;
    trial->data_selector = DATA_SELECTOR(3);
    trial->launch.eip = CODE;
    trial->launch.esp = TRIAL_STACK;
    trial->launch.eflags = 2 | iopl << 12 | (one_in(16) ? FLAG_TF : 0);
    trial->launch.cs = trial->cpl ? CODE_SELECTOR(trial->cpl) : MONITOR_CODE;
    trial->launch.ss = trial->cpl ? DATA_SELECTOR(trial->cpl) : MONITOR_DATA;
    if (!trial->v86)
        return;
    trial->cpl = 3;
    trial->launch.eflags |= FLAG_VM;
    trial->launch.cs = 0;
    trial->launch.ss = 0;
}

void make_trial(uint32_t seed, uint32_t number, struct trial *trial)
{
    static void (*const makers[])(struct trial *) = {
        load_segment, load_pointer,     ask,        load_table,
        go_far,       go_far,           return_far, interrupt,
        interrupt,    return_interrupt, flags,      return_interrupt,
        touch_page,   set_control};

    state = (seed + 1) * 0x9e3779b9u ^ (number + 1) * 0x85ebca6bu;
    state |= state == 0;
    for (unsigned i = 0; i < 8; i++)
        (void)any();
    for (unsigned i = FIRST_TRIAL; i < GDT_ENTRIES; i++)
        make_descriptor(&gdt[i]);
    for (unsigned i = 1; i < LDT_ENTRIES; i++)
        make_descriptor(&ldt[i]);
    for (unsigned i = 0; i < TRIAL_GATES; i++)
        make_interrupt_gate(&idt[TRIAL_VECTOR + i]);
    make_tasks();
    start(trial);
    makers[below(sizeof makers / sizeof makers[0])](trial);
}
