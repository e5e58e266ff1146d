/* SPDX-License-Identifier: MIT */
#include "drivers/pic.h"

#include "arch/io.h"
#include "arch/traps.h"

#define MASTER_COMMAND 0x20
#define MASTER_DATA    0x21
#define SLAVE_COMMAND  0xA0
#define SLAVE_DATA     0xA1

#define ICW1_INIT_ICW4   0x11 /* edge triggered, cascaded, ICW4 follows */
#define ICW4_8086        0x01
#define CASCADE_IRQ      2 /* the slave hangs on this line of the master */
#define END_OF_INTERRUPT 0x20

static uint16_t masked = 0xFFFF;

static void write_masks(void)
{
    outb((uint8_t)masked, MASTER_DATA);
    outb((uint8_t)(masked >> 8), SLAVE_DATA);
}

void pic_init(void)
{
    outb(ICW1_INIT_ICW4, MASTER_COMMAND);
    outb(ICW1_INIT_ICW4, SLAVE_COMMAND);
    outb(TRAP_IRQ_BASE, MASTER_DATA);
    outb(TRAP_IRQ_BASE + 8, SLAVE_DATA);
    outb(1 << CASCADE_IRQ, MASTER_DATA);
    outb(CASCADE_IRQ, SLAVE_DATA);
    outb(ICW4_8086, MASTER_DATA);
    outb(ICW4_8086, SLAVE_DATA);
    masked = (uint16_t) ~(1u << CASCADE_IRQ);
    write_masks();
}

void pic_unmask(unsigned int irq)
{
    masked &= (uint16_t) ~(1u << irq);
    write_masks();
}

void pic_end_of_interrupt(unsigned int irq)
{
    if (irq >= 8)
        outb(END_OF_INTERRUPT, SLAVE_COMMAND);
    outb(END_OF_INTERRUPT, MASTER_COMMAND);
}
