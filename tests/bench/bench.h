/* SPDX-License-Identifier: MIT */
/*
 * Benchmarks: run the guests on one machine after the other, take the time,
 * and show what came out.
 *
 * bench.c has the command line and the rounds, measure.c runs one guest on one
 * machine, results.c makes the tables.
 */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { ROUNDS_MAX = 64, GUESTS_MAX = 32, NAME_SIZE = 32, WHY_SIZE = 256 };

/** Who runs a guest. */
enum machine_name { PAGEWALK, QEMU, BOCHS, MACHINES };

/** One run of a guest on a machine. */
struct sample {
    double cpu;     /**< seconds of processor time from BEGIN to END */
    double start;   /**< seconds from the start to the first byte */
    long peak;      /**< KiB of memory at most */
    uint64_t ticks; /**< the guest's time stamp counter from BEGIN to END */
    uint32_t checksum;
    unsigned long iterations;
};

/** A guest and its runs. */
struct guest {
    char name[NAME_SIZE];
    double goal;           /**< CPU time relative to QEMU's, at most; 0: none */
    char waits[NAME_SIZE]; /**< what the machine lacks for it, or empty */
    bool wanted;
    bool wrong[MACHINES]; /**< computes other than we do: not timed */
    struct sample sample[MACHINES][ROUNDS_MAX];
    unsigned samples[MACHINES];
};

/** What is measured, and how. */
struct bench {
    const char *program[MACHINES]; /**< NULL: not there */
    const char *images;            /**< folder of the guests' images */
    const char *commit;
    unsigned rounds;
    unsigned divisor;
    struct guest guest[GUESTS_MAX];
    unsigned guests;
};

/** What a machine is called in tables. */
extern const char *const machine_names[MACHINES];

/**
 * Run a guest once. False if there is no result, with the reason in `why`,
 * which has WHY_SIZE bytes.
 */
bool measure(const struct bench *bench, const char *guest,
             enum machine_name machine, struct sample *sample, char *why);

/** Write all results: first a heading of the circumstances, then the tables. */
void results_write(FILE *file, const struct bench *bench);

/**
 * Put the results between the marks of the file at `path`, or make the file.
 * False with a message on stderr if it cannot be read or written.
 */
bool results_save(const char *path, const struct bench *bench);

#endif
