/* SPDX-License-Identifier: MIT */
/*
 * Broken images into the loader: nothing may crash, and a refusal names the
 * image. What loads also runs for a moment.
 *
 * Usage: fuzz_loader SECONDS [SEED]     mutate images made in memory
 *        fuzz_loader FILE...            try these files
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "machine/image_linux.h"
#include "machine/loader.h"
#include "tests/unit/machine/images.h"
#include "tests/unit/random.h"

enum {
    MEMORY_BYTES = 4 << 20,
    IMAGE_MAX = LINUX_IMAGE_SIZE,
    CHANGES_MAX = 6,
    LOADS_BETWEEN_LOOKS = 256
};

static struct machine *make_machine(void)
{
    struct machine *machine =
        aligned_alloc(64, (sizeof *machine + 63) & ~(size_t)63);
    struct machine_options options = {.memory_bytes = MEMORY_BYTES,
                                      .cpu = cpu_model_find("386"),
                                      .ticks_per_second = 1000000};
    struct error error;

    if (!machine || !tlb_model_parse("386", &options.tlb, &error) ||
        !machine_init(machine, &options, &error)) {
        (void)fprintf(stderr, "no machine\n");
        exit(1);
    }
    return machine;
}

/* Load the bytes, in a block of their exact size so that reading behind them
 * shows; then let the machine run a little of what came of it. */
static void try_image(struct machine *machine, const uint8_t *bytes,
                      size_t size)
{
    static const uint8_t initrd[] = {1, 2, 3};
    uint8_t *exact = malloc(size ? size : 1);
    struct loader_request request = {.image = {"image", exact, size}};
    struct loader_result result;
    struct error error = {""};

    if (!exact)
        exit(1);
    memcpy(exact, bytes, size);
    if (image_is_linux(&request.image)) {
        request.initrd = (struct image){"image", initrd, sizeof initrd};
        request.arguments = "a b=c";
    }
    machine_reset(machine);
    if (loader_load(machine, &request, &result, &error)) {
        (void)machine_run(machine, 64);
    } else if (strncmp(error.text, "image: ", 7) != 0) {
        (void)fprintf(stderr, "refused without a name: '%s'\n", error.text);
        abort();
    }
    free(exact);
}

static size_t make_image(struct random *random, uint8_t image[IMAGE_MAX])
{
    memset(image, 0, IMAGE_MAX);
    switch (random_below(random, 4)) {
    case 0: make_elf(image); return ELF_IMAGE_SIZE;
    case 1:
        make_elf(image);
        put_multiboot(image, MULTIBOOT_AT,
                      (uint32_t)random_next(random) & 0x10007);
        return ELF_IMAGE_SIZE;
    case 2: make_linux(image); return LINUX_IMAGE_SIZE;
    default: make_kludge(image); return KLUDGE_IMAGE_SIZE;
    }
}

/* A value that is likely to be at an edge. */
static uint32_t edge(struct random *random)
{
    const uint32_t power = 1u << random_below(random, 32);

    switch (random_below(random, 4)) {
    case 0: return power - 1;
    case 1: return 0u - power;
    case 2: return (uint32_t)random_next(random);
    default: return power;
    }
}

/* Where a change is likely to matter: in a Linux kernel, its setup header. */
static uint32_t random_place(struct random *random, const uint8_t *image,
                             size_t size)
{
    if (size == LINUX_IMAGE_SIZE && image[LINUX_CODE] &&
        random_below(random, 8) != 0)
        return 0x1f1 + random_below(random, LINUX_HEADER_END - 0x1f1);
    return random_below(random, (uint32_t)size - 4);
}

static size_t mutate(struct random *random, uint8_t *image, size_t size)
{
    const uint32_t changes = random_below(random, CHANGES_MAX + 1);

    for (uint32_t i = 0; i < changes; i++) {
        const uint32_t at = random_place(random, image, size);
        const uint32_t value = edge(random);
        const size_t width = (size_t)1 << random_below(random, 3);

        memcpy(image + at, &value, width);
    }
    if (random_below(random, 4) == 0)
        size = random_below(random, (uint32_t)size + 1);
    return size;
}

static void run_for(double seconds, uint64_t seed)
{
    struct machine *machine = make_machine();
    struct random random = random_seeded(seed);
    const time_t start = time(NULL);
    uint64_t count = 0;

    while (difftime(time(NULL), start) < seconds) {
        for (unsigned i = 0; i < LOADS_BETWEEN_LOOKS; i++, count++) {
            uint8_t image[IMAGE_MAX];
            const size_t whole = make_image(&random, image);

            try_image(machine, image, mutate(&random, image, whole));
        }
    }
    printf("%llu images, seed %llu\n", (unsigned long long)count,
           (unsigned long long)seed);
    machine_release(machine);
    free(machine);
}

static void try_file(const char *path)
{
    struct machine *machine = make_machine();
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = calloc(1, MEMORY_BYTES);

    if (!file || !bytes) {
        (void)fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    try_image(machine, bytes, fread(bytes, 1, MEMORY_BYTES, file));
    (void)fclose(file);
    free(bytes);
    machine_release(machine);
    free(machine);
}

int main(int argc, char **argv)
{
    char *end = NULL;
    const double seconds = argc > 1 ? strtod(argv[1], &end) : 1.0;

    if (argc < 2 || *end == '\0') {
        run_for(seconds, argc > 2 ? strtoull(argv[2], NULL, 0) : 1);
        return 0;
    }
    for (int i = 1; i < argc; i++)
        try_file(argv[i]);
    return 0;
}
