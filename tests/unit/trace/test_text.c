/* SPDX-License-Identifier: MIT */
#include "trace/text.h"

#include <string.h>

#include "tests/unit/run_tests.h"
#include "trace/filter.h"
#include "trace/line.h"

/* A line for every kind of event, spelled as docs/trace-text.md says. */
struct sample {
    struct trace_record record;
    const char *line;
};

#define AT    .tick = 12, .eip = 0xc0100000u, .cr3 = 0x101000, .cpl = 3
#define PLACE "          12 c0100000   3 "

static const struct sample samples[] = {
    {{TRACE_TLB, AT, .tlb = {TLB_MISS, .linear = 0x8048000}},
     PLACE "tlb    miss data 08048000\n"},
    {{TRACE_TLB, AT,
      .tlb = {TLB_FILL, TLB_CAUSE_NONE, true, 0x8048000, 0x5000, 3, 1, 0}},
     PLACE "tlb    fill code 08048000 -> 00005000 set 3 way 1\n"},
    {{TRACE_TLB, AT,
      .tlb = {TLB_EVICT, TLB_CAUSE_NONE, false, 0x1000, 0x2000, 15, 0, 0}},
     PLACE "tlb    evict data 00001000 -> 00002000 set 15 way 0\n"},
    {{TRACE_TLB, AT, .tlb = {TLB_FLUSH, TLB_CAUSE_CR3, .entries = 64}},
     PLACE "tlb    flush cr3 entries 64\n"},
    {{TRACE_TLB, AT,
      .tlb = {TLB_FLUSH, TLB_CAUSE_INVLPG, .linear = 0x1000, .entries = 1}},
     PLACE "tlb    flush invlpg 00001000 entries 1\n"},
    {{TRACE_HIT, AT,
      .tlb = {TLB_HIT, TLB_CAUSE_NONE, false, 0x1000, 0x2000, 1, 2, 0}},
     PLACE "hit    hit data 00001000 -> 00002000 set 1 way 2\n"},
    {{TRACE_WALK, AT,
      .walk = {.linear = 0x8048123,
               .cr3 = 0x101000,
               .access = ACCESS_WRITE,
               .privilege = PRIVILEGE_USER,
               .has_pde = true,
               .has_pte = true,
               .ok = true,
               .pde_address = 0x101080,
               .pde = 0x2007,
               .pte_address = 0x2120,
               .pte = 0x5007,
               .physical = 0x5123,
               .marked = 0x20 << 16 | 0x60}},
     PLACE "walk   write user 08048123 cr3 00101000 pde 00101080=00002007 pte "
           "00002120=00005007 -> 00005123 +pde.A +A +D\n"},
    {{TRACE_WALK, AT,
      .walk = {.linear = 0x8048123,
               .cr3 = 0x101000,
               .access = ACCESS_READ,
               .privilege = PRIVILEGE_SUPERVISOR,
               .has_pde = true,
               .pde_address = 0x101080,
               .error_code = 4}},
     PLACE "walk   read super 08048123 cr3 00101000 pde 00101080=00000000 "
           "fault 00000004\n"},
    {{TRACE_WALK, AT,
      .walk = {.linear = 0x8048123,
               .cr3 = 0x101020,
               .access = ACCESS_EXECUTE,
               .privilege = PRIVILEGE_SUPERVISOR,
               .pae = true,
               .has_pde = true,
               .pdpte = 0x2001,
               .pde_address = 0x2200,
               .pde = UINT64_C(0x8000000000000083),
               .error_code = 9}},
     PLACE "walk   execute super 08048123 cr3 00101020 pdpte 0000000000002001 "
           "pde 00002200=8000000000000083 fault 00000009\n"},
    {{TRACE_WALK, AT,
      .walk = {.linear = 0x8048123,
               .cr3 = 0x101020,
               .access = ACCESS_READ,
               .privilege = PRIVILEGE_SUPERVISOR,
               .pae = true,
               .pdpte = 0x2000}},
     PLACE "walk   read super 08048123 cr3 00101020 pdpte 0000000000002000 "
           "fault 00000000\n"},
    {{TRACE_FAULT, AT, .fault = {VECTOR_PF, true, 6, 0x8048123}},
     PLACE "fault  #PF error 00000006 linear 08048123\n"},
    {{TRACE_FAULT, AT, .fault = {VECTOR_UD, false, 0, 0}},
     PLACE "fault  #UD\n"},
    {{TRACE_FAULT, AT, .fault = {31, false, 0, 0}}, PLACE "fault  #31\n"},
    {{TRACE_MEM, AT, .access = {0x8048123, 0x5123, 2, false, true, 0xabcd}},
     PLACE "mem    read   2 08048123 -> 00005123 = abcd\n"},
    {{TRACE_MEM, AT, .access = {0x8048123, 0x5123, 16, true, true, 0x12345678}},
     PLACE "mem    write 16 08048123 -> 00005123 = 12345678\n"},
    {{TRACE_FETCH, AT,
      .fetch = {0xc0100000, 0x5123, .bits = 32, .size = 2,
                .code = (const uint8_t *)"\x90\xc3"}},
     PLACE "fetch  c0100000 -> 00005123 size 2 = 90c3\n"},
    {{TRACE_FETCH, AT,
      .fetch = {0xc0101000, 0x6000, .next = true, .bits = 32, .size = 33,
                .code =
                    (const uint8_t *)"0123456789abcdef0123456789abcdef\xc3"}},
     PLACE "fetch  c0101000 -> 00006000 size 33 = "
           "3031323334353637383961626364656630313233343536373839616263646566"
           "..\n"},
    /* Real mode: CS F000h. */
    {{TRACE_FETCH, .tick = 12, .eip = 0xfff0, .cr3 = 0x101000,
      .code_base = 0xf0000, .cpl = 3, .fetch = {0xffff0, 0xffff0}},
     "          12 0000fff0   3 fetch  000ffff0 -> 000ffff0 size 0\n"},
    {{TRACE_EXEC, AT, .marker = 0}, PLACE "exec\n"},
    {{TRACE_PORT, AT, .cycle = {"COM1", 0x3f8, 1, true, 0x41}},
     PLACE "port   write  1 03f8 = 41  COM1\n"},
    {{TRACE_MMIO, AT, .cycle = {NULL, 0xf0000000u, 4, false, 0xffffffffu}},
     PLACE "mmio   read   4 f0000000 = ffffffff  (nobody)\n"},
    {{TRACE_DMA, AT,
      .cycle = {"IDE", 0x1000, 512, true, 1, 0x40001000, TRACE_NO_CHANNEL}},
     PLACE "dma    write 512 40001000 -> 00001000 = 00000001  IDE\n"},
    {{TRACE_DREQ, AT,
      .line = {LINE_RAISE, .number = 2, .controller = "8237A bytes"}},
     PLACE "dreq   raise DREQ2  8237A bytes\n"},
    {{TRACE_DREQ, AT,
      .line = {LINE_LOWER, true, .number = 2, .controller = "8237A bytes"}},
     PLACE "dreq   lower DACK2  8237A bytes\n"},
    {{TRACE_IRQ, AT, .interrupt = {0x20, true, false}},
     PLACE "irq    external 20\n"},
    {{TRACE_IRQ, AT, .interrupt = {0x80, false, false}},
     PLACE "irq    enter 80\n"},
    {{TRACE_IRQ, AT, .interrupt = {0, false, true}}, PLACE "irq    iret\n"},
    {{TRACE_LINE, AT,
      .line = {LINE_RAISE, .number = 14, .controller = "8259A slave"}},
     PLACE "line   raise IRQ14  8259A slave\n"},
    {{TRACE_LINE, AT,
      .line = {LINE_ACKNOWLEDGE, .number = 0, .vector = 0x20,
               .controller = "8259A master"}},
     PLACE "line   acknowledge IRQ0 vector 20  8259A master\n"},
    {{TRACE_LINE, AT,
      .line = {LINE_SPURIOUS, .number = 7, .vector = 0xf,
               .controller = "8259A master"}},
     PLACE "line   spurious IRQ7 vector 0f  8259A master\n"},
    {{TRACE_LINE, AT,
      .line = {LINE_POLL, .number = 4, .controller = "8259A master"}},
     PLACE "line   poll IRQ4  8259A master\n"},
    {{TRACE_MODE, AT, .mode = {PROCESSOR_PROTECTED, PROCESSOR_V86_PAGING}},
     PLACE "mode   protected -> v86+paging\n"},
    {{TRACE_TASK, AT, .task = {TASK_CALL, 0x28, 0x30, 0xc0123000}},
     PLACE "task   call 0028 -> 0030 tss c0123000\n"},
    {{TRACE_CR, AT, .control = {3, 0x101000, 0x202000}},
     PLACE "cr     cr3 00101000 -> 00202000\n"},
    {{TRACE_MARKER, AT, .marker = 0xbeef}, PLACE "marker 0000beef\n"},
    {{TRACE_PROBE, AT,
      .probe = {.function = "kmalloc",
                .names = "size,flags",
                .count = 2,
                .depth = 1,
                .argument = {0x64, 0xcc0}}},
     PLACE "probe    kmalloc(size=0x64, flags=0xcc0)\n"},
    {{TRACE_PROBE, AT,
      .probe = {.function = "kfree",
                .names = "p",
                .leave = true,
                .count = 1,
                .argument = {0xffffffffu}}},
     PLACE "probe  kfree(p=0xffffffff) returns\n"},
    {{TRACE_PROBE, AT,
      .probe = {.function = "f", .leave = true, .result = 0, .has_result = 1}},
     PLACE "probe  f() -> 0x0\n"},
};

