/* SPDX-License-Identifier: MIT */
#include "tests/bench/bench.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    OUTPUT_SIZE = 8192,
    ARGUMENTS_MAX = 24,
    TEXT_SIZE = 512,
    PATIENCE = 900
};

const char *const machine_names[MACHINES] = {"pagewalk", "qemu", "bochs"};

/* A running machine and what it has said. */
struct child {
    pid_t pid;
    int out;
    int in; /* kept open: Bochs ends with its standard input */
    double began;
    double first_byte;
    double cpu_begin;
    double cpu_end;
    double cpu_before; /* when something was read the last time */
    char output[OUTPUT_SIZE];
    size_t length;
};

static double seconds(clockid_t clock)
{
    struct timespec now = {0, 0};

    (void)clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Processor time of all threads of a process. */
static double process_time(pid_t pid)
{
    clockid_t clock;

    return clock_getcpuclockid(pid, &clock) == 0 ? seconds(clock) : 0;
}

/* --- Starting a machine --- */

struct command {
    const char *argument[ARGUMENTS_MAX];
    char image[TEXT_SIZE];
    char words[TEXT_SIZE];
    bool quiet; /* Bochs tells much on stderr */
};

static void command_set(struct command *command, const char *const argument[])
{
    size_t i = 0;

    for (; argument[i] && i < ARGUMENTS_MAX - 1; i++)
        command->argument[i] = argument[i];
    command->argument[i] = NULL;
}

/* The word on port 0xF4 ends QEMU as it ends us. Bochs is told all else by a
 * file that stands beside the disk image. */
static void command_make(struct command *command, const struct bench *bench,
                         const char *guest, enum machine_name machine)
{
    const char *program = bench->program[machine];

    (void)snprintf(command->words, TEXT_SIZE, "div=%u con=1", bench->divisor);
    (void)snprintf(command->image, TEXT_SIZE, "%s/%s.%s", bench->images, guest,
                   machine == BOCHS ? "bochsrc" : "elf");
    command->quiet = machine == BOCHS;
    switch (machine) {
    case PAGEWALK:
        command_set(command, (const char *const[]){program, "run", "-m", "128M",
                                                   "--append", command->words,
                                                   command->image, NULL});
        break;
    case QEMU:
        command_set(command,
                    (const char *const[]){
                        program, "-accel", "tcg", "-m", "128", "-kernel",
                        command->image, "-append", command->words, "-display",
                        "none", "-monitor", "none", "-serial", "stdio",
                        "-no-reboot", "-device",
                        "isa-debug-exit,iobase=0xf4,iosize=0x04", NULL});
        break;
    case BOCHS:
        command_set(command, (const char *const[]){program, "-q", "-f",
                                                   command->image, NULL});
        break;
    case MACHINES: break;
    }
}

static void become(const struct command *command, const int in[2],
                   const int out[2])
{
    char *argument[ARGUMENTS_MAX]; /* execvp does not write to the strings */

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (command->quiet)
        (void)freopen("/dev/null", "w", stderr);
    (void)dup2(in[0], STDIN_FILENO);
    (void)dup2(out[1], STDOUT_FILENO);
    (void)close(in[0]);
    (void)close(in[1]);
    (void)close(out[0]);
    (void)close(out[1]);
    memcpy(argument, command->argument, sizeof argument);
    if (argument[0])
        (void)execvp(argument[0], argument);
    _exit(127);
}

/* Bochs may have been built with its debugger, which waits for "c", continue.
 * Nobody else reads this. */
static bool child_start(struct child *child, const struct command *command)
{
    static const char go_on[] = "c\n";
    int in[2];
    int out[2];

    if (pipe(in) != 0)
        return false;
    if (pipe(out) != 0) {
        (void)close(in[0]);
        (void)close(in[1]);
        return false;
    }
    child->began = seconds(CLOCK_MONOTONIC);
    child->pid = fork();
    if (child->pid == 0)
        become(command, in, out);
    if (write(in[1], go_on, strlen(go_on)) < 0)
        perror("bench");
    (void)close(in[0]);
    (void)close(out[1]);
    child->in = in[1];
    child->out = out[0];
    return child->pid > 0;
}

/* --- Reading what it says --- */

/* Where the line that begins with `word` and names the guest begins. */
static const char *line_of(const struct child *child, const char *word,
                           const char *guest)
{
    char start[TEXT_SIZE];

    (void)snprintf(start, sizeof start, "%s %s", word, guest);
    return strstr(child->output, start);
}

/* Take the times that have come with the last bytes. If BEGIN and END come at
 * once, what is counted begins with the line before: more, never less. */
static void take_times(struct child *child, const char *guest)
{
    const char *begin = line_of(child, "BEGIN", guest);
    const char *newline = begin ? strchr(begin, '\n') : NULL;
    double now = process_time(child->pid);

    if (child->first_byte == 0)
        child->first_byte = seconds(CLOCK_MONOTONIC);
    if (newline && child->cpu_begin == 0)
        child->cpu_begin = newline[1] ? child->cpu_before : now;
    if (newline && newline[1] && child->cpu_end == 0)
        child->cpu_end = now;
    child->cpu_before = now;
}

/* Whether all has been said: the line behind END, or that there is none. */
static bool is_complete(const struct child *child, const char *guest)
{
    const char *end = line_of(child, "END", guest);
    const char *tsc = end ? strstr(end, "TSC ") : NULL;

    return (tsc && strchr(tsc, '\n')) || line_of(child, "SKIP", guest) ||
           line_of(child, "DIE", guest);
}

static void child_listen(struct child *child, const char *guest)
{
    struct pollfd poll_out = {.fd = child->out, .events = POLLIN};
    ssize_t got;

    while (child->length < OUTPUT_SIZE - 1 &&
           poll(&poll_out, 1, PATIENCE * 1000) > 0) {
        got = read(child->out, child->output + child->length,
                   OUTPUT_SIZE - 1 - child->length);
        if (got <= 0)
            return;
        child->length += (size_t)got;
        child->output[child->length] = '\0';
        take_times(child, guest);
        if (is_complete(child, guest))
            return;
    }
}

/* What comes behind the lines we wait for is of no interest. */
static void child_end(struct child *child, struct sample *sample)
{
    struct rusage usage;
    int status;

    (void)kill(child->pid, SIGKILL);
    (void)close(child->in);
    (void)close(child->out);
    if (wait4(child->pid, &status, 0, &usage) == child->pid)
        sample->peak = usage.ru_maxrss;
}

/* --- The result --- */

static bool parse_result(const struct child *child, const char *guest,
                         struct sample *sample)
{
    const char *line = line_of(child, "END", guest);
    const char *tsc = line ? strstr(line, "TSC ") : NULL;
    char *next;

    if (!tsc)
        return false;
    sample->checksum = (uint32_t)strtoul(line + 5 + strlen(guest), &next, 16);
    sample->iterations = strtoul(next, NULL, 10);
    sample->ticks = strtoull(tsc + 4, NULL, 16);
    return true;
}

static bool judge(const struct child *child, const char *guest,
                  struct sample *sample, char *why)
{
    if (!parse_result(child, guest, sample)) {
        const char *skip = line_of(child, "SKIP", guest);

        (void)snprintf(why, WHY_SIZE, "%.200s",
                       skip ? skip : "it did not come to its end");
        return false;
    }
    if (child->cpu_end <= child->cpu_begin) {
        (void)snprintf(why, WHY_SIZE, "too short to be timed");
        return false;
    }
    sample->cpu = child->cpu_end - child->cpu_begin;
    sample->start = child->first_byte - child->began;
    return true;
}

bool measure(const struct bench *bench, const char *guest,
             enum machine_name machine, struct sample *sample, char *why)
{
    struct command command;
    struct child child = {.pid = 0};

    command_make(&command, bench, guest, machine);
    if (!child_start(&child, &command)) {
        (void)snprintf(why, WHY_SIZE, "cannot be started");
        return false;
    }
    child_listen(&child, guest);
    child_end(&child, sample);
    return judge(&child, guest, sample, why);
}
