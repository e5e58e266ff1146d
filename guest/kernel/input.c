/* SPDX-License-Identifier: MIT */
#include "kernel/input.h"

#include "arch/cpu.h"
#include "kernel/printk.h"
#include "kernel/sched.h"

#define QUEUE_BYTES 128u
#define DELETE      0x7F

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

/* What a character does to the line. Returns the new length. */
static size_t edit(char *line, size_t length, size_t size, char character)
{
    if (character == '\b' || character == DELETE) {
        if (length == 0)
            return 0;
        printk("\b \b");
        return length - 1;
    }
    if (character < ' ' || length == size - 1)
        return length;
    line[length] = character;
    console_put(character);
    return length + 1;
}

size_t input_line(char *line, size_t size)
{
    size_t length = 0;
    char character = input_get();

    while (character != '\r' && character != '\n') {
        length = edit(line, length, size, character);
        character = input_get();
    }
    line[length] = 0;
    printk("\n");
    return length;
}
