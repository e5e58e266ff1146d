/* SPDX-License-Identifier: MIT */
/*
 * The pair of 8259A interrupt controllers.
 *
 * They come up, for historical reasons, with vectors that the processor uses
 * for its own exceptions; we move them to 32 and up.
 */
#ifndef DRIVERS_PIC_H
#define DRIVERS_PIC_H

/** Move the vectors to TRAP_IRQ_BASE and mask all lines. */
void pic_init(void);

void pic_unmask(unsigned int irq);

/** Tell the chips that the interrupt has been served. */
void pic_end_of_interrupt(unsigned int irq);

#endif