enum { SAMPLES = sizeof samples / sizeof samples[0] };

START_TEST(every_event_has_its_line)
{
    uint32_t seen = 0;

    for (unsigned i = 0; i < SAMPLES; i++) {
        char line[LINE_MAX_SIZE + 1];

        line[line_write(line, &samples[i].record)] = '\0';
        ck_assert_str_eq(line, samples[i].line);
        seen |= 1u << samples[i].record.event;
    }
    EXPECT_EQ(seen, (1u << TRACE_EVENT_COUNT) - 1);
}
END_TEST

START_TEST(the_longest_line_fits)
{
    char line[LINE_MAX_SIZE];

    for (unsigned i = 0; i < SAMPLES; i++) {
        struct trace_record record = samples[i].record;

        record.tick = UINT64_MAX;
        if (record.event == TRACE_PORT)
            record.cycle.name = "a name that is much longer than any range's";
        EXPECT(line_write(line, &record) < LINE_MAX_SIZE);
    }
}
END_TEST

START_TEST(names_of_events_make_a_mask_and_back)
{
    struct error error;
    uint32_t mask = 0;

    EXPECT(trace_events_parse("tlb,walk,fault", &mask, &error));
    EXPECT_EQ(mask, 1u << TRACE_TLB | 1u << TRACE_WALK | 1u << TRACE_FAULT);
    EXPECT(trace_events_parse("all", &mask, &error));
    EXPECT_EQ(mask, ((1u << TRACE_EVENT_COUNT) - 1) | TRACE_VALUES);
    EXPECT(trace_events_parse("irq", &mask, &error));
    EXPECT_EQ(mask, 1u << TRACE_IRQ | 1u << TRACE_LINE);
    EXPECT(trace_events_parse("dma,cr", &mask, &error));
    EXPECT_EQ(mask, 1u << TRACE_DMA | 1u << TRACE_DREQ | 1u << TRACE_CR |
                        1u << TRACE_MODE);
    EXPECT(trace_events_parse("all", &mask, &error));
    EXPECT(!trace_events_parse("", &mask, &error));
    EXPECT(!trace_events_parse("tlb,", &mask, &error));
    EXPECT(!trace_events_parse("tl", &mask, &error));
    EXPECT_EQ(mask, ((1u << TRACE_EVENT_COUNT) - 1) | TRACE_VALUES);
}
END_TEST

