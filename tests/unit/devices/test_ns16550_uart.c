/* SPDX-License-Identifier: MIT */
#include "devices/ns16550_uart.h"

#include <string.h>

#include "tests/unit/run_tests.h"

enum { DATA, IER, IIR, LCR, MCR, LSR, MSR, SCR, FCR = IIR };
enum { OUT2 = 0x08, LOOP = 0x10, DLAB = 0x80, NO_INTERRUPT = 0x01 };

#define TICKS_PER_SECOND 100000000u

struct fixture {
    struct clock clock;
    struct ns16550_uart uart;
    bool irq;
    unsigned rises;
    uint8_t sent[64];
    unsigned sent_count;
};

static void drive_irq(void *context, unsigned line, bool level)
{
    struct fixture *fixture = context;

    (void)line;
    fixture->irq = level;
    fixture->rises += level;
}

static void transmit(void *context, uint8_t byte)
{
    struct fixture *fixture = context;

    if (fixture->sent_count < sizeof fixture->sent)
        fixture->sent[fixture->sent_count++] = byte;
}

static unsigned in(struct fixture *f, unsigned offset)
{
    return ns16550_uart_read(&f->uart, offset, 1);
}

static void out(struct fixture *f, unsigned offset, unsigned value)
{
    ns16550_uart_write(&f->uart, offset, 1, value);
}

static void setup(struct fixture *f)
{
    const struct irq_line irq = {.set = drive_irq, .context = f};

    *f = (struct fixture){.irq = false};
    clock_init(&f->clock, TICKS_PER_SECOND);
    ns16550_uart_init(&f->uart, &f->clock, irq);
    f->uart.transmit = transmit;
    f->uart.transmit_context = f;
    out(f, LCR, DLAB | 3);
    out(f, DATA, 1); /* 115200 baud */
    out(f, IER, 0);
    out(f, LCR, 3); /* 8N1 */
    out(f, MCR, OUT2);
    (void)in(f, MSR);
}

/* Data sheet, table "UART Reset Configuration". */
START_TEST(reset_leaves_the_registers_of_the_data_sheet)
{
    struct fixture f;

    setup(&f);
    out(&f, SCR, 0x5a);
    out(&f, IER, 0x0f);
    out(&f, FCR, 0xc1);
    EXPECT(uart_receive(&f.uart, 1));
    ns16550_uart_reset(&f.uart);
    EXPECT_EQ(in(&f, IER), 0);
    EXPECT_EQ(in(&f, IIR), NO_INTERRUPT);
    EXPECT_EQ(in(&f, LCR), 0);
    EXPECT_EQ(in(&f, MCR), 0);
    EXPECT_EQ(in(&f, LSR), 0x60);
    EXPECT_EQ(in(&f, MSR) & 0x0f, 0);
    EXPECT_EQ(in(&f, SCR), 0x5a);
    EXPECT(!f.irq);
}
END_TEST

START_TEST(every_byte_goes_out_and_comes_in)
{
    struct fixture f;

    setup(&f);
    for (unsigned byte = 0; byte < 256; byte++) {
        f.sent_count = 0;
        out(&f, DATA, byte);
        EXPECT_EQ(f.sent_count, 1);
        EXPECT_EQ(f.sent[0], byte);
        EXPECT_EQ(in(&f, LSR), 0x60);
        EXPECT_EQ(uart_receive(&f.uart, (uint8_t)byte), true);
        EXPECT_EQ(in(&f, LSR), 0x61);
        EXPECT_EQ(in(&f, DATA), byte);
        EXPECT_EQ(in(&f, LSR), 0x60);
    }
}
END_TEST

START_TEST(divisor_hides_data_and_interrupt_enable)
{
    struct fixture f;

    setup(&f);
    out(&f, IER, 0x05);
    out(&f, LCR, DLAB);
    out(&f, DATA, 0x34);
    out(&f, IER, 0x12);
    EXPECT_EQ(in(&f, DATA), 0x34);
    EXPECT_EQ(in(&f, IER), 0x12);
    EXPECT_EQ(f.sent_count, 0);
    out(&f, LCR, 0x03);
    EXPECT_EQ(in(&f, IER), 0x05);
}
END_TEST

START_TEST(unimplemented_bits_read_as_zero)
{
    struct fixture f;

    setup(&f);
    for (unsigned value = 0; value < 256; value++) {
        out(&f, IER, value);
        EXPECT_EQ(in(&f, IER), value & 0x0f);
        out(&f, MCR, value);
        EXPECT_EQ(in(&f, MCR), value & 0x1f);
        out(&f, SCR, value);
        EXPECT_EQ(in(&f, SCR), value);
        out(&f, FCR, value);
        EXPECT_EQ(in(&f, IIR) >> 4, value & 1 ? 0xc : 0);
    }
}
END_TEST

