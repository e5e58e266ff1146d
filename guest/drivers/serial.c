/* SPDX-License-Identifier: MIT */
#include "drivers/serial.h"

#include "arch/io.h"
#include "kernel/input.h"
#include "kernel/irq.h"
#include "kernel/printk.h"

#define COM1 0x3F8

#define UART_DATA          (COM1 + 0) /* or the divisor's low byte */
#define UART_IRQ_ENABLE    (COM1 + 1) /* or the divisor's high byte */
#define UART_FIFO_CONTROL  (COM1 + 2)
#define UART_LINE_CONTROL  (COM1 + 3)
#define UART_MODEM_CONTROL (COM1 + 4)
#define UART_LINE_STATUS   (COM1 + 5)
#define UART_SCRATCH       (COM1 + 7)

#define LINE_8N1          0x03
#define LINE_DIVISOR      0x80 /* the first two ports are the divisor */
#define DIVISOR_115200    1
#define FIFO_ON_AND_EMPTY 0x07
#define MODEM_DTR_RTS     0x03
#define MODEM_OUT2        0x08 /* lets the chip's interrupt through */
#define IRQ_ON_RECEIVED   0x01
#define STATUS_RECEIVED   0x01
#define STATUS_CAN_SEND   0x20
#define IRQ_COM1          4

/* Give a stuck chip up after so many looks, not the whole kernel. */
#define PATIENCE 100000

static void send(uint8_t byte)
{
    int look;

    for (look = 0; look < PATIENCE; look++) {
        if (inb(UART_LINE_STATUS) & STATUS_CAN_SEND)
            break;
    }
    outb(byte, UART_DATA);
}

static void serial_put(char character)
{
    if (character == '\n')
        send('\r');
    send((uint8_t)character);
}

static struct console serial_console = {.name = "serial", .put = serial_put};

/* The scratch register does nothing but remember, if it is there. */
static bool serial_present(void)
{
    outb(0x5A, UART_SCRATCH);
    return inb(UART_SCRATCH) == 0x5A;
}

void serial_init(void)
{
    if (!serial_present())
        return;
    outb(0, UART_IRQ_ENABLE);
    outb(LINE_DIVISOR, UART_LINE_CONTROL);
    outb(DIVISOR_115200, UART_DATA);
    outb(0, UART_IRQ_ENABLE);
    outb(LINE_8N1, UART_LINE_CONTROL);
    outb(FIFO_ON_AND_EMPTY, UART_FIFO_CONTROL);
    outb(MODEM_DTR_RTS, UART_MODEM_CONTROL);
    serial_console.enabled = true;
    console_register(&serial_console);
}

static void interrupt(void)
{
    while (inb(UART_LINE_STATUS) & STATUS_RECEIVED)
        input_put((char)inb(UART_DATA));
}

void serial_listen(void)
{
    if (!serial_present() || !request_irq(IRQ_COM1, interrupt))
        return;
    outb(MODEM_DTR_RTS | MODEM_OUT2, UART_MODEM_CONTROL);
    outb(IRQ_ON_RECEIVED, UART_IRQ_ENABLE);
    /* What came before nobody has asked for; but it keeps the line up. */
    interrupt();
}
