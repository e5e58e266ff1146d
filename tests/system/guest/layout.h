/* SPDX-License-Identifier: MIT */
/*
 * Where things are in the monitor that tries the system side of a processor,
 * and what its parts share. All is identity-mapped; the arena lies below
 * 64 KiB, so that 16-bit gates and stacks reach it.
 */
#ifndef TESTS_SYSTEM_GUEST_LAYOUT_H
#define TESTS_SYSTEM_GUEST_LAYOUT_H

#define ARENA        0x7000 /* first page that cases see and may change */
#define CODE         0x7000 /* the instruction on trial, and INT 0x30 */
#define LANDING      0x7800 /* where transfers lead: INT 0x30 */
#define DATA         0x8000
#define STACKS       0x9000 /* a page for each privilege */
#define STACK_TOP    0xf00  /* in such a page */
#define TRIAL_STACK  0xdf00
#define TASKS        0xe000 /* 32-bit or 16-bit, as their descriptors say */
#define TASK_SIZE    0x100
#define TASK_COUNT   4
#define MAIN_TASK    0xe800
#define FAULT_TASK   0xe900
#define ARENA_END    0xf000
#define WINDOW       0x400000 /* linear pages whose entries cases choose */
#define WINDOW_PAGES 8

/* Selectors of the monitor. */
#define MONITOR_CODE       0x08
#define MONITOR_DATA       0x10
#define MONITOR_STACK16    0x18
#define CODE_SELECTOR(cpl) (0x18 + (cpl)*8 + (cpl)) /* cpl 1 to 3: 0x20.. */
#define DATA_SELECTOR(cpl) (0x38 + (cpl)*8 + (cpl))
#define MAIN_SELECTOR      0x58
#define FAULT_SELECTOR     0x60
#define LDT_SELECTOR       0x68
#define FIRST_TRIAL        14 /* descriptors from here on are random */
#define GDT_ENTRIES        32
#define LDT_ENTRIES        8

/* Vectors. */
#define TRIAL_VECTOR 0x40 /* 16 random gates */
#define TRIAL_GATES  16
#define DONE_VECTOR  0x30

#ifndef __ASSEMBLER__

typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long long uint64_t;

struct descriptor {
    uint32_t low;
    uint32_t high;
};

/* What a stub saves below the processor's frame. */
struct trap {
    uint32_t ss, gs, fs, es, ds;
    uint32_t edi, esi, ebp, stub_esp, ebx, edx, ecx, eax;
    uint32_t vector;
    uint32_t error_code;
    uint32_t eip, cs, eflags;
    uint32_t esp, outer_ss; /* of an outer privilege only */
    uint32_t v86_es, v86_ds, v86_fs, v86_gs;
};

struct tss {
    uint32_t word[26];
};

/* Registers as POPA takes them, and the frame of an IRET. */
struct launch {
    uint32_t edi, esi, ebp, unused, ebx, edx, ecx, eax;
    uint32_t eip, cs, eflags, esp, ss, es, ds, fs, gs;
};

/* One case. */
struct trial {
    const char *name;
    unsigned cpl;
    int v86;
    uint8_t code[24];
    unsigned length;
    struct launch launch;
    uint16_t data_selector; /* in DS to GS at the start */
    uint32_t cr0;
    uint32_t cr4;
};

extern struct descriptor gdt[GDT_ENTRIES];
extern struct descriptor ldt[LDT_ENTRIES];
extern struct descriptor idt[256];
extern uint32_t page_directory[1024];
extern uint32_t page_table[2][1024];

/* start.S */
extern const uint32_t stubs[64];
void go(const struct launch *launch, uint32_t data_selector)
    __attribute__((noreturn));
void fault_task_entry(void);

/* cases.c: make case `number` of `seed` in the tables and the arena. */
void make_trial(uint32_t seed, uint32_t number, struct trial *trial);

/* out.c */
void out_text(const char *text);
void out_hex(uint32_t value, unsigned digits);
void out_number(uint32_t value);
void out_flush(void);

static inline uint8_t *memory_at(uint32_t address)
{
    return (uint8_t *)address;
}

static inline void store16(uint32_t address, uint32_t value)
{
    *(volatile uint16_t *)address = (uint16_t)value;
}

static inline void store32(uint32_t address, uint32_t value)
{
    *(volatile uint32_t *)address = value;
}

#endif
#endif