START_TEST(fifo_holds_sixteen_and_refuses_more)
{
    struct fixture f;

    for (unsigned fifo = 0; fifo < 2; fifo++) {
        const unsigned room = fifo ? 16 : 1;

        setup(&f);
        out(&f, FCR, fifo);
        for (unsigned i = 0; i < room; i++)
            EXPECT(uart_receive(&f.uart, (uint8_t)(0x40 + i)));
        EXPECT(!uart_receive(&f.uart, 0xff));
        for (unsigned i = 0; i < room; i++)
            EXPECT_EQ(in(&f, DATA), 0x40 + i);
        EXPECT_EQ(in(&f, LSR), 0x60);
    }
}
END_TEST

START_TEST(received_data_interrupt_comes_at_the_trigger_level)
{
    static const unsigned levels[] = {1, 4, 8, 14};
    struct fixture f;

    for (unsigned i = 0; i < 4; i++) {
        setup(&f);
        out(&f, FCR, i << 6 | 1);
        out(&f, IER, 0x01);
        for (unsigned count = 1; count <= 16; count++) {
            EXPECT(uart_receive(&f.uart, (uint8_t)count));
            EXPECT(f.irq == (count >= levels[i]));
            EXPECT_EQ(in(&f, IIR), count >= levels[i] ? 0xc4 : 0xc1);
        }
        for (unsigned count = 16; count-- > 0;) {
            (void)in(&f, DATA);
            EXPECT(f.irq == (count >= levels[i]));
        }
    }
}
END_TEST

/* Four characters of ten bits at 115200 baud: 347.2 microseconds. */
START_TEST(timeout_interrupt_comes_after_four_characters_of_silence)
{
    struct fixture f;
    const uint64_t four = 34723;

    setup(&f);
    out(&f, FCR, 0x81);
    out(&f, IER, 0x01);
    EXPECT(uart_receive(&f.uart, 'a'));
    EXPECT_EQ(clock_next(&f.clock), four);
    clock_advance(&f.clock, four - 1);
    EXPECT(!f.irq);
    EXPECT(uart_receive(&f.uart, 'b')); /* begins anew */
    clock_advance(&f.clock, 2 * four - 2);
    EXPECT(!f.irq);
    clock_advance(&f.clock, 2 * four - 1);
    EXPECT(f.irq);
    EXPECT_EQ(in(&f, IIR), 0xcc);
    EXPECT_EQ(in(&f, DATA), 'a');
    EXPECT(!f.irq);
    clock_advance(&f.clock, 4 * four);
    EXPECT(f.irq);
    EXPECT_EQ(in(&f, DATA), 'b');
    EXPECT(!f.irq);
    EXPECT_EQ(clock_next(&f.clock), CLOCK_NEVER);
}
END_TEST

START_TEST(character_time_follows_word_parity_stop_and_divisor)
{
    struct fixture f;

    for (unsigned lcr = 0; lcr < 16; lcr++) {
        for (unsigned divisor = 1; divisor < 2000; divisor += 333) {
            const uint64_t bits =
                1 + 5 + (lcr & 3) + (lcr >> 3 & 1) + (lcr & 4 ? 2 : 1);
            const uint64_t clocks = 4 * bits * 16 * divisor;

            setup(&f);
            out(&f, LCR, DLAB);
            out(&f, DATA, divisor & 0xff);
            out(&f, IER, divisor >> 8);
            out(&f, LCR, lcr);
            out(&f, FCR, 0x81);
            EXPECT_EQ(uart_receive(&f.uart, 1), true);
            EXPECT_EQ(clock_next(&f.clock),
                      (clocks * TICKS_PER_SECOND + 1843199) / 1843200);
        }
    }
}
END_TEST

START_TEST(transmitter_interrupt_rises_again_for_each_byte)
{
    struct fixture f;

    setup(&f);
    EXPECT(!f.irq);
    out(&f, IER, 0x02);
    EXPECT(f.irq);
    EXPECT_EQ(in(&f, IIR), 0x02);
    EXPECT(!f.irq); /* reading IIR settles it */
    EXPECT_EQ(in(&f, IIR), NO_INTERRUPT);
    f.rises = 0;
    for (unsigned i = 1; i <= 10; i++) {
        out(&f, DATA, i);
        EXPECT(f.irq);
        EXPECT_EQ(f.rises, i); /* an edge for the PIC each time */
    }
    out(&f, IER, 0);
    EXPECT(!f.irq);
    EXPECT_EQ(in(&f, IIR), NO_INTERRUPT);
}
END_TEST

/* Data sheet, table "Interrupt Control Functions", from the top down. */
START_TEST(interrupt_sources_show_by_priority)
{
    struct fixture f;

    for (unsigned enabled = 0; enabled < 16; enabled++) {
        for (unsigned pending = 0; pending < 16; pending++) {
            const unsigned live = enabled & pending;
            unsigned expected = NO_INTERRUPT;

            setup(&f);
            f.uart.thre_pending = pending & 2;
            f.uart.lsr = pending & 4 ? 0x02 : 0;
            f.uart.fifo_count = pending & 1;
            f.uart.msr |= pending & 8 ? 0x01 : 0;
            f.uart.ier = (uint8_t)enabled;
            if (live & 4)
                expected = 0x06;
            else if (live & 1)
                expected = 0x04;
            else if (live & 2)
                expected = 0x02;
            else if (live & 8)
                expected = 0x00;
            EXPECT_EQ(in(&f, IIR), expected);
        }
    }
}
END_TEST

