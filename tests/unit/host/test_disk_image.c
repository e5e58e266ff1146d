/* SPDX-License-Identifier: MIT */
#include "host/disk_image.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/random.h"
#include "tests/unit/run_tests.h"

enum { SIZE = 20000, PATH_SIZE = 128 };

struct fixture {
    char path[PATH_SIZE];
    uint8_t content[SIZE];
    struct disk_image image;
    struct medium medium;
    struct error error;
};

static void write_file(const struct fixture *f)
{
    FILE *file = fopen(f->path, "wb");

    ck_assert_ptr_nonnull(file);
    EXPECT_EQ(fwrite(f->content, 1, SIZE, file), SIZE);
    EXPECT(fclose(file) == 0);
}

static bool file_is(const struct fixture *f, const uint8_t *expected)
{
    static uint8_t bytes[SIZE + 1];
    FILE *file = fopen(f->path, "rb");
    size_t size;

    ck_assert_ptr_nonnull(file);
    size = fread(bytes, 1, sizeof bytes, file);
    EXPECT(fclose(file) == 0);
    return size == SIZE && memcmp(bytes, expected, SIZE) == 0;
}

static void setup(struct fixture *f)
{
    const char *place = getenv("TMPDIR");
    int descriptor;

    memset(f, 0, sizeof *f);
    (void)snprintf(f->path, sizeof f->path, "%s/disk-image-XXXXXX",
                   place ? place : "/tmp");
    descriptor = mkstemp(f->path);
    EXPECT(descriptor >= 0);
    EXPECT(close(descriptor) == 0);
    for (unsigned i = 0; i < SIZE; i++)
        f->content[i] = (uint8_t)(i * 7 + i / 256);
    write_file(f);
}

static void open_image(struct fixture *f, bool writable)
{
    ck_assert_msg(disk_image_open(&f->image, f->path, writable, &f->error),
                  "%s", f->error.text);
    f->medium = disk_image_medium(&f->image);
}

static bool read_at(struct fixture *f, uint64_t offset, void *data,
                    uint32_t size)
{
    return f->medium.read(f->medium.context, offset, data, size);
}

static bool write_at(struct fixture *f, uint64_t offset, const void *data,
                     uint32_t size)
{
    return f->medium.write(f->medium.context, offset, data, size);
}

/* Random reads and writes against an array, with and without writing through;
 * then the file is what it has to be. */
START_TEST(image_reads_as_written_and_changes_only_if_writable)
{
    static uint8_t expected[SIZE];
    static uint8_t data[SIZE];

    for (unsigned writable = 0; writable < 2; writable++) {
        struct fixture f;
        struct random random = random_seeded(12345);

        setup(&f);
        open_image(&f, writable);
        EXPECT_EQ(f.medium.size, SIZE);
        memcpy(expected, f.content, SIZE);
        for (unsigned i = 0; i < 2000; i++) {
            const uint32_t offset = random_below(&random, SIZE);
            const uint32_t size = random_below(&random, SIZE - offset + 1);

            if (random_next(&random) & 1) {
                memset(data, (int)i, size);
                EXPECT(write_at(&f, offset, data, size));
                memcpy(expected + offset, data, size);
            } else {
                EXPECT(read_at(&f, offset, data, size));
                EXPECT(memcmp(data, expected + offset, size) == 0);
            }
        }
        EXPECT(f.medium.flush(f.medium.context));
        EXPECT(disk_image_close(&f.image, &f.error));
        EXPECT(file_is(&f, writable ? expected : f.content));
        (void)unlink(f.path);
    }
}
END_TEST

START_TEST(nothing_is_moved_outside_the_image)
{
    struct fixture f;
    uint8_t data[16] = {0};

    setup(&f);
    open_image(&f, false);
    EXPECT(read_at(&f, SIZE, data, 0));
    EXPECT(!read_at(&f, SIZE - 15, data, 16));
    EXPECT(!write_at(&f, SIZE - 15, data, 16));
    EXPECT(!read_at(&f, UINT64_MAX - 3, data, 16));
    EXPECT(disk_image_close(&f.image, &f.error));
    (void)unlink(f.path);
}
END_TEST

START_TEST(extended_image_goes_on_in_zeros)
{
    static const uint8_t zeros[5000];
    uint8_t data[5000];

    for (unsigned writable = 0; writable < 2; writable++) {
        struct fixture f;
        struct stat status;

        setup(&f);
        open_image(&f, writable);
        EXPECT(disk_image_extend(&f.image, 30000, &f.error));
        f.medium = disk_image_medium(&f.image);
        EXPECT(read_at(&f, SIZE - 1000, data, 5000));
        EXPECT(memcmp(data, f.content + SIZE - 1000, 1000) == 0);
        EXPECT(memcmp(data + 1000, zeros, 4000) == 0);
        EXPECT(write_at(&f, 29990, "0123456789", 10));
        EXPECT(read_at(&f, 29980, data, 20));
        EXPECT(memcmp(data + 10, "0123456789", 10) == 0);
        EXPECT(disk_image_close(&f.image, &f.error));
        EXPECT(stat(f.path, &status) == 0);
        EXPECT_EQ((uint64_t)status.st_size, writable ? 30000 : SIZE);
        (void)unlink(f.path);
    }
}
END_TEST

