/* SPDX-License-Identifier: MIT */
#include "kernel/input.h"

#include "arch/cpu.h"
#include "kernel/printk.h"
#include "kernel/sched.h"

#define QUEUE_BYTES 128u

static struct {
    char character[QUEUE_BYTES];
    unsigned int read;
    unsigned int written;
    struct wait_queue wait;
} queue = {.wait = WAIT_QUEUE_INIT(queue.wait)};

void input_put(char character)
{
    if (queue.written - queue.read == QUEUE_BYTES)
        return;
    queue.character[queue.written++ % QUEUE_BYTES] = character;
    wake_up(&queue.wait);
}

char input_get(void)
{
    const uint32_t flags = local_irq_save();
    char character;

    while (queue.read == queue.written)
        sleep_on(&queue.wait);
    character = queue.character[queue.read++ % QUEUE_BYTES];
    local_irq_restore(flags);
    return character;
}

size_t input_line(char *line, size_t size)
{
    size_t length = 0;

    for (;;) {
        const char character = input_get();

        if (character == '\r' || character == '\n')
            break;
        if (character == '\b' || character == 0x7F) {
            if (length > 0) {
                length--;
                printk("\b \b");
            }
        } else if (character >= ' ' && length < size - 1) {
            line[length++] = character;
            console_put(character);
        }
    }
    line[length] = 0;
    printk("\n");
    return length;
}
