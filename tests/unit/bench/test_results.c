/* SPDX-License-Identifier: MIT */
/* The figures and tables of the benchmarks, from samples that are given. */
#include "tests/bench/statistics.h"

#include "tests/unit/run_tests.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

static struct bench state;
static struct bench *const bench = &state;

static unsigned add_machine(const char *name, int of)
{
    struct machine *machine = &bench->machine[bench->machines];

    (void)snprintf(machine->name, NAME_SIZE, "%s", name);
    machine->of = of;
    machine->events[0] = '-';
    return bench->machines++;
}

static unsigned add_guest(const char *name, double goal)
{
    struct guest *guest = &bench->guest[bench->guests];

    (void)snprintf(guest->name, NAME_SIZE, "%s", name);
    guest->goal = goal;
    guest->wanted = true;
    return bench->guests++;
}

static struct sample *add_sample(unsigned guest, unsigned machine, double cpu,
                                 unsigned long iterations)
{
    struct runs *runs = &bench->runs[guest][machine];
    struct sample *sample = &runs->sample[runs->count++];

    sample->cpu = cpu;
    sample->iterations = iterations;
    sample->kernel = cpu / 10;
    sample->ticks = 1000000;
    sample->start = 0.0142;
    sample->start_cpu = 0.0131;
    sample->peak = 73 << 20;
    sample->beyond = 7.75 * (1 << 20);
    return sample;
}

static const char *tables(void)
{
    static char text[4096];
    FILE *file = fmemopen(text, sizeof text, "w");

    ck_assert_ptr_nonnull(file);
    results_tables(file, bench);
    (void)fclose(file);
    return text;
}

START_TEST(a_median_is_the_middle_or_the_mean_of_two)
{
    double odd[] = {9, 1, 5};
    double even[] = {4, 100, 1, 2};

    ck_assert_double_eq(median(odd, 3), 5);
    ck_assert_double_eq(median(even, 4), 3);
    ck_assert_double_nan(median(odd, 0));
}
END_TEST

START_TEST(a_ratio_is_that_of_times_per_iteration)
{
    unsigned guest = add_guest("int", 0);
    unsigned ours = add_machine("pagewalk", -1);
    unsigned slow = add_machine("bochs", -1);

    (void)add_sample(guest, ours, 2, 100);
    (void)add_sample(guest, slow, 4, 10);
    ck_assert_double_eq_tol(runs_ratio(bench, guest, ours, slow), 0.05, 1e-12);
    ck_assert_double_eq_tol(runs_ratio(bench, guest, slow, ours), 20, 1e-12);
}
END_TEST

START_TEST(a_geometric_mean_leaves_out_what_was_not_measured)
{
    unsigned ours = add_machine("pagewalk", -1);
    unsigned peer = add_machine("qemu", -1);
    const double cpu[] = {2, 8, 5};

    for (unsigned i = 0; i < 3; i++) {
        unsigned guest = add_guest("guest", 0);

        (void)add_sample(guest, ours, cpu[i], 1);
        if (i < 2)
            (void)add_sample(guest, peer, 1, 1);
    }
    ck_assert_double_eq_tol(mean_ratio(bench, ours, peer), 4, 1e-12);
    bench->runs[1][peer].wrong = true;
    ck_assert_double_eq_tol(mean_ratio(bench, ours, peer), 2, 1e-12);
}
END_TEST

START_TEST(events_are_taken_from_the_bytes_written_in_the_time)
{
    unsigned guest = add_guest("int", 0);
    unsigned machine = add_machine("pagewalk", -1);
    struct sample *sample = add_sample(guest, machine, 2, 1);

    ck_assert_double_nan(sample_event_rate(sample));
    sample->trace_size = 1200;
    sample->events = 200;
    sample->written = 600;
    ck_assert_double_eq_tol(sample_event_size(sample), 6, 1e-12);
    ck_assert_double_eq_tol(sample_event_rate(sample), 50, 1e-12);
}
END_TEST

START_TEST(guests_are_rows_where_machines_are_peers)
{
    unsigned first = add_guest("int", 4);
    unsigned second = add_guest("smc", 0);
    unsigned ours = add_machine("pagewalk", -1);
    unsigned peer = add_machine("qemu", -1);

    (void)add_sample(first, ours, 0.5, 10);
    (void)add_sample(first, ours, 1.5, 10);
    (void)add_sample(first, ours, 1, 10);
    (void)add_sample(first, peer, 0.25, 10);
    (void)add_sample(second, ours, 0.02, 10);
    (void)add_sample(second, peer, 123.4, 10);
    bench->runs[second][peer].wrong = true;
    ck_assert_str_eq(
        tables(),
        "\n"
        "| guest | MIPS | pagewalk, s | qemu, s | of qemu's | goal |\n"
        "| --- | --: | --: | --: | --: | --: |\n"
        "| int | 1.00 | 1.00 | 0.25 | 4.00 | 4.00 |\n"
        "| smc | 50.0 | 0.0200 | - | - | - |\n"
        "| geometric mean | | | | 4.00 | |\n"
        "\n"
        "| machine | start to first byte, ms | of it processor, ms | peak "
        "memory, MiB | of it beyond the guest's RAM, MiB |\n"
        "| --- | --: | --: | --: | --: |\n"
        "| pagewalk | 14.2 | 13.1 | 73.0 | 7.75 |\n"
        "| qemu | 14.2 | 13.1 | 73.0 | 7.75 |\n");
}
END_TEST

