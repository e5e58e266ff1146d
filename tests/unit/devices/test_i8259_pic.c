/* SPDX-License-Identifier: MIT */
#include "devices/i8259_pic.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/run_tests.h"
#include "trace/line.h"

enum { COMMAND = 0, DATA = 1, NONE = 8 };

enum {
    ICW1 = 0x11, /* edge, cascade, ICW4 */
    ICW1_LEVEL = 0x19,
    ICW1_SINGLE = 0x13,
    ICW4_8086 = 0x01,
    ICW4_AEOI = 0x03,
    ICW4_SFNM = 0x11,
    EOI = 0x20,
    SPECIFIC_EOI = 0x60,
    ROTATE_EOI = 0xa0,
    ROTATE_SPECIFIC_EOI = 0xe0,
    SET_PRIORITY = 0xc0,
    ROTATE_IN_AEOI = 0x80,
    NO_ROTATE_IN_AEOI = 0x00,
    READ_IRR = 0x0a,
    READ_ISR = 0x0b,
    POLL = 0x0c,
    SPECIAL_MASK = 0x68,
    NO_SPECIAL_MASK = 0x48
};

struct fixture {
    struct i8259_pic master;
    struct i8259_pic slave;
    bool intr;
    unsigned intr_changes;
};

static void drive_intr(void *context, unsigned line, bool level)
{
    struct fixture *fixture = context;

    (void)line;
    fixture->intr = level;
    fixture->intr_changes++;
}

static void command(struct i8259_pic *pic, unsigned value)
{
    i8259_pic_write(pic, COMMAND, 1, value);
}

static void mask(struct i8259_pic *pic, unsigned value)
{
    i8259_pic_write(pic, DATA, 1, value);
}

static unsigned read_register(struct i8259_pic *pic, unsigned which)
{
    command(pic, which);
    return i8259_pic_read(pic, COMMAND, 1);
}

static void program(struct i8259_pic *pic, unsigned icw1, unsigned icw2,
                    unsigned icw3, unsigned icw4)
{
    command(pic, icw1);
    i8259_pic_write(pic, DATA, 1, icw2);
    if (!(icw1 & 2))
        i8259_pic_write(pic, DATA, 1, icw3);
    if (icw1 & 1)
        i8259_pic_write(pic, DATA, 1, icw4);
}

static void setup_as(struct fixture *f, unsigned icw1, unsigned icw4)
{
    const struct irq_line intr = {.set = drive_intr, .context = f};
    const struct irq_line cascade = {
        .set = i8259_pic_set_line, .context = &f->master, .line = 2};

    *f = (struct fixture){.intr = false};
    i8259_pic_init(&f->master, 0xf8, intr);
    i8259_pic_init(&f->slave, 0xde, cascade);
    program(&f->master, icw1, 0x20, 0x04, icw4);
    program(&f->slave, icw1, 0x28, 0x02, icw4 & 0x0f);
}

static void setup(struct fixture *f)
{
    setup_as(f, ICW1, ICW4_8086);
}

static void set_irq(struct fixture *f, unsigned irq, bool level)
{
    i8259_pic_set_line(irq < 8 ? &f->master : &f->slave, irq % 8, level);
}

static unsigned acknowledge(struct fixture *f)
{
    return i8259_pic_acknowledge(&f->master, &f->slave);
}

/*
 * The data sheet's words, by bare enumeration: the priority order begins
 * after the lowest and goes round; a request interrupts only what comes after
 * it; with special mask, levels in service that are masked do not count.
 */
static unsigned expected_level(unsigned irr, unsigned isr, unsigned imr,
                               unsigned lowest, bool special_mask)
{
    for (unsigned i = 1; i <= 8; i++) {
        const unsigned level = (lowest + i) % 8;
        const unsigned here = 1u << level;

        if ((isr & here) && !(special_mask && (imr & here)))
            return NONE;
        if ((irr & here) && !(imr & here))
            return level;
    }
    return NONE;
}