START_TEST(interrupt_leaves_the_chip_only_through_out2)
{
    struct fixture f;

    for (unsigned mcr = 0; mcr < 32; mcr++) {
        setup(&f);
        out(&f, MCR, mcr);
        (void)in(&f, MSR);
        out(&f, IER, 0x02);
        EXPECT(f.irq == ((mcr & (OUT2 | LOOP)) == OUT2));
        EXPECT_EQ(in(&f, IIR), 0x02);
    }
}
END_TEST

START_TEST(loop_mode_returns_bytes_and_overruns)
{
    struct fixture f;

    for (unsigned fifo = 0; fifo < 2; fifo++) {
        const unsigned room = fifo ? 16 : 1;

        setup(&f);
        out(&f, FCR, fifo);
        out(&f, MCR, LOOP);
        EXPECT(!uart_receive(&f.uart, 1));
        for (unsigned i = 0; i < room; i++)
            out(&f, DATA, 0x10 + i);
        EXPECT_EQ(in(&f, LSR), 0x61);
        out(&f, DATA, 0xee);
        EXPECT_EQ(in(&f, LSR), 0x63);
        EXPECT_EQ(in(&f, LSR), 0x61);
        /* Without FIFOs the new byte overwrites the old one. */
        EXPECT_EQ(in(&f, DATA), fifo ? 0x10 : 0xee);
        EXPECT_EQ(f.sent_count, 0);
    }
}
END_TEST

/* DTR to DSR, RTS to CTS, OUT1 to RI, OUT2 to DCD. */
START_TEST(loop_mode_returns_the_modem_lines)
{
    struct fixture f;

    for (unsigned mcr = 0; mcr < 16; mcr++) {
        const unsigned expected = (mcr & 1 ? 0x20 : 0) | (mcr & 2 ? 0x10 : 0) |
                                  (mcr & 4 ? 0x40 : 0) | (mcr & 8 ? 0x80 : 0);

        setup(&f);
        out(&f, MCR, LOOP | mcr);
        EXPECT_EQ(in(&f, MSR) & 0xf0, expected);
        EXPECT_EQ(in(&f, MSR), expected);
    }
}
END_TEST

/* MCR that makes the four inputs these, in loop mode. */
static unsigned loop_to(unsigned inputs)
{
    return LOOP | (inputs & 2) >> 1 | (inputs & 1) << 1 | (inputs & 12);
}

/* All changes of the four inputs; RI counts only when it ends. */
START_TEST(modem_deltas_show_each_change_until_they_are_read)
{
    struct fixture f;

    for (unsigned before = 0; before < 16; before++) {
        for (unsigned after = 0; after < 16; after++) {
            unsigned deltas = before ^ after;

            setup(&f);
            out(&f, MCR, loop_to(before));
            (void)in(&f, MSR);
            out(&f, IER, 0x08);
            EXPECT_EQ(in(&f, IIR), NO_INTERRUPT);
            out(&f, MCR, loop_to(after));
            if (after & 4)
                deltas &= ~4u;
            EXPECT_EQ(in(&f, IIR), deltas ? 0 : NO_INTERRUPT);
            EXPECT_EQ(in(&f, MSR), after << 4 | deltas);
            EXPECT_EQ(in(&f, IIR), NO_INTERRUPT);
            EXPECT_EQ(in(&f, MSR), after << 4);
        }
    }
}
END_TEST

START_TEST(fifo_control_clears_and_switching_empties)
{
    static const unsigned steps[][3] = {
        /* before, written, bytes left of one */
        {0x01, 0x01, 1}, {0x01, 0x03, 0}, {0x01, 0x05, 1},
        {0x01, 0x00, 0}, {0x00, 0x01, 0}, {0x00, 0x02, 1},
    };
    struct fixture f;

    for (unsigned i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        setup(&f);
        out(&f, FCR, steps[i][0]);
        EXPECT(uart_receive(&f.uart, 'x'));
        out(&f, FCR, steps[i][1]);
        EXPECT_EQ(in(&f, LSR) & 1, steps[i][2]);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        reset_leaves_the_registers_of_the_data_sheet,
        every_byte_goes_out_and_comes_in,
        divisor_hides_data_and_interrupt_enable,
        unimplemented_bits_read_as_zero,
        fifo_holds_sixteen_and_refuses_more,
        received_data_interrupt_comes_at_the_trigger_level,
        timeout_interrupt_comes_after_four_characters_of_silence,
        character_time_follows_word_parity_stop_and_divisor,
        transmitter_interrupt_rises_again_for_each_byte,
        interrupt_sources_show_by_priority,
        interrupt_leaves_the_chip_only_through_out2,
        loop_mode_returns_bytes_and_overruns,
        loop_mode_returns_the_modem_lines,
        modem_deltas_show_each_change_until_they_are_read,
        fifo_control_clears_and_switching_empties,
    };

    return run_tests("ns16550_uart", tests, sizeof tests / sizeof tests[0]);
}
