/* SPDX-License-Identifier: MIT */
#include "tools/trace_picture_write.h"

#include <inttypes.h>
#include <string.h>

#include "base/fault.h"
#include "trace/line.h"
#include "trace/names.h"

enum {
    CHUNKS_MAX = 32768, /* of a map */
    HOT_MAX = 48,
    SLOTS_SHOWN = 4096
};

static void put(FILE *file, const char *text)
{
    (void)fputs(text, file);
}

/* A string. What HTML or JSON could take for more than a character is
 * escaped; a byte that is not ASCII is taken for Latin-1. */
static void put_string(FILE *file, const char *text)
{
    (void)fputc('"', file);
    for (; *text; text++) {
        const unsigned char byte = (unsigned char)*text;

        if (byte < ' ' || byte > '~' || strchr("\"\\<>&'", byte))
            (void)fprintf(file, "\\u%04x", byte);
        else
            (void)fputc(byte, file);
    }
    (void)fputc('"', file);
}

static void put_text_member(FILE *file, const char *name, const char *text)
{
    (void)fprintf(file, "\"%s\":", name);
    put_string(file, text);
    put(file, ",\n");
}

static void put_number(FILE *file, const char *name, uint64_t value)
{
    (void)fprintf(file, "\"%s\":%" PRIu64 ",\n", name, value);
}

static void put_totals(FILE *file, const struct trace_picture *picture)
{
    const struct timeline_series *series = picture->timeline.series;
    const unsigned *of = picture->series;

    put(file, "\"totals\":{\n");
    put_number(file, "events", picture->total);
    put_number(file, "data_misses", series[of[SERIES_MISS_DATA]].total);
    put_number(file, "code_misses", series[of[SERIES_MISS_CODE]].total);
    put_number(file, "fills", series[of[SERIES_FILL]].total);
    put_number(file, "evictions", series[of[SERIES_EVICT]].total);
    for (unsigned i = 0; i <= TLB_CAUSE_RESET; i++) {
        char name[32];

        (void)snprintf(name, sizeof name, "flushes_%s",
                       tlb_cause_name((enum tlb_cause)i));
        put_number(file, name, picture->flushes[i]);
    }
    put_number(file, "walks", series[of[SERIES_WALK]].total);
    put_number(file, "walks_refused", picture->walks_refused);
    put_number(file, "page_faults", picture->page_faults);
    put_number(file, "reads", series[of[SERIES_READ]].total);
    put_number(file, "writes", series[of[SERIES_WRITE]].total);
    put_number(file, "bytes_by_dma", picture->bytes_by_dma);
    put_number(file, "frees", picture->heap.frees);
    put_number(file, "objects_dropped", picture->heap.dropped);
    put(file, "\"by_event\":{");
    for (unsigned i = 0; i < TRACE_EVENT_COUNT; i++)
        (void)fprintf(file, "%s\"%s\":%" PRIu64, i ? "," : "",
                      line_event((enum trace_event)i), picture->events[i]);
    put(file, "}},\n");
}

static void put_series(FILE *file, const struct timeline *timeline)
{
    (void)fprintf(file,
                  "\"base\":%" PRIu64 ",\n\"width\":%" PRIu64
                  ",\n\"buckets\":%u,\n\"series\":[\n",
                  timeline->base, timeline->width,
                  timeline->started ? timeline->last + 1 : 0);
    for (unsigned i = 0; i < timeline->count; i++) {
        const struct timeline_series *series = &timeline->series[i];

        put(file, i ? ",\n{\"group\":" : "{\"group\":");
        put_string(file, series->group);
        put(file, ",\"name\":");
        put_string(file, series->name);
        (void)fprintf(file, ",\"level\":%s,\"total\":%" PRIu64 ",\"value\":[",
                      series->level ? "true" : "false", series->total);
        for (unsigned at = 0; timeline->started && at <= timeline->last; at++)
            (void)fprintf(file, "%s%" PRIu64, at ? "," : "", series->value[at]);
        put(file, "]}");
    }
    put(file, "],\n");
}

static bool page_is_used(const struct picture_page *page)
{
    return page->reads || page->writes || page->misses || page->faults ||
           page->frame;
}

