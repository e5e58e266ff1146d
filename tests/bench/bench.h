/* SPDX-License-Identifier: MIT */
/*
 * Benchmarks: run guests on one machine after the other, take the time, and
 * show what came out.
 *
 * bench.c has the command line and the rounds, lists.c reads the two tables of
 * guests and machines, measure.c runs one guest on one machine, watch.c looks
 * at its memory and its trace, statistics.c and results.c make the tables.
 */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum {
    ROUNDS_MAX = 32,
    GUESTS_MAX = 32,
    MACHINES_MAX = 24,
    PROGRAMS_MAX = 8,
    NAME_SIZE = 48,
    COMMAND_SIZE = 1024,
    WHY_SIZE = 256
};

/** One run of a guest on a machine. */
struct sample {
    double cpu;        /**< seconds of processor time from BEGIN to END */
    double kernel;     /**< of it, in the kernel of the host */
    double start;      /**< seconds from the start to the first byte */
    double start_cpu;  /**< of it, processor time */
    double peak;       /**< bytes of memory at most */
    double beyond;     /**< of these, beyond the guest's RAM; 0: not seen */
    double written;    /**< bytes of trace between BEGIN and END */
    double trace_size; /**< bytes of trace from the start to the end */
    double events;     /**< events in it; 0: not counted */
    uint64_t ticks;    /**< the guest's time stamp counter from BEGIN to END */
    uint32_t checksum;
    unsigned long iterations;
};

/** A guest: a row of guests.txt. */
struct guest {
    char name[NAME_SIZE];
    double goal;           /**< CPU time relative to QEMU's, at most; 0: none */
    unsigned long usual;   /**< its own iterations; 0: not known */
    unsigned long least;   /**< iterations that can be timed on all machines */
    char waits[NAME_SIZE]; /**< what the machine lacks for it, or empty */
    bool wanted;
};

/** A machine, or a way to run one: a row of machines.txt. */
struct machine {
    char name[NAME_SIZE];
    int of;          /**< what it is compared with; -1: nothing */
    unsigned part;   /**< runs this part of the iterations of the others */
    unsigned rounds; /**< takes part in as many rounds, at most */
    char events[NAME_SIZE];     /**< how they are counted in its trace */
    char command[COMMAND_SIZE]; /**< words, with $names of programs */
    bool missing;               /**< a program of its command is not there */
};

/** A program that commands name. */
struct program {
    char name[NAME_SIZE];
    const char *path; /**< empty: not there */
};

/** All runs of one guest on one machine. */
struct runs {
    struct sample sample[ROUNDS_MAX];
    unsigned count;
    bool wrong; /**< it computes other than the first machine: not timed */
};

/** What is measured, and how. */
struct bench {
    struct program program[PROGRAMS_MAX];
    unsigned programs;
    struct machine machine[MACHINES_MAX];
    unsigned machines;
    struct guest guest[GUESTS_MAX];
    unsigned guests;
    struct runs runs[GUESTS_MAX][MACHINES_MAX];
    const char *set;    /**< which rows of machines.txt */
    const char *images; /**< folder of the guests' images, and of traces */
    const char *commit;
    unsigned rounds;
    unsigned divisor;
    double seconds; /**< what all of it took */
};

/** Read guests.txt; of `names`, if there are any, only those are wanted, and
 * one that is not listed is added. False with a message. */
bool read_guests(const char *path, struct bench *bench, char *const names[],
                 int count);

/**
 * How many iterations of a guest a machine is to run: the usual ones divided,
 * but enough to be timed, and the machine's part of these; 0 if it is not known
 * how many are usual.
 */
unsigned long iterations_of(const struct bench *bench,
                            const struct guest *guest,
                            const struct machine *machine);

/** Read the rows of machines.txt that belong to the set. False with a
 * message. */
bool read_machines(const char *path, struct bench *bench);

/** Whether the rows of the set name rows that they are compared with; else all
 * are compared with the first. */
bool compares_rows(const struct bench *bench);

/** The path of a program, or NULL if there is none of that name. */
const char *program_path(const struct bench *bench, const char *name);

/**
 * Run a guest once. False if there is no result, with the reason in `why`,
 * which has WHY_SIZE bytes.
 */
bool measure(const struct bench *bench, const struct guest *guest,
             const struct machine *machine, struct sample *sample, char *why);

/** Write all results: the circumstances, then the tables. */
void results_write(FILE *file, const struct bench *bench);

/** Write the tables only. */
void results_tables(FILE *file, const struct bench *bench);

/**
 * Put the results between the marks of the set in the file at `path`. False
 * with a message if it cannot be read or written, or has no such marks.
 */
bool results_save(const char *path, const struct bench *bench);

#endif
