/* SPDX-License-Identifier: MIT */
#include "tests/bench/watch.h"

#include <math.h>
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
    ARGUMENTS_MAX = 40,
    TEXT_SIZE = 512,
    PATIENCE_MS = 900 * 1000,
    LOOK_MS = 200
};

/* What a script says when all is prepared and the machine itself begins. */
static const char ready[] = "READY\n";

/* A running machine and what it has said. */
struct child {
    pid_t pid;
    int out;
    int in; /* kept open: Bochs ends with its standard input */
    double began;
    double cpu_began;
    double first_byte;
    double cpu_first_byte;
    double cpu_begin;
    double cpu_end;
    double kernel_begin;
    double kernel_end;
    double cpu_before; /* when something was read the last time */
    double beyond;     /* bytes of memory beyond the guest's RAM, so far */
    double trace_begin;
    double trace_end;
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
    char *argument[ARGUMENTS_MAX];
    unsigned count;
    char words[TEXT_SIZE];
    char elf[TEXT_SIZE];
    char trace[TEXT_SIZE];
};

static void set_paths(struct command *command, const struct bench *bench,
                      const struct guest *guest, const struct machine *machine)
{
    unsigned long iterations = iterations_of(bench, guest, machine);

    if (iterations > 0)
        (void)snprintf(command->words, TEXT_SIZE, "iters=%lu con=1",
                       iterations);
    else
        (void)snprintf(command->words, TEXT_SIZE, "div=%u con=1",
                       bench->divisor * machine->part);
    (void)snprintf(command->elf, TEXT_SIZE, "%s/%s.elf", bench->images,
                   guest->name);
    (void)snprintf(command->trace, TEXT_SIZE, "%s/trace", bench->images);
}

/* What $name stands for. */
static const char *meaning(const struct command *command,
                           const struct bench *bench, const char *name)
{
    if (strcmp(name, "words") == 0)
        return command->words;
    if (strcmp(name, "elf") == 0)
        return command->elf;
    if (strcmp(name, "trace") == 0)
        return command->trace;
    return program_path(bench, name);
}

/* Append the text of one word, each $name in it replaced. */
static void expand_word(FILE *to, const struct command *command,
                        const struct bench *bench, const char *word)
{
    char name[NAME_SIZE];

    while (*word) {
        size_t size = strcspn(word + 1, "$,/") + 1;
        const char *text = NULL;

        (void)snprintf(name, sizeof name, "%.*s", (int)size - 1, word + 1);
        if (*word == '$')
            text = meaning(command, bench, name);
        (void)fprintf(to, "%.*s", text ? TEXT_SIZE : (int)size,
                      text ? text : word);
        word += size;
    }
}

/* The words of the machine's row. Freed by command_free. */
static void command_make(struct command *command, const struct bench *bench,
                         const struct machine *machine)
{
    char text[COMMAND_SIZE];
    char *rest = text;
    char *word;

    memcpy(text, machine->command, sizeof text);
    while ((word = strsep(&rest, " ")) != NULL &&
           command->count < ARGUMENTS_MAX - 1) {
        size_t size;
        FILE *to;

        if (*word == '\0')
            continue;
        to = open_memstream(&command->argument[command->count], &size);
        if (!to)
            break;
        expand_word(to, command, bench, word);
        (void)fclose(to);
        command->count++;
    }
}

static void command_free(struct command *command)
{
    for (unsigned i = 0; i < command->count; i++)
        free(command->argument[i]);
}

static void become(const struct command *command, const int in[2],
                   const int out[2])
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)dup2(in[0], STDIN_FILENO);
    (void)dup2(out[1], STDOUT_FILENO);
    (void)close(in[0]);
    (void)close(in[1]);
    (void)close(out[0]);
    (void)close(out[1]);
    if (command->argument[0])
        (void)execvp(command->argument[0], command->argument);
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

/* While another processor runs it, the clock of a process moves in ticks of the
 * kernel, of up to 10 ms; that of one that stands still is exact. Nor does a
 * guest run on while we are slow to look at it. */
