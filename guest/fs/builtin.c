/* SPDX-License-Identifier: MIT */
#include "fs/builtin.h"

#define SHARED_FILE_BYTES (2 * PAGE_SIZE)

/* From fs/images.S: the bytes of a file, and where they end. */
#define IMAGE(name) extern const uint8_t image_##name[], image_##name##_end[]

IMAGE(answer);
IMAGE(cow);
IMAGE(eater);
IMAGE(hello);
IMAGE(libtour);
IMAGE(library);
IMAGE(mapper);
IMAGE(runner);
IMAGE(segv);
IMAGE(spin);
IMAGE(stack);
IMAGE(text);
IMAGE(thread);
IMAGE(zero);

/* In the same order. */
struct inode builtin_inode[] = {
    {.path = "/bin/answer"},
    {.path = "/bin/cow"},
    {.path = "/bin/eater"},
    {.path = "/bin/hello"},
    {.path = "/bin/library"},
    {.path = "/bin/mapper"},
    {.path = "/bin/runner"},
    {.path = "/bin/segv"},
    {.path = "/bin/spin"},
    {.path = "/bin/stack"},
    {.path = "/bin/thread"},
    {.path = "/bin/zero"},
    {.path = "/lib/libtour.so"},
    {.path = "/etc/text"},
    {.path = "/tmp/shared", .size = SHARED_FILE_BYTES},
};

const struct image_range builtin_image[] = {
    {image_answer, image_answer_end},
    {image_cow, image_cow_end},
    {image_eater, image_eater_end},
    {image_hello, image_hello_end},
    {image_library, image_library_end},
    {image_mapper, image_mapper_end},
    {image_runner, image_runner_end},
    {image_segv, image_segv_end},
    {image_spin, image_spin_end},
    {image_stack, image_stack_end},
    {image_thread, image_thread_end},
    {image_zero, image_zero_end},
    {image_libtour, image_libtour_end},
    {image_text, image_text_end},
    {NULL, NULL},
};

const unsigned int builtin_count = ARRAY_SIZE(builtin_inode);
