/* SPDX-License-Identifier: MIT */
#include "tour/shell.h"

#include "drivers/keyboard.h"
#include "drivers/screen.h"
#include "drivers/serial.h"
#include "kernel/fork.h"
#include "kernel/input.h"
#include "kernel/printk.h"
#include "kernel/resource.h"
#include "kernel/string.h"
#include "mm/show.h"
#include "tour/programs.h"
#include "tour/tour.h"

#define LINE_BYTES 80

/** A command line, cut in words; those that are missing are empty. */
struct words {
    char line[LINE_BYTES];
    const char *command;
    const char *first;
    const char *second;
};

struct command {
    const char *name;
    const char *help;
    void (*run)(const struct words *words);
};

static int number(const char *text)
{
    int value = 0;

    if (*text < '0' || *text > '9')
        return -1;
    for (; *text >= '0' && *text <= '9'; text++)
        value = value * 10 + (*text - '0');
    return value;
}

/* The task that a word names; says so if there is none. */
static struct task_struct *named_task(const char *word)
{
    struct task_struct *task = find_task(number(word));

    if (!task)
        printk("  there is no process '%s'; ps shows them\n", word);
    return task;
}

static void buddyinfo(const struct words *words)
{
    (void)words;
    show_buddyinfo();
}

static void slabinfo(const struct words *words)
{
    (void)words;
    show_slabinfo();
}

static void vmallocinfo(const struct words *words)
{
    (void)words;
    show_vmallocinfo();
}

static void zoneinfo(const struct words *words)
{
    (void)words;
    show_zones();
}

static void iomem(const struct words *words)
{
    (void)words;
    show_resources(&iomem_resource);
}

static void ioports(const struct words *words)
{
    (void)words;
    show_resources(&ioport_resource);
}

static void ps(const struct words *words)
{
    (void)words;
    show_tasks();
}

static void maps(const struct words *words)
{
    const struct task_struct *task = named_task(words->first);

    if (task)
        show_maps(task);
}

static void run(const struct words *words)
{
    /* Chapters count pages; what only waits to be used again would go. */
    free_caches();
    tour_run_chapter(words->first);
}

/* The path must last: the program is loaded by another task. */
static void start(const struct words *words)
{
    static struct words kept;
    const struct task_struct *task;

    kept = *words;
    task = program_start(kept.line + (words->first - words->line),
                         kept.line + (words->second - words->line));
    if (task)
        printk("  pid %d has stopped itself; go PID lets it go on\n",
               task->pid);
}

static void go(const struct words *words)
{
    struct task_struct *task = named_task(words->first);
    int status;

    if (!task || task->state != TASK_STOPPED) {
        printk("  it is not stopped\n");
        return;
    }
    if (program_continue(task))
        printk("  pid %d has stopped again\n", task->pid);
    else
        do_waitpid(task->pid, &status, 0);
}

static void help(const struct words *words);

static const struct command commands[] = {
    {"buddyinfo", "free blocks of each order in each zone", buddyinfo},
    {"slabinfo", "caches of objects", slabinfo},
    {"vmallocinfo", "areas of vmalloc, vmap and ioremap", vmallocinfo},
    {"zoneinfo", "zones of physical memory", zoneinfo},
    {"iomem", "who owns which physical addresses", iomem},
    {"ioports", "who owns which ports", ioports},
    {"ps", "all tasks", ps},
    {"maps", "PID: the areas of a process", maps},
    {"start", "PATH [ARGUMENT]: a program, such as /bin/hello", start},
    {"go", "PID: let a stopped program go on", go},
    {"run", "CHAPTER: a chapter of the tour", run},
    {"help", "this list", help},
    {"exit", "power off", NULL},
};

static void help(const struct words *words)
{
    size_t i;

    (void)words;
    for (i = 0; i < ARRAY_SIZE(commands); i++)
        printk("  %-12s %s\n", commands[i].name, commands[i].help);
}

/* The next word of the line, ended by a zero; `*rest` is what follows. */
static const char *cut_word(char **rest)
{
    char *word = *rest;
    char *end;

    while (*word == ' ')
        word++;
    for (end = word; *end && *end != ' '; end++)
        ;
    *rest = *end ? end + 1 : end;
    *end = 0;
    return word;
}

static void read_words(struct words *words)
{
    char *rest = words->line;

    printk("tour> ");
    input_line(words->line, sizeof(words->line));
    words->command = cut_word(&rest);
    words->first = cut_word(&rest);
    words->second = cut_word(&rest);
}

static const struct command *find_command(const char *name)
{
    size_t i;

    for (i = 0; i < ARRAY_SIZE(commands); i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

void shell_run(void)
{
    const struct command *command;
    struct words words;

    keyboard_init();
    serial_listen();
    screen_turn_on();
    printk("\nThe tour's shell: help shows the commands.\n");
    for (;;) {
        read_words(&words);
        if (*words.command == 0)
            continue;
        command = find_command(words.command);
        if (!command)
            printk("  there is no command '%s'; help shows them\n",
                   words.command);
        else if (!command->run)
            return;
        else
            command->run(&words);
    }
}
