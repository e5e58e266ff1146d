/* SPDX-License-Identifier: MIT */
#include "devices/i8259_pic.h"

/* 8259A data sheet, "Initialization Command Words". */
enum {
    ICW1_IC4 = 0x01,  /* ICW4 follows */
    ICW1_SNGL = 0x02, /* no cascade, no ICW3 */
    ICW1_ADI = 0x04,  /* MCS-80: vectors 4 bytes apart, not 8 */
    ICW1_LTIM = 0x08, /* level-triggered inputs */
    ICW1_SELECT = 0x10,
    ICW4_UPM = 0x01,  /* 8086 vectors, not MCS-80 calls */
    ICW4_AEOI = 0x02, /* automatic end of interrupt */
    ICW4_SFNM = 0x10  /* special fully nested mode */
};

/* 8259A data sheet, "Operation Command Words". */
enum {
    OCW2_LEVEL = 0x07,
    OCW2_EOI = 0x20,
    OCW2_SL = 0x40, /* the level is specific */
    OCW2_R = 0x80,  /* rotate */
    OCW2_COMMAND = OCW2_R | OCW2_SL | OCW2_EOI,
    OCW3_RIS = 0x01,
    OCW3_RR = 0x02,
    OCW3_POLL = 0x04,
    OCW3_SELECT = 0x08,
    OCW3_SMM = 0x20,
    OCW3_ESMM = 0x40
};

enum { NO_LEVEL = 8, SPURIOUS_LEVEL = 7, POLL_INTERRUPT = 0x80 };

static uint8_t bit(unsigned level)
{
    return (uint8_t)(1u << level);
}

/* How many inputs come before `level` in the present priority order. */
static unsigned rank_of(const struct i8259_pic *pic, unsigned level)
{
    return (level - pic->lowest_priority - 1u) & 7;
}

/* The level of highest priority among `levels`, or NO_LEVEL. */
static unsigned highest(const struct i8259_pic *pic, uint8_t levels)
{
    for (unsigned rank = 0; rank < 8; rank++) {
        const unsigned level = (pic->lowest_priority + 1u + rank) & 7;

        if (levels & bit(level))
            return level;
    }
    return NO_LEVEL;
}

static bool is_cascade_input(const struct i8259_pic *pic, unsigned level)
{
    return !(pic->icw1 & ICW1_SNGL) && (pic->icw3 & bit(level));
}

/*
 * The level that INT is, or would be, raised for; NO_LEVEL if none may
 * interrupt those in service. In special mask mode a masked level in service
 * holds nobody back; in special fully nested mode a slave may interrupt
 * itself. 8259A data sheet, "Fully Nested Mode" and the following.
 */
static unsigned requesting_level(const struct i8259_pic *pic)
{
    const uint8_t in_service =
        pic->special_mask ? (uint8_t)(pic->isr & ~pic->imr) : pic->isr;
    const unsigned request = highest(pic, (uint8_t)(pic->irr & ~pic->imr));
    const unsigned served = highest(pic, in_service);

    if (request == NO_LEVEL || served == NO_LEVEL)
        return request;
    if (request == served && (pic->icw4 & ICW4_SFNM) &&
        is_cascade_input(pic, request))
        return request;
    return rank_of(pic, request) < rank_of(pic, served) ? request : NO_LEVEL;
}

static void drive_int(struct i8259_pic *pic, bool level)
{
    if (pic->int_pin == level)
        return;
    pic->int_pin = level;
    irq_set(&pic->output, level);
}

static void update_int(struct i8259_pic *pic)
{
    drive_int(pic, requesting_level(pic) != NO_LEVEL);
}

static uint8_t level_triggered(const struct i8259_pic *pic)
{
    return pic->icw1 & ICW1_LTIM ? 0xff : pic->elcr;
}

void i8259_pic_init(struct i8259_pic *pic, uint8_t elcr_writable,
                    struct irq_line output)
{
    *pic = (struct i8259_pic){.elcr_writable = elcr_writable, .output = output};
    i8259_pic_reset(pic);
}

