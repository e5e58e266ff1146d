/* SPDX-License-Identifier: MIT */
#include "devices/ns16550_uart.h"

enum { CRYSTAL_HERTZ = 1843200, CLOCKS_PER_BIT = 16, TIMEOUT_CHARACTERS = 4 };

enum {
    REGISTER_DATA, /* RBR, THR; DLL with DLAB */
    REGISTER_IER,  /* DLM with DLAB */
    REGISTER_IIR,  /* FCR when written */
    REGISTER_LCR,
    REGISTER_MCR,
    REGISTER_LSR,
    REGISTER_MSR,
    REGISTER_SCR
};

enum {
    IER_RECEIVED = 0x01,
    IER_TRANSMITTER_EMPTY = 0x02,
    IER_LINE_STATUS = 0x04,
    IER_MODEM_STATUS = 0x08,
    IER_ALL = 0x0f,

    IIR_NONE = 0x01,
    IIR_MODEM_STATUS = 0x00,
    IIR_TRANSMITTER_EMPTY = 0x02,
    IIR_RECEIVED = 0x04,
    IIR_LINE_STATUS = 0x06,
    IIR_TIMEOUT = 0x0c,
    IIR_FIFOS = 0xc0,

    FCR_ENABLE = 0x01,
    FCR_CLEAR_RECEIVER = 0x02,
    FCR_KEPT = 0xc9,
    FCR_TRIGGER_SHIFT = 6,

    LCR_WORD_LENGTH = 0x03,
    LCR_STOP_BITS = 0x04,
    LCR_PARITY = 0x08,
    LCR_DLAB = 0x80,

    MCR_DTR = 0x01,
    MCR_RTS = 0x02,
    MCR_OUT1 = 0x04,
    MCR_OUT2 = 0x08,
    MCR_LOOP = 0x10,
    MCR_ALL = 0x1f,

    LSR_DATA_READY = 0x01,
    LSR_OVERRUN = 0x02,
    LSR_ERRORS = 0x1e,
    LSR_THR_EMPTY = 0x20,
    LSR_TRANSMITTER_EMPTY = 0x40,

    MSR_DELTAS = 0x0f,
    MSR_TERI = 0x04,
    MSR_INPUTS = 0xf0,
    MSR_PEER = UART_CTS | UART_DSR | UART_DCD /* is there, and ready */
};

static bool has_fifo(const struct ns16550_uart *uart)
{
    return (uart->fcr & FCR_ENABLE) != 0;
}

static unsigned capacity(const struct ns16550_uart *uart)
{
    return has_fifo(uart) ? UART_FIFO_SIZE : 1;
}

static unsigned trigger_level(const struct ns16550_uart *uart)
{
    static const uint8_t levels[] = {1, 4, 8, 14};

    return has_fifo(uart) ? levels[uart->fcr >> FCR_TRIGGER_SHIFT] : 1;
}

/* The interrupt of highest priority. Data sheet, table "Interrupt Control". */
static uint8_t interrupt_source(const struct ns16550_uart *uart)
{
    if ((uart->ier & IER_LINE_STATUS) && (uart->lsr & LSR_ERRORS))
        return IIR_LINE_STATUS;
    if (uart->ier & IER_RECEIVED) {
        if (uart->fifo_count >= trigger_level(uart))
            return IIR_RECEIVED;
        if (uart->timeout_pending)
            return IIR_TIMEOUT;
    }
    if ((uart->ier & IER_TRANSMITTER_EMPTY) && uart->thre_pending)
        return IIR_TRANSMITTER_EMPTY;
    if ((uart->ier & IER_MODEM_STATUS) && (uart->msr & MSR_DELTAS))
        return IIR_MODEM_STATUS;
    return IIR_NONE;
}

/* In loop mode the OUT2 pin is inactive whatever MCR says. */
static bool buffer_open(const struct ns16550_uart *uart)
{
    return (uart->mcr & (MCR_OUT2 | MCR_LOOP)) == MCR_OUT2;
}

static void drive_irq(struct ns16550_uart *uart)
{
    const bool level = interrupt_source(uart) != IIR_NONE && buffer_open(uart);

    if (level == uart->irq_level)
        return;
    uart->irq_level = level;
    irq_set(&uart->irq, level);
}