static bool frame_is_used(const struct picture_frame *frame)
{
    return frame->reads || frame->writes || frame->dma_reads ||
           frame->dma_writes || frame->tables;
}

static bool is_used(const struct trace_picture *picture, bool linear,
                    uint32_t number)
{
    return linear ? page_is_used(&picture->page[number])
                  : frame_is_used(&picture->frame[number]);
}

/* How many pages must be taken together so that a map has not too many. */
static unsigned chunk_shift(const struct trace_picture *picture, bool linear)
{
    unsigned shift = 0;

    for (;; shift++) {
        uint32_t chunks = 0;
        uint32_t last = UINT32_MAX;

        for (uint32_t i = 0; i < PICTURE_PAGES; i++) {
            if (i >> shift == last || !is_used(picture, linear, i))
                continue;
            last = i >> shift;
            chunks++;
        }
        if (chunks <= CHUNKS_MAX)
            return shift;
    }
}

static void put_page_chunk(FILE *file, const struct trace_picture *picture,
                           uint32_t first, uint32_t count)
{
    uint64_t sum[4] = {0};
    uint32_t frame = 0;

    for (uint32_t i = first; i < first + count; i++) {
        const struct picture_page *page = &picture->page[i];

        sum[0] += page->reads;
        sum[1] += page->writes;
        sum[2] += page->misses;
        sum[3] += page->faults;
        /* That of the chunk's first page, if the chunk is contiguous. */
        if (page->frame && !frame)
            frame = page->frame - (i - first);
    }
    (void)fprintf(file,
                  "%" PRIu32 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64
                  ",%" PRIu32,
                  first, sum[0], sum[1], sum[2], sum[3], frame);
}

static void put_frame_chunk(FILE *file, const struct trace_picture *picture,
                            uint32_t first, uint32_t count)
{
    uint64_t sum[5] = {0};

    for (uint32_t i = first; i < first + count; i++) {
        const struct picture_frame *frame = &picture->frame[i];

        sum[0] += frame->reads;
        sum[1] += frame->writes;
        sum[2] += frame->dma_reads;
        sum[3] += frame->dma_writes;
        sum[4] += frame->tables;
    }
    (void)fprintf(file,
                  "%" PRIu32 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64
                  ",%" PRIu64,
                  first, sum[0], sum[1], sum[2], sum[3], sum[4]);
}

/* One flat array of six numbers for each chunk in use. */
static void put_map(FILE *file, const struct trace_picture *picture,
                    bool linear)
{
    const unsigned shift = chunk_shift(picture, linear);
    const uint32_t step = UINT32_C(1) << shift;
    bool some = false;

    (void)fprintf(file, "\"%s\":{\"pages\":%" PRIu32 ",\"chunk\":[",
                  linear ? "linear" : "physical", step);
    for (uint32_t first = 0; first < PICTURE_PAGES; first += step) {
        uint32_t used = first;

        while (used < first + step && !is_used(picture, linear, used))
            used++;
        if (used == first + step)
            continue;
        put(file, some ? ",\n" : "\n");
        some = true;
        if (linear)
            put_page_chunk(file, picture, first, step);
        else
            put_frame_chunk(file, picture, first, step);
    }
    put(file, "]},\n");
}

static uint64_t heat(const struct picture_page *page)
{
    return (uint64_t)page->reads + page->writes + page->misses;
}

/* The pages most used, hottest first: numbers of pages. */
static void put_hot(FILE *file, const struct trace_picture *picture)
{
    uint32_t hot[HOT_MAX];
    unsigned count = 0;

    for (uint32_t i = 0; i < PICTURE_PAGES; i++) {
        const uint64_t of = heat(&picture->page[i]);
        unsigned at = count;

        if (!of)
            continue;
        while (at > 0 && heat(&picture->page[hot[at - 1]]) < of)
            at--;
        if (at == HOT_MAX)
            continue;
        count += count < HOT_MAX;
        memmove(hot + at + 1, hot + at, (count - 1 - at) * sizeof *hot);
        hot[at] = i;
    }
    put(file, "\"hot\":[");
    for (unsigned i = 0; i < count; i++) {
        const struct picture_page *page = &picture->page[hot[i]];

        (void)fprintf(file,
                      "%s[%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%" PRIu32
                      ",%" PRIu32 ",%" PRIu32 "]",
                      i ? "," : "", hot[i], page->reads, page->writes,
                      page->misses, page->faults, page->frame);
    }
    put(file, "],\n");
}

