/* SPDX-License-Identifier: MIT */
#include "tour/measure.h"

#include "kernel/printk.h"
#include "mm/layout.h"

void measure_head(void)
{
    printk("machine: %-44s look-ups   misses    walks\n", "");
}

static void print_figure(uint64_t figure)
{
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
        printk(" %8s %8s %8s\n", "n/a", "n/a", "n/a");
        return;
    }
    print_figure(since.value[COUNTER_TLB_LOOKUPS]);
    print_figure(since.value[COUNTER_TLB_MISSES]);
    print_figure(since.value[COUNTER_PAGE_WALKS]);
    printk("\n");
}

void touch_pages(const volatile void *linear, unsigned int pages)
{
    const volatile uint32_t *word = linear;

    for (; pages > 0; pages--, word += PAGE_SIZE / sizeof(*word))
        (void)*word;
}
