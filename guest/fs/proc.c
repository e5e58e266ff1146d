/* SPDX-License-Identifier: MIT */
#include "fs/proc.h"

#include "kernel/format.h"
#include "kernel/sched.h"
#include "kernel/string.h"
#include "mm/mm.h"

/** A sink that fills a page. */
struct page_sink {
    struct text_sink sink;
    char *text;
    size_t length;
};

static void put_in_page(struct text_sink *sink, char character)
{
    struct page_sink *page = container_of(sink, struct page_sink, sink);

    if (page->length < PAGE_SIZE - 1)
        page->text[page->length++] = character;
}

char *proc_text(const char *path)
{
    struct page_sink page = {.sink = {put_in_page}};
    const bool maps = strcmp(path, "/proc/self/maps") == 0;
    const bool status = strcmp(path, "/proc/self/status") == 0;

    if (!current->mm || (!maps && !status))
        return NULL;
    page.text = (char *)get_zeroed_page(GFP_KERNEL);
    if (!page.text)
        return NULL;
    if (maps)
        put_maps(&page.sink, current->mm);
    else
        format_buffer(page.text, PAGE_SIZE,
                      "Name: %s\nPid: %d\nVmRSS: %lu kB\nVmSwap: %lu kB\n"
                      "MinFlt: %lu\nMajFlt: %lu\n",
                      current->comm, current->pid, current->mm->rss * 4,
                      current->mm->swapped * 4, current->min_flt,
                      current->maj_flt);
    return page.text;
}
