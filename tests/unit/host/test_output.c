/* SPDX-License-Identifier: MIT */
#include "host/files.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/run_tests.h"

enum { PATH_SIZE = 128 };

struct fixture {
    char path[PATH_SIZE];
    struct host_output output;
    struct error error;
};

static void setup(struct fixture *f)
{
    const char *place = getenv("TMPDIR");
    int descriptor;

    (void)snprintf(f->path, sizeof f->path, "%s/output-XXXXXX",
                   place ? place : "/tmp");
    descriptor = mkstemp(f->path);
    EXPECT(descriptor >= 0);
    EXPECT(close(descriptor) == 0);
    EXPECT(host_output_file(&f->output, f->path, &f->error));
}

static void teardown(struct fixture *f)
{
    EXPECT(host_output_close(&f->output, &f->error));
    EXPECT(unlink(f->path) == 0);
}

static size_t written(const struct fixture *f)
{
    struct stat status;

    EXPECT(stat(f->path, &status) == 0);
    return (size_t)status.st_size;
}

START_TEST(a_line_is_written_as_soon_as_it_ends)
{
    struct fixture f;

    setup(&f);
    host_output_put(&f.output, 'a');
    EXPECT_EQ(written(&f), 0);
    host_output_put(&f.output, '\n');
    EXPECT_EQ(written(&f), 2);
    host_output_put(&f.output, 'b');
    EXPECT_EQ(written(&f), 2);
    EXPECT(host_output_flush(&f.output, &f.error));
    EXPECT_EQ(written(&f), 3);
    teardown(&f);
}
END_TEST

START_TEST(a_full_buffer_is_written)
{
    struct fixture f;

    setup(&f);
    for (unsigned i = 1; i < HOST_OUTPUT_SIZE; i++)
        host_output_put(&f.output, 'a');
    EXPECT_EQ(written(&f), 0);
    host_output_put(&f.output, 'a');
    EXPECT_EQ(written(&f), HOST_OUTPUT_SIZE);
    teardown(&f);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_line_is_written_as_soon_as_it_ends,
        a_full_buffer_is_written,
    };

    return run_tests("host/output", tests, sizeof tests / sizeof tests[0]);
}