/* Ticks that four characters take on the wire as it is programmed. */
static uint64_t timeout_ticks(const struct ns16550_uart *uart)
{
    const uint64_t bits = 1u + 5u + (uart->lcr & LCR_WORD_LENGTH) +
                          (uart->lcr & LCR_PARITY ? 1u : 0u) +
                          (uart->lcr & LCR_STOP_BITS ? 2u : 1u);
    const uint64_t divisor = (uint64_t)uart->dlm << 8 | uart->dll;

    return clock_ticks_of(uart->clock,
                          TIMEOUT_CHARACTERS * bits * CLOCKS_PER_BIT *
                              (divisor ? divisor : 1),
                          CRYSTAL_HERTZ);
}

/* The FIFO was filled or read: the time-out begins anew. */
static void restart_timeout(struct ns16550_uart *uart)
{
    uart->timeout_pending = false;
    if (has_fifo(uart) && uart->fifo_count > 0)
        clock_schedule(uart->clock, &uart->timeout,
                       clock_now(uart->clock) + timeout_ticks(uart));
    else
        clock_cancel(uart->clock, &uart->timeout);
}

static void on_timeout(void *context)
{
    struct ns16550_uart *uart = context;

    uart->timeout_pending = true;
    drive_irq(uart);
}

static void clear_receiver(struct ns16550_uart *uart)
{
    uart->fifo_first = 0;
    uart->fifo_count = 0;
    restart_timeout(uart);
}

/* MSR bits that go with the pins, or in loop mode with MCR. */
static uint8_t effective_inputs(const struct ns16550_uart *uart)
{
    if (!(uart->mcr & MCR_LOOP))
        return MSR_PEER;
    return (uint8_t)((uart->mcr & MCR_RTS ? UART_CTS : 0) |
                     (uart->mcr & MCR_DTR ? UART_DSR : 0) |
                     (uart->mcr & MCR_OUT1 ? UART_RI : 0) |
                     (uart->mcr & MCR_OUT2 ? UART_DCD : 0));
}

static void update_modem_status(struct ns16550_uart *uart)
{
    const uint8_t inputs = effective_inputs(uart);
    uint8_t deltas = (uint8_t)((uart->msr ^ inputs) >> 4);

    if (inputs & UART_RI)
        deltas &= (uint8_t)~MSR_TERI; /* only the trailing edge counts */
    uart->msr = (uint8_t)(inputs | (uart->msr & MSR_DELTAS) | deltas);
}

void ns16550_uart_init(struct ns16550_uart *uart, struct clock *clock,
                       struct irq_line irq)
{
    *uart = (struct ns16550_uart){
        .clock = clock,
        .timeout = {.name = "16550 receiver time-out",
                    .callback = on_timeout,
                    .context = uart,
                    .when = CLOCK_NEVER},
        .irq = irq,
    };
    ns16550_uart_reset(uart);
}

/* Data sheet, table "UART Reset Configuration": the divisor is kept. */
void ns16550_uart_reset(struct ns16550_uart *uart)
{
    uart->ier = 0;
    uart->fcr = 0;
    uart->lcr = 0;
    uart->mcr = 0;
    uart->lsr = 0;
    uart->msr = MSR_PEER;
    uart->thre_pending = false;
    clear_receiver(uart);
    drive_irq(uart);
}

/*
 * Put a byte behind those received. One too many overwrites the byte in the
 * receiver buffer, or with FIFOs is lost itself. Data sheet, "Line Status
 * Register".
 */
static void accept_byte(struct ns16550_uart *uart, uint8_t byte)
{
    if (uart->fifo_count == capacity(uart)) {
        uart->lsr |= LSR_OVERRUN;
        if (!has_fifo(uart))
            uart->fifo[uart->fifo_first] = byte;
    } else {
        const unsigned place = uart->fifo_first + uart->fifo_count++;

        uart->fifo[place % UART_FIFO_SIZE] = byte;
    }
    restart_timeout(uart);
    drive_irq(uart);
}

bool uart_receive(struct ns16550_uart *uart, uint8_t byte)
{
    if (uart->mcr & MCR_LOOP)
        return false; /* SIN is disconnected: keep it for later */
    if (uart->fifo_count == capacity(uart))
        return false;
    accept_byte(uart, byte);
    return true;
}