START_TEST(machines_are_rows_where_they_name_each_other)
{
    unsigned guest = add_guest("int_paged", 0);
    unsigned unwanted = add_guest("calls", 0);
    unsigned plain = add_machine("pagewalk", -1);
    unsigned traced = add_machine("pagewalk mem", (int)plain);
    struct sample *sample;

    bench->guest[unwanted].wanted = false;
    (void)add_sample(guest, plain, 1, 1000);
    sample = add_sample(guest, traced, 1.5, 1000);
    ck_assert_str_eq(tables(), "\n"
                               "| machine | int_paged, µs | times |\n"
                               "| --- | --: | --: |\n"
                               "| pagewalk | 1000 | - |\n"
                               "| pagewalk mem | 1500 | 1.50 |\n");
    bench->machine[traced].events[0] = 's';
    sample->trace_size = sample->written = 9e8;
    sample->events = 1.5e8;
    ck_assert_str_eq(tables(),
                     "\n"
                     "| machine | int_paged, µs | times | of it in the kernel, "
                     "% | million events/s | bytes/event |\n"
                     "| --- | --: | --: | --: | --: | --: |\n"
                     "| pagewalk | 1000 | - | 10.0 | - | - |\n"
                     "| pagewalk mem | 1500 | 1.50 | 10.0 | 100 | 6.00 |\n");
}
END_TEST

/* --- The lists --- */

static void write_list(char *name, size_t size, const char *text)
{
    const char *folder = getenv("TMPDIR");
    FILE *file;
    int fd;

    (void)snprintf(name, size, "%s/list.XXXXXX", folder ? folder : "/tmp");
    fd = mkstemp(name);
    file = fd < 0 ? NULL : fdopen(fd, "w");
    ck_assert_ptr_nonnull(file);
    (void)fputs(text, file);
    (void)fclose(file);
}

static bool read_machines_from(const char *text)
{
    char name[4096];
    bool right;

    write_list(name, sizeof name, text);
    right = read_machines(name, bench);
    (void)unlink(name);
    return right;
}

static bool read_guests_from(const char *text, char *const names[], int count)
{
    char name[4096];
    bool right;

    write_list(name, sizeof name, text);
    right = read_guests(name, bench, names, count);
    (void)unlink(name);
    return right;
}

START_TEST(iterations_are_divided_while_they_can_be_timed)
{
    static char unlisted[] = "growth";
    static char *const names[] = {unlisted};
    const struct machine whole = {.part = 1};
    const struct machine small = {.part = 64};

    ck_assert(read_guests_from("# guest ...\n"
                               "int 1 db8864c9 4    800   10 -\n"
                               "smc 6 b4951904 0.01 300 1200 -\n",
                               names, 1));
    bench->divisor = 8;
    ck_assert_uint_eq(iterations_of(bench, &bench->guest[0], &whole), 100);
    ck_assert_uint_eq(iterations_of(bench, &bench->guest[0], &small), 1);
    ck_assert_uint_eq(iterations_of(bench, &bench->guest[1], &whole), 1200);
    ck_assert_uint_eq(iterations_of(bench, &bench->guest[1], &small), 18);
    ck_assert_uint_eq(iterations_of(bench, &bench->guest[2], &whole), 0);
    bench->divisor = 1000;
    ck_assert_uint_eq(iterations_of(bench, &bench->guest[0], &whole), 10);
    ck_assert_uint_eq(iterations_of(bench, &bench->guest[0], &small), 1);
}
END_TEST

START_TEST(rows_of_the_set_are_read_and_their_names_expanded)
{
    bench->set = "trace";
    bench->program[0] = (struct program){.name = "pagewalk", .path = "./pw"};
    bench->program[1] = (struct program){.name = "qemu", .path = ""};
    bench->programs = 2;
    ck_assert(read_machines_from(
        "# a comment | with | bars\n"
        "pw = $pagewalk run $elf\n"
        "\n"
        "bench | other | - | 1 | 1 | - | $pw\n"
        "trace | one   | - | 1 | 9 | - | $pw\n"
        "trace | two   | one | 64 | 2 | lines:A | $pw --trace $trace,x\n"
        "trace | three | - | 1 | 1 | - | $qemu -kernel $elf\n"));
    ck_assert_uint_eq(bench->machines, 3);
    ck_assert_str_eq(bench->machine[0].command, "$pagewalk run $elf");
    ck_assert_int_eq(bench->machine[0].of, -1);
    ck_assert_str_eq(bench->machine[1].command,
                     "$pagewalk run $elf --trace $trace,x");
    ck_assert_int_eq(bench->machine[1].of, 0);
    ck_assert_uint_eq(bench->machine[1].part, 64);
    ck_assert_uint_eq(bench->machine[1].rounds, 2);
    ck_assert_str_eq(bench->machine[1].events, "lines:A");
    ck_assert(!bench->machine[1].missing);
    ck_assert(bench->machine[2].missing);
}
END_TEST

START_TEST(rows_that_cannot_be_read_are_refused)
{
    static const char *const wrong[] = {
        "trace | too | few | fields\n",
        "trace | one | nobody | 1 | 1 | - | words\n",
        "trace | one | - | 0 | 1 | - | words\n",
        "neither row nor name\n",
        "other | one | - | 1 | 1 | - | words\n",
    };

    bench->set = "trace";
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        bench->machines = 0;
        ck_assert(!read_machines_from(wrong[i]));
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_median_is_the_middle_or_the_mean_of_two,
        a_ratio_is_that_of_times_per_iteration,
        a_geometric_mean_leaves_out_what_was_not_measured,
        events_are_taken_from_the_bytes_written_in_the_time,
        guests_are_rows_where_machines_are_peers,
        machines_are_rows_where_they_name_each_other,
        iterations_are_divided_while_they_can_be_timed,
        rows_of_the_set_are_read_and_their_names_expanded,
        rows_that_cannot_be_read_are_refused,
    };

    return run_tests("bench/results", tests, sizeof tests / sizeof tests[0]);
}
