/* SPDX-License-Identifier: MIT */
#include "tools/trace_heap.h"

#include "tests/unit/run_tests.h"

static struct timeline line;
static struct trace_heap heap;

static void begin(void)
{
    struct error error;

    EXPECT(timeline_init(&line, &error));
    EXPECT(trace_heap_init(&heap, &line, &error));
}

static void end(void)
{
    trace_heap_release(&heap);
    timeline_release(&line);
}

static void returned(const char *function, const char *names, uint32_t first,
                     uint32_t result)
{
    const struct trace_record record = {.event = TRACE_PROBE,
                                        .probe = {.function = function,
                                                  .names = names,
                                                  .leave = true,
                                                  .count = 2,
                                                  .argument = {first, 0xd0},
                                                  .result = result,
                                                  .has_result = 1}};

    trace_heap_take(&heap, &record);
}

static void called(const char *function, const char *names, uint32_t first,
                   uint32_t second)
{
    const struct trace_record record = {.event = TRACE_PROBE,
                                        .probe = {.function = function,
                                                  .names = names,
                                                  .count = 2,
                                                  .argument = {first, second}}};

    trace_heap_take(&heap, &record);
}

START_TEST(object_belongs_to_the_outermost_allocator)
{
    begin();
    returned("kmem_cache_alloc", "cache,flags", 0xc1000000, 0xc2000000);
    returned("kmalloc", "size,flags", 100, 0xc2000000);
    EXPECT_EQ(heap.functions, 2);
    EXPECT_EQ(heap.function[0].objects, 0);
    EXPECT_EQ(heap.function[1].objects, 1);
    EXPECT_EQ(heap.function[1].bytes, 100);
    called("kfree", "object", 0xc2000000, 0);
    called("kmem_cache_free", "cache,object", 0xc1000000, 0xc2000000);
    EXPECT_EQ(heap.function[1].objects, 0);
    EXPECT_EQ(heap.function[1].bytes, 0);
    EXPECT_EQ(heap.function[1].peak, 100);
    EXPECT_EQ(heap.frees, 1);
    end();
}
END_TEST

START_TEST(order_means_pages_and_a_wild_one_nothing)
{
    begin();
    for (uint32_t order = 0; order <= 10; order++)
        returned("alloc_pages", "order,flags", order, 0xc0000000 + order);
    EXPECT_EQ(heap.function[0].bytes, 4096 * 2047);
    returned("alloc_pages", "order,flags", UINT32_MAX, 0xc1000000);
    EXPECT_EQ(heap.function[0].bytes, 4096 * 2047);
    returned("alloc_pages", "order,flags", 3, 0);
    EXPECT_EQ(heap.function[0].refused, 1);
    EXPECT_EQ(heap.function[0].objects, 12);
    end();
}
END_TEST

START_TEST(every_object_is_found_again_in_any_order)
{
    enum { OBJECTS = 100000 };

    begin();
    for (uint32_t i = 1; i <= OBJECTS; i++)
        returned("kmalloc", "size,flags", i, i * 32);
    EXPECT_EQ(heap.function[0].objects, OBJECTS);
    for (uint32_t i = 0; i < OBJECTS; i++)
        called("kfree", "object", (i * 7919 % OBJECTS + 1) * 32, 0);
    EXPECT_EQ(heap.frees, OBJECTS);
    EXPECT_EQ(heap.function[0].objects, 0);
    EXPECT_EQ(heap.function[0].bytes, 0);
    end();
}
END_TEST

START_TEST(more_objects_than_have_room_are_counted)
{
    begin();
    for (uint32_t i = 1; i <= 400000; i++)
        returned("kmalloc", "size,flags", 1, i * 16);
    EXPECT_EQ(heap.function[0].objects + heap.dropped, 400000);
    EXPECT(heap.dropped > 0);
    end();
}
END_TEST

START_TEST(function_without_a_name_is_none)
{
    begin();
    returned(NULL, NULL, 1, 1);
    called(NULL, NULL, 1, 1);
    EXPECT_EQ(heap.functions, 0);
    end();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        object_belongs_to_the_outermost_allocator,
        order_means_pages_and_a_wild_one_nothing,
        every_object_is_found_again_in_any_order,
        more_objects_than_have_room_are_counted,
        function_without_a_name_is_none,
    };

    return run_tests("trace_heap", tests, sizeof tests / sizeof tests[0]);
}
