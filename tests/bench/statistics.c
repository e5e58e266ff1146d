/* SPDX-License-Identifier: MIT */
#include "tests/bench/statistics.h"

#include <math.h>
#include <stdlib.h>

static double quotient(double a, double b)
{
    return b > 0 ? a / b : (double)NAN;
}

double sample_cpu(const struct sample *sample)
{
    return sample->cpu;
}

double sample_per_iteration(const struct sample *sample)
{
    return quotient(sample->cpu, (double)sample->iterations);
}

double sample_kernel_share(const struct sample *sample)
{
    return quotient(sample->kernel, sample->cpu);
}

double sample_mips(const struct sample *sample)
{
    return quotient((double)sample->ticks * 1e-6, sample->cpu);
}

double sample_start(const struct sample *sample)
{
    return sample->start;
}

double sample_start_cpu(const struct sample *sample)
{
    return sample->start_cpu;
}

double sample_event_size(const struct sample *sample)
{
    return quotient(sample->trace_size, sample->events);
}

/* The events of the time that was taken, from the bytes written in it. */
double sample_event_rate(const struct sample *sample)
{
    double size = sample_event_size(sample);

    return isnan(size) ? size : quotient(sample->written / size, sample->cpu);
}

static int by_size(const void *a, const void *b)
{
    double first = *(const double *)a;
    double second = *(const double *)b;

    return (first > second) - (first < second);
}

double median(double *values, unsigned count)
{
    if (count == 0)
        return (double)NAN;
    qsort(values, count, sizeof *values, by_size);
    return (values[count / 2] + values[(count - 1) / 2]) / 2;
}

double runs_median(const struct runs *runs, figure *of)
{
    double values[ROUNDS_MAX];

    for (unsigned i = 0; i < runs->count; i++)
        values[i] = of(&runs->sample[i]);
    return median(values, runs->wrong ? 0 : runs->count);
}

double machine_median(const struct bench *bench, unsigned machine, figure *of)
{
    double *values = malloc(sizeof *values * GUESTS_MAX * ROUNDS_MAX);
    double middle;
    unsigned count = 0;

    for (unsigned guest = 0; values && guest < bench->guests; guest++) {
        const struct runs *runs = &bench->runs[guest][machine];

        for (unsigned i = 0; i < runs->count; i++)
            values[count++] = of(&runs->sample[i]);
    }
    middle = median(values, count);
    free(values);
    return middle;
}

double machine_most(const struct bench *bench, unsigned machine, figure *of)
{
    double most = (double)NAN;

    for (unsigned guest = 0; guest < bench->guests; guest++) {
        const struct runs *runs = &bench->runs[guest][machine];

        for (unsigned i = 0; i < runs->count; i++)
            most = fmax(most, of(&runs->sample[i]));
    }
    return most;
}

double runs_ratio(const struct bench *bench, unsigned guest, unsigned machine,
                  unsigned peer)
{
    const struct runs *runs = bench->runs[guest];

    return quotient(runs_median(&runs[machine], sample_per_iteration),
                    runs_median(&runs[peer], sample_per_iteration));
}

double mean_ratio(const struct bench *bench, unsigned machine, unsigned peer)
{
    double sum = 0;
    unsigned count = 0;

    for (unsigned guest = 0; guest < bench->guests; guest++) {
        double ratio = runs_ratio(bench, guest, machine, peer);

        if (!isnan(ratio)) {
            sum += log(ratio);
            count++;
        }
    }
    return count ? exp(sum / count) : (double)NAN;
}
