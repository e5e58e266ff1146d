/* SPDX-License-Identifier: MIT */
/*
 * Chapter percpu: a copy of a variable for each processor, and why preemption
 * must be off while one uses it.
 */
#include "kernel/fork.h"
#include "kernel/printk.h"
#include "mm/kmalloc.h"
#include "mm/percpu.h"
#include "tour/check.h"
#include "tour/programs.h"
#include "tour/tour.h"

static DEFINE_PER_CPU(int, demo_counter) = 100;
static DEFINE_PER_CPU(int, demo_other);

static volatile int *counter;
static volatile bool first_has_read;
static volatile bool second_was_here;
static volatile bool second_came_too_early;
static volatile bool second_came_at_once;

static void copies(void)
{
    unsigned int cpu;

    section("DEFINE_PER_CPU: a template, and a copy for each processor");
    printk("  template %08lx, %lu bytes; demo_counter is %lu from its "
           "beginning\n",
           per_cpu_template(), per_cpu_bytes(),
           (unsigned long)&per_cpu__demo_counter - per_cpu_template());
    for (cpu = 0; cpu < NR_CPUS; cpu++)
        printk("  CPU %u: offset %08lx, its copy at %p holds %d\n", cpu,
               __per_cpu_offset[cpu], (void *)&per_cpu(demo_counter, cpu),
               per_cpu(demo_counter, cpu));
    check(per_cpu(demo_counter, 1) == 100, "each copy begins as the template");
    per_cpu(demo_counter, 0)++;
    check(per_cpu(demo_counter, 0) == 101 && per_cpu(demo_counter, 1) == 100,
          "and changes alone");
    check(per_cpu__demo_counter == 100, "the template stays as it was");
    check(per_cpu(demo_other, 0) == 0, "its neighbour too");
    per_cpu(demo_counter, 0)--;
}

static void allocated(void)
{
    void *percpu = alloc_percpu(sizeof(long));
    unsigned int cpu;

    section("alloc_percpu and per_cpu_ptr");
    if (!check_have(percpu, "there is memory"))
        return;
    for (cpu = 0; cpu < NR_CPUS; cpu++)
        printk("  CPU %u: %p\n", cpu, per_cpu_ptr(percpu, cpu));
    check(per_cpu_ptr(percpu, 0) != per_cpu_ptr(percpu, 1),
          "each processor has its own");
    check_denied(per_cpu_ptr(percpu, NR_CPUS), COMPLAINT_MISUSE,
                 "a processor that there is not is refused");
    free_percpu(percpu);
}

/* ---- two threads, one counter ------------------------------------------- */

static int second(void *nothing)
{
    (void)nothing;
    while (!first_has_read)
        schedule();
    (*counter)++;
    second_was_here = true;
    return 0;
}

/* Reads, is overtaken by the second thread, and writes an old value. */
static int careless(void *nothing)
{
    const int value = *counter;

    (void)nothing;
    first_has_read = true;
    while (!second_was_here)
        ;
    *counter = value + 1;
    return 0;
}

/* Holds the processor from the reading to the writing. */
static int careful(void *nothing)
{
    int value;

    (void)nothing;
    get_cpu();
    value = *counter;
    first_has_read = true;
    while (!need_resched)
        ;
    second_came_too_early = second_was_here;
    *counter = value + 1;
    put_cpu();
    second_came_at_once = second_was_here;
    return 0;
}

static bool run_both(int (*first)(void *))
{
    int status;
    int a;
    int b;

    first_has_read = false;
    second_was_here = false;
    *counter = 0;
    /* Both must be there before one of them runs. */
    preempt_disable();
    a = kernel_thread(first, NULL, "first");
    b = kernel_thread(second, NULL, "second");
    preempt_enable();
    if (a < 0 || b < 0)
        return false;
    do_waitpid(a, &status, 0);
    do_waitpid(b, &status, 0);
    return true;
}

static void without_get_cpu(void)
{
    section("without get_cpu: the timer takes the processor in between");
    check(run_both(careless), "two threads add 1 to the counter");
    printk("  the counter is %d\n", *counter);
    check(*counter == 1, "one of the two additions is lost");
}

static void with_get_cpu(void)
{
    const unsigned long waited = sched_counts().waited;

    section("with get_cpu: the timer's wish waits for put_cpu");
    check(run_both(careful), "two threads add 1 to the counter");
    printk("  the counter is %d\n", *counter);
    printk("machine: %lu ticks found preemption off\n",
           sched_counts().waited - waited);
    check(!second_came_too_early,
          "the timer wanted the second to run, and it had to wait");
    check(second_came_at_once, "put_cpu let it run at once");
    check(*counter == 2, "no addition is lost");
    check(sched_counts().waited > waited, "the scheduler has counted that");
}

static void bad_input(void)
{
    section("bad input");
    check_denied(alloc_percpu(0), COMPLAINT_BAD_SIZE, "0 bytes are refused");
    put_cpu();
    check_refused(COMPLAINT_MISUSE, "put_cpu without get_cpu is refused");
}

void percpu_chapter(void)
{
    unsigned long before;

    free_caches();
    before = nr_free_pages();
    counter = &per_cpu(demo_counter, 0);
    copies();
    allocated();
    without_get_cpu();
    with_get_cpu();
    bad_input();
    *counter = 100;
    free_caches();
    check(nr_free_pages() == before, "no page was lost in this chapter");
}
