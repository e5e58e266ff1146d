/* SPDX-License-Identifier: MIT */
/*
 * 16550A serial port, without the wire: a byte written is sent at once, and
 * bytes arrive when the host brings them. Time matters only to the receiver's
 * time-out interrupt. As on a PC, the interrupt leaves the chip through a
 * buffer that the OUT2 pin opens.
 *
 *   in    eight ports; bytes and modem lines from outside
 *   out   bytes, an interrupt line
 *
 * "PC16550D Universal Asynchronous Receiver/Transmitter with FIFOs" data
 * sheet.
 */
#ifndef DEVICES_NS16550_UART_H
#define DEVICES_NS16550_UART_H

#include "bus/clock.h"
#include "bus/irq.h"

enum { UART_FIFO_SIZE = 16 };

/** Modem inputs, where MSR shows them. */
enum { UART_CTS = 0x10, UART_DSR = 0x20, UART_RI = 0x40, UART_DCD = 0x80 };

struct ns16550_uart {
    uint8_t fifo[UART_FIFO_SIZE]; /**< received; one byte without FIFO mode */
    uint8_t fifo_first;
    uint8_t fifo_count;
    uint8_t last_received; /**< what RBR shows when there is nothing new */
    uint8_t ier;
    uint8_t fcr;
    uint8_t lcr;
    uint8_t mcr;
    uint8_t lsr; /**< error bits only; the others follow from the state */
    uint8_t msr;
    uint8_t scr;
    uint8_t dll;
    uint8_t dlm;
    bool thre_pending;    /**< the transmitter's interrupt is due */
    bool timeout_pending; /**< the receiver's time-out interrupt is due */
    bool irq_level;       /**< last driven on `irq` */
    struct clock *clock;
    struct clock_event timeout;
    struct irq_line irq;
    void (*transmit)(void *context, uint8_t byte); /**< may be NULL */
    void *transmit_context;
};

/** Fill in. Afterwards `transmit` may be set. A peer is there and ready. */
void ns16550_uart_init(struct ns16550_uart *uart, struct clock *clock,
                       struct irq_line irq);

/** The master reset pin. */
void ns16550_uart_reset(struct ns16550_uart *uart);

/** A byte from outside; false if there is no room for it yet. */
bool uart_receive(struct ns16550_uart *uart, uint8_t byte);

uint32_t ns16550_uart_read(void *context, uint32_t offset, unsigned size);
void ns16550_uart_write(void *context, uint32_t offset, unsigned size,
                        uint32_t value);

#endif