static void check_state(const struct fixture *base, unsigned registers,
                        unsigned lowest, bool special_mask)
{
    const unsigned irr = registers & 0xff;
    const unsigned isr = registers >> 8 & 0xff;
    const unsigned imr = registers >> 16;
    const unsigned level = expected_level(irr, isr, imr, lowest, special_mask);
    struct i8259_pic pic = base->slave;
    struct i8259_pic nobody = base->slave;
    unsigned vector;

    pic.output = (struct irq_line){.set = NULL};
    pic.irr = pic.lines = (uint8_t)irr;
    pic.isr = (uint8_t)isr;
    pic.lowest_priority = (uint8_t)lowest;
    pic.special_mask = special_mask;
    pic.icw3 = 0;
    i8259_pic_write(&pic, DATA, 1, imr);
    EXPECT_EQ(pic.int_pin, level != NONE);
    vector = i8259_pic_acknowledge(&pic, &nobody);
    EXPECT_EQ(vector, 0x28 + (level == NONE ? 7 : level));
    EXPECT_EQ(pic.isr, level == NONE ? isr : isr | 1u << level);
    EXPECT_EQ(pic.irr, level == NONE ? irr : irr & ~(1u << level));
}

START_TEST(highest_request_wins_for_all_registers)
{
    struct fixture f;

    setup(&f);
    for (unsigned registers = 0; registers < 1u << 24; registers++)
        check_state(&f, registers, (registers ^ registers >> 11) % 8,
                    (registers ^ registers >> 7) % 2);
}
END_TEST

START_TEST(highest_request_wins_for_all_rotations)
{
    static const unsigned masks[] = {0x00, 0x55, 0xaa, 0x0f, 0x10, 0x7f};
    struct fixture f;

    setup(&f);
    for (unsigned lowest = 0; lowest < 8; lowest++)
        for (unsigned i = 0; i < sizeof masks / sizeof masks[0]; i++)
            for (unsigned pair = 0; pair < 1u << 16; pair++) {
                check_state(&f, masks[i] << 16 | pair, lowest, false);
                check_state(&f, masks[i] << 16 | pair, lowest, true);
            }
}
END_TEST

/* Each OCW2 for each ISR, rotation and level, against table "OCW2". */
START_TEST(end_of_interrupt_clears_and_rotates_as_ordered)
{
    struct fixture f;

    setup(&f);
    for (unsigned i = 0; i < 1u << 17; i++) {
        const unsigned isr = i & 0xff;
        const unsigned lowest = i >> 8 & 7;
        const unsigned value = (i >> 11 & 7) << 5 | (i >> 14 & 7);
        const bool rotate = value & 0x80;
        const bool specific = value & 0x40;
        const bool eoi = value & 0x20;
        struct i8259_pic pic = f.slave;
        unsigned level = value & 7;
        unsigned cleared = isr;
        unsigned lowest_after = lowest;

        if (!specific)
            level = expected_level(isr, 0, 0, lowest, false);
        if (eoi && level != NONE)
            cleared &= ~(1u << level);
        if (rotate && (eoi || specific) && level != NONE)
            lowest_after = level;
        pic.isr = (uint8_t)isr;
        pic.lowest_priority = (uint8_t)lowest;
        command(&pic, value);
        EXPECT_EQ(pic.isr, cleared);
        EXPECT_EQ(pic.lowest_priority, lowest_after);
    }
}
END_TEST

START_TEST(all_fifteen_requests_arrive_with_their_vectors)
{
    struct fixture f;

    for (unsigned irq = 0; irq < 16; irq++) {
        if (irq == 2)
            continue;
        setup(&f);
        set_irq(&f, irq, true);
        EXPECT(f.intr);
        EXPECT_EQ(acknowledge(&f), 0x20 + irq);
        EXPECT(!f.intr);
        EXPECT_EQ(f.master.isr, irq < 8 ? 1u << irq : 4u);
        EXPECT_EQ(f.slave.isr, irq < 8 ? 0u : 1u << (irq - 8));
        command(&f.slave, EOI);
        command(&f.master, EOI);
        EXPECT(!f.intr);
        set_irq(&f, irq, false);
        set_irq(&f, irq, true);
        EXPECT(f.intr);
    }
}
END_TEST

START_TEST(slave_comes_between_requests_1_and_3)
{
    static const unsigned order[] = {0,  1,  8, 9, 10, 11, 12, 13,
                                     14, 15, 3, 4, 5,  6,  7};
    struct fixture f;

    setup(&f);
    for (unsigned irq = 16; irq-- > 0;)
        if (irq != 2)
            set_irq(&f, irq, true);
    for (unsigned i = 0; i < 15; i++) {
        EXPECT(f.intr);
        EXPECT_EQ(acknowledge(&f), 0x20 + order[i]);
        if (order[i] >= 8)
            command(&f.slave, EOI);
        command(&f.master, EOI);
    }
    EXPECT(!f.intr);
}
END_TEST

