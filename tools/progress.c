/* SPDX-License-Identifier: MIT */
#include "tools/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define INTERVAL UINT64_C(100000000)

enum { WIDTH = 40 };

static uint64_t now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

void progress_begin(struct progress *progress, bool results_on_terminal)
{
    *progress = (struct progress){.wanted = isatty(STDERR_FILENO) &&
                                            !results_on_terminal,
                                  .next = now() + INTERVAL};
}

void progress_show(struct progress *progress, uint64_t done, uint64_t total)
{
    char bar[WIDTH + 1];
    unsigned filled;

    if (!progress->wanted || total == 0 || now() < progress->next)
        return;
    filled = (unsigned)(done * WIDTH / total);
    for (unsigned i = 0; i < WIDTH; i++)
        bar[i] = i < filled ? '#' : '.';
    bar[WIDTH] = '\0';
    (void)fprintf(stderr, "\r[%s] %3u%%", bar, (unsigned)(done * 100 / total));
    (void)fflush(stderr);
    progress->shown = true;
    progress->next = now() + INTERVAL;
}

void progress_end(struct progress *progress)
{
    if (progress->shown)
        (void)fprintf(stderr, "\r%*s\r", WIDTH + 8, "");
    progress->shown = false;
}
