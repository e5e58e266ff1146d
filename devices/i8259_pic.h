/* SPDX-License-Identifier: MIT */
/*
 * 8259A programmable interrupt controller: eight request lines in, one INT
 * line out. A second chip's INT goes to an input of the first (cascade).
 *
 *   in    request lines; commands by two ports and the ELCR
 *   out   INT, and at the acknowledge cycle the vector
 *   next  the processor, or the first chip, through `output`
 *
 * "8259A Programmable Interrupt Controller" data sheet; for the edge/level
 * register, "82371SB (PIIX3)" data sheet, "Edge/Level Control Registers".
 */
#ifndef DEVICES_I8259_PIC_H
#define DEVICES_I8259_PIC_H

#include "bus/irq.h"
#include "trace/lines.h"

/** Which word the data port takes next. */
enum i8259_expects { I8259_OCW1, I8259_ICW2, I8259_ICW3, I8259_ICW4 };

struct i8259_pic {
    uint8_t lines; /**< level of the IR inputs */
    uint8_t irr;   /**< interrupt request register */
    uint8_t isr;   /**< in-service register */
    uint8_t imr;   /**< interrupt mask register */
    uint8_t elcr;  /**< one bit per input: level-triggered */
    uint8_t icw1;
    uint8_t icw2;
    uint8_t icw3;
    uint8_t icw4;
    uint8_t expects;         /**< enum i8259_expects */
    uint8_t lowest_priority; /**< input with the lowest priority */
    bool rotate_on_auto_eoi;
    bool special_mask;
    bool read_isr;          /**< the command port shows ISR instead of IRR */
    bool poll;              /**< the next read is a poll */
    bool int_pin;           /**< level of the INT output */
    uint8_t elcr_writable;  /**< inputs whose trigger may be chosen */
    struct irq_line output; /**< where INT goes */
    /** Who is told of the IR inputs; nobody, unless set. */
    struct trace_lines traced;
};

/** Fill in; `elcr_writable` has a bit for each input that ELCR may change. */
void i8259_pic_init(struct i8259_pic *pic, uint8_t elcr_writable,
                    struct irq_line output);

/** The state of power-on: nothing masked, nothing pending, edges. */
void i8259_pic_reset(struct i8259_pic *pic);

/** Drive IR input `line` (0 to 7); fits struct irq_line. */
void i8259_pic_set_line(void *context, unsigned line, bool level);

/**
 * The interrupt acknowledge sequence of the processor: the vector, from the
 * slave when the master's ICW3 says so and the slave's agrees. Without a
 * request left it is input 7's, and no in-service bit is set ("spurious").
 */
uint8_t i8259_pic_acknowledge(struct i8259_pic *master,
                              struct i8259_pic *slave);

/** Command port at offset 0 (A0 = 0), data port at offset 1. */
uint32_t i8259_pic_read(void *context, uint32_t offset, unsigned size);
void i8259_pic_write(void *context, uint32_t offset, unsigned size,
                     uint32_t value);

/** The edge/level control register. */
uint32_t i8259_pic_read_elcr(void *context, uint32_t offset, unsigned size);
void i8259_pic_write_elcr(void *context, uint32_t offset, unsigned size,
                          uint32_t value);

#endif