static void put_bank(FILE *file, const struct slot_bank *bank, const char *name)
{
    const uint32_t slots = bank->sets * bank->ways;

    put(file, "{\"name\":");
    put_string(file, name);
    (void)fprintf(file, ",\"sets\":%" PRIu32 ",\"ways\":%" PRIu32 ",\"slot\":[",
                  bank->sets, bank->ways);
    for (uint32_t i = 0; i < slots && slots <= SLOTS_SHOWN; i++) {
        const struct slot *slot = &bank->slot[i];

        (void)fprintf(file,
                      "%s[%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%d,%" PRIu32
                      ",%" PRIu32 "]",
                      i ? "," : "", slot->held, slot->fills, slot->evictions,
                      slot->valid, slot->linear, slot->physical);
    }
    put(file, "]}");
}

static void put_banks(FILE *file, const struct trace_slots *slots)
{
    static const char *const names[SLOT_BANKS] = {
        [TRACE_BANK_DATA] = "data, 4 KiB pages",
        [TRACE_BANK_DATA_LARGE] = "data, large pages",
        [TRACE_BANK_CODE] = "code, 4 KiB pages",
        [TRACE_BANK_CODE_LARGE] = "code, large pages",
    };
    bool some = false;

    put(file, "\"banks\":[");
    for (unsigned i = 0; i < SLOT_BANKS; i++) {
        if (!slots->bank[i].slot)
            continue;
        put(file, some ? ",\n" : "");
        put_bank(file, &slots->bank[i],
                 i == TRACE_BANK_DATA && !slots->split
                     ? "code and data, 4 KiB pages"
                     : names[i]);
        some = true;
    }
    put(file, "],\n");
}

static void put_faults(FILE *file, const struct trace_picture *picture,
                       const struct symbols *symbols)
{
    char text[SYMBOL_TEXT_SIZE];

    put(file, "\"faults\":[");
    for (unsigned i = 0; i < picture->faults; i++) {
        const struct picture_fault *one = &picture->fault[i];
        const char *name = vector_name(one->fault.vector);

        (void)fprintf(file, "%s[%" PRIu64 ",%" PRIu32 ",%u,", i ? ",\n" : "",
                      one->tick, one->eip, (unsigned)one->cpl);
        put_string(file, name ? name : "");
        (void)fprintf(file, ",%u,%" PRIu32 ",%" PRIu32 ",",
                      (unsigned)one->fault.vector, one->fault.error_code,
                      one->fault.linear);
        put_string(file, symbols_text(symbols, one->eip, text));
        put(file, "]");
    }
    put(file, "],\n");
}

static void put_heap(FILE *file, const struct trace_heap *heap)
{
    put(file, "\"heap\":[");
    for (unsigned i = 0; i < heap->functions; i++) {
        const struct heap_function *of = &heap->function[i];

        put(file, i ? ",\n[" : "[");
        put_string(file, of->name);
        (void)fprintf(file,
                      ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64
                      ",%" PRIu64 ",%" PRIu64 "]",
                      of->calls, of->refused, of->asked, of->objects, of->bytes,
                      of->peak);
    }
    put(file, "]\n");
}

void trace_picture_write(FILE *file, const struct trace_picture *picture,
                         const struct picture_about *about)
{
    put(file, "{\n");
    put_text_member(file, "path", about->path);
    put_text_member(file, "cpu", about->info->cpu);
    put_text_member(file, "tlb", about->info->tlb);
    put_text_member(file, "recorded", about->info->events);
    put_text_member(file, "loss", about->loss ? about->loss : "");
    put_number(file, "ticks_per_second", about->info->ticks_per_second);
    put_number(file, "first_tick", picture->first_tick);
    put_number(file, "last_tick", picture->last_tick);
    put_totals(file, picture);
    put_series(file, &picture->timeline);
    put_map(file, picture, true);
    put_map(file, picture, false);
    put_hot(file, picture);
    put_banks(file, &picture->slots);
    put_faults(file, picture, about->symbols);
    put_heap(file, &picture->heap);
    put(file, "}\n");
}