/* The words that name what `list` asks for. */
static const char *named(const char *list)
{
    static char text[128];
    struct error error;
    uint32_t mask = 0;

    EXPECT(trace_events_parse(list, &mask, &error));
    trace_events_name(mask, text, sizeof text);
    return text;
}

START_TEST(a_mask_is_named_by_as_few_words_as_mean_it)
{
    ck_assert_str_eq(named("walk,tlb"), "tlb,walk");
    ck_assert_str_eq(named("mem,mem+value"), "mem+value");
    ck_assert_str_eq(named("mem"), "mem");
    ck_assert_str_eq(named("irq,line,dma"), "dma,irq");
    ck_assert_str_eq(named("line,dreq,mode,task"), "dreq,line,mode,task");
    ck_assert_str_eq(named("all"), "all");
    ck_assert_str_eq(named("hit,mem+value,fetch,exec,port,mmio,dma,irq,cr,task,"
                           "marker,tlb,walk,fault"),
                     "tlb,hit,walk,fault,mem+value,fetch,exec,port,mmio,dma,"
                     "irq,cr,task,marker");
}
END_TEST

static void count(void *context, const struct trace_record *record)
{
    unsigned *passed = context;

    (void)record;
    (*passed)++;
}

/* How many of the samples pass what `only` says. */
static unsigned pass(const char *only, uint64_t from, uint64_t to)
{
    struct trace_filter filter;
    struct error error;
    unsigned passed = 0;

    trace_filter_init(&filter);
    EXPECT(!only || trace_filter_parse(&filter, only, &error));
    filter.from = from;
    filter.to = to;
    filter.record = count;
    filter.context = &passed;
    for (unsigned i = 0; i < SAMPLES; i++)
        trace_filter_record(&filter, &samples[i].record);
    return passed;
}

START_TEST(a_filter_asks_for_every_key_and_any_of_its_ranges)
{
    EXPECT_EQ(pass(NULL, 0, UINT64_MAX), SAMPLES);
    EXPECT_EQ(pass(NULL, 12, 13), SAMPLES);
    EXPECT_EQ(pass(NULL, 13, UINT64_MAX), 0);
    EXPECT_EQ(pass(NULL, 0, 12), 0);
    EXPECT_EQ(pass("cpl=3", 0, 13), SAMPLES);
    EXPECT_EQ(pass("cpl=0-2", 0, 13), 0);
    EXPECT_EQ(pass("cpl=0,cpl=3", 0, 13), SAMPLES);
    EXPECT_EQ(pass("cpl=3,eip=0", 0, 13), 0);
    EXPECT_EQ(pass("cr3=0x101000", 0, 13), SAMPLES);
    EXPECT_EQ(pass("linear=0x8048000-0x8048fff", 0, 13), 9);
    EXPECT_EQ(pass("physical=0x5000-0x5fff", 0, 13), 5);
    EXPECT_EQ(pass("linear=0x8048123,physical=0x5123", 0, 13), 3);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_event_has_its_line,
        the_longest_line_fits,
        names_of_events_make_a_mask_and_back,
        a_mask_is_named_by_as_few_words_as_mean_it,
        a_filter_asks_for_every_key_and_any_of_its_ranges,
    };

    return run_tests("text", tests, sizeof tests / sizeof tests[0]);
}