void i8259_pic_reset(struct i8259_pic *pic)
{
    const bool was_high = pic->int_pin;

    *pic = (struct i8259_pic){.lines = pic->lines,
                              .icw4 = ICW4_UPM,
                              .lowest_priority = 7,
                              .elcr_writable = pic->elcr_writable,
                              .output = pic->output,
                              .traced = pic->traced};
    if (was_high)
        irq_set(&pic->output, false);
}

/*
 * An edge is latched, but the input has to stay high until it is
 * acknowledged. 8259A data sheet, "Edge and Level Triggered Modes".
 */
void i8259_pic_set_line(void *context, unsigned line, bool level)
{
    struct i8259_pic *pic = context;
    const uint8_t mask = bit(line & 7);

    if (level != ((pic->lines & mask) != 0))
        trace_lines_level(&pic->traced, line & 7, level);
    if (!level) {
        pic->lines &= (uint8_t)~mask;
        pic->irr &= (uint8_t)~mask;
    } else {
        if (!(pic->lines & mask) || (level_triggered(pic) & mask))
            pic->irr |= mask;
        pic->lines |= mask;
    }
    update_int(pic);
}

static void end_of_interrupt(struct i8259_pic *pic, unsigned level, bool rotate)
{
    if (level == NO_LEVEL)
        return;
    pic->isr &= (uint8_t)~bit(level);
    if (rotate)
        pic->lowest_priority = (uint8_t)level;
}

/*
 * Take the request into service. INT falls during the sequence even if there
 * is another request, so that a master in edge mode sees that one too.
 */
static unsigned take_request(struct i8259_pic *pic)
{
    const unsigned level = requesting_level(pic);

    drive_int(pic, false);
    if (level == NO_LEVEL)
        return NO_LEVEL;
    pic->isr |= bit(level);
    pic->irr &= (uint8_t)(~bit(level) | (level_triggered(pic) & pic->lines));
    if (pic->icw4 & ICW4_AEOI)
        end_of_interrupt(pic, level, pic->rotate_on_auto_eoi);
    return level;
}

/* The second byte of the acknowledge sequence. */
static uint8_t vector_of(const struct i8259_pic *pic, unsigned level)
{
    if (pic->icw4 & ICW4_UPM)
        return (uint8_t)((pic->icw2 & 0xf8) | level);
    if (pic->icw1 & ICW1_ADI)
        return (uint8_t)((pic->icw1 & 0xe0) | level << 2);
    return (uint8_t)((pic->icw1 & 0xc0) | level << 3);
}

/* The vector for `level`, or that of a request which has gone. */
static uint8_t answer(const struct i8259_pic *pic, unsigned level)
{
    const bool spurious = level == NO_LEVEL;
    const unsigned number = spurious ? SPURIOUS_LEVEL : level;
    const uint8_t vector = vector_of(pic, number);

    trace_lines_acknowledge(&pic->traced,
                            spurious ? LINE_SPURIOUS : LINE_ACKNOWLEDGE, number,
                            vector);
    return vector;
}

static uint8_t acknowledge_alone(struct i8259_pic *pic)
{
    const unsigned level = take_request(pic);

    update_int(pic);
    return answer(pic, level);
}

uint8_t i8259_pic_acknowledge(struct i8259_pic *master, struct i8259_pic *slave)
{
    const unsigned level = take_request(master);
    uint8_t vector;

    if (level != NO_LEVEL && is_cascade_input(master, level)) {
        /* Nobody drives the data bus if no slave has that number. */
        vector = 0xff;
        if ((slave->icw3 & 7u) == level)
            vector = acknowledge_alone(slave);
        else
            trace_lines_acknowledge(&master->traced, LINE_ACKNOWLEDGE, level,
                                    vector);
    } else {
        vector = answer(master, level);
    }
    update_int(master);
    return vector;
}

static void write_icw1(struct i8259_pic *pic, uint8_t value)
{
    pic->icw1 = value;
    pic->icw3 = 0;
    if (!(value & ICW1_IC4))
        pic->icw4 = 0;
    pic->expects = I8259_ICW2;
    pic->imr = 0;
    pic->isr = 0;
    pic->irr = pic->lines & level_triggered(pic);
    pic->lowest_priority = 7;
    pic->rotate_on_auto_eoi = false;
    pic->special_mask = false;
    pic->read_isr = false;
    pic->poll = false;
}