static void child_pause(const struct child *child)
{
    siginfo_t info;

    if (kill(child->pid, SIGSTOP) == 0)
        (void)waitid(P_PID, (id_t)child->pid, &info,
                     WSTOPPED | WEXITED | WNOWAIT);
}

static void child_go_on(const struct child *child)
{
    (void)kill(child->pid, SIGCONT);
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

/* A script has prepared everything: time begins now. */
static void forget_preparation(struct child *child)
{
    size_t length = strlen(ready);

    if (strncmp(child->output, ready, length) != 0)
        return;
    child->length -= length;
    memmove(child->output, child->output + length, child->length + 1);
    child->began = seconds(CLOCK_MONOTONIC);
    child->cpu_began = process_time(child->pid);
}

/* Take the times that have come with the last bytes. If BEGIN and END come at
 * once, what is counted begins with the line before: more, never less. */
static void take_times(struct child *child, const char *guest,
                       const char *trace)
{
    const char *begin = line_of(child, "BEGIN", guest);
    const char *newline = begin ? strchr(begin, '\n') : NULL;
    double now = process_time(child->pid);

    if (child->first_byte == 0) {
        child->first_byte = seconds(CLOCK_MONOTONIC);
        child->cpu_first_byte = now;
    }
    if (newline && child->cpu_begin == 0) {
        child->cpu_begin = newline[1] ? child->cpu_before : now;
        child->kernel_begin = watch_kernel_time(child->pid);
        child->trace_begin = watch_size(trace);
    }
    if (newline && newline[1] && child->cpu_end == 0) {
        child->cpu_end = now;
        child->kernel_end = watch_kernel_time(child->pid);
        child->trace_end = watch_size(trace);
    }
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

/* Read on, looking at the memory now and then. False at the end. */
static bool child_read(struct child *child)
{
    struct pollfd poll_out = {.fd = child->out, .events = POLLIN};
    int waited = 0;
    ssize_t got;

    while (poll(&poll_out, 1, LOOK_MS) == 0 && waited < PATIENCE_MS) {
        waited += LOOK_MS;
        child->beyond = fmax(child->beyond, watch_beyond_ram(child->pid));
    }
    if (waited >= PATIENCE_MS)
        return false;
    got = read(child->out, child->output + child->length,
               OUTPUT_SIZE - 1 - child->length);
    if (got <= 0)
        return false;
    child->length += (size_t)got;
    child->output[child->length] = '\0';
    return true;
}

static void child_listen(struct child *child, const char *guest,
                         const char *trace)
{
    while (child->length < OUTPUT_SIZE - 1 && child_read(child)) {
        child_pause(child);
        forget_preparation(child);
        if (child->length > 0)
            take_times(child, guest, trace);
        if (is_complete(child, guest))
            return;
        child->beyond = fmax(child->beyond, watch_beyond_ram(child->pid));
        child_go_on(child);
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
        sample->peak = (double)usage.ru_maxrss * 1024;
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
    sample->kernel = fmax(0, child->kernel_end - child->kernel_begin);
    sample->start = child->first_byte - child->began;
    sample->start_cpu = child->cpu_first_byte - child->cpu_began;
    sample->beyond = child->beyond;
    sample->written = child->trace_end - child->trace_begin;
    return true;
}

static void look_at_trace(const struct bench *bench,
                          const struct machine *machine, const char *trace,
                          struct sample *sample)
{
    sample->trace_size = watch_size(trace);
    sample->events = watch_events(bench, machine, trace);
    watch_remove(trace);
}

bool measure(const struct bench *bench, const struct guest *guest,
             const struct machine *machine, struct sample *sample, char *why)
{
    struct command command = {.count = 0};
    struct child child = {.pid = 0};
    bool started;

    set_paths(&command, bench, guest, machine);
    command_make(&command, bench, machine);
    watch_remove(command.trace);
    started = child_start(&child, &command);
    command_free(&command);
    if (!started) {
        (void)snprintf(why, WHY_SIZE, "cannot be started");
        return false;
    }
    child_listen(&child, guest->name, command.trace);
    child_end(&child, sample);
    look_at_trace(bench, machine, command.trace, sample);
    return judge(&child, guest->name, sample, why);
}