START_TEST(file_that_shrinks_is_an_error_with_its_name)
{
    struct fixture f;
    uint8_t data[512];
    uint8_t changed[512];

    setup(&f);
    open_image(&f, false);
    memset(changed, 0xcc, sizeof changed);
    EXPECT(write_at(&f, 8192, changed, 512));
    EXPECT(truncate(f.path, 6000) == 0);
    EXPECT(read_at(&f, 5000, data, 512));
    EXPECT(disk_image_ok(&f.image, &f.error));
    EXPECT(!read_at(&f, 6144, data, 512));
    EXPECT(!disk_image_ok(&f.image, &f.error));
    ck_assert_ptr_nonnull(strstr(f.error.text, f.path));
    ck_assert_ptr_nonnull(strstr(f.error.text, "ends at byte 6144"));
    EXPECT(read_at(&f, 8192, data, 512)); /* what was written is kept */
    EXPECT(memcmp(data, changed, 512) == 0);
    EXPECT(!disk_image_close(&f.image, &f.error));
    (void)unlink(f.path);
}
END_TEST

START_TEST(file_that_is_unlinked_is_still_read)
{
    struct fixture f;
    uint8_t data[512];

    setup(&f);
    open_image(&f, false);
    EXPECT(unlink(f.path) == 0);
    EXPECT(read_at(&f, 10000, data, 512));
    EXPECT(memcmp(data, f.content + 10000, 512) == 0);
    EXPECT(disk_image_close(&f.image, &f.error));
}
END_TEST

START_TEST(failed_write_is_told_to_guest_and_user)
{
    struct disk_image image;
    struct error error;
    struct medium medium;

    /* Always full, and it has no size of its own. */
    image = (struct disk_image){.path = "full", .writable = true, .size = 4096};
    image.descriptor = open("/dev/full", O_RDWR | O_CLOEXEC);
    EXPECT(image.descriptor >= 0);
    medium = disk_image_medium(&image);
    EXPECT(!medium.write(medium.context, 1024, "x", 1));
    EXPECT(!disk_image_close(&image, &error));
    ck_assert_str_eq(
        error.text, "full: cannot write at byte 1024: No space left on device");
}
END_TEST

static void expect_refusal(const char *path, bool writable, const char *reason)
{
    struct disk_image image;
    struct error error = {""};

    EXPECT(!disk_image_open(&image, path, writable, &error));
    ck_assert_msg(strstr(error.text, path) == error.text, "%s", error.text);
    ck_assert_msg(strstr(error.text, reason) != NULL, "%s", error.text);
}

START_TEST(what_is_no_image_is_refused)
{
    struct fixture f;

    setup(&f);
    EXPECT(truncate(f.path, 0) == 0);
    expect_refusal(f.path, false, "the file is empty");
    (void)unlink(f.path);
    expect_refusal(f.path, false, "No such file or directory");
    expect_refusal(f.path, true, "No such file or directory");
    expect_refusal("/", false, "Is a directory");
    expect_refusal("/", true, "Is a directory");
    EXPECT(mkfifo(f.path, 0600) == 0);
    expect_refusal(f.path, false, "not a file");
    (void)unlink(f.path);
}
END_TEST

START_TEST(who_writes_an_image_has_it_alone)
{
    struct fixture f;
    struct disk_image second;

    setup(&f);
    open_image(&f, false);
    EXPECT(disk_image_open(&second, f.path, false, &f.error));
    EXPECT(disk_image_close(&second, &f.error));
    expect_refusal(f.path, true, "in use by another run");
    EXPECT(disk_image_close(&f.image, &f.error));
    open_image(&f, true);
    expect_refusal(f.path, false, "in use by another run that writes it");
    EXPECT(disk_image_close(&f.image, &f.error));
    (void)unlink(f.path);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        image_reads_as_written_and_changes_only_if_writable,
        nothing_is_moved_outside_the_image,
        extended_image_goes_on_in_zeros,
        file_that_shrinks_is_an_error_with_its_name,
        file_that_is_unlinked_is_still_read,
        failed_write_is_told_to_guest_and_user,
        what_is_no_image_is_refused,
        who_writes_an_image_has_it_alone,
    };

    return run_tests("disk_image", tests, sizeof tests / sizeof tests[0]);
}