START_TEST(request_that_vanishes_is_spurious_at_input_7)
{
    struct fixture f;

    setup(&f);
    set_irq(&f, 3, true);
    set_irq(&f, 3, false);
    EXPECT(!f.intr);
    EXPECT_EQ(acknowledge(&f), 0x27);
    EXPECT_EQ(f.master.isr, 0);
    /* At the slave it is 15, and the master still needs its EOI. */
    f.master.irr |= 4;
    EXPECT_EQ(acknowledge(&f), 0x2f);
    EXPECT_EQ(f.slave.isr, 0);
    EXPECT_EQ(f.master.isr, 4);
}
END_TEST

START_TEST(edge_input_requests_once_and_level_input_until_it_falls)
{
    struct fixture f;

    setup(&f);
    i8259_pic_write_elcr(&f.master, 0, 1, 0xff);
    EXPECT_EQ(i8259_pic_read_elcr(&f.master, 0, 1), 0xf8);
    set_irq(&f, 1, true);
    set_irq(&f, 5, true);
    EXPECT_EQ(acknowledge(&f), 0x21);
    command(&f.master, EOI);
    EXPECT_EQ(acknowledge(&f), 0x25);
    EXPECT(!f.intr);
    EXPECT_EQ(read_register(&f.master, READ_IRR), 0x20);
    command(&f.master, EOI);
    EXPECT(f.intr);
    set_irq(&f, 5, false);
    EXPECT(!f.intr);
    EXPECT_EQ(read_register(&f.master, READ_IRR), 0);
}
END_TEST

START_TEST(level_mode_of_icw1_makes_all_inputs_level)
{
    struct fixture f;

    setup_as(&f, ICW1_LEVEL, ICW4_8086);
    set_irq(&f, 0, true);
    EXPECT_EQ(acknowledge(&f), 0x20);
    command(&f.master, EOI);
    EXPECT(f.intr);
    EXPECT_EQ(acknowledge(&f), 0x20);
    /* Nor does a line that stays high need a new edge after ICW1. */
    program(&f.master, ICW1_LEVEL, 0x20, 0x04, ICW4_8086);
    EXPECT(f.intr);
    EXPECT_EQ(acknowledge(&f), 0x20);
}
END_TEST

START_TEST(automatic_end_leaves_nothing_in_service)
{
    struct fixture f;

    setup_as(&f, ICW1, ICW4_AEOI);
    for (unsigned irq = 8; irq < 16; irq++)
        set_irq(&f, irq, true);
    for (unsigned irq = 8; irq < 16; irq++) {
        EXPECT(f.intr);
        EXPECT_EQ(acknowledge(&f), 0x20 + irq);
        EXPECT_EQ(f.master.isr | f.slave.isr, 0);
    }
    EXPECT(!f.intr);
}
END_TEST

START_TEST(rotation_in_automatic_end_serves_by_turns)
{
    struct fixture f;

    setup_as(&f, ICW1_SINGLE, ICW4_AEOI);
    command(&f.master, ROTATE_IN_AEOI);
    for (unsigned round = 0; round < 16; round++) {
        f.master.irr = f.master.lines = 0xff;
        EXPECT_EQ(acknowledge(&f), 0x20 + round % 8);
    }
    command(&f.master, NO_ROTATE_IN_AEOI);
    f.master.irr = 0xff;
    EXPECT_EQ(acknowledge(&f), 0x20);
    f.master.irr = 0xff;
    EXPECT_EQ(acknowledge(&f), 0x20);
}
END_TEST

