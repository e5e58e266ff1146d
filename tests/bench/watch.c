/* SPDX-License-Identifier: MIT */
#include "tests/bench/watch.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 512 };

static const unsigned long long ram_size = 128ULL << 20;

/* --- Memory --- */

double watch_beyond_ram(pid_t pid)
{
    char line[PATH_SIZE];
    char rights[5];
    unsigned long long start;
    unsigned long long end;
    unsigned long kib;
    bool is_ram = false;
    double beyond = 0;
    FILE *maps;

    (void)snprintf(line, sizeof line, "/proc/%d/smaps", (int)pid);
    maps = fopen(line, "r");
    while (maps && fgets(line, sizeof line, maps)) {
        if (sscanf(line, "%llx-%llx %4s ", &start, &end, rights) == 3)
            is_ram = end - start >= ram_size && !strchr(rights, 'x');
        else if (sscanf(line, "Rss: %lu kB", &kib) == 1 && !is_ram)
            beyond += (double)kib * 1024;
    }
    if (maps)
        (void)fclose(maps);
    return beyond;
}

double watch_kernel_time(pid_t pid)
{
    char line[PATH_SIZE];
    unsigned long ticks = 0;
    const char *name_end;
    FILE *stat;

    (void)snprintf(line, sizeof line, "/proc/%d/stat", (int)pid);
    stat = fopen(line, "r");
    if (!stat)
        return 0;
    name_end = fgets(line, sizeof line, stat) ? strrchr(line, ')') : NULL;
    if (name_end)
        (void)sscanf(name_end + 1,
                     " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u "
                     "%*u %*u %lu",
                     &ticks);
    (void)fclose(stat);
    return (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

/* --- Traces --- */

typedef double visit(const char *path);

/* The sum over a file, or over the files of a folder, which holds no other
 * folders. */
static double over_files(const char *path, visit *each)
{
    char file[PATH_SIZE];
    struct dirent *entry;
    double sum = 0;
    DIR *folder = opendir(path);

    if (!folder)
        return each(path);
    while ((entry = readdir(folder)) != NULL) {
        (void)snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] != '.')
            sum += each(file);
    }
    (void)closedir(folder);
    return sum;
}

static double file_size(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 ? (double)status.st_size : 0;
}

double watch_size(const char *path)
{
    return over_files(path, file_size);
}

static double file_remove(const char *path)
{
    (void)unlink(path);
    return 0;
}

void watch_remove(const char *path)
{
    (void)over_files(path, file_remove);
    (void)rmdir(path);
}

/* --- Events --- */

static double count_lines(const char *path, const char *start)
{
    char line[PATH_SIZE];
    size_t length = strlen(start);
    bool at_start = true;
    double count = 0;
    FILE *file = fopen(path, "r");

    while (file && fgets(line, sizeof line, file)) {
        count += at_start && strncmp(line, start, length) == 0;
        at_start = strchr(line, '\n') != NULL;
    }
    if (file)
        (void)fclose(file);
    return count;
}

/* "ticks 3 to 5609609, 1775332 events" is what trace stat says first. The
 * machine was ended when the guest was done, so its trace has no end. */
static double count_by_pagewalk(const struct bench *bench, const char *path)
{
    const char *pagewalk = program_path(bench, "pagewalk");
    char command[3 * PATH_SIZE];
    char line[PATH_SIZE];
    double count = 0;
    FILE *answer;

    (void)snprintf(command, sizeof command, "'%s' trace stat '%s' 2>/dev/null",
                   pagewalk ? pagewalk : "", path);
    answer = popen(command, "r");
    while (answer && fgets(line, sizeof line, answer))
        if (count == 0)
            (void)sscanf(line, "ticks %*u to %*u, %lf events", &count);
    if (answer)
        (void)pclose(answer);
    return count;
}

double watch_events(const struct bench *bench, const struct machine *machine,
                    const char *path)
{
    const char *how = machine->events;

    if (strncmp(how, "each:", 5) == 0)
        return watch_size(path) / strtod(how + 5, NULL);
    if (strncmp(how, "lines:", 6) == 0)
        return count_lines(path, how + 6);
    return strcmp(how, "stat") == 0 ? count_by_pagewalk(bench, path) : 0;
}
