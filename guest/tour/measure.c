/* SPDX-License-Identifier: MIT */
#include "tour/measure.h"

#include "kernel/printk.h"
#include "mm/layout.h"

/* What taking the figures costs by itself. */
static struct counters overhead;

void measure_head(void)
{
    const struct counters before = counters_read();

    overhead = counters_since(&before);
    printk("machine: %-44s     ticks look-ups   misses    walks\n", "");
}

static void print_figure(const struct counters *since, enum counter counter)
{
    uint64_t figure = since->value[counter];

    /* The cost of taking them varies a little, and is never negative. */
    figure -=
        figure < overhead.value[counter] ? figure : overhead.value[counter];
    if (figure >> 32)
        printk(" %8s", ">4G");
    else
        printk(" %8lu", (unsigned long)figure);
}

void measure_row(const char *what, const struct counters *before)
{
    const struct counters since = counters_since(before);

    printk("machine: %-44s", what);
    if (!since.present) {
        printk(" %8s %8s %8s %8s\n", "n/a", "n/a", "n/a", "n/a");
        return;
    }
    print_figure(&since, COUNTER_TICKS);
    print_figure(&since, COUNTER_TLB_LOOKUPS);
    print_figure(&since, COUNTER_TLB_MISSES);
    print_figure(&since, COUNTER_PAGE_WALKS);
    printk("\n");
}

void touch_pages(const volatile void *linear, unsigned int pages)
{
    const volatile uint32_t *word = linear;

    for (; pages > 0; pages--, word += PAGE_SIZE / sizeof(*word))
        (void)*word;
}
