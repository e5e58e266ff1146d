/* SPDX-License-Identifier: MIT */
/* What the main function of every unit test does: run a list of tests. */
#ifndef TESTS_UNIT_RUN_TESTS_H
#define TESTS_UNIT_RUN_TESTS_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/*
 * For loops through a whole space: ck_assert writes to a pipe each time, also
 * when it passes. `actual` and `expected` are unsigned numbers.
 */
#define EXPECT(condition) \
    expect_true((condition), #condition, __FILE__, __LINE__)
#define EXPECT_EQ(actual, expected) \
    expect_equal(#actual, (actual), (expected), __FILE__, __LINE__)

enum { TEST_TIMEOUT_SECONDS = 120 };

static inline void expect_true(bool holds, const char *text, const char *file,
                               int line)
{
    if (!holds)
        ck_abort_msg("%s:%d: %s", file, line, text);
}

static inline void expect_equal(const char *text, uint64_t actual,
                                uint64_t expected, const char *file, int line)
{
    if (actual != expected)
        ck_abort_msg("%s:%d: %s is %#llx, expected %#llx", file, line, text,
                     (unsigned long long)actual, (unsigned long long)expected);
}

/** Run `count` tests, each in a process of its own; the exit status. */
static inline int run_tests(const char *name, const TTest *const *tests,
                            size_t count)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    SRunner *runner = srunner_create(suite);
    int failures;

    tcase_set_timeout(tcase, TEST_TIMEOUT_SECONDS);
    for (size_t i = 0; i < count; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failures = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
