/* SPDX-License-Identifier: MIT */
#include "arch/descriptors.h"

#define GDT_ENTRIES 7
#define IDT_ENTRIES 256

#define INTERRUPT_GATE_32 0x8E00u /* present, DPL 0, clears IF */
#define GATE_DPL_3        0x6000u /* ring 3 may use it */
#define TSS_32_AVAILABLE  0x89u   /* present, DPL 0 */

/** What LGDT and LIDT read. */
struct table_register {
    uint16_t limit;
    uint32_t base;
} __attribute__((packed));

struct gate {
    uint16_t offset_low;
    uint16_t selector;
    uint16_t attributes;
    uint16_t offset_high;
};

/** The fields of a 32-bit TSS that we use stand at their places. */
struct tss {
    uint32_t back_link;
    uint32_t esp0;
    uint32_t ss0;
    uint32_t unused[22];
    uint16_t trap;
    uint16_t io_map_base; /**< beyond the limit: no ports for ring 3 */
};

extern char boot_stack_top[];

/* Base 0, limit 4 GiB, 32-bit: code or data, ring 0 or ring 3. */
static uint64_t gdt[GDT_ENTRIES] = {
    [KERNEL_CS / 8] = 0x00CF9A000000FFFFull,
    [KERNEL_DS / 8] = 0x00CF92000000FFFFull,
    [USER_CS / 8] = 0x00CFFA000000FFFFull,
    [USER_DS / 8] = 0x00CFF2000000FFFFull,
};
static struct gate idt[IDT_ENTRIES];
static struct tss tss;

static uint64_t tss_descriptor(uint32_t base, uint32_t limit)
{
    const uint32_t low = (base << 16) | (limit & 0xFFFF);
    const uint32_t high = (base & 0xFF000000) | (limit & 0x000F0000) |
                          (TSS_32_AVAILABLE << 8) | ((base >> 16) & 0xFF);

    return ((uint64_t)high << 32) | low;
}

static void load_segment_registers(void)
{
    __asm__ volatile("ljmp %0, $1f\n"
                     "1:\tmovl %1, %%ds\n\t"
                     "movl %1, %%es\n\t"
                     "movl %1, %%ss\n\t"
                     "movl %2, %%fs\n\t"
                     "movl %2, %%gs"
                     :
                     : "i"(KERNEL_CS), "r"(KERNEL_DS), "r"(0)
                     : "memory");
}

void gdt_init(void)
{
    const struct table_register gdtr = {sizeof(gdt) - 1, (uint32_t)gdt};

    tss.esp0 = (uint32_t)boot_stack_top;
    tss.ss0 = KERNEL_DS;
    tss.io_map_base = sizeof(tss);
    gdt[TSS_SEGMENT / 8] = tss_descriptor((uint32_t)&tss, sizeof(tss) - 1);

    __asm__ volatile("lgdt %0" : : "m"(gdtr));
    load_segment_registers();
    __asm__ volatile("ltr %w0" : : "r"(TSS_SEGMENT));
}

void idt_init(void)
{
    const struct table_register idtr = {sizeof(idt) - 1, (uint32_t)idt};

    __asm__ volatile("lidt %0" : : "m"(idtr));
}

void idt_set_gate(unsigned int vector, void (*entry)(void))
{
    const uint32_t offset = (uint32_t)entry;

    idt[vector].offset_low = (uint16_t)offset;
    idt[vector].selector = KERNEL_CS;
    idt[vector].attributes = INTERRUPT_GATE_32;
    idt[vector].offset_high = (uint16_t)(offset >> 16);
}

void idt_set_user_gate(unsigned int vector, void (*entry)(void))
{
    idt_set_gate(vector, entry);
    idt[vector].attributes |= GATE_DPL_3;
}

void tss_set_stack(unsigned long top)
{
    tss.esp0 = (uint32_t)top;
}