START_TEST(special_mask_lets_lower_requests_through)
{
    struct fixture f;

    setup(&f);
    set_irq(&f, 3, true);
    EXPECT_EQ(acknowledge(&f), 0x23);
    set_irq(&f, 6, true);
    EXPECT(!f.intr);
    mask(&f.master, 0x08);
    EXPECT(!f.intr);
    command(&f.master, SPECIAL_MASK);
    EXPECT(f.intr);
    EXPECT_EQ(acknowledge(&f), 0x26);
    /* A non-specific EOI passes over a masked level in service. */
    command(&f.master, EOI);
    EXPECT_EQ(read_register(&f.master, READ_ISR), 0x08);
    command(&f.master, EOI);
    EXPECT_EQ(read_register(&f.master, READ_ISR), 0x08);
    command(&f.master, NO_SPECIAL_MASK);
    command(&f.master, EOI);
    EXPECT_EQ(read_register(&f.master, READ_ISR), 0);
}
END_TEST

START_TEST(special_fully_nested_slave_interrupts_itself)
{
    struct fixture f;

    for (unsigned nested = 0; nested < 2; nested++) {
        setup_as(&f, ICW1, nested ? ICW4_SFNM : ICW4_8086);
        set_irq(&f, 12, true);
        EXPECT_EQ(acknowledge(&f), 0x2c);
        set_irq(&f, 9, true);
        EXPECT(f.intr == (nested == 1));
        set_irq(&f, 4, true);
        EXPECT(f.intr == (nested == 1));
        if (nested)
            EXPECT_EQ(acknowledge(&f), 0x29);
    }
}
END_TEST

START_TEST(poll_is_an_acknowledge_and_shows_the_level)
{
    struct fixture f;

    for (unsigned level = 0; level < 8; level++) {
        for (unsigned offset = COMMAND; offset <= DATA; offset++) {
            setup_as(&f, ICW1_SINGLE, ICW4_8086);
            set_irq(&f, level, true);
            command(&f.master, POLL);
            EXPECT_EQ(i8259_pic_read(&f.master, offset, 1), 0x80 | level);
            EXPECT_EQ(f.master.isr, 1u << level);
            EXPECT(!f.intr);
            command(&f.master, POLL);
            EXPECT_EQ(i8259_pic_read(&f.master, offset, 1), 0);
            EXPECT_EQ(read_register(&f.master, READ_ISR), 1u << level);
        }
    }
}
END_TEST

START_TEST(initialization_clears_masks_requests_and_modes)
{
    struct fixture f;

    setup(&f);
    mask(&f.master, 0xa5);
    EXPECT_EQ(i8259_pic_read(&f.master, DATA, 1), 0xa5);
    command(&f.master, SPECIAL_MASK);
    command(&f.master, SET_PRIORITY | 3);
    command(&f.master, READ_ISR);
    set_irq(&f, 1, true);
    EXPECT(f.intr);
    command(&f.master, ICW1);
    EXPECT(!f.intr);
    EXPECT(!f.master.special_mask);
    EXPECT_EQ(f.master.lowest_priority, 7);
    EXPECT_EQ(f.master.imr, 0);
    EXPECT(!f.master.read_isr);
    /* The line is still high; only a new edge requests. */
    program(&f.master, ICW1, 0x40, 0x04, ICW4_8086);
    EXPECT_EQ(read_register(&f.master, READ_IRR), 0);
    set_irq(&f, 1, false);
    set_irq(&f, 1, true);
    EXPECT_EQ(acknowledge(&f), 0x41);
}
END_TEST

START_TEST(command_words_follow_as_icw1_says)
{
    struct fixture f;

    setup(&f);
    for (unsigned low = 0; low < 4; low++) {
        const unsigned words = 1u + !(low & 2) + (low & 1);

        command(&f.master, 0x10 | low);
        for (unsigned i = 0; i < words; i++)
            i8259_pic_write(&f.master, DATA, 1, 0x01);
        EXPECT_EQ(i8259_pic_read(&f.master, DATA, 1), 0);
        i8259_pic_write(&f.master, DATA, 1, 0x5a);
        EXPECT_EQ(i8259_pic_read(&f.master, DATA, 1), 0x5a);
    }
}
END_TEST

START_TEST(without_8086_mode_the_vector_is_a_call_address)
{
    struct fixture f;

    setup(&f);
    for (unsigned level = 0; level < 8; level++) {
        program(&f.master, 0xf6, 0x12, 0, 0); /* interval 4 */
        f.master.irr = (uint8_t)(1u << level);
        EXPECT_EQ(acknowledge(&f), 0xe0 | level << 2);
        program(&f.master, 0xf2, 0x12, 0, 0); /* interval 8 */
        f.master.irr = (uint8_t)(1u << level);
        EXPECT_EQ(acknowledge(&f), 0xc0 | level << 3);
    }
}
END_TEST