static void write_ocw2(struct i8259_pic *pic, uint8_t value)
{
    const unsigned level = value & OCW2_LEVEL;
    const bool rotate = (value & OCW2_R) != 0;
    uint8_t candidates = pic->isr;

    switch (value & OCW2_COMMAND) {
    case OCW2_EOI:
    case OCW2_R | OCW2_EOI:
        if (pic->special_mask)
            candidates &= (uint8_t)~pic->imr;
        end_of_interrupt(pic, highest(pic, candidates), rotate);
        break;
    case OCW2_SL | OCW2_EOI:
    case OCW2_R | OCW2_SL | OCW2_EOI:
        end_of_interrupt(pic, level, rotate);
        break;
    case OCW2_R | OCW2_SL: pic->lowest_priority = (uint8_t)level; break;
    case OCW2_R:
    case 0: pic->rotate_on_auto_eoi = rotate; break;
    default: break; /* SL alone: no operation */
    }
}

static void write_ocw3(struct i8259_pic *pic, uint8_t value)
{
    if (value & OCW3_ESMM)
        pic->special_mask = (value & OCW3_SMM) != 0;
    pic->poll = (value & OCW3_POLL) != 0;
    if (value & OCW3_RR)
        pic->read_isr = (value & OCW3_RIS) != 0;
}

static void write_command(struct i8259_pic *pic, uint8_t value)
{
    if (value & ICW1_SELECT)
        write_icw1(pic, value);
    else if (value & OCW3_SELECT)
        write_ocw3(pic, value);
    else
        write_ocw2(pic, value);
}

static uint8_t after_icw3(const struct i8259_pic *pic)
{
    return pic->icw1 & ICW1_IC4 ? I8259_ICW4 : I8259_OCW1;
}

static void write_data(struct i8259_pic *pic, uint8_t value)
{
    switch ((enum i8259_expects)pic->expects) {
    case I8259_OCW1: pic->imr = value; break;
    case I8259_ICW2:
        pic->icw2 = value;
        pic->expects = pic->icw1 & ICW1_SNGL ? after_icw3(pic) : I8259_ICW3;
        break;
    case I8259_ICW3:
        pic->icw3 = value;
        pic->expects = after_icw3(pic);
        break;
    case I8259_ICW4:
        pic->icw4 = value;
        pic->expects = I8259_OCW1;
        break;
    }
}

/* The read is the acknowledge. 8259A data sheet, "Poll Command". */
static uint8_t poll(struct i8259_pic *pic)
{
    const unsigned level = take_request(pic);

    pic->poll = false;
    update_int(pic);
    if (level != NO_LEVEL)
        trace_lines_acknowledge(&pic->traced, LINE_POLL, level, 0);
    return level == NO_LEVEL ? 0 : (uint8_t)(POLL_INTERRUPT | level);
}

uint32_t i8259_pic_read(void *context, uint32_t offset, unsigned size)
{
    struct i8259_pic *pic = context;

    (void)size;
    if (pic->poll)
        return poll(pic);
    if (offset == 1)
        return pic->imr;
    return pic->read_isr ? pic->isr : pic->irr;
}

void i8259_pic_write(void *context, uint32_t offset, unsigned size,
                     uint32_t value)
{
    struct i8259_pic *pic = context;

    (void)size;
    if (offset == 0)
        write_command(pic, (uint8_t)value);
    else
        write_data(pic, (uint8_t)value);
    update_int(pic);
}

uint32_t i8259_pic_read_elcr(void *context, uint32_t offset, unsigned size)
{
    const struct i8259_pic *pic = context;

    (void)offset;
    (void)size;
    return pic->elcr;
}

void i8259_pic_write_elcr(void *context, uint32_t offset, unsigned size,
                          uint32_t value)
{
    struct i8259_pic *pic = context;
    uint8_t became_level;

    (void)offset;
    (void)size;
    became_level = (uint8_t)(value & pic->elcr_writable & ~pic->elcr);
    pic->elcr = (uint8_t)(value & pic->elcr_writable);
    pic->irr |= pic->lines & became_level;
    update_int(pic);
}
