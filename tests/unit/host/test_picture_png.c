/* SPDX-License-Identifier: MIT */
#include <png.h>
#include <string.h>
#include <unistd.h>

#include "host/picture.h"
#include "tests/unit/run_tests.h"

/* A directory of its own, which goes away with what is in it. */
struct place {
    char directory[256];
    char path[300];
};

static void place_create(struct place *place)
{
    const char *base = getenv("TMPDIR");

    (void)snprintf(place->directory, sizeof place->directory,
                   "%s/pagewalk-picture.XXXXXX", base ? base : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(place->directory));
    (void)snprintf(place->path, sizeof place->path, "%s/screen.png",
                   place->directory);
}

static void place_destroy(struct place *place)
{
    (void)unlink(place->path);
    ck_assert_int_eq(rmdir(place->directory), 0);
}

START_TEST(saved_picture_reads_back_pixel_by_pixel)
{
    enum { WIDTH = 37, HEIGHT = 11 };
    static uint32_t pixels[WIDTH * HEIGHT];
    static uint8_t bytes[WIDTH * HEIGHT * 3];
    const struct picture picture = {pixels, WIDTH, HEIGHT};
    png_image image = {.version = PNG_IMAGE_VERSION};
    struct place place;
    struct error error;

    for (unsigned i = 0; i < WIDTH * HEIGHT; i++)
        pixels[i] = i * 40503u & 0xffffff;
    place_create(&place);
    EXPECT(picture_can_save(place.path, &error));
    EXPECT(picture_save(&picture, place.path, &error));
    EXPECT(picture_can_save(place.path, &error)); /* over the old one */
    EXPECT(png_image_begin_read_from_file(&image, place.path));
    EXPECT_EQ(image.width, WIDTH);
    EXPECT_EQ(image.height, HEIGHT);
    image.format = PNG_FORMAT_RGB;
    EXPECT(png_image_finish_read(&image, NULL, bytes, 0, NULL));
    for (unsigned i = 0; i < WIDTH * HEIGHT; i++)
        EXPECT_EQ((uint32_t)bytes[3 * i] << 16 |
                      (uint32_t)bytes[3 * i + 1] << 8 | bytes[3 * i + 2],
                  pixels[i]);
    place_destroy(&place);
}
END_TEST

START_TEST(place_that_is_not_there_is_named)
{
    static uint32_t pixel;
    const struct picture picture = {&pixel, 1, 1};
    struct error error = {""};
    struct place place;
    char path[400];

    place_create(&place);
    (void)snprintf(path, sizeof path, "%s/none/screen.png", place.directory);
    EXPECT(!picture_can_save(path, &error));
    ck_assert_ptr_nonnull(strstr(error.text, path));
    EXPECT(!picture_save(&picture, path, &error));
    ck_assert_ptr_nonnull(strstr(error.text, path));
    place_destroy(&place);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        saved_picture_reads_back_pixel_by_pixel,
        place_that_is_not_there_is_named,
    };

    return run_tests("picture_png", tests, sizeof tests / sizeof tests[0]);
}