START_TEST(slave_with_another_number_leaves_the_bus_open)
{
    struct fixture f;

    setup(&f);
    program(&f.slave, ICW1, 0x28, 0x05, ICW4_8086);
    set_irq(&f, 8, true);
    EXPECT_EQ(acknowledge(&f), 0xff);
    EXPECT_EQ(f.slave.isr, 0);
}
END_TEST

START_TEST(reset_lets_the_output_fall)
{
    struct fixture f;

    setup(&f);
    set_irq(&f, 0, true);
    EXPECT(f.intr);
    i8259_pic_reset(&f.master);
    EXPECT(!f.intr);
    EXPECT_EQ(f.master.imr, 0);
}
END_TEST

/* Lines of a trace, one behind the other. */
static void note(void *context, const struct trace_record *record)
{
    char *text = context;
    char what[LINE_MAX_SIZE];
    const size_t used = strlen(text);

    what[line_write_what(what, record)] = '\0';
    (void)sprintf(text + used, "%s\n", what);
}

START_TEST(trace_tells_of_changed_levels_and_of_acknowledgements)
{
    char text[1024] = "";
    struct trace trace = {.enabled = 1u << TRACE_LINE, .record = note};
    struct fixture f;

    setup(&f);
    trace.record_context = text;
    f.master.traced = (struct trace_lines){&trace, "master", 0};
    f.slave.traced = (struct trace_lines){&trace, "slave", 8};
    set_irq(&f, 14, true);
    set_irq(&f, 14, true);
    EXPECT_EQ(acknowledge(&f), 0x2e);
    set_irq(&f, 14, false);
    set_irq(&f, 3, true);
    set_irq(&f, 3, false);
    EXPECT_EQ(acknowledge(&f), 0x27);
    command(&f.slave, SPECIFIC_EOI | 6);
    command(&f.master, SPECIFIC_EOI | 2);
    set_irq(&f, 1, true);
    command(&f.master, POLL);
    EXPECT_EQ(i8259_pic_read(&f.master, COMMAND, 1), 0x81);
    ck_assert_str_eq(text, "raise IRQ14  slave\n"
                           "raise IRQ2  master\n"
                           "lower IRQ2  master\n"
                           "acknowledge IRQ14 vector 2e  slave\n"
                           "lower IRQ14  slave\n"
                           "raise IRQ3  master\n"
                           "lower IRQ3  master\n"
                           "spurious IRQ7 vector 27  master\n"
                           "raise IRQ1  master\n"
                           "poll IRQ1  master\n");
    trace.enabled = 0;
    set_irq(&f, 1, false);
    EXPECT_EQ(strlen(strstr(text, "poll")), strlen("poll IRQ1  master\n"));
}
END_TEST

START_TEST(reset_keeps_who_is_told)
{
    struct trace trace = {.enabled = 0};
    struct fixture f;

    setup(&f);
    f.master.traced = (struct trace_lines){&trace, "master", 0};
    i8259_pic_reset(&f.master);
    EXPECT(f.master.traced.trace == &trace);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        highest_request_wins_for_all_registers,
        highest_request_wins_for_all_rotations,
        end_of_interrupt_clears_and_rotates_as_ordered,
        all_fifteen_requests_arrive_with_their_vectors,
        slave_comes_between_requests_1_and_3,
        request_that_vanishes_is_spurious_at_input_7,
        edge_input_requests_once_and_level_input_until_it_falls,
        level_mode_of_icw1_makes_all_inputs_level,
        automatic_end_leaves_nothing_in_service,
        rotation_in_automatic_end_serves_by_turns,
        special_mask_lets_lower_requests_through,
        special_fully_nested_slave_interrupts_itself,
        poll_is_an_acknowledge_and_shows_the_level,
        initialization_clears_masks_requests_and_modes,
        command_words_follow_as_icw1_says,
        without_8086_mode_the_vector_is_a_call_address,
        slave_with_another_number_leaves_the_bus_open,
        reset_lets_the_output_fall,
        trace_tells_of_changed_levels_and_of_acknowledgements,
        reset_keeps_who_is_told,
    };

    return run_tests("i8259_pic", tests, sizeof tests / sizeof tests[0]);
}