static uint8_t read_data(struct ns16550_uart *uart)
{
    if (uart->fifo_count > 0) {
        uart->last_received = uart->fifo[uart->fifo_first];
        uart->fifo_first = (uart->fifo_first + 1u) % UART_FIFO_SIZE;
        uart->fifo_count--;
        restart_timeout(uart);
    }
    return uart->last_received;
}

/* Reading IIR settles the transmitter's interrupt if it is the one shown. */
static uint8_t read_iir(struct ns16550_uart *uart)
{
    const uint8_t source = interrupt_source(uart);

    if (source == IIR_TRANSMITTER_EMPTY)
        uart->thre_pending = false;
    return source | (has_fifo(uart) ? IIR_FIFOS : 0);
}

static uint8_t read_lsr(struct ns16550_uart *uart)
{
    const uint8_t value =
        (uint8_t)(uart->lsr | LSR_THR_EMPTY | LSR_TRANSMITTER_EMPTY |
                  (uart->fifo_count > 0 ? LSR_DATA_READY : 0));

    uart->lsr &= (uint8_t)~LSR_ERRORS;
    return value;
}

static uint8_t read_msr(struct ns16550_uart *uart)
{
    const uint8_t value = uart->msr;

    uart->msr &= MSR_INPUTS;
    return value;
}

static uint8_t read_register(struct ns16550_uart *uart, uint32_t offset)
{
    const bool dlab = (uart->lcr & LCR_DLAB) != 0;

    switch (offset) {
    case REGISTER_DATA: return dlab ? uart->dll : read_data(uart);
    case REGISTER_IER: return dlab ? uart->dlm : uart->ier;
    case REGISTER_IIR: return read_iir(uart);
    case REGISTER_LCR: return uart->lcr;
    case REGISTER_MCR: return uart->mcr;
    case REGISTER_LSR: return read_lsr(uart);
    case REGISTER_MSR: return read_msr(uart);
    default: return uart->scr;
    }
}

uint32_t ns16550_uart_read(void *context, uint32_t offset, unsigned size)
{
    struct ns16550_uart *uart = context;
    const uint8_t value = read_register(uart, offset);

    (void)size;
    if (uart->ier) /* else the line stays low */
        drive_irq(uart);
    return value;
}

/* Sent at once: the interrupt falls with the write and is due again. */
static void write_data(struct ns16550_uart *uart, uint8_t value)
{
    uart->thre_pending = false;
    drive_irq(uart);
    if (uart->mcr & MCR_LOOP)
        accept_byte(uart, value);
    else if (uart->transmit)
        uart->transmit(uart->transmit_context, value);
    uart->thre_pending = true;
}

/* Enabling the transmitter's interrupt while it is empty raises it. */
static void write_ier(struct ns16550_uart *uart, uint8_t value)
{
    if (value & ~uart->ier & IER_TRANSMITTER_EMPTY)
        uart->thre_pending = true;
    uart->ier = value & IER_ALL;
}

static void write_fcr(struct ns16550_uart *uart, uint8_t value)
{
    const bool changes = ((value ^ uart->fcr) & FCR_ENABLE) != 0;

    /* The other bits are taken only together with the enabling one. */
    uart->fcr = value & FCR_ENABLE ? value & FCR_KEPT : 0;
    if (changes || (has_fifo(uart) && (value & FCR_CLEAR_RECEIVER)))
        clear_receiver(uart);
}

static void write_register(struct ns16550_uart *uart, uint32_t offset,
                           uint8_t value)
{
    const bool dlab = (uart->lcr & LCR_DLAB) != 0;

    switch (offset) {
    case REGISTER_DATA:
        if (dlab)
            uart->dll = value;
        else
            write_data(uart, value);
        break;
    case REGISTER_IER:
        if (dlab)
            uart->dlm = value;
        else
            write_ier(uart, value);
        break;
    case REGISTER_IIR: write_fcr(uart, value); break;
    case REGISTER_LCR: uart->lcr = value; break;
    case REGISTER_MCR:
        uart->mcr = value & MCR_ALL;
        update_modem_status(uart);
        break;
    case REGISTER_SCR: uart->scr = value; break;
    default: break; /* LSR and MSR are for reading */
    }
}

void ns16550_uart_write(void *context, uint32_t offset, unsigned size,
                        uint32_t value)
{
    struct ns16550_uart *uart = context;

    (void)size;
    write_register(uart, offset, (uint8_t)value);
    drive_irq(uart);
}
